"""A placement with everyone's links, made in a context of its own, and what the database holds afterwards.

For tests that speak to the product through its pages: no context stays open, which on SQLite would keep pages waiting.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.accounts import register as accounts
from app.accounts.models import Role
from app.accounts.register import Scope
from app.extensions import db
from app.invitations import facts, links
from app.invitations.links import Channel
from app.invitations.models import Invitation, Round
from app.responses.models import Draft, DraftPage, Response
from tests import builders

ADMIN, PASSWORD = "admin@bpv.example", "Correct-horse-battery-9"


@dataclass(frozen=True)
class Place:
    """The seats of one placement and the addresses of their links."""

    placement: int
    student: int
    trainer: int
    trainers_page: str
    part: str
    direct: str
    shared: dict[Channel, str]

    @property
    def copy(self) -> str:
        return self.shared[Channel.COPY]


class World:
    """Builds and looks, each time in a context of its own."""

    def __init__(self, app):
        self.app = app

    def place(self, **changes: Any) -> Place:
        """Load one placement into the running round, opened when needed; returns its links."""
        return self.places(changes)[0]

    def places(self, *rows: dict[str, Any]) -> list[Place]:
        with self.app.app_context():
            if db.session.scalar(sa.select(Round.id)) is None:
                builders.open_round()
            placements = builders.load(*(builders.row(**changes) for changes in rows))
            return [_place(placement) for placement in placements]

    def share(self) -> None:
        """Let the builders' school share addresses."""
        with self.app.app_context():
            builders.sharing_school()

    def admin(self) -> None:
        with self.app.app_context():
            accounts.create(ADMIN, PASSWORD, Role.ADMIN)
            db.session.commit()

    def account(self, email: str, role: Role, *brins: str, **reach: Any) -> int:
        """Make an account with this reach and PASSWORD."""
        return self.act(lambda: accounts.create(email, PASSWORD, Scope(role, brins, **reach)).id)

    def act(self, do: Any) -> Any:
        """Call `do` in a context, commit, and return what it returns."""
        with self.app.app_context():
            result = do()
            db.session.commit()
            return result

    def set(self, model: Any, id_: int, **values: Any) -> None:
        """Change columns of a row."""
        self.act(lambda: db.session.execute(sa.update(model).where(model.id == id_).values(**values)))

    def today(self, moment: str) -> None:
        with self.app.app_context():
            builders.set_clock(moment)

    def rows(self, model: Any, *conditions: Any) -> list[dict[str, Any]]:
        """Return the rows of a table as dictionaries."""
        with self.app.app_context():
            wanted = sa.select(model.__table__).where(*conditions)
            return [dict(row) for row in db.session.execute(wanted).mappings()]

    def seat(self, id_: int) -> dict[str, Any]:
        return self.rows(Invitation, Invitation.id == id_)[0]

    def refusal(self, seat_id: int) -> str | None:
        """Return who says that a seat is not to be asked."""
        return self.act(lambda: facts.one(seat_id).refusal)

    def drafted(self, seat_id: int) -> dict[str, dict]:
        """Return the saved pages of a seat's draft."""
        with self.app.app_context():
            pages = sa.select(DraftPage).join(Draft).where(Draft.invitation_id == seat_id)
            return {page.page: page.answers for page in db.session.scalars(pages)}

    def sent(self) -> list[dict[str, Any]]:
        return self.rows(Response)

    def dump(self) -> dict[str, list[str]]:
        """Return everything the database holds."""
        with self.app.app_context():
            return {
                table.name: sorted(str(tuple(row)) for row in db.session.execute(sa.select(table)))
                for table in db.metadata.sorted_tables
            }


def _place(placement: Any) -> Place:
    student, trainer = builders.seat(placement), builders.seat(placement, "trainer")
    has_address = placement.student and placement.student.address
    readers = {Channel.DIRECT: [] if has_address else ["reader"]}  # as mailed while an address was known
    ways = [channel for channel in Channel if channel is not Channel.PART]
    shared = {channel: links.seat_url(student, channel, *readers.get(channel, ())) for channel in ways}
    return Place(
        placement=placement.id,
        student=student.id,
        trainer=trainer.id,
        trainers_page=links.trainer_url(placement.trainer) if placement.trainer else "",
        part=links.seat_url(trainer, Channel.PART),
        direct=shared[Channel.DIRECT],
        shared=shared,
    )
