"""The model's world as it is: the application, its mail server, and what each placement looks like right now."""

import datetime as dt
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.accounts import register as accounts
from app.accounts.models import Role as AccountRole
from app.accounts.models import User
from app.extensions import db
from app.hashing import address_hash
from app.invitations import links
from app.invitations.models import Invitation
from app.placements import loading
from app.placements.models import Placement
from app.placements.values import INVITED, REFUSED
from tests.model.cast import PLACES, START, TRAINERS
from tests.model.ledger import Ledger, Link
from tests.world import ADMIN, PASSWORD

STAY = {"sectors", "programmes", "schools", "regions", "audit_entries", "users", "user_schools", "user_programmes"}
LINKS = re.compile(r"/([st])/([\w.\-]{20,})")


@dataclass(frozen=True)
class Sight:
    """A placement as it stands in the database, with its seats by role."""

    number: str
    placement: Placement
    seats: dict[str, Invitation]

    @property
    def address(self) -> str | None:
        return self.placement.student.address if self.placement.student else None

    @property
    def trainer(self) -> str | None:
        """Return the trainer's address as we hold it."""
        return self.placement.trainer.address if self.placement.trainer else None

    @property
    def trainers_person(self) -> str | None:
        """Return which of the model's trainers it is, whose address may be erased."""
        hashed = self.placement.trainer.address_hash if self.placement.trainer else None
        return next((address for address in TRAINERS if address_hash(address) == hashed), None)

    def in_file(self) -> bool:
        """Tell whether the file lets seats be asked: one like Voorlopig takes nothing back where somebody was told."""
        status = self.placement.status
        moments = [(seat.invited_at, seat.passed_on_at, seat.opened_at) for seat in self.seats.values()]
        told = any(any(those) for those in moments) and status not in REFUSED
        return self.placement.gone_at is None and (status in INVITED or told)

    def facts(self) -> dict[str, Any]:
        """Return what a load can change, as plain values."""
        one, student = self.placement, self.placement.student
        return {
            "status": one.status,
            "ends_on": one.ends_on,
            "gone": one.gone_at is not None,
            "trainer_id": one.trainer_id,
            "trainer": self.trainer,
            "address": self.address,
            "first_name": student.first_name if student else "",
            "student_number": student.student_number if student else "",
        }


class Life:
    """One run of the model. Steps and what must hold are added by the classes that build on this one."""

    app: Any
    server: Any

    def begin(self) -> None:
        """Empty the database and begin anew on the first day, with the autumn's round open."""
        self.ledger = Ledger()
        self.browsers: dict[str, Any] = {}
        self.marks = itertools.count(1)
        self.server.mails.clear()
        (self.app.config["DATA_DIR"] / "forgotten.txt").unlink(missing_ok=True)
        self.set_clock(dt.datetime.combine(START, dt.time(12)))
        self.act(self._empty)
        self.admin = self.act(self._admin)

    def act(self, do: Callable[[], Any]) -> Any:
        """Call `do` in a context, commit, and return what it returns."""
        with self.app.app_context():
            result = do()
            db.session.commit()
            return result

    def look(self, do: Callable[[], Any]) -> Any:
        """Call `do` in a request of its own that changes nothing."""
        with self.app.test_request_context():
            try:
                return do()
            finally:
                db.session.rollback()

    def set_clock(self, moment: dt.datetime) -> None:
        self.app.config["BPV_NOW"] = moment

    @property
    def today(self) -> dt.date:
        return self.app.config["BPV_NOW"].date()

    def browser(self, reader: str) -> Any:
        """Return this person's browser, which keeps cookies."""
        if reader not in self.browsers:
            self.browsers[reader] = self.app.test_client()
        return self.browsers[reader]

    def take_links(self, reader: str, text: str) -> list[Link]:
        """Let a person have the links of a mail or page; returns them. Call it in a context."""
        found = [self.read_link(kind, token) for kind, token in LINKS.findall(text)]
        for link in (known := [link for link in found if link]):
            self.ledger.give(reader, link)
        return known

    def read_link(self, kind: str, token: str) -> Link | None:
        """Return what a link says; None for what is none of ours, or leads to a seat that is no more."""
        if kind == "t":
            return Link("t", token) if links.read_trainer_token(token) else None
        read = links.read_seat_token(token)
        seat = read and db.session.get(Invitation, read.invitation_id)
        if not read or not seat:
            return None
        number = _numbers()[seat.placement.key_hash]
        return Link("s", token, (number, seat.role), read.channel.value)

    def _empty(self) -> None:
        for table in reversed(db.metadata.sorted_tables):
            if table.name not in STAY:
                db.session.execute(sa.delete(table))

    def _admin(self) -> int:
        known = db.session.scalar(sa.select(User.id).limit(1))
        return known or accounts.create(ADMIN, PASSWORD, AccountRole.ADMIN).id


def _numbers() -> dict[str, str]:
    """Return the agreement number of each placement by the hash that stays of it."""
    return {loading.key_hash(place.brin, place.number): place.number for place in PLACES.values()}


def see() -> dict[str, Sight]:
    """Return the placements there are by number; call it in a context."""
    numbers = _numbers()
    wanted = sa.select(Placement).options(joinedload(Placement.student), joinedload(Placement.trainer))
    seats: dict[int, dict[str, Invitation]] = {}
    for seat in db.session.scalars(sa.select(Invitation).options(joinedload(Invitation.round))):
        seats.setdefault(seat.placement_id, {})[seat.role] = seat
    found = {}
    for placement in db.session.scalars(wanted.order_by(Placement.id)):
        number = numbers[placement.key_hash]
        found[number] = Sight(number, placement, seats.get(placement.id, {}))
    return found


def seat_of(number: str, role: str) -> Invitation | None:
    """Return a seat of a placement, if there is one; call it in a context."""
    place = PLACES[number]
    key = loading.key_hash(place.brin, place.number)
    wanted = sa.select(Invitation).join(Placement).where(Placement.key_hash == key, Invitation.role == role)
    return db.session.scalar(wanted)
