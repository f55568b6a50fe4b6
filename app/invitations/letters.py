"""What the invitations say, to the trainer and to the student, in the reader's language."""

from collections.abc import Sequence

from flask_babel import format_date, get_translations
from flask_babel import gettext as _

from app import clock
from app.invitations.roster import Entry, first_name
from app.languages import force_locale
from app.mailing.letter import Block, Bullets, Button, Heading, Letter, Small, Text
from app.placements.models import Placement
from app.questionnaires import loader


def to_trainer(address: str, language: str, name: str, entries: Sequence[Entry], url: str) -> Letter:
    """Return the trainer's invitation: first how to pass the links on, then the own part, each where it is asked."""
    passes_on = any(entry.passes_on for entry in entries)
    gives_view = any(entry.of_trainer.may_be_asked for entry in entries)
    several = len(entries) > 1
    with force_locale(language):
        _ = get_translations().gettext  # looked up once instead of for every sentence
        blocks: list[Block] = [
            Text(_("Dear %(name)s,") % {"name": name} if name else _("Dear trainer,")),
            Text(_asks(passes_on and gives_view, several)),
            Bullets(tuple(f"{entry.name}: {entry.about}" for entry in entries)),
        ]
        if passes_on:
            blocks += [
                Heading(_("1. Pass the link on") if gives_view else _("Pass the link on")),
                Text(
                    _(
                        "We do not have every student's address, so we need you for this. It takes half a minute: "
                        "choose “mail me a version I can forward”, or another way that suits you."
                    )
                ),
                Button(_("Mail me a version I can forward"), url),
            ]
        if gives_view:
            blocks += [
                Heading(_("2. Give your own view") if passes_on else _("Give your own view")),
                Text(
                    _("About %(minutes)s minutes per student. You can stop and go on later, on your phone as well.")
                    % {"minutes": _minutes(entries)}
                ),
                Button(_("Fill in my part"), url),
            ]
        blocks += [
            Text(closes(entries)),
            Small(_("You see whether a student opened, started and sent the questionnaire, never what was answered.")),
            Small(_("The page behind these buttons is yours: please do not forward this mail itself.")),
        ]
        return Letter(address, language, _subject(passes_on, gives_view, several), tuple(blocks))


def _minutes(entries: Sequence[Entry]) -> int:
    """Return how many minutes the longest of the trainer's questionnaires takes."""
    return max(loader.load_all()[entry.trainer.round.trainer_questionnaire].minutes for entry in entries)


def _asks(both: bool, several: bool) -> str:
    if not both:
        return _("How do these placements go?") if several else _("How does this placement go?")
    if several:
        return _("How do these placements go? We ask the students, and we ask you:")
    return _("How does this placement go? We ask the student, and we ask you:")


def _subject(passes_on: bool, gives_view: bool, several: bool) -> str:
    if passes_on and gives_view:
        if several:
            return _("Your students' placements: pass on a link and give your view")
        return _("Your student's placement: pass on a link and give your view")
    if passes_on:
        return _("Your students' placements: pass on a link")
    return _("Your students' placements: give your view") if several else _("Your student's placement: give your view")


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
                    "on, what people wrote, once somebody read and released it."
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
