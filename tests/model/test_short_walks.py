"""Short walks through the model: what long ones found, with the fewest steps that lead to it, and more that matter."""

import pytest

from tests.builders import SCHOOL
from tests.model.cast import BOSS, ENDS, KIM, PIET, SAM
from tests.model.ledger import EVERYTHING
from tests.model.walk import Walk

SOON, _LATER, WINTER, _MIDWINTER, SPRING = ENDS


@pytest.fixture
def life(mailing_app, mail_server):
    """The model's world on its first day: the autumn's round is open, and one school shares all of its students."""
    life = Walk()
    life.app, life.server = mailing_app, mail_server
    life.begin()
    life.open_round("autumn")
    life.agree(SCHOOL, EVERYTHING, None)
    return life


def test_a_student_who_objects_leaves_their_trainer_the_own_part(life):
    life.load("A1", address=SAM)
    life.object_to(SAM)
    life.hold()


def test_who_was_erased_is_not_proposed_in_the_round_that_their_end_moves_into(life):
    life.load("A3", end=SPRING)
    life.erase_person(f"{SCHOOL} A3")
    life.load("A3", end=SOON)
    life.hold()


def test_another_placement_of_a_student_who_objected_is_not_proposed(life):
    life.load("A1", end=SPRING)
    life.object_to(f"{SCHOOL} 11")
    life.load("A2")
    life.hold()


def test_what_the_file_never_lets_us_ask_is_no_population(life):
    life.load("B1", status="Voorlopig")
    life.load("B2", status="Afgemeld")
    life.hold()


def test_a_trainer_whose_own_part_is_withdrawn_still_passes_the_link_on(life):
    life.load("B2")
    life.invite("autumn")
    life.withdraw_seat("B2", "trainer")
    life.hold()


def test_nobody_is_mailed_again_about_what_they_cannot_find(life):
    life.load("B1")
    life.withdraw_seat("B1", "student")
    life.mail_again("B1", "trainer")


def test_the_trainer_is_told_when_the_address_of_a_mailed_student_is_taken_away(life):
    life.load("A1", address=SAM)
    life.invite("autumn")
    life.empty_student("A1")
    life.hold()
    life.invite("autumn")
    life.hold()


def test_another_trainer_with_another_end_finds_the_student(life):
    life.load("B2")
    life.invite("autumn")
    life.load("B2", end=WINTER, trainer=PIET)
    life.hold()


def test_a_round_that_is_over_keeps_its_counts_when_the_file_names_another_trainer(life):
    life.load("A1")
    life.invite("autumn")
    life.visit(BOSS, 0)
    life.wait(50)
    life.hold()
    life.load("A1", trainer=PIET)
    life.hold()


def test_a_round_that_is_over_keeps_its_population_whatever_files_say(life):
    life.load("A1")
    life.wait(50)
    life.hold()
    life.load("A1", status="Afgemeld")
    life.load("A2")
    life.hold()


def test_a_draft_is_not_shown_to_the_next_reader_of_a_seat(life):
    life.load("A1", address=SAM)
    life.invite("autumn")
    life.write(SAM, 0, again=False)
    life.load("A1", address=KIM)
    life.mail_again("A1", "student")
    life.all_look()


def test_the_next_trainer_starts_afresh(life):
    life.load("A1")
    life.invite("autumn")
    life.visit(BOSS, 0)
    life.write(BOSS, 0, again=False)
    life.load("A1", trainer=PIET)
    life.invite("autumn")
    life.all_look()
    life.all_look()
    life.hold()


def test_what_was_sent_stays_sent_when_the_file_refuses_the_placement(life):
    life.load("A1", address=SAM)
    life.invite("autumn")
    life.write(SAM, 0, again=False)
    life.send_answers(SAM, 0)
    assert life.ledger.sent
    life.load("A1", status="Afgemeld")
    life.hold()
    life.drop("A1", complete=True)
    life.wait(50)
    life.hold()


def test_contacts_come_back_with_the_agreement_they_went_with(life):
    life.load("A1", address=SAM)
    life.agree(SCHOOL, frozenset({"first_name"}), None)
    life.wait(1)
    life.agree(SCHOOL, EVERYTHING, None)
    life.load_again(SCHOOL)


def test_undoing_leaves_what_the_school_said_since(life):
    life.load("A1", address=SAM)
    life.load("A1", address=None, end=SOON)
    life.deliver_student("A1", KIM)
    life.undo(0)
    life.hold()
