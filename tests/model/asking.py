"""Steps of the desk and the worker: rounds, batches, mails, reminders, single seats, the clock, what goes in time."""

import contextlib
import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa

from app.extensions import db
from app.forwarding import reminding
from app.invitations import batches, helpdesk, planner, rounds
from app.invitations.batches import NotSendable
from app.invitations.helpdesk import Refused
from app.invitations.models import Batch, Invitation, Round
from app.privacy import erasing
from tests import builders
from tests.model.cast import ROUNDS, SEAT_DAYS
from tests.model.life import seat_of, see
from tests.model.people import People


class Asking(People):
    """What the desk and the worker do."""

    def open_round(self, name: str) -> None:
        from_, until = ROUNDS[name]
        with contextlib.suppress(rounds.RoundRefused):
            self.act(lambda: rounds.open_round(name, from_, until, seat_days=SEAT_DAYS))

    def close_round(self, name: str) -> None:
        """The desk closes a round before its time."""
        self.act(lambda: (found := rounds.find(name)) and rounds.close_round(found))

    def propose(self, name: str) -> None:
        """The desk asks for a proposal."""

        def make() -> int | None:
            found = rounds.find(name)
            return planner.propose(found).id if found and not found.is_closed(self.today) else None

        if batch := self.act(make):
            self.ledger.batches.append(batch)

    def send_batch(self, back: int) -> None:
        """The desk says yes to a proposal: the last, or the one `back` before it."""
        self.ledger.queued = True
        id_ = self.ledger.batches[-1 - back % len(self.ledger.batches)]
        with self.app.app_context(), contextlib.suppress(NotSendable):
            for _queued in batches.send(db.session.get_one(Batch, id_)):
                db.session.commit()

    def cancel_batch(self) -> None:
        self.act(lambda: batches.cancel(db.session.get_one(Batch, self.ledger.batches[-1])))

    def deliver(self) -> None:
        """The worker sends what waits; everybody gets their mail, and looks."""
        self.act(builders.deliver)
        self.ledger.queued = False
        for mail in self.server.mails[self.ledger.mails :]:
            found = self.act(lambda mail=mail: self.take_links(mail.recipient, mail.text))
            self.look(lambda mail=mail, found=found: self.hold_mail(mail.recipient, found))
        self.ledger.mails = len(self.server.mails)

    def invite(self, name: str, look: bool = False) -> None:
        """A proposal is made, sent and delivered at once; perhaps trainers look at their pages."""
        made = len(self.ledger.batches)
        self.propose(name)
        if len(self.ledger.batches) > made:
            self.send_batch(0)
            self.deliver()
            if look:
                self.all_look("t")

    def remind(self) -> None:
        """The worker queues today's reminders and sends them."""
        with self.app.app_context():
            for _piece in reminding.work():
                db.session.commit()
            db.session.commit()
        self.deliver()

    def wait(self, days: int) -> None:
        """Days go by; the worker does its hourly work."""
        self.set_clock(self.app.config["BPV_NOW"] + dt.timedelta(days=days))
        self.erase_what_is_due()

    def erase_what_is_due(self) -> None:
        """The worker freezes rounds that are over and erases what nobody needs any more."""
        with self.app.app_context():
            for _erased in erasing.erase():
                db.session.commit()

    def withdraw_seat(self, number: str, role: str) -> None:
        if self._at_desk(number, role, helpdesk.withdraw):
            self.ledger.withdrawn[number, role] = self.act(lambda: see()[number].placement.trainer_id)

    def give_seat_back(self, number: str, role: str) -> None:
        if self._at_desk(number, role, helpdesk.give_back):
            self.ledger.withdrawn.pop((number, role), None)

    def replace_link(self, number: str, role: str) -> None:
        self._at_desk(number, role, helpdesk.replace_link)

    def mail_again(self, number: str, role: str) -> None:
        if self._at_desk(number, role, helpdesk.mail_again):
            self.deliver()

    def correct_address(self, number: str, role: str, address: str) -> None:
        """The desk is told another address. A trainer's is that of all their students, from then on."""
        seen = self.act(lambda: {one: sight.placement.trainer_id for one, sight in see().items()})
        if not self._at_desk(number, role, lambda seat: helpdesk.correct_address(seat, address)):
            return
        if role == "student":
            self.ledger.students_word.add(number)
        else:
            theirs = {one for one, trainer in seen.items() if trainer == seen[number]}
            self.ledger.trainers_word |= theirs
            self.ledger.corrected |= theirs

    def _at_desk(self, number: str, role: str, do: Callable[[Invitation], None]) -> bool:
        """Do something about a seat; tells whether it could be done."""
        with self.app.app_context():
            seat = seat_of(number, role)
            try:
                if seat:
                    do(seat)
            except Refused:
                db.session.rollback()
                return False
            db.session.commit()
            return seat is not None


def running(today: dt.date) -> list[Round]:
    """Return the rounds that take answers; call it in a context."""
    return [one for one in db.session.scalars(sa.select(Round)) if not one.is_closed(today)]
