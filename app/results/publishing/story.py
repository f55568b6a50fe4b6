"""What a yearly report says, in words and figures of what was published: first the few things that matter."""

from collections.abc import Sequence

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.invitations.models import Role
from app.results import differences, words
from app.results.differences import Difference
from app.results.history import metrics
from app.results.publishing import tables as publication_tables
from app.results.publishing import years as publication_years
from app.results.publishing.parts import Part, Points, Section, Text, Tiles
from app.results.publishing.publication import Yearbook

MOST = 5  # that are named of what moved; all of it stands with the questions
CHANGES = {
    "mean": _l("%(now)s on average, in %(year)s %(then)s"),
    "satisfied": _l("%(now)s are satisfied, in %(year)s %(then)s"),
    "right": _l("%(now)s find it just right, in %(year)s %(then)s"),
    "yes": _l("%(now)s say yes, in %(year)s %(then)s"),
}


def tell(book: Yearbook, others: Sequence[Yearbook]) -> list[Section]:
    """Return the report of a year beside the others that were published, of which only earlier ones count."""
    earlier = [one for one in others if one.year < book.year]
    before = earlier[0] if earlier else None
    told = [
        Section("short", _("In short"), _short(book, earlier)),
        _moved(book, before),
        Section("years", _("Over the years"), publication_years.parts(book, earlier)),
        *publication_tables.sections(book),
        Section("method", _("How this was measured"), _method()),
        publication_tables.questions(book, before),
    ]
    return [one for one in told if one.parts]


def period(book: Yearbook) -> str:
    """Return which placements a report is about."""
    return _(
        "About work placements that ended from %(first)s up to and including %(last)s.",
        first=format_date(book.round.ends_from, "d MMMM y"),
        last=format_date(book.round.ends_until, "d MMMM y"),
    )


def _short(book: Yearbook, earlier: Sequence[Yearbook]) -> list[Part]:
    leading = publication_years.leading(book)
    tiles = [
        (str(words.ROLES[role]), words.shown(figure), f"{words.named(id_, measure)}, {words.named_margin(figure)}")
        for id_, measure in leading.items()
        for role, shown in book.national.items()
        if (figure := shown.figures.get(id_))
    ]
    said = {id_: (_mean if one == "mean" else _share)([book, *earlier], id_, one) for id_, one in leading.items()}
    points = [(words.title(id_), text) for id_, text in said.items() if text]
    return [part for part in (Tiles(tiles), Points(points)) if part.items]


def _mean(books: Sequence[Yearbook], id_: str, _measure: str) -> str:
    """Return what both roles say on average and whether that moved; nothing where one of them does not say it."""
    now, *before = (
        {role.value: words.shown(one.figures[id_]) for role, one in book.national.items() if id_ in one.figures}
        for book in books[:2]
    )
    if len(now) < len(Role):
        return ""
    said = _("On average %(student)s by students and %(trainer)s by trainers.", **now)
    if not before or len(before[0]) < len(Role):
        return said  # both were not published, to be compared with
    if any(one.question.id == id_ for role in Role for one in books[0].moved_since(books[1], role)):
        return said
    return said + " " + _("Neither differs from %(year)s by more than chance.", year=books[1].year)


def _share(books: Sequence[Yearbook], id_: str, measure: str) -> str:
    """Return how it was before with students; and of the guidance by school, how satisfied they are beside."""
    figures = books[0].national[Role.STUDENT].figures if Role.STUDENT in books[0].national else {}
    if id_ not in figures:
        return ""
    said = publication_years.before_in_words(books, id_, measure, Role.STUDENT)
    if id_ == "guidance_school" and "guidance_company" in figures:
        beside = _(
            "%(school)s of students are satisfied with it, against %(company)s with the guidance by the company.",
            school=words.shown(figures[id_]),
            company=words.shown(figures["guidance_company"]),
        )
        said = [beside, *said]
    return " ".join(said)


def _moved(book: Yearbook, before: Yearbook | None) -> Section:
    if before is None:
        text = _("There is no earlier publication with margins to compare with; what moves shows from the next one on.")
        return Section("moved", _("What moved"), [Text(text)])
    parts = [part for role in Role for part in _moved_of(book, before, role)]
    if any(before.year < one.year <= book.year for one in metrics.breaks()):
        parts.append(Text(_("Between these years the way of working changed, see the break below.")))
    parts.append(Text(_("Only differences that are more than chance are named, the largest first.")))
    return Section("moved", _("What moved since %(year)s", year=before.year), parts)


def _moved_of(book: Yearbook, before: Yearbook, role: Role) -> list[Part]:
    now, then = book.national.get(role), before.national.get(role)
    if now is None or then is None:
        return []
    found = book.moved_since(before, role)
    values = {"role": words.ROLES[role], "n": len(differences.comparable(now, then))}
    if not found:
        return [Text(_("%(role)s: of %(n)s figures none moved by more than chance.", **values))]
    said = ngettext(
        "%(role)s: of %(n)s figures %(num)d moved by more than chance.",
        "%(role)s: of %(n)s figures %(num)d moved by more than chance.",
        len(found),
        **values,
    )
    return [Text(said), Points([(words.title(one.question.id), _change(one, before.year)) for one in found[:MOST]])]


def _change(one: Difference, year: int) -> str:
    measure = one.ours.measure
    values = {"now": words.amount(one.ours.value, measure), "then": words.amount(one.theirs.value, measure)}
    return str(CHANGES[measure]) % (values | {"year": year})


def _method() -> list[Part]:
    told = {
        _("Who is asked"): _(
            "At the end of each placement the student and the trainer at the company are asked, each by a link of "
            "their own. Students are mailed where their school shares addresses; others get their link from their "
            "trainer."
        ),
        _("Weighting"): _(
            "Answers are weighted to the placements of the round, per role, by sector, pathway, level and school. No "
            "answer counts less than a fifth or more than five times. Where only few answers share these traits they "
            "are taken together first."
        ),
        _("Margin"): _(
            "The margin says between which figures the truth probably lies (95 of 100 times) as far as chance goes. "
            "It takes into account how unequally answers are weighted."
        ),
        _("What the margin does not cover"): _(
            "It does not cover who got a link: a student reached through the trainer may be another one than a "
            "student who was not. Weighting does not cure that either. So look at who answered as well."
        ),
        _("Small numbers"): _(
            "Figures count whole groups of at least five persons, so the last few answers may be missing. Nothing is "
            "published of fewer than ten persons, and nothing on sensitive questions, such as on problems, of fewer "
            "than twenty."
        ),
        _("Withdrawn answers"): _(
            "Who answered may withdraw that later. What is withdrawn is erased, and no new figures are made of it. "
            "The figures on this page stay as they were published."
        ),
        _("Persons and forms"): words.persons_and_forms(),
        _("Skipped questions"): _(
            "Every question may be skipped. Shares are of those who gave an answer; “don't know” and “not applicable”"
            " do not count. How many answered stands with each question."
        ),
        _("More than chance"): _(
            "Many questions are compared at once, so some would differ by chance alone. A difference is named only "
            "where it holds after the procedure of Benjamini and Hochberg at 5 per cent."
        ),
    }
    return [Points(list(told.items()))]
