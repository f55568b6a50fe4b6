"""The words that travel with a forwarded link: short, in the student's language, without the trainer's own link."""

from flask_babel import format_date
from flask_babel import gettext as _

from app import clock
from app.invitations.models import Invitation
from app.invitations.roster import first_name
from app.languages import force_locale
from app.mailing.letter import Block, Bullets, Button, Letter, Small, Text
from app.questionnaires import loader


def forwarded_text(seat: Invitation, url: str) -> str:
    """Return the text for the trainer's own mail program or messages: one short paragraph and the link."""
    with force_locale(_language(seat)):
        return "\n\n".join((_greeting(seat), _asks(seat), url, _until(seat), _promise()))


def forwardable_letter(seat: Invitation, address: str, url: str) -> Letter:
    """Return the mail a trainer can forward as it is: addressed to the student, with the student's link only."""
    return _letter(seat, address, url, (Small(_promise_in(seat)),))


def letter_via_us(seat: Invitation, address: str, url: str) -> Letter:
    """Return the mail to the address a trainer typed."""
    with force_locale(_language(seat)):
        note = _("Your trainer gave us your address for this one mail. We do not keep it.")
    return _letter(seat, address, url, (Small(_promise_in(seat)), Small(note)))


def _letter(seat: Invitation, address: str, url: str, notes: tuple[Small, ...]) -> Letter:
    language = _language(seat)
    with force_locale(language):
        placement = seat.placement
        blocks: tuple[Block, ...] = (
            Text(_greeting(seat)),
            Text(_asks(seat)),
            Bullets((f"{placement.programme.name}, {placement.company.name}",)),
            Button(_("Start the questionnaire"), url),
            Text(_until(seat)),
            *notes,
        )
        return Letter(address, language, subject(seat), blocks)


def subject(seat: Invitation) -> str:
    """Return the subject of a mail that carries a link on."""
    with force_locale(_language(seat)):
        if seat.placement.pathway == "BBL":
            return _("Questionnaire about your apprenticeship")
        return _("Questionnaire about your placement")


def _greeting(seat: Invitation) -> str:
    name = first_name(seat.placement)
    return _("Hi %(name)s,", name=name) if name else _("Hi,")


def _asks(seat: Invitation) -> str:
    minutes = loader.load_all()[seat.round.student_questionnaire].minutes
    if seat.placement.pathway == "BBL":
        return _(
            "How is your apprenticeship going? The BPV Monitor asks all students in vocational education. "
            "It takes about %(minutes)s minutes, on your phone as well.",
            minutes=minutes,
        )
    return _(
        "How is your placement going? The BPV Monitor asks all students in vocational education. "
        "It takes about %(minutes)s minutes, on your phone as well.",
        minutes=minutes,
    )


def _until(seat: Invitation) -> str:
    return _("You can answer until %(day)s.", day=format_date(seat.closes_on(clock.today()), "d MMMM y"))


def _promise() -> str:
    return _("Your trainer never sees what you answer, only whether you opened and sent it.")


def _promise_in(seat: Invitation) -> str:
    with force_locale(_language(seat)):
        return _promise()


def _language(seat: Invitation) -> str:
    return seat.placement.language or "nl"
