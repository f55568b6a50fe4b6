"""Sending: in one transaction the answers get a row of their own, the draft goes, and the seat is done.

From then on no number joins the two; only the receipt finds the answers. Background can still fit one placement alone,
see docs/privacy.md.
"""

import datetime as dt
import secrets
from typing import Any

import sqlalchemy as sa

from app import clock
from app.database import insert_into
from app.extensions import db
from app.invitations.links import LinkEnded
from app.invitations.models import Invitation
from app.questionnaires.definition import drop_hidden
from app.responses import drafts, persons, receipts
from app.responses.asked import AskedSeat
from app.responses.draft_keys import DraftKey
from app.responses.drafts import DraftElsewhere
from app.responses.models import CompletionCounter, Draft, Response
from app.responses.seat_access import Opened

SEATS: Any = Invitation.__table__
TAKE = (  # of two that try at once the database lets one through
    sa.update(SEATS)
    .where(SEATS.c.id == sa.bindparam("seat"), SEATS.c.version == sa.bindparam("held"), SEATS.c.sent.is_(False))
    .values(sent=True)
)


class NothingAnswered(Exception):
    """A draft without a single answer, which is not sent."""


def send(opened: Opened, key: DraftKey | None, receipt: str) -> Response:
    """Send a seat's draft and return the stored answers; the same receipt again returns the same answers.

    Raises LinkEnded when somebody else sent it, DraftElsewhere when the draft is not this browser's, NothingAnswered
    when it holds no answer, ValueError when the receipt has not the shape of one, or is of other answers.
    """
    hashed = receipts.receipt_hash(receipt)
    if hashed is None:
        raise ValueError("not a receipt")
    seat = opened.seat
    if not db.session.connection().execute(TAKE, {"seat": seat.id, "held": seat.version}).rowcount:
        return _sent_before(receipt)
    draft = drafts.of_seat(seat)
    if draft is None or not drafts.belongs(draft, opened, key):
        raise DraftElsewhere
    response = _response(opened, drafts.answers_in(draft), hashed)
    response.is_first, response.is_first_in_round = persons.first_of(seat, receipt)
    db.session.add(response)
    try:
        db.session.flush()
    except sa.exc.IntegrityError as used:
        raise ValueError("a receipt of other answers") from used
    db.session.execute(sa.delete(Draft).where(Draft.id == draft.id))
    _count(seat, opened.channel)
    return response


def _sent_before(receipt: str) -> Response:
    response = receipts.find(receipt)
    if response is None:
        raise LinkEnded("sent")
    return response


def _response(opened: Opened, answers: dict, receipt_hash: str) -> Response:
    seat = opened.seat
    shown = drop_hidden(opened.questionnaire, answers, seat.pathway)
    if not shown:
        raise NothingAnswered
    written = [question.id for question in opened.questionnaire.questions() if question.kind == "text"]
    texts = {id_: shown.pop(id_) for id_ in written if id_ in shown}
    return Response(
        key=secrets.token_hex(16),
        receipt_hash=receipt_hash,
        round_id=seat.round_id,
        month=clock.today().strftime("%Y-%m"),
        role=seat.role,
        channel=seat.channel or opened.channel.value,
        questionnaire=opened.questionnaire.id,
        brin=seat.brin,
        crebo=seat.crebo,
        pathway=seat.pathway,
        answers=shown,
        texts=texts or None,
    )


def _count(seat: AskedSeat, channel: str) -> None:
    """Count the whole minutes since the first saved page, without the seat."""
    took = (clock.now() - (seat.started_at or clock.now())) // dt.timedelta(minutes=1)
    row = insert_into(CompletionCounter).values(
        round_id=seat.round_id,
        role=seat.role,
        channel=seat.channel or channel,
        minutes=min(max(0, took), CompletionCounter.LONGEST),
        n=1,
    )
    keys = ["round_id", "role", "channel", "minutes"]
    row = row.on_conflict_do_update(index_elements=keys, set_={"n": CompletionCounter.n + 1})
    db.session.execute(row)
