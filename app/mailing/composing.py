"""From a message to the mail that goes over the line: letter, layout, headers."""

from app.hashing import keyed_hash
from app.mailing import kinds, opt_outs
from app.mailing.layout import lay_out
from app.mailing.letter import Letter, NotWanted
from app.mailing.models import Message
from app.mailing.transport import OutgoingMail, sender_address, sender_header


def letter_for(message: Message) -> Letter:
    """Return what a message says now. Raises NotWanted when it need not go any more."""
    kind = kinds.kind_of(message)
    letter = kind.render(message)
    if kind.opt_out and opt_outs.has_opted_out(letter.to):
        raise NotWanted("opted_out")
    return letter


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
