"""The log of what persons asked: what, when, until when it is to be answered, and when it was."""

import datetime as dt

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.privacy.models import PersonRequest, Wish

ANSWERED_WITHIN = dt.timedelta(weeks=4)  # the month of GDPR article 12, paragraph 3, whatever its length


def receive(person_hash: str, wish: Wish, received_on: dt.date, user_id: int | None) -> PersonRequest:
    """Write a request down, to be answered within four weeks."""
    due_on = received_on + ANSWERED_WITHIN
    request = PersonRequest(wish=wish, person_hash=person_hash, received_on=received_on, due_on=due_on, user_id=user_id)
    db.session.add(request)
    db.session.flush()
    return request


def answer(person_hash: str, wish: Wish, user_id: int | None) -> None:
    """Note that what a person asked is done; one that was not written down before is now."""
    open_ones = sa.update(PersonRequest).where(PersonRequest.person_hash == person_hash, PersonRequest.wish == wish)
    done = open_ones.where(PersonRequest.done_at.is_(None)).values(done_at=clock.now(), user_id=user_id)
    if not db.session.scalars(done.returning(PersonRequest.id)).all():
        receive(person_hash, wish, clock.today(), user_id).done_at = clock.now()


def finish(request: PersonRequest, user_id: int | None) -> None:
    """Note that a request is answered, however it was done."""
    request.done_at, request.user_id = request.done_at or clock.now(), user_id


def waiting() -> list[PersonRequest]:
    """Return the requests that are not answered, the most pressing first."""
    unanswered = sa.select(PersonRequest).where(PersonRequest.done_at.is_(None))
    return list(db.session.scalars(unanswered.order_by(PersonRequest.due_on)))
