"""Lists at the desk: filtered and sorted by their address, paged by key so that the thousandth page costs what the
first does, and written as CSV. What a list holds is each feature's own."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, request, stream_with_context, url_for
from flask_babel import format_date, format_datetime
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms.fields.choices import SelectChoice

from app.cells import defused
from app.extensions import db
from app.outside import moment, number

PAGE = 50
AT_ONCE = 1000


@dataclass(frozen=True)
class Column:
    """One column: its heading, its text for a row, and the name of the order that sorts by it, if one does.

    `href` returns where a cell leads to, or None.
    """

    label: Any
    text: Callable[[Any], Any]
    order: str = ""
    href: Callable[[Any], str | None] | None = None


@dataclass(frozen=True)
class Order:
    """What a list is sorted by; `key` tells equal rows apart. An index should hold both, after what is filtered by."""

    by: Any
    key: Any


@dataclass(frozen=True)
class Shown:
    """One page of a list: its rows, how it is sorted, and the cursor to go on from (None on the last page)."""

    rows: list[Any]
    columns: tuple[Column, ...]
    order: str
    descending: bool
    after: str | None


class Listing:
    """A kind of list, in the `usual` one of its `orders` unless asked otherwise; "-" before a name turns it round."""

    def __init__(self, columns: tuple[Column, ...], orders: dict[str, Order], usual: str):
        self.columns = columns
        self.orders = orders
        self.usual = usual

    def page(self, wanted: sa.Select) -> Shown:
        """Return the page of `wanted` that this request's `sort` and `after` ask for; nonsense there is the first."""
        name, descending = self._asked()
        rows = list(db.session.execute(self.asked(wanted, request.args.get("after", ""), PAGE + 1)))
        after = _cursor(rows[PAGE - 1]) if len(rows) > PAGE else None
        return Shown(rows[:PAGE], self.columns, name, descending, after)

    def csv(self, wanted: sa.Select, name: str) -> Response:
        """Return all rows of `wanted` as a CSV file that Dutch and English spreadsheets open, a chunk at a time."""
        body = stream_with_context(self._lines(wanted))
        return Response(body, 200, {"Content-Disposition": f'attachment; filename="{name}.csv"'}, mimetype="text/csv")

    def _asked(self) -> tuple[str, bool]:
        sort = request.args.get("sort", "")
        sort = sort if sort.removeprefix("-") in self.orders else self.usual
        return sort.removeprefix("-"), sort.startswith("-")

    def asked(self, wanted: sa.Select, after: str, limit: int) -> sa.Select:
        """Return the SELECT of the rows after a cursor, in the order this request asks for."""
        name, descending = self._asked()
        order = self.orders[name]
        both = (order.by, order.key)
        wanted = wanted.add_columns(order.by.label("cursor_by"), order.key.label("cursor_key"))
        wanted = wanted.order_by(*(column.desc() if descending else column for column in both)).limit(limit)
        if place := _place(after, order):
            beyond = sa.tuple_(*both) < sa.tuple_(*place) if descending else sa.tuple_(*both) > sa.tuple_(*place)
            wanted = wanted.where(beyond)
        return wanted

    def _lines(self, wanted: sa.Select) -> Iterator[str]:
        yield "\ufeff" + _line([str(column.label) for column in self.columns])
        after = ""
        while rows := list(db.session.execute(self.asked(wanted, after, AT_ONCE))):
            yield "".join(_line([column.text(row) for column in self.columns]) for row in rows)
            after = _cursor(rows[-1])
            db.session.expunge_all()


def choices(words: Mapping[str, Any], *, everything: bool = True) -> list[SelectChoice]:
    """Return what a filter offers, by value; with `everything` also not to narrow by it."""
    first = [SelectChoice("", _l("all"))] if everything else []
    return first + [SelectChoice(value, label) for value, label in words.items()]


def here(**changes: Any) -> str:
    """Return the address of this list with other arguments; None takes one away."""
    return url_for(request.endpoint or "", **(arguments(**changes) | (request.view_args or {})))


def arguments(**changes: Any) -> dict[str, Any]:
    """Return the arguments of this address, with changes, for url_for; None takes one away."""
    given = request.args.to_dict() | changes
    # `endpoint`, and a name with _, would tell url_for what kind of address to make
    told = {name: value for name, value in given.items() if name[:1] != "_" and name != "endpoint"}
    return {name: value for name, value in told.items() if value not in (None, "")}


def _cursor(row: Any) -> str:
    return f"{row.cursor_by}~{row.cursor_key}"


def _place(after: str, order: Order) -> tuple[Any, Any] | None:
    """Read a cursor back; None when it is none of this order."""
    by, _tilde, key = after.rpartition("~")
    try:
        return _value(by, order.by), number(key)
    except ValueError:
        return None


def _value(text: str, column: Any) -> Any:
    kind = column.type.python_type
    if issubclass(kind, dt.date):  # a datetime is one too
        return sa.literal(moment(text) if kind is dt.datetime else kind.fromisoformat(text), column.type)
    return number(text)


def _line(values: list[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow(defused("" if value is None else str(value)) for value in values)
    return out.getvalue()


def _shown(value: Any) -> Any:
    """Return a cell's value as the reader writes it."""
    if isinstance(value, dt.datetime):
        return Markup('<span class="dates">{}</span>').format(format_datetime(value, "d MMM y, HH:mm"))
    if isinstance(value, dt.date):
        return Markup('<span class="dates">{}</span>').format(format_date(value, "d MMM y"))
    return "–" if value is None or value == "" else value


def init_app(app: Flask) -> None:
    app.jinja_env.globals |= {"list_here": here, "list_arguments": arguments}
    app.jinja_env.filters["cell"] = _shown
