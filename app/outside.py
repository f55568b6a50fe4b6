"""What comes from outside is bounded where it is read: numbers as columns hold them, texts as databases take them.

Personal links are read without what mails and people put behind them.
"""

import datetime as dt
import re
from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from typing import Any

from flask import Flask, Request, request
from werkzeug.datastructures import FileStorage, ImmutableMultiDict, iter_multi_items
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

LARGEST = 2**31 - 1
PERSONAL = re.compile(r"/(s|t|opt-out)(/|\Z)")  # where the addresses of personal links begin
NOT_LAST = "".join(chr(byte) for byte in range(256) if not re.match(r"[\w-]", chr(byte), re.ASCII))


class ColumnNumber(IntegerConverter):
    """The `int` of our routes. Any other number is a page that does not exist."""

    def __init__(self, map: Map, **options: Any):
        super().__init__(map, **({"max": LARGEST} | options))


class PlainText(UnicodeConverter):
    """What else stands in our routes: never a NUL, which PostgreSQL refuses."""

    def __init__(self, map: Map, *arguments: Any, **options: Any):
        super().__init__(map, *arguments, **options)
        self.regex = self.regex.replace("[^/]", r"[^/\0]")


class Sent(ImmutableMultiDict):
    """Names, texts and files of an address or a form, without NUL."""

    def __init__(self, pairs: Iterable = ()):
        super().__init__([(_plain(name), _plain(value)) for name, value in iter_multi_items(pairs)])


class OurRequest(Request):
    parameter_storage_class = Sent


def in_column(value: int | None) -> int | None:
    """Return a number that a column can hold, or None; the filter of a form's field."""
    return value if value is not None and 0 <= value <= LARGEST else None


def number(text: str) -> int:
    """Read a number that a column can hold. Raises ValueError, as `type=` of a request's values expects."""
    value = in_column(int(text))
    if value is None:
        raise ValueError(text)
    return value


def moment(text: str) -> dt.datetime:
    """Read a time with its zone. Raises ValueError."""
    value = dt.datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(text)
    try:
        return value.astimezone(dt.UTC)
    except OverflowError:
        raise ValueError(text) from None


def network() -> str:
    """Return what limits count by: who asks, by IPv4 address, or by the /64 of IPv6 that one subscriber has."""
    try:
        address = ip_address(request.remote_addr or "127.0.0.1")
    except ValueError:  # a socket, or what a proxy made of it
        return request.remote_addr or ""
    if address.version == 4 or address.ipv4_mapped:
        return str(getattr(address, "ipv4_mapped", None) or address)
    return str(ip_network((address, 64), strict=False))


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, FileStorage) and value.filename:
        value.filename = value.filename.replace("\0", "")
    return value


def init_app(app: Flask) -> None:
    app.url_map.converters |= {"int": ColumnNumber, "default": PlainText, "string": PlainText}
    inner = app.wsgi_app

    def read_whole_links(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Let a personal link end at its last letter: mails and people put points, quotes and spaces behind it."""
        if PERSONAL.match(environ["PATH_INFO"]):
            environ["PATH_INFO"] = environ["PATH_INFO"].rstrip(NOT_LAST)
        return inner(environ, start_response)

    app.wsgi_app = read_whole_links  # type: ignore[method-assign]
