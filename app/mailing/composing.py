"""From a message to the mail that goes over the line: letter, layout, headers."""

from collections.abc import Sequence

from app.extensions import db
from app.hashing import keyed_hash
from app.mailing import kinds, opt_outs
from app.mailing.kinds import Letters
from app.mailing.layout import lay_out
from app.mailing.letter import Letter, NotWanted
from app.mailing.models import Message
from app.mailing.transport import OutgoingMail, sender_address, sender_header


def letters_for(messages: Sequence[Message]) -> dict[int, Letter | Exception]:
    """Return by message id what each says now, or why it does not: NotWanted, or what kept it from being written."""
    found: dict[int, Letter | Exception] = {}
    for name in sorted({message.kind for message in messages}):
        found |= _of_kind([message for message in messages if message.kind == name])
    return found


def _of_kind(messages: Sequence[Message]) -> dict[int, Letter | Exception]:
    """Ask the kind for all together; where that fails for one by one, so that no mail stops the others."""
    try:
        kind = kinds.kind_of(messages[0])
        letters = kind.render_many(messages)
        return {**letters, **(_opted_out(letters) if kind.opt_out else {})}
    except Exception as error:
        db.session.rollback()
        if len(messages) == 1:
            return {messages[0].id: error}
        return {id_: letter for message in messages for id_, letter in _of_kind([message]).items()}


def _opted_out(letters: Letters) -> dict[int, NotWanted]:
    """Return the letters that are to go to someone who wants no more mail."""
    to = {id_: letter.to for id_, letter in letters.items() if isinstance(letter, Letter)}
    opted_out = opt_outs.among(to.values())
    return {id_: NotWanted("opted_out") for id_, address in to.items() if address in opted_out}


def compose(message: Message, letter: Letter) -> OutgoingMail:
    """Return the mail for a letter, with the headers its kind asks for."""
    kind = kinds.kind_of(message)
    headers = {"X-BPV-Kind": kind.name, "Auto-Submitted": "auto-generated"}
    opt_out_url = opt_outs.opt_out_url(letter.to) if kind.opt_out else None
    if opt_out_url:
        headers["List-Unsubscribe"] = f"<{opt_out_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    bodies = lay_out(letter, opt_out_url)
    return OutgoingMail(
        to=letter.to,
        sender=sender_header(),
        subject=letter.subject,
        message_id=message_id(message),
        text=bodies.text,
        html=bodies.html,
        headers=headers,
    )


def message_id(message: Message) -> str:
    """Return the Message-ID, the same each time this message is sent."""
    domain = sender_address().rpartition("@")[2] or "localhost"
    return f"<{message.id}.{keyed_hash('message', str(message.id))}@{domain}>"
