"""A model of two rounds in which files, agreements and people keep changing: whatever happens, eight promises hold.

`make test` takes some walks, always the same. By hand as many steps as wanted, other ones each time, and a walk that
fails is made shorter, which takes minutes; the steps it prints make a test in test_short_walks.py:

    MODEL_STEPS=2000 .venv/bin/python -m pytest tests/model -n 0
"""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.builders import SCHOOL
from tests.model.asking import Asking
from tests.model.cast import BRINS, ENDS, PLACES, ROUNDS, STATUSES, STUDENTS, TRAINERS, Line
from tests.model.files import Files
from tests.model.holds import Holds
from tests.model.ledger import EVERYTHING
from tests.model.people import People
from tests.model.walk import Walk

WALK = 50  # steps
STEPS = int(os.environ.get("MODEL_STEPS", 0))

brins, names = st.sampled_from(BRINS), st.sampled_from(sorted(ROUNDS))
numbers, roles = st.sampled_from(sorted(PLACES)), st.sampled_from(["student", "trainer"])
ends, statuses, nths = st.sampled_from(ENDS), st.sampled_from(STATUSES), st.integers(0, 3)
trainers, students = st.sampled_from(TRAINERS), st.sampled_from(STUDENTS)
anyone = st.sampled_from([*TRAINERS, *STUDENTS])
named = [f"{place.brin} {word}" for place in PLACES.values() for word in (place.number, place.student)]
persons = st.sampled_from([*TRAINERS, *STUDENTS, *named])
firsts = st.tuples(numbers, ends, st.none() | students)
there = st.runner().flatmap(lambda machine: st.sampled_from(machine.ledger.there() or ["A1"]))
known = there | there | numbers  # most often of a placement that we know
categories = st.sampled_from([EVERYTHING, frozenset({"first_name"}), EVERYTHING - {"student_number"}, frozenset()])
ways = st.sampled_from(["copy", "mail-me", "via-us"])
exits = st.sampled_from(["not-mine", "stopped", "unreachable", "dates", "colleague", "offer"])
HOW = {
    "stateful_step_count": WALK,
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}


def holding(kind):
    """Return a strategy of those who hold a link, of this kind if one is named."""
    return st.runner().flatmap(lambda machine: st.sampled_from(machine.readers(kind)))


def if_held(kind):
    return precondition(lambda machine: machine.readers(kind))


anybody, reader, trainer = holding(""), holding("s"), holding("t")
with_link, with_seat, with_page = if_held(""), if_held("s"), if_held("t")


class Machine(Walk, RuleBasedStateMachine):
    def __init__(self):
        RuleBasedStateMachine.__init__(self)
        self.begin()

    @initialize(first=st.lists(firsts, min_size=1, max_size=3, unique_by=lambda one: one[0]), invited=st.booleans())
    def first_files(self, first, invited):
        """One school shares all, and both hand in their first files; perhaps somebody is invited at once."""
        self.open_round("autumn")
        self.agree(SCHOOL, EVERYTHING, None)
        for number, end, address in first:
            self.ledger.files[PLACES[number].brin][number] = Line(end=end, address=address)
        for brin in sorted({PLACES[number].brin for number, _end, _address in first}):
            self.load_again(brin)
        if invited:
            self.invite("autumn", look=True)

    load_again = rule(brin=brins)(Files.load_again)
    end_moves = rule(number=known, end=ends)(Files.load)
    status_changes = rule(number=known, status=statuses)(Files.load)
    trainer_changes = rule(number=known, trainer=st.none() | trainers)(Files.load)
    trainer_and_end_change = rule(number=known, trainer=trainers, end=ends)(Files.load)
    address_changes = rule(number=known, address=st.none() | students)(Files.load)
    student_is_named = rule(number=known, numbered=st.booleans(), named=st.booleans())(Files.load)
    drop = rule(number=known, complete=st.booleans())(Files.drop)
    undo = precondition(lambda self: self.ledger.loads)(rule(back=st.integers(0, 1))(Files.undo))
    agree = rule(brin=brins, categories=categories, days=st.sampled_from([None, 10, 60]))(Files.agree)
    deliver_student = rule(number=there, address=students)(Files.deliver_student)
    empty_student = rule(number=there)(Files.empty_student)

    open_round = rule(name=names)(Asking.open_round)
    close_round = rule(name=names)(Asking.close_round)
    propose = rule(name=names)(Asking.propose)
    with_batch = precondition(lambda self: self.ledger.batches)
    send_batch = with_batch(rule(back=st.integers(0, 1))(Asking.send_batch))
    cancel_batch = with_batch(rule()(Asking.cancel_batch))
    deliver = precondition(lambda self: self.ledger.queued)(rule()(Asking.deliver))
    invite = rule(name=names, look=st.booleans())(Asking.invite)
    remind = rule()(Asking.remind)
    wait = rule(days=st.sampled_from([1, 3, 8, 15, 35]))(Asking.wait)
    erase_what_is_due = rule()(Asking.erase_what_is_due)
    withdraw_seat = rule(number=there, role=roles)(Asking.withdraw_seat)
    give_seat_back = precondition(lambda self: self.ledger.withdrawn)(
        rule(number=there, role=roles)(Asking.give_seat_back)
    )
    replace_link = rule(number=there, role=roles)(Asking.replace_link)
    mail_again = rule(number=there, role=roles)(Asking.mail_again)
    correct_student = rule(number=there, role=st.just("student"), address=students)(Asking.correct_address)
    correct_trainer = rule(number=there, role=st.just("trainer"), address=trainers)(Asking.correct_address)

    visit = with_link(rule(reader=anybody, nth=nths)(People.visit))
    write = with_seat(rule(reader=reader, nth=nths, again=st.booleans())(People.write))
    all_look = with_link(rule(kind=st.sampled_from(["t", "s"]))(People.all_look))
    all_write = with_seat(rule()(People.all_write))
    all_send = with_seat(rule()(People.all_send))
    send_answers = with_seat(rule(reader=reader, nth=nths)(People.send_answers))
    withdraw_answers = precondition(lambda self: self.ledger.receipts)(rule()(People.withdraw_answers))
    pass_on = with_page(rule(reader=trainer, nth=nths, student=nths, way=ways)(People.pass_on))
    leave = with_page(rule(reader=trainer, nth=nths, student=nths, way=exits, address=trainers)(People.leave))
    take_back = with_page(rule(reader=trainer, nth=nths)(People.take_back))
    take_over = precondition(lambda self: self.ledger.offers)(rule(nth=nths, address=trainers)(People.take_over))
    object_to = rule(words=persons)(People.object_to)
    erase_person = rule(words=persons)(People.erase_person)
    ask_again = precondition(lambda self: self.ledger.silent)(rule(words=persons)(People.ask_again))
    opt_out = rule(address=anyone)(People.opt_out)
    opt_in = precondition(lambda self: self.ledger.unmailed)(rule(address=anyone)(People.opt_in))

    holds = invariant()(Holds.hold)


def test_the_promises_hold_whatever_happens(mailing_app, mail_server):
    machine = type("Rounds", (Machine,), {"app": mailing_app, "server": mail_server})
    by_hand = {"max_examples": STEPS // WALK, "derandomize": False, "phases": (Phase.generate, Phase.shrink)}
    walks = by_hand if STEPS else {"max_examples": 8, "derandomize": True, "phases": (Phase.generate,)}
    run_state_machine_as_test(machine, settings=settings(**walks, **HOW))
