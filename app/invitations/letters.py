"""What the invitations say, to the trainer and to the student, in the reader's language."""

from collections.abc import Sequence

from flask_babel import format_date, get_translations
from flask_babel import gettext as _

from app import clock
from app.invitations.roster import Entry, first_name
from app.languages import force_locale
from app.mailing.letter import Bullets, Button, Heading, Letter, Small, Text
from app.placements.models import Placement


def to_trainer(address: str, language: str, name: str, entries: Sequence[Entry], url: str) -> Letter:
    """Return the trainer's invitation: first how to pass the links on, then the trainer's own part."""
    with force_locale(language):
        _ = get_translations().gettext  # looked up once instead of for every sentence
        several = len(entries) > 1
        blocks = (
            Text(_("Dear %(name)s,") % {"name": name} if name else _("Dear trainer,")),
            Text(
                _("How do these placements go? We ask the students, and we ask you:")
                if several
                else _("How does this placement go? We ask the student, and we ask you:")
            ),
            Bullets(tuple(f"{entry.name}: {entry.about}" for entry in entries)),
            Heading(_("1. Pass the link on")),
            Text(
                _(
                    "We do not have every student's address, so we need you for this. It takes half a minute: choose "
                    "“mail me a version I can forward”, or another way that suits you."
                )
            ),
            Button(_("Mail me a version I can forward"), url),
            Heading(_("2. Give your own view")),
            Text(_("About 4 minutes per student. You can stop and go on later, on your phone as well.")),
            Button(_("Fill in my part"), url),
            Text(closes(entries)),
            Small(_("You see whether a student opened, started and sent the questionnaire, never what was answered.")),
            Small(_("The page behind these buttons is yours: please do not forward this mail itself.")),
        )
        subject = _("Your students' placements: pass on a link and give your view")
        if not several:
            subject = _("Your student's placement: pass on a link and give your view")
        return Letter(address, language, subject, blocks)


def to_student(address: str, language: str, placement: Placement, minutes: int, url: str) -> Letter:
    """Return the student's own invitation; the school gave us the address."""
    with force_locale(language):
        _ = get_translations().gettext
        name = first_name(placement)
        bbl = placement.pathway == "BBL"
        ask = _("How is your apprenticeship going?") if bbl else _("How is your placement going?")
        blocks = (
            Text(_("Hi %(name)s,") % {"name": name} if name else _("Hi,")),
            Text(
                _(
                    "%(ask)s Tell us what goes well and what could be better. Your school uses the answers of all "
                    "students together."
                )
                % {"ask": ask}
            ),
            Bullets((f"{placement.programme.name}, {placement.company.name}",)),
            Button(_("Start the questionnaire"), url),
            Text(_("It takes %(minutes)s minutes. You can stop and go on later.") % {"minutes": minutes}),
            Small(
                _(
                    "Your name is not with your answers. Your trainer sees whether you opened, started and sent the "
                    "questionnaire, never what you answered. Your school sees figures of groups and, from ten answers "
                    "on, what people wrote, without names."
                )
            ),
            Small(_("Your school gave us your address for this. The link is only for you.")),
        )
        return Letter(address, language, ask, blocks)


def closes(entries: Sequence[Entry]) -> str:
    """Return until when can be answered, in the language in force: the first day on which one of these closes."""
    today = clock.today()
    last = min(entry.trainer.closes_on(today) for entry in entries)
    return _("Answering is possible until %(day)s.", day=format_date(last, "d MMMM y"))
