"""A week of the demonstration: mails count as sent, links are opened and passed on, and some people answer."""

import datetime as dt
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.extensions import db
from app.forwarding import exits, passing
from app.forwarding.models import Exit
from app.forwarding.passing import Way
from app.invitations import links, roster
from app.invitations.links import Channel
from app.invitations.models import Invitation, Role, Round, Route
from app.mailing import kinds, outbox
from app.mailing.models import Message
from app.mailing.states import MailStatus
from app.questionnaires import loader
from app.questionnaires.definition import Question
from app.questionnaires.kinds import KINDS
from app.responses import asked, draft_keys, drafts, receipts, sending
from app.responses.seat_access import Opened

OPENS, PASSED_ON, SENDS, SAYS = 0.45, 0.5, 0.7, 0.4
WAYS = (*[Way.WHATSAPP] * 4, *[Way.COPY] * 3, Way.OWN_MAIL, Way.OWN_MAIL, Way.QR, Way.SHEET, Way.HERE)
EXITS = (Exit.NOT_MINE, Exit.UNREACHABLE, Exit.UNREACHABLE, Exit.STOPPED)
TEXTS = ("De begeleiding op de werkvloer was goed.", "Meer contact met school zou helpen.")


@contextmanager
def business_day(day: dt.date) -> Iterator[None]:
    """Set the business clock to noon of a day, for as long as the block lasts."""
    before = current_app.config["BPV_NOW"]
    current_app.config["BPV_NOW"] = dt.datetime.combine(day, dt.time(12), clock.AMSTERDAM)
    try:
        yield
    finally:
        current_app.config["BPV_NOW"] = before


def deliver_as_if_sent() -> None:
    """Take every queued mail through its states without a mail server."""
    while messages := outbox.claim(100, "demo"):
        for message in messages:
            outbox.start_sending(message.id, "demo")
            outbox.finish(message.id, "demo", MailStatus.SENT)
            kinds.kind_of(message).on_sent(message)
    # queued by the machine's clock, which is ahead of the day that is played
    db.session.execute(sa.update(Message).where(Message.status == MailStatus.SENT).values(queued_at=Message.ended_at))


def live(lived: Round, chance: random.Random, today: dt.date) -> None:
    """Let invited people open, answer and send, spread over the week before today."""
    invited = sa.select(Invitation).where(Invitation.round_id == lived.id, Invitation.invited_at.is_not(None))
    for seat in list(db.session.scalars(invited.order_by(Invitation.id))):
        with business_day(today - dt.timedelta(days=chance.randint(1, 6))):
            _take_part(seat, chance)


def _take_part(seat: Invitation, chance: random.Random) -> None:
    channel = _channel(seat, chance)
    if channel is None or chance.random() > OPENS:
        return
    drafts.start(_opened(seat, channel))
    opened = _opened(seat, channel)
    pages = opened.questionnaire.pages
    answers = {q.id: _answer(q, chance) for page in pages for q in page.questions if chance.random() < 0.95}
    key = draft_keys.new_key(opened.seat)
    for page in pages:
        given = {q.id: answers[q.id] for q in page.questions if q.id in answers}
        drafts.save_page(opened, drafts.of_seat(opened.seat), key, page.id, given, done=True)
        opened = _opened(seat, channel)  # which has begun now
        if chance.random() > 0.97:
            return
    current_app.config["BPV_NOW"] += dt.timedelta(minutes=chance.randint(3, 9))
    if chance.random() < SENDS:
        sending.send(opened, key, receipts.new_receipt())


def _opened(seat: Invitation, channel: Channel) -> Opened:
    """Return a seat as it is now, for whoever answers it through this channel."""
    found = asked.read(seat.id)
    assert found
    link = links.read_seat_token(links.seat_token(seat, channel))
    assert link
    return Opened(found, channel, loader.load_all()[found.questionnaire].asked_with(found.modules), link.whose)


def _channel(seat: Invitation, chance: random.Random) -> Channel | None:
    """Return how the person got the link; a trainer first has to pass on what goes through them."""
    if seat.role == Role.TRAINER:
        return Channel.PART
    if seat.route == Route.DIRECT:
        return Channel.DIRECT
    passes_on, says, way = chance.random() < PASSED_ON, chance.random() < SAYS, chance.choice(WAYS)
    for entry in roster.of_placements([seat.placement_id]):
        if passes_on:
            passing.pass_on(entry, way)
        elif says and entry.placement.trainer:
            exit_ = chance.choice(EXITS)
            exits.leave(entry, entry.placement.trainer, exit_, clock.today() if exit_ is Exit.STOPPED else None)
    return way.channel if passes_on else None


def _answer(question: Question, chance: random.Random) -> Any:
    """Return an answer that a satisfied group might give."""
    kind = KINDS[question.kind]
    values = list(kind.values(question))
    if question.kind == "satisfaction":
        return chance.choices(values, weights=(2, 6, 15, 45, 28, 4))[0]
    if question.kind == "grade":
        return chance.choices(values, weights=(1, 1, 1, 2, 4, 10, 25, 35, 16, 5))[0]
    if question.kind == "text":
        return chance.choice(TEXTS)
    return kind.clean(question, [chance.choice(values)] if question.kind == "multi" else chance.choice(values))
