"""The years of a report on paper: a chart per key question, and a table with the same figures."""

from typing import Any

from flask_babel import gettext as _

from app import languages
from app.results import words
from app.results.downloads import tables
from app.results.downloads.contents import Contents
from app.results.history import metrics
from app.results.selection import Side
from app.results.trend import Line, Point

MOST = 11  # years that fit in a table
GRADES, SHARES = (5, 6, 7, 8, 9, 10), (0, 0.25, 0.5, 0.75, 1)


def trends(contents: Contents) -> dict[str, Any] | None:
    """Return the lines of both roles; None where there is no more than one year of anything."""
    roles = [one for side in contents.shown if (one := _role(side, contents))]
    if not roles:
        return None
    kinds = dict.fromkeys(line["kind"] for role in roles for chart in role["charts"] for line in chart["lines"])
    years = [year for role in roles for year in role["years"]]
    breaks = [one for one in metrics.breaks() if min(years) < one.year <= max(years)]
    return {
        "title": _("Over the years"),
        "intro": _("The bar behind a point is its margin. Figures that were published earlier have none."),
        "legend": [{"kind": kind, "label": tables.line_name(kind, contents)} for kind in kinds],
        "breaks": [
            {
                "year": one.year,
                "title": _("Break in %(year)s", year=one.year),
                "note": one.note.in_(languages.current(), None),
            }
            for one in breaks
        ],
        "roles": roles,
    }


def _role(side: Side, contents: Contents) -> dict[str, Any] | None:
    found = {id_: lines for id_, lines in contents.trends(side.report.role).items() if lines}
    years = sorted({point.year for lines in found.values() for line in lines for point in line.points})[-MOST:]
    if len(years) < 2:
        return None
    measures = {id_: side.report.figures[id_].measure for id_ in found}
    return {
        "role": str(words.ROLES[side.report.role]),
        "years": years,
        "charts": [_chart(id_, lines, measures[id_], years) for id_, lines in found.items()],
        "heads": [_("Question"), _("Whose"), *(str(year) for year in years)],
        "groups": [
            {
                "title": words.title(id_),
                "measure": _unit(measures[id_]),
                "rows": _rows(lines, measures[id_], years, contents),
            }
            for id_, lines in found.items()
        ],
    }


def _chart(id_: str, lines: list[Line], measure: str, years: list[int]) -> dict[str, Any]:
    ticks = [(one, str(one)) for one in GRADES] if measure == "mean" else [(one, f"{one:.0%}"[:-1]) for one in SHARES]
    return {
        "title": words.title(id_),
        "measure": _unit(measure),
        "ticks": ticks,
        "alt": _("Figures over the years; the table below has the same"),
        "lines": [
            {"kind": line.kind, "points": [_point(one) for one in line.points if one.year in years]} for line in lines
        ],
    }


def _point(one: Point) -> dict[str, Any]:
    return {"year": one.year, "value": one.value, "low": one.low, "high": one.high}


def _rows(lines: list[Line], measure: str, years: list[int], contents: Contents) -> list[list[str]]:
    rows = []
    for line in lines:
        shown = {one.year: words.point(one, measure).removesuffix("%").strip() for one in line.points}
        rows.append([tables.line_name(line.kind, contents), *(shown.get(year, "") for year in years)])
    return rows


def _unit(measure: str) -> str:
    """Return what the numbers of a measure are, per cents among them."""
    said = str(words.MEASURES[measure])
    return said if measure == "mean" else _("%% %(measure)s", measure=said)
