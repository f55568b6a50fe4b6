"""Figures in words: shares, grades, margins and differences as readers see them, in Dutch and English."""

import math
from collections.abc import Mapping
from decimal import Decimal
from functools import cache, lru_cache

from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import languages
from app.invitations.models import Role, Route
from app.questionnaires import loader
from app.questionnaires.definition import Page, Question, Words
from app.questionnaires.kinds import KINDS
from app.results import differences
from app.results.columns import NOT_ASKED, SKIPPED
from app.results.differences import Difference
from app.results.figures import Figure
from app.results.history.metrics import Break
from app.results.report import Report, Theme
from app.results.scopes import Scope
from app.results.selection import Selection
from app.results.thresholds import LEAST, Precision
from app.results.trend import Point

ROLES = {"student": _l("Students"), "trainer": _l("Trainers")}
MEASURES = {
    "satisfied": _l("satisfied"),
    "yes": _l("say yes"),
    "right": _l("find it just right"),
    "mean": _l("on average"),
    "distribution": "",
}
ROUTES = {Route.DIRECT: _l("Mailed directly"), Route.FORWARDED: _l("Passed on by the trainer")}
COUNTED = {Role.STUDENT: _l("Answers"), Role.TRAINER: _l("Forms")}  # what stands behind each answer to a question
SHARES_OF = {Role.STUDENT: _l("Share of answers"), Role.TRAINER: _l("Share of forms")}
REST = {
    "school": _l("Elsewhere means all other schools, weighted to their placements."),
    "sector": _l("Elsewhere means all other sectors, weighted to their placements."),
    "programme": _l("Elsewhere means all other programmes, weighted to their placements."),
}
GRADE, SHARE, WHOLE = "0.0", "0 %", "0"
STEPS = {GRADE: Decimal("0.1"), SHARE: Decimal("0.01"), WHOLE: Decimal(1)}  # what a pattern leaves of a number
SENTENCES = {
    "mean": _l("a %(ours)s on average, elsewhere a %(theirs)s"),
    "satisfied": _l("%(ours)s are satisfied, elsewhere %(theirs)s"),
    "right": _l("%(ours)s find it just right, elsewhere %(theirs)s"),
    "yes": _l("%(ours)s say yes, elsewhere %(theirs)s"),
}
NO_ANSWER = {
    "satisfaction": ("na",),
    "yes_no": ("unknown",),
    "held": ("planned", "not_planned", "unknown"),
}  # per kind, what its shares are not of


@cache
def _titles() -> dict[str, Words]:
    """Return question id → title, that of the newest questionnaire that asks it: an id means the same in all."""
    asked = sorted(loader.load_all().values(), key=lambda one: one.year)
    return {question.id: question.title for one in asked for question in one.questions()}


def title(question_id: str) -> str:
    """Return a question in a few words; its id where no questionnaire asks it any more."""
    words = _titles().get(question_id)
    return words.in_(languages.current(), None) if words else question_id


def named(question_id: str, measure: str) -> str:
    """Return a question in a few words, and what its figure is the share of."""
    return title(question_id) + (f" ({MEASURES[measure]})" if measure != "mean" else "")


def in_short(report: Report) -> list[str]:
    """Return what the figures in short of a report are of."""
    headline = [named(report.headline.question, report.headline.measure)] if report.headline else []
    return [*(page_title(one.page) for one in report.themes), *headline]


def amount(value: float | None, measure: str) -> str:
    """Return a share as a percentage, a grade with one decimal, nothing as a dash."""
    if value is None:
        return "–"
    return _number(value, GRADE if measure == "mean" else SHARE)


def count(n: int) -> str:
    return _written(Decimal(n), "#,##0", languages.current())


def _number(value: float, pattern: str) -> str:
    return _written(Decimal(str(value)).quantize(STEPS[pattern]), pattern, languages.current())


@lru_cache(maxsize=4096)
def _written(value: Decimal, pattern: str, language: str) -> str:
    """Return a number as a language writes it; kept, since a page has hundreds and few are different."""
    return format_decimal(value, pattern, locale=language)


def shown(figure: Figure) -> str:
    """Return a figure as far as it may be shown."""
    if figure.precision == Precision.HIDDEN:
        return _("too few answers")
    if figure.precision == Precision.INDICATIVE:
        whole = _number(figure.value or 0, WHOLE if figure.measure == "mean" else SHARE)
        return _("about %(value)s", value=whole)
    return amount(figure.value, figure.measure)


def point(one: Point, measure: str) -> str:
    """Return the figure of a year; what was published keeps the decimals it was published with."""
    if one.decimals is None:
        return amount(one.value, measure)
    decimals = "." + "0" * one.decimals if one.decimals else ""
    pattern = f"0{decimals}" if measure == "mean" else f"0{decimals} %"
    return _written(Decimal(str(one.value)), pattern, languages.current())


def margin(figure: Figure | Point, measure: str = "") -> str:
    """Return the margin of a figure that has one: `66–76 %`, `7.4–7.9`."""
    if figure.low is None or figure.high is None:
        return ""
    if (measure or getattr(figure, "measure", "")) == "mean":
        return f"{_number(figure.low, GRADE)}–{_number(figure.high, GRADE)}"
    return f"{_number(100 * figure.low, WHOLE)}–{_number(figure.high, SHARE)}"


def broken(one: Break) -> tuple[str, str]:
    """Return what a break in the series is called, and why figures hardly compare across it."""
    return _("Break in %(year)s", year=one.year), one.note.in_(languages.current(), None)


def beside(said: str, margin: str) -> str:
    """Return a figure in words with its margin, if it has one, in brackets."""
    return f"{said} ({margin})" if margin else said


def named_margin(figure: Figure | Point, measure: str = "") -> str:
    """Return the margin of a figure, called that."""
    said = margin(figure, measure)
    return _("margin %(margin)s", margin=said) if said else ""


def answers(question: Question, pathway: str | None = None) -> dict[str, str]:
    """Return value → words of a question's answers, and of what is no answer."""
    words = KINDS[question.kind].labels(question, languages.current(), pathway)
    none = {SKIPPED: _("Skipped"), NOT_ASKED: _("Not asked")}
    return {str(value): label for value, label in words.items()} | none


def direction(gap: float) -> str:
    """Say that a figure is higher or lower than what it is compared with, where that is more than chance."""
    return "" if not gap else _("higher") if gap > 0 else _("lower")


def has_share(figure: Figure, value: str) -> bool:
    """Tell whether an answer has a share: what is no answer, such as “not applicable”, is only counted."""
    return value in figure.shares and value not in NO_ANSWER.get(figure.kind, ())


def page_title(page: Page, pathway: str | None = None) -> str:
    return page.title.in_(languages.current(), pathway)


def elsewhere(scope: Scope) -> str:
    """Say with whom a scope is compared, and which answers are on neither side; nothing of the whole country."""
    if scope.kind not in REST:
        return ""
    left_out = _("Answers that had to be put together over several of them are not in it.")
    return f"{REST[scope.kind]} {left_out}"


def persons_and_forms() -> str:
    return _(
        "A trainer may have filled in several forms, one per student. “Persons” counts that trainer once "
        "(per school), “forms” counts each form. Shares are of forms, margins are made with persons."
    )


def margins() -> str:
    return _(
        "The margin says between which figures the truth probably lies (95 of 100 times) as far as chance goes. It "
        "does not cover who got a link: a student reached through the trainer may be another one than a student who "
        "was not. So look at the reach as well."
    )


def counted(report: Report) -> str:
    """Say how many of the answers that were sent count."""
    sent = report.response["sent"]
    if sent is None:
        return _("fewer than 5 answers were sent; none counts")
    return _("%(n)s of %(sent)s answers count", n=count(report.forms), sent=count(max(sent, report.forms)))


def how_many(n: int | None) -> str:
    return count(n) if n is not None else _("fewer than %(n)s", n=LEAST)


def share_of(part: int | None, whole: int | None) -> str:
    return amount(part / whole, "") if whole and part is not None else amount(None, "")


def reached(response: Mapping[str, int | None]) -> list[str]:
    """Return how many seats are due, opened and sent, then reach, response and completion."""
    due, opened, sent = (response[name] for name in ("due", "opened", "sent"))
    return [*map(how_many, (due, opened, sent)), share_of(opened, due), share_of(sent, due), share_of(sent, opened)]


def reached_by_route(report: Report) -> list[list[str]]:
    """Return the same per route of a student's link, after its name; nothing where that tells of few."""
    due = {ROUTES[Route(route)]: one for route, one in report.routes.items() if one.due}
    return [[str(name), *reached(one._asdict())] for name, one in due.items()]


def rate(response: Mapping[str, int | None], base: str) -> str:
    """Say which share of seats that are due, or were opened, was sent; with the counts."""
    sent, whole = response["sent"], response[base]
    if sent is None or not whole:
        return "–"
    counts = _("%(sent)s of %(whole)s", sent=count(sent), whole=count(whole))
    return f"{amount(sent / whole, '')} ({counts})"


def why_not_all(report: Report, chosen: Selection) -> str:
    """Say how many answers count, and why the others do not; nothing where all count."""
    sent = report.response["sent"]
    if report.is_shown and sent is not None and report.forms >= sent:
        return ""
    if sent == 0 and not report.forms:
        return _("No answers were sent.")
    if report.scope.kind == "school" and not chosen.blocks:
        why = _(
            "a school with fewer than 20 placements has no figures of its own: they would be about persons. Its "
            "answers count in the national figures"
        )
    elif not report.enough_schools:
        why = _("figures are shown here from three schools on, so that no school can be recognised")
    else:
        why = _("answers count in whole groups of at least five persons, so that nobody can be recognised")
        if sent:
            why += ". " + _(
                "The others wait for a group, were too few at the end, are in a group that lies partly outside what is "
                "chosen here, or were withdrawn or in a group with one that was"
            )
    said = _("%(counted)s, because %(why)s.", counted=counted(report), why=why)
    return said[0].upper() + said[1:]


def routes_hidden() -> str:
    return _(
        "How students got their link is not told apart here: in one of the two ways fewer than %(n)s opened it or "
        "answered.",
        n=LEAST,
    )


def extremes(found: tuple[Theme, Theme] | None) -> list[tuple[str, str]]:
    """Return the strongest and the weakest theme: what it is, and what is said of it."""
    if found is None:
        return []
    best, worst = found
    apart = (best.figure.low or 0) > (worst.figure.high or 0)
    gap = _("Clearly lower: the margins do not overlap.") if apart else _("The margins overlap, so this may be chance.")
    return [
        (_("Strongest theme: %(theme)s", theme=page_title(best.page)), _of_theme(best.figure)),
        (_("Weakest theme: %(theme)s", theme=page_title(worst.page)), f"{_of_theme(worst.figure)} {gap}"),
    ]


def _of_theme(figure: Figure) -> str:
    return _("%(share)s satisfied, margin %(margin)s.", share=shown(figure), margin=margin(figure))


def no_difference(ours: Report, elsewhere: Report) -> str:
    """Say that nothing stands out, and how large a difference has to be to show in four of five cases."""
    said = _("On no question do the answers differ from elsewhere by more than chance can explain.")
    found = differences.least_that_shows(ours, elsewhere)
    if found is None:
        more = _(
            "That does not say that all is well: with the answers of %(n)s persons only a very large difference would "
            "show.",
            n=count(ours.persons),
        )
    else:
        more = _(
            "That does not say that all is well. With the answers of %(n)s persons a difference of %(points)s "
            "percentage points on %(question)s would be found in four of five cases; a smaller one is easily missed.",
            n=count(ours.persons),
            points=count(math.ceil(100 * found[1])),
            question=f"“{title(found[0])}”",
        )
    return f"{said} {more}"


def sentence(one: Difference) -> str:
    """Return a difference in words."""
    measure = one.ours.measure
    values = {"ours": amount(one.ours.value, measure), "theirs": amount(one.theirs.value, measure)}
    return str(SENTENCES[measure]) % values
