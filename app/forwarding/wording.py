"""The words that travel with a forwarded link: short, in the student's language, without the trainer's own link."""

from flask_babel import format_date
from flask_babel import gettext as _

from app import clock
from app.invitations.models import Invitation
from app.invitations.roster import first_name
from app.languages import DEFAULT, force_locale
from app.mailing.letter import Block, Bullets, Button, Letter, Small, Text
from app.questionnaires import loader


def lines(seat: Invitation) -> tuple[str, str, str, str]:
    """Return what goes with a link, in the language in force: greeting, what is asked, until when, what is promised."""
    return _greeting(seat), _asks(seat), _until(seat), _promise()


def forwardable_letter(seat: Invitation, address: str, url: str) -> Letter:
    """Return the mail a trainer can forward as it is: addressed to the student, with the student's link only."""
    with force_locale(language_of(seat)):
        return _letter(seat, address, url, (Small(_promise()),))


def letter_via_us(seat: Invitation, address: str, url: str) -> Letter:
    """Return the mail to the address a trainer typed."""
    with force_locale(language_of(seat)):
        note = _("Your trainer gave us your address for this one mail. We do not keep it.")
        return _letter(seat, address, url, (Small(_promise()), Small(note)))


def language_of(seat: Invitation) -> str:
    """Return the language the school gave for the student, else Dutch."""
    return seat.placement.language or DEFAULT


def _letter(seat: Invitation, address: str, url: str, notes: tuple[Small, ...]) -> Letter:
    placement = seat.placement
    blocks: tuple[Block, ...] = (
        Text(_greeting(seat)),
        Text(_asks(seat)),
        Bullets((f"{placement.programme.name}, {placement.company.name}",)),
        Button(_("Start the questionnaire"), url),
        Text(_until(seat)),
        *notes,
    )
    return Letter(address, language_of(seat), subject(seat), blocks)


def subject(seat: Invitation) -> str:
    """Return the subject of a mail that carries a link on, in the language in force."""
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
    return _("Your trainer never sees what you answer, only whether you opened, started and sent it.")
