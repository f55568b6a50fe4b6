"""Past years of the demonstration: what they hold, and that they hold no more than the product would."""

import datetime as dt
import math
from collections import Counter, defaultdict
from statistics import stdev

import pytest
import sqlalchemy as sa

from app.demo import world
from app.demo.past import effects, series, years
from app.extensions import db
from app.invitations import rounds
from app.invitations.models import Invitation, Population, Role, Round
from app.placements.models import Placement
from app.privacy import erasing
from app.questionnaires import loader
from app.questionnaires.definition import drop_hidden
from app.questionnaires.kinds import KINDS
from app.responses.models import Response
from tests import builders
from tests.conftest import on_sqlite

TEN = [f"Meting {year - 1}-{year}" for year in range(2017, 2027)]


def open_running(year: int = 2026) -> None:
    rounds.open_round(world.ROUND, dt.date(year, 8, 1), dt.date(year + 1, 7, 31))
    db.session.commit()


def build(scale: float) -> None:
    for _responses in years.build(scale):
        db.session.commit()


@pytest.fixture
def small(context):
    """Past years of some hundred answers, before a round that runs."""
    open_running()
    build(0.05)


def past() -> list[Round]:
    return [one for one in reversed(rounds.everything()) if one.name != world.ROUND]


def counted(wanted: sa.Select) -> int:
    return db.session.scalar(wanted) or 0


def responses() -> list[Response]:
    return list(db.session.scalars(sa.select(Response)))


def test_ten_closed_rounds_stand_before_the_running_one(small):
    assert [one.name for one in past()] == TEN
    assert all(one.closed_at and one.student_digest and one.trainer_digest for one in past())
    rounds.check_definitions()


def test_what_figures_are_weighted_to_is_written_down(small):
    seats = sa.select(sa.func.count()).select_from(Invitation).where(Invitation.role == Role.STUDENT)
    assert counted(sa.select(sa.func.sum(Population.n))) == counted(seats) > 3000
    assert all(one.frozen_at for one in past())


def test_each_sent_seat_has_its_answers(small):
    by = sa.func.count()
    sent = sa.select(Invitation.round_id, Invitation.role, by).where(Invitation.sent).group_by("round_id", "role")
    stored = sa.select(Response.round_id, Response.role, by).group_by("round_id", "role")
    assert Counter(map(tuple, db.session.execute(sent))) == Counter(map(tuple, db.session.execute(stored)))
    assert 800 < len(responses()) < 1200


@on_sqlite
def test_trainers_answer_more_often_than_students_get_their_link(small):
    def share(role: Role, condition) -> float:
        mine = sa.select(sa.func.count()).select_from(Invitation).where(Invitation.role == role)
        return counted(mine.where(condition)) / counted(mine)

    assert 0.19 < share(Role.TRAINER, Invitation.sent) < 0.27
    assert 0.1 < share(Role.STUDENT, Invitation.opened_at.is_not(None)) < 0.22
    assert share(Role.TRAINER, Invitation.invited_at.is_not(None)) > 0.95


@on_sqlite
def test_what_happened_to_a_seat_happened_in_order_and_before_its_end(small):
    for seat in db.session.scalars(sa.select(Invitation).where(Invitation.invited_at.is_not(None))):
        facts = [seat.invited_at, seat.mailed_at, seat.passed_on_at, seat.opened_at, seat.started_at]
        happened = [one for one in facts if one]
        assert happened == sorted(happened)
        assert happened[-1].date() <= seat.ends_on
        assert seat.started_at or not seat.sent


@on_sqlite
def test_answers_are_to_questions_that_are_asked_and_among_those_to_choose_from(small):
    definitions = loader.load_all()
    for one in responses():
        asked = definitions[one.questionnaire]
        assert drop_hidden(asked, one.everything, one.pathway) == one.everything
        for id_, value in one.everything.items():
            question = asked.question(id_)
            assert KINDS[question.kind].clean(question, value) == value


@on_sqlite
def test_a_trainer_counts_once_in_each_school_and_once_in_the_round(small):
    seats = sa.select(Invitation.round_id, Placement.trainer_id).join(
        Placement, Placement.id == Invitation.placement_id
    )
    seats = seats.where(Invitation.role == Role.TRAINER, Invitation.sent).distinct()
    forms = sa.select(sa.func.count()).select_from(Response).where(Response.role == Role.TRAINER)
    per_school = seats.add_columns(Placement.brin).subquery()
    assert counted(forms.where(Response.is_first)) == counted(sa.select(sa.func.count()).select_from(per_school))
    in_round = sa.select(sa.func.count()).select_from(seats.subquery())
    assert 0 < counted(forms.where(Response.is_first_in_round)) == counted(in_round) < counted(forms)


@on_sqlite
def test_most_texts_were_released_and_some_wait_to_be_read(small):
    written = sa.select(sa.func.count()).select_from(Response).where(Response.texts.is_not(None))
    assert 0 < counted(written.where(Response.released.is_not(None))) < counted(written)


@on_sqlite
@pytest.mark.parametrize(("today", "running"), [("2026-11-23", 2026), ("2027-07-31", 2026), ("2027-08-01", 2027)])
def test_nothing_is_past_its_term(context, today, running):
    builders.set_clock(today)
    open_running(running)
    build(0.05)
    assert len(past()) == 10
    assert erasing.count_due() == {}


@on_sqlite
def test_years_are_there_as_a_whole_or_not_and_the_rest_can_be_added(context):
    open_running()
    begun = years.build(0.02)
    next(begun)
    db.session.commit()
    next(begun)
    db.session.rollback()
    assert [one.name for one in past()] == TEN[:1]
    build(0.02)
    assert [one.name for one in past()] == TEN
    assert years.missing() == []


@on_sqlite
def test_the_same_is_drawn_again(context):
    open_running()

    def first_year() -> list[tuple]:
        next(years.build(0.05))
        found = [(one.key, one.brin, one.answers) for one in responses()]
        db.session.rollback()
        return found

    assert first_year() == first_year() != []


def test_figures_of_two_bureaus_are_not_joined():
    assert series.target("student", "guidance_school", 2021) == 62
    assert series.target("student", "guidance_school", 2022) == 54
    assert [series.target("student", "prepared_by_school", year) for year in (2017, 2021, 2022)] == [78, 78, 61]
    assert series.target("student", "prepared_by_company", 2018) == 67


NAMED = {"contact_enough": ("contact_amount", {"right", "too_much"})}
GOOD = {"4", "5", "yes"}


def value(name: str, answers: dict) -> float | None:
    """Return what an answer adds to a share in percent, or a grade; None without an opinion."""
    question, good = NAMED.get(name, (name, GOOD))
    answer = answers.get(question)
    if answer in (None, "na", "unknown"):
        return None
    return answer if question == "grade" else 100.0 * (answer in good)


def deviations(weights: dict) -> dict[tuple[str, str], float]:
    """Return per published series how many standard errors weighted answers are away from it, all years together."""
    year = {one.id: one.ends_until.year for one in past()}
    off = defaultdict(list)
    for one in responses():
        for (role, name), published in series.published().items():
            said = value(name, one.answers) if role == one.role else None
            if said is not None and year[one.round_id] in published:
                off[role, name].append((weights[role, one.brin], said - published[year[one.round_id]]))
    return {key: _standard_errors(pairs) for key, pairs in off.items()}


def _standard_errors(pairs: list[tuple[float, float]]) -> float:
    return sum(w * away for w, away in pairs) / math.sqrt(sum((w * away) ** 2 for w, away in pairs))


@on_sqlite
def test_weighted_to_all_placements_answers_have_the_published_figures(context):
    open_running()
    build(0.3)
    size = dict(db.session.execute(sa.select(Population.brin, sa.func.sum(Population.n)).group_by("brin")).all())
    n = Counter((one.role, one.brin) for one in responses())
    found = deviations({(role, brin): size[brin] / answers for (role, brin), answers in n.items()})
    assert set(found) == {key for key, published in series.published().items() if max(published) > 2016}
    assert {key: away for key, away in found.items() if abs(away) > 4} == {}


def test_schools_differ_most_on_what_they_do_themselves():
    def spread(question: str) -> float:
        return stdev(effects.effect(f"{number:02}AA", "03", "BOL", question) for number in range(100))

    assert 0.28 < spread("guidance_school") < 0.42
    assert spread("guidance_company") < 0.15
