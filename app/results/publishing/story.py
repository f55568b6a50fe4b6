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
TILES = {
    "grade": _l("report grade, margin %(margin)s"),
    "guidance_school": _l("satisfied with the guidance by the school, margin %(margin)s"),
}
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
    tiles = [
        (str(words.ROLES[role]), words.shown(figure), str(note) % {"margin": words.margin(figure)})
        for question, note in TILES.items()
        for role, shown in book.national.items()
        if (figure := shown.figures.get(question))
    ]
    said = {"guidance_school": _of_guidance(book, earlier), "grade": _of_grades(book, earlier)}
    points = [(words.title(id_), text) for id_, text in said.items() if text]
    return [*([Tiles(tiles)] if tiles else []), *([Points(points)] if points else [])]


def _of_grades(book: Yearbook, earlier: Sequence[Yearbook]) -> str:
    reports = [one for one in book.national.values() if "grade" in one.figures]
    grades = {one.role.value: words.shown(one.figures["grade"]) for one in reports}
    if len(grades) < len(Role):
        return ""
    said = _("On average %(student)s by students and %(trainer)s by trainers.", **grades)
    before = earlier[0].national if earlier else {}
    if not all(role in before and "grade" in before[role].figures for role in Role):
        return said  # both were not published, to be compared with
    if any(one.question.id == "grade" for role in Role for one in book.moved_since(earlier[0], role)):
        return said
    return said + " " + _("Neither differs from %(year)s by more than chance.", year=earlier[0].year)


def _of_guidance(book: Yearbook, earlier: Sequence[Yearbook]) -> str:
    """Return how satisfied students are with the guidance by school, beside the company's, and how it was before."""
    students = book.national.get(Role.STUDENT)
    if students is None or not {"guidance_school", "guidance_company"} <= set(students.figures):
        return ""
    school, company = students.figures["guidance_school"], students.figures["guidance_company"]
    said = _(
        "%(school)s of students are satisfied with it, against %(company)s with the guidance by the company.",
        school=words.shown(school),
        company=words.shown(company),
    )
    books = [book, *earlier]
    return " ".join((said, *publication_years.before_in_words(books, school.question, Role.STUDENT, school.measure)))


def _moved(book: Yearbook, before: Yearbook | None) -> Section:
    if before is None:
        text = _("There is no earlier publication with margins to compare with; what moves shows from the next one on.")
        return Section("moved", _("What moved"), [Text(text)])
    parts: list[Part] = []
    for role in Role:
        parts += _moved_of(book, before, role)
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
            "published of fewer than ten persons, and nothing about problems and safety of fewer than twenty."
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
