"""What loading writes, what it leaves alone, and what it tells."""

import dataclasses
import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.hashing import address_hash
from app.invitations import facts, handing_over, helpdesk
from app.invitations.models import Invitation, Role
from app.placements import loading
from app.placements.checking import CheckedRow, Outcome, Reason, Remark
from app.placements.columns import Field
from app.placements.loading import Summary
from app.placements.models import Company, Placement, StudentContact, Trainer, TrainerContact
from app.placements.sheet import Row
from app.placements.signals import placements_loaded
from tests import builders
from tests.builders import OTHER_SCHOOL, SCHOOL

COLUMNS = {Field.BRIN: 0, Field.AGREEMENT_NUMBER: 1}


def store(*rows: CheckedRow, dry_run: bool = False) -> dict[str, int]:
    """Store rows and return what is not nought of new, changed and same."""
    summary = Summary()
    (loading.sift if dry_run else loading.store)(list(rows), summary)
    db.session.commit()
    return dict(summary.counts)


def changed(row: CheckedRow, **changes) -> CheckedRow:
    return dataclasses.replace(row, **changes)


def outcome(row: CheckedRow, **fate) -> Outcome:
    fate = fate or {"checked": row}
    return Outcome(Row(2, [row.brin, row.agreement_number]), **fate)


def load(*outcomes: Outcome) -> Summary:
    summary = Summary()
    for _n in loading.load(outcomes, COLUMNS, summary):
        db.session.commit()
    loading.count_gone(summary)
    return summary


def shared(**changes) -> CheckedRow:
    """A row as it is read under an agreement."""
    given = {"first_name": "Sam", "student_number": "s1", "student_address": "s1@school.example"}
    return builders.row(**(given | changes))


def test_a_row_is_new_then_the_same(context):
    row = builders.row()
    assert store(row) == {"new": 1}
    assert store(row) == {"same": 1}


def test_the_same_rows_again_write_nothing(context):
    row = builders.row()
    store(row)
    loaded_at = db.session.scalar(sa.select(Placement.loaded_at))
    builders.set_clock("2026-12-01")
    store(row)
    assert db.session.scalar(sa.select(Placement.loaded_at)) == loaded_at


@pytest.mark.parametrize(
    "change",
    [
        {"planned_end_on": dt.date(2027, 1, 31)},
        {"actual_end_on": dt.date(2026, 11, 1)},
        {"status": "Afgemeld"},
        {"company_name": "Another name"},
        {"trainer_name": "Another trainer"},
        {"trainer_address": None},
        {"language": "en"},
        {"first_name": "Sam"},
    ],
)
def test_a_row_that_says_something_else_is_changed(context, change):
    row = builders.row()
    store(row)
    assert store(changed(row, **change)) == {"changed": 1}


def test_a_change_is_written_to_the_same_placement(context):
    row = builders.row()
    (before,) = builders.load(row)
    (after,) = builders.load(changed(row, planned_end_on=dt.date(2027, 1, 31)))
    assert after.id == before.id
    assert after.ends_on == dt.date(2027, 1, 31)


def test_the_actual_end_counts_before_the_planned_one(context):
    (placement,) = builders.load(builders.row(actual_end_on=dt.date(2026, 10, 1)))
    assert placement.ends_on == dt.date(2026, 10, 1)


def test_the_same_number_at_another_school_is_another_placement(context):
    row = builders.row()
    assert store(row, changed(row, brin=OTHER_SCHOOL)) == {"new": 2}


def test_a_dry_run_counts_and_stores_nothing(context):
    assert store(builders.row(), dry_run=True) == {"new": 1}
    assert [db.session.scalar(sa.select(sa.func.count()).select_from(t)) for t in (Placement, Trainer, Company)] == [
        0
    ] * 3


def test_an_agreement_signed_later_brings_the_address(context):
    row = shared()
    without = changed(row, first_name="", student_number="", student_address=None)
    (placement,) = builders.load(without)
    assert placement.student is None
    assert store(row) == {"changed": 1}
    assert db.session.scalar(sa.select(StudentContact.address)) == "s1@school.example"


def test_what_a_school_no_longer_shares_goes(context):
    row = shared()
    store(row)
    store(changed(row, first_name="", student_number="", student_address=None))
    assert db.session.scalars(sa.select(StudentContact)).all() == []


def test_a_students_bounce_is_kept_with_the_address_and_forgotten_with_it(context):
    row = shared()
    store(row)
    db.session.execute(sa.update(StudentContact).values(bounced_at=dt.datetime.now(dt.UTC)))
    store(changed(row, first_name="Samir"))
    assert db.session.scalar(sa.select(StudentContact.bounced_at)) is not None
    store(changed(row, student_address="other@school.example"))
    assert db.session.scalar(sa.select(StudentContact.bounced_at)) is None


def test_a_file_with_another_trainers_address_leaves_the_mark_behind(context):
    row = builders.row(trainer_address="typo@company.example")
    (placement,) = builders.load(row)
    db.session.execute(sa.update(Trainer).values(bounced_at=dt.datetime.now(dt.UTC)))
    store(changed(row, trainer_address="right@company.example"))
    db.session.expire_all()
    assert (placement.trainer.address, placement.trainer.bounced_at) == ("right@company.example", None)


def test_a_trainer_is_one_address_whatever_schools_name_it(context):
    first = builders.row(trainer_address="t@company.example", trainer_name="T. One")
    other = builders.row(trainer_address="t@company.example", trainer_name="T. Two", brin=OTHER_SCHOOL)
    store(first, other)
    assert len(db.session.scalars(sa.select(Trainer)).all()) == 1
    names = {contact.brin: contact.name for contact in db.session.scalars(sa.select(TrainerContact))}
    assert names == {SCHOOL: "T. One", OTHER_SCHOOL: "T. Two"}


# What the desk corrected


def correct(placement: Placement, role: Role, address: str) -> None:
    helpdesk.correct_address(builders.seat(placement, role), address)
    db.session.commit()


def trainer_of(placement: Placement) -> str | None:
    db.session.expire_all()
    return placement.trainer and placement.trainer.address


def trainers_address() -> str | None:
    db.session.expire_all()
    return db.session.scalars(sa.select(Trainer.address).join(Placement)).one()


def addresses() -> set[str | None]:
    return set(db.session.scalars(sa.select(Trainer.address)))


@pytest.fixture(params=["is_new", "is_another_trainers"])
def corrected(context, request) -> CheckedRow:
    """A row whose trainer's address the desk corrected since, to one nobody had or to another trainer's."""
    row = builders.row(trainer_address="wrong@company.example")
    (placement,) = builders.load(row)
    if request.param == "is_another_trainers":
        db.session.add(Trainer(address="right@company.example", address_hash=address_hash("right@company.example")))
    builders.open_round()
    correct(placement, Role.TRAINER, "right@company.example")
    return row


def test_a_corrected_trainers_address_survives_a_file_that_changes_something_else(corrected):
    store(changed(corrected, planned_end_on=dt.date(2027, 1, 31)))
    assert trainers_address() == "right@company.example"


def names() -> dict[str | None, str]:
    """Return what schools call trainers, by address."""
    return {row[0]: row[1] for row in db.session.execute(sa.select(Trainer.address, TrainerContact.name).join(Trainer))}


def test_a_trainer_whose_address_was_corrected_has_the_name_that_the_next_file_gives(context):
    row = builders.row(trainer_address="wrong@company.example")
    (placement,) = builders.load(row)
    builders.open_round()
    correct(placement, Role.TRAINER, "right@company.example")
    store(changed(row, trainer_name="New name"))
    assert names() == {"right@company.example": "New name"}


def test_a_former_trainers_name_is_not_written_on_the_colleague(context):
    jan, piet = "jan@company.example", "piet@company.example"
    row = builders.row(trainer_address=jan, trainer_name="Jan Jansen")
    placement, _other = builders.load(row, builders.row(trainer_address=piet, trainer_name="Piet Pietersen"))
    builders.open_round()
    handing_over.hand_over(placement, piet, "handed_over")
    store(changed(row, planned_end_on=dt.date(2027, 1, 31), trainer_name="J. Jansen"))
    assert trainer_of(placement) == piet
    assert names() == {jan: "J. Jansen", piet: "Piet Pietersen"}


def test_a_file_that_names_yet_another_trainer_wins(corrected):
    store(changed(corrected, trainer_address="other@company.example"))
    assert trainers_address() == "other@company.example"


def test_a_file_that_names_no_trainer_any_more_wins(corrected):
    store(changed(corrected, trainer_address=None))
    assert db.session.scalar(sa.select(Placement.trainer_id)) is None


def test_a_file_that_agrees_with_the_desk_and_then_errs_again_wins(corrected):
    store(changed(corrected, trainer_address="right@company.example"))
    assert trainers_address() == "right@company.example"
    store(corrected)
    assert trainers_address() == "wrong@company.example"


def test_a_mistaken_address_that_nobody_uses_does_not_come_back(context):
    row = builders.row(trainer_address="wrong@company.example")
    (placement,) = builders.load(row)
    builders.open_round()
    correct(placement, Role.TRAINER, "right@company.example")
    store(changed(row, language="en"))
    assert addresses() == {"right@company.example"}


def test_a_trainer_who_was_corrected_is_no_other_trainer_to_those_who_listen(corrected):
    heard = []

    def listen(_sender, **news):
        heard.append(news["other_trainer"])

    with placements_loaded.connected_to(listen):
        store(changed(corrected, language="en"))
        store(changed(corrected, trainer_address="right@company.example"))
        store(changed(corrected, trainer_address="other@company.example"))
    ids = db.session.scalars(sa.select(Placement.id)).all()
    assert heard == [[], [], ids]


def students_address() -> str | None:
    db.session.expire_all()
    return db.session.scalar(sa.select(StudentContact.address))


@pytest.fixture
def corrected_student(context) -> CheckedRow:
    builders.sharing_school()
    (placement,) = builders.load(row := shared())
    builders.open_round()
    correct(placement, Role.STUDENT, "right@school.example")
    return row


def test_a_corrected_students_address_survives_a_file_that_changes_something_else(corrected_student):
    db.session.execute(sa.update(StudentContact).values(bounced_at=dt.datetime.now(dt.UTC)))
    store(changed(corrected_student, first_name="Samir"))
    assert students_address() == "right@school.example"
    kept = sa.select(StudentContact.first_name, StudentContact.bounced_at.is_not(None))
    assert db.session.execute(kept).one() == ("Samir", True)


def test_a_file_that_names_yet_another_address_of_a_student_wins(corrected_student):
    store(changed(corrected_student, student_address="other@school.example"))
    assert students_address() == "other@school.example"


def test_what_a_school_no_longer_shares_goes_though_it_was_corrected(corrected_student):
    store(changed(corrected_student, first_name="", student_number="", student_address=None))
    assert students_address() is None


def test_an_address_that_only_the_desk_gave_stays(context):
    builders.sharing_school()
    (placement,) = builders.load(row := builders.row())
    builders.open_round()
    correct(placement, Role.STUDENT, "given@school.example")
    store(changed(row, language="en"))
    assert students_address() == "given@school.example"


def test_a_trainers_language_and_version_survive_loading(context):
    row = builders.row()
    store(row)
    db.session.execute(sa.update(Trainer).values(language="en", version=3))
    store(changed(row, trainer_name="New name"))
    assert db.session.execute(sa.select(Trainer.language, Trainer.version)).one() == ("en", 3)


def test_a_row_without_a_trainers_address_has_no_trainer(context):
    (placement,) = builders.load(builders.row(trainer_address=None))
    assert placement.trainer is None


def test_companies_of_two_names_stay_the_same_at_the_second_loading(context):
    rows = builders.row(company_name="One name"), builders.row(company_name="Two names")
    store(*rows)
    name = db.session.scalar(sa.select(Company.name))
    assert store(*rows) == {"same": 2}
    assert db.session.scalar(sa.select(Company.name)) == name


def test_an_empty_name_wipes_no_known_one(context):
    store(builders.row(company_name="Bakery", company_city="Tiel"))
    store(builders.row(company_name="", company_city="", region=""))
    assert db.session.execute(sa.select(Company.name, Company.city)).one() == ("Bakery", "Tiel")


def test_an_empty_name_wipes_no_known_one_in_the_same_chunk(context):
    store(builders.row(company_name="Bakery"), builders.row(company_name=""))
    assert db.session.scalar(sa.select(Company.name)) == "Bakery"


def test_a_formula_in_a_name_is_text(context):
    store(builders.row(company_name='=HYPERLINK("x")'))
    assert db.session.scalar(sa.select(Company.name)) == '=HYPERLINK("x")'


def test_listeners_hear_which_placements_were_written_and_whose_trainer_changed(context):
    heard = []

    def listen(_sender, **news):
        heard.append(news)

    stays, moves = builders.row(), builders.row()
    first, second = builders.load(stays, moves)
    with placements_loaded.connected_to(listen):
        store(changed(stays, language="en"), changed(moves, trainer_address="new@company.example"), builders.row())
    assert [len(news["ids"]) for news in heard] == [3]
    assert heard[0]["other_trainer"] == [second.id]
    assert first.id in heard[0]["ids"]


def test_every_key_is_always_in_the_summary():
    counts = Summary().as_dict()
    kinds = ["rows", "new", "changed", "same", "duplicate", "refused", "gone"]
    assert list(counts) == [*kinds, "warnings", "warned_rows", "reasons"]
    assert counts["warnings"] == dict.fromkeys((remark.value for remark in Remark), 0)
    assert counts["reasons"] == dict.fromkeys((reason.value for reason in Reason), 0)


def test_rows_are_the_sum_of_what_became_of_them(context):
    known = builders.row()
    builders.load(known)
    counts = load(
        outcome(known),
        outcome(changed(known, agreement_number="new"), checked=changed(known, agreement_number="new")),
        outcome(known, duplicate=True),
        outcome(known, refusal=Reason.BAD_DATE),
    ).as_dict()
    assert (counts["rows"], counts["same"], counts["new"], counts["duplicate"], counts["refused"]) == (4, 1, 1, 1, 1)
    assert counts["reasons"]["bad_date"] == 1


def test_gone_is_counted_per_school_of_the_file(context):
    here, also_here, elsewhere = builders.row(), builders.row(), builders.row(brin=OTHER_SCHOOL)
    builders.load(here, also_here, elsewhere)
    assert load(outcome(here)).counts["gone"] == 1


def test_a_refused_row_is_never_gone(context):
    here, other = builders.row(), builders.row()
    builders.load(here, other)
    summary = load(outcome(here), outcome(other, refusal=Reason.BAD_DATE))
    assert summary.counts["gone"] == 0
    assert loading.withdraw_gone(SCHOOL, summary) == 0


def test_what_is_gone_from_a_complete_file_is_withdrawn(context):
    here, away, elsewhere = builders.row(), builders.row(), builders.row(brin=OTHER_SCHOOL)
    kept, gone, other = builders.load(here, away, elsewhere)
    builders.open_round()
    assert loading.withdraw_gone(SCHOOL, load(outcome(here))) == 1
    db.session.commit()
    withdrawn = [not facts.one(builders.seat(placement).id).counts for placement in (kept, gone, other)]
    assert withdrawn == [False, True, False]


def test_the_file_of_a_new_year_leaves_what_ended_before_it(context):
    over = builders.row(planned_end_on=dt.date(2027, 7, 1))
    runs = builders.row(planned_end_on=dt.date(2027, 9, 20))
    builders.load(over, runs)
    builders.set_clock("2027-09-10")
    summary = load(outcome(builders.row(begins_on=dt.date(2027, 9, 1), planned_end_on=dt.date(2028, 1, 15))))
    assert summary.counts["gone"] == 1
    assert loading.withdraw_gone(SCHOOL, summary) == 1
    gone = sa.select(Placement.ends_on).where(Placement.gone_at.is_not(None))
    assert db.session.scalars(gone).all() == [dt.date(2027, 9, 20)]


def test_what_ended_is_gone_from_a_file_that_names_earlier_ends(context):
    builders.load(builders.row(planned_end_on=dt.date(2026, 11, 15)))
    assert load(outcome(builders.row(planned_end_on=dt.date(2026, 11, 1)))).counts["gone"] == 1
    assert load(outcome(builders.row(planned_end_on=dt.date(2027, 2, 1)))).counts["gone"] == 0


def test_what_was_withdrawn_is_not_gone_again(context):
    here, away = builders.row(), builders.row()
    builders.load(here, away)
    loading.withdraw_gone(SCHOOL, load(outcome(here)))
    assert load(outcome(here)).counts["gone"] == 0


def test_what_comes_back_is_changed_and_given_back(context):
    here, away = builders.row(), builders.row()
    _kept, gone = builders.load(here, away)
    builders.open_round()
    loading.withdraw_gone(SCHOOL, load(outcome(here)))
    assert store(away) == {"changed": 1}
    assert facts.one(builders.seat(gone).id).may_be_asked


def test_a_load_that_was_cut_off_goes_on_where_it_stopped(context, monkeypatch):
    monkeypatch.setattr(loading, "CHUNK", 2)
    outcomes = [outcome(builders.row()) for _n in range(5)]
    begun = loading.load(outcomes, COLUMNS, Summary())
    next(begun)
    db.session.commit()
    next(begun)
    begun.close()
    db.session.rollback()
    assert load(*outcomes).counts == {"same": 2, "new": 3, "gone": 0}


def test_who_loads_the_same_rows_at_once_waits_and_finds_them_the_same(app):
    rows, found = [builders.row(), builders.row(brin=OTHER_SCHOOL)], []

    def load_too() -> None:
        with app.app_context():
            found.append(store(*rows))

    with app.app_context():
        summary = Summary()
        loading.store(rows, summary)
        other = threading.Thread(target=load_too)
        other.start()
        other.join(0.5)
        assert found == []
        db.session.commit()
        other.join()
    assert (dict(summary.counts), found) == ({"new": 2}, [{"same": 2}])


def test_chunks_are_yielded_by_their_size(context, monkeypatch):
    monkeypatch.setattr(loading, "CHUNK", 2)
    outcomes = [outcome(builders.row()) for _n in range(5)]
    assert list(loading.load(outcomes, COLUMNS, Summary())) == [2, 2, 1]


def test_the_session_holds_no_placement_after_a_chunk(context):
    builders.open_round()
    load(*(outcome(builders.row()) for _n in range(20)))
    assert not any(isinstance(thing, Placement | Trainer | Invitation) for thing in db.session.identity_map.values())


def test_rows_are_checked_against_what_holds_today(context):
    builders.sharing_school()
    assert set(loading.reference_today().sharing) == {SCHOOL}
    builders.set_clock("2025-12-31")
    assert loading.reference_today().sharing == {}
    assert SCHOOL in loading.reference_today().schools
    assert builders.CREBO in loading.reference_today().programmes
