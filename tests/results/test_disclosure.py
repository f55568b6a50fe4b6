"""Whatever is asked of whatever edition, the answer is a sum over whole groups of at least five persons."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.extensions import db
from app.invitations import blocks
from app.invitations.models import BlockCell, Role
from app.responses.models import Response
from app.results import counting, editions, files, increments, parquet, report, withdrawing
from app.results.counting import Counts
from app.results.models import Edition, EditionFile, Increment
from app.results.scopes import Scope
from tests import builders
from tests.builders import OTHER_SCHOOL, SCHOOL
from tests.conftest import on_sqlite
from tests.results.people import FITTER, MASON, MASON_TOO, NURSE, answered, placements, withdraw

pytestmark = on_sqlite
SMALL = "25LJ"
TAUGHT = {  # school → programme and pathway → placements
    SCHOOL: {(MASON, "BOL"): 25, (MASON_TOO, "BOL"): 9, (FITTER, "BBL"): 12, (NURSE, "BOL"): 4},
    OTHER_SCHOOL: {(MASON, "BOL"): 11, (MASON, "BBL"): 10, (NURSE, "BOL"): 30},
    SMALL: {(MASON, "BOL"): 8, (NURSE, "BOL"): 5},
}
CELLS = [(brin, *cell) for brin, cells in TAUGHT.items() for cell in cells]
arrivals = st.tuples(st.sampled_from(CELLS), st.sampled_from(list(Role)), st.integers(1, 7), st.booleans())
days = st.lists(st.tuples(st.lists(arrivals, max_size=6), st.integers(0, 2)), min_size=1, max_size=3)


@pytest.fixture
def measured(context):
    for brin, cells in TAUGHT.items():
        for (crebo, pathway), n in cells.items():
            placements(n, brin=brin, crebo=crebo, pathway=pathway)
    measured = builders.open_round()
    blocks.draw_all(measured)
    db.session.commit()
    return measured


def scopes() -> list[Scope]:
    """Return every scope a page, a download or a command can ask for, and what each is compared with."""
    wide = [Scope(), *(Scope("sector", code) for code in ("01", "03"))]
    wide += [Scope("programme", crebo) for crebo in (MASON, MASON_TOO, FITTER, NURSE)]
    wide += [Scope("dossier", code) for code in ("23313", "23299")]
    schools = [Scope("school", brin, block=block) for brin in TAUGHT for block in (None, 1, 2, 3)]
    narrow = [one.narrowed(pathway=pathway) for one in wide + schools for pathway in (None, "BOL", "BBL")]
    narrow += [one.narrowed(sector="01") for one in narrow if one.kind == "school"]
    rests = [one.rest for one in narrow if one.rest]
    return [*narrow, *rests, *(one.narrowed(kind="sector", code="01") for one in rests)]


def held(edition: Edition, role: Role, scope: Scope) -> dict[int, int]:
    """Return increment → answers of it within a scope."""
    condition, values = scope.condition()
    sql = f"SELECT increment, count(*) FROM read_parquet(?) WHERE {condition} GROUP BY increment"
    return dict(parquet.ask(sql, [str(files.path_of(edition, role)), *values]))


def of_grade(counted: Counts) -> dict[str | None, tuple[int, int, int]]:
    """Return forms and persons, of all and per grade: counted alone it takes another way than among all questions."""
    tallies = {None: counted.all, **counted.questions.get("grade", {})}
    return {value: (one.forms, one.persons, one.persons_in_round) for value, one in tallies.items()}


def check(edition: Edition) -> None:
    formed = {one.id: one for one in db.session.scalars(sa.select(Increment))}
    assert all(increments.LEAST <= one.persons < 2 * increments.LEAST for one in formed.values())
    for role in Role:
        for scope in scopes():
            parts = held(edition, role, scope)
            assert parts == {id_: formed[id_].forms for id_ in parts}, scope
            counted = counting.counts(files.counts_of(edition, role), scope)
            assert counted.all.forms == sum(parts.values())
            assert of_grade(counting.counts(files.counts_of(edition, role), scope, "grade")) == of_grade(counted)
            shown = report.make(edition, role, scope)
            if scope.kind == "school" and scope.block and not scope.pathway and not scope.sector:
                told = report.per_block(edition, role, scope.narrowed(block=None), [scope.block])[scope.block]
                assert (told.persons, told.themes) == (shown.persons, shown.themes)
                assert told.figures.get("grade") == shown.figures.get("grade")
            assert shown.persons in (0, sum(formed[id_].persons for id_ in parts))


def empty() -> None:
    for model in (EditionFile, Edition, Response, Increment):
        db.session.execute(sa.delete(model))
    db.session.commit()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days)
def test_every_figure_of_every_edition_is_a_sum_over_whole_increments(measured, days):
    empty()
    measured.closed_at = None
    for came, withdrawn in days:
        keys = [key for at, role, n, first in came for key in _answer(measured, at, role, n, first)]
        for key in keys[:withdrawn]:
            withdraw(key)
        check(editions.make(measured))
    builders.close_round(measured)
    check(editions.make(measured))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(arrivals, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_a_withdrawal_takes_five_to_nine_persons_along_from_every_figure_and_no_more(measured, came, chance):
    empty()
    measured.closed_at = None
    for at, role, n, first in came:
        _answer(measured, at, role, n, first)
    editions.make(measured)
    counting_now = sa.select(Response).where(Response.increment_id.is_not(None)).order_by(Response.key)
    if not (there := list(db.session.scalars(counting_now))):
        return
    gone = chance.choice(there)
    increment = db.session.get_one(Increment, gone.increment_id)
    role, taken, persons = Role(gone.role), increment.forms, increment.persons
    before = _forms(measured, role)
    withdraw(gone.key)
    assert sum(withdrawing.take_out()) == taken
    after = _forms(measured, role)
    assert increments.LEAST <= persons < 2 * increments.LEAST
    assert all(n - after[scope] in (0, taken) for scope, n in before.items())
    editions.make(measured)
    assert _forms(measured, role)[Scope()] >= after[Scope()]  # for good: the others of it never enter again
    assert increment.id not in held(editions.newest(measured.id), role, Scope())


def _forms(measured, role: Role) -> dict[Scope, int]:
    """Return how many answers every scope counts."""
    path = files.counts_of(editions.newest(measured.id), role)
    return {scope: counting.counts(path, scope).all.forms for scope in scopes()}


def _answer(measured, at, role, n, first) -> list[str]:
    brin, crebo, pathway = at
    is_first = first or role == Role.STUDENT
    return answered(measured, n, role, brin=brin, crebo=crebo, pathway=pathway, is_first=is_first)


def test_blocks_hold_at_least_twenty_placements(measured):
    blocks_of = sa.select(BlockCell.brin, BlockCell.block, BlockCell.crebo, BlockCell.pathway)
    sizes: dict[tuple, int] = {}
    for brin, block, *cell in db.session.execute(blocks_of):
        sizes[(brin, block)] = sizes.get((brin, block), 0) + TAUGHT[brin][tuple(cell)]
    assert sizes and min(sizes.values()) >= blocks.LEAST


def test_a_school_with_few_placements_has_no_figures_of_its_own(measured):
    answered(measured, 8, brin=SMALL)
    answered(measured, 8)
    builders.close_round(measured)
    edition = editions.make(measured)
    assert not report.make(edition, Role.STUDENT, Scope("school", SMALL)).is_shown
    assert report.make(edition, Role.STUDENT, Scope()).persons == 16


def test_what_counts_nationally_only_is_not_in_what_a_school_is_compared_with(measured):
    answered(measured, 10)
    answered(measured, 8, brin=SMALL)
    builders.close_round(measured)
    edition = editions.make(measured)
    rest = Scope("school", SCHOOL).rest
    assert rest and held(edition, Role.STUDENT, rest) == {}


def test_withdrawing_takes_the_whole_increment_out_of_the_next_edition(measured):
    keys = answered(measured, 6)
    editions.make(measured)
    withdraw(keys[2])
    answered(measured, 5)
    edition = editions.make(measured)
    assert report.make(edition, Role.STUDENT, Scope("school", SCHOOL)).persons == 5
