"""A trainer's students, told apart."""

import datetime as dt

import pytest

from app.extensions import db
from app.invitations import roster
from app.languages import force_locale
from tests import builders

ADDRESS = {"trainer_address": "t@company.example"}


@pytest.fixture
def english(context):
    with force_locale("en"):
        yield


def entries(*rows) -> list[roster.Entry]:
    placements = builders.load(*rows)
    return roster.of_trainer(builders.trainer_of(placements[0]))


@pytest.fixture
def opened(english):
    return builders.open_round()


def test_a_trainer_has_all_students_soonest_end_first(opened):
    found = entries(
        builders.row(planned_end_on=dt.date(2027, 3, 1), **ADDRESS), builders.row(**ADDRESS), builders.row()
    )
    assert [entry.placement.ends_on for entry in found] == [dt.date(2026, 11, 30), dt.date(2027, 3, 1)]
    assert {entry.student.role for entry in found} == {"student"}
    assert {entry.trainer.role for entry in found} == {"trainer"}


def test_a_student_is_called_by_first_name_where_it_is_known(opened):
    builders.sharing_school()
    names = {entry.name for entry in entries(builders.row(first_name="Sam", **ADDRESS), builders.row(**ADDRESS))}
    assert names == {"Sam", "Metselaar"}


def test_a_placement_is_known_by_programme_school_and_period(opened):
    (entry,) = entries(builders.row(**ADDRESS))
    placement = entry.placement
    period = "1 Sep 2026 to 30 Nov 2026" if "1 Sep 2026" in entry.about else "Sep 1, 2026"
    assert placement.programme.name == entry.name
    assert placement.school.name in entry.about
    assert period in entry.about


def test_students_that_look_alike_show_the_end_of_their_agreement_number(opened):
    alike = [builders.row(agreement_number=number, **ADDRESS) for number in ("100001", "100002")]
    first, second, other = entries(*alike, builders.row(agreement_number="1000003", crebo="25736", **ADDRESS))
    assert first.about.endswith("0001")
    assert second.about.endswith("0002")
    assert "0003" not in other.about


def test_names_tell_students_apart(opened):
    builders.sharing_school()
    rows = [builders.row(agreement_number=f"10000{n}", first_name=name, **ADDRESS) for n, name in enumerate(("A", "B"))]
    assert not any("10000" in entry.about for entry in entries(*rows))


def withdraw(opened, placement):
    for role in ("student", "trainer"):
        seat = builders.seat(placement, role)
        seat.desk_withdrew_at, seat.desk_withdrew_from = dt.datetime.now(dt.UTC), placement.trainer_id


def refuse(opened, placement):
    placement.status = "Afgemeld"


def close(opened, placement):
    opened.closed_at = dt.datetime.now(dt.UTC)


def let_pass(opened, placement):
    opened.closes_on = dt.date(2026, 11, 22)


@pytest.mark.parametrize("happen", [withdraw, refuse, close, let_pass])
def test_what_is_over_is_not_on_the_page(opened, happen):
    (placement,) = builders.load(builders.row(**ADDRESS))
    happen(opened, placement)
    db.session.commit()
    assert roster.of_trainer(placement.trainer) == []


def test_a_student_whose_end_moved_into_another_round_stays_whole(opened):
    """The announced seat keeps its round, the other one moves; both are still shown together."""
    (placement,) = builders.load(builders.row(**ADDRESS))
    later = builders.open_over("Next", dt.date(2027, 8, 1), dt.date(2028, 7, 31))
    builders.seat(placement, "trainer").round_id = later.id
    opened.closed_at = dt.datetime.now(dt.UTC)
    db.session.commit()
    (entry,) = roster.of_trainer(placement.trainer)
    assert (entry.student.round_id, entry.trainer.round_id) == (opened.id, later.id)


def test_entries_of_placements_are_found_whatever_their_state(opened):
    placements = builders.load(builders.row(status="Voorlopig"), builders.row())
    assert len(roster.of_placements([placement.id for placement in placements])) == 2
