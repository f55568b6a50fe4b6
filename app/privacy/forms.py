"""The forms about one person, who it is and what was asked, and what is held of one, in words."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app import clock
from app.privacy.models import Wish

WISHES = {
    Wish.ACCESS: _l("see what is held"),
    Wish.CORRECT: _l("correct it"),
    Wish.ERASE: _l("erase it"),
    Wish.OBJECT: _l("object: no mails and no questions any more"),
}


TITLES = {
    "student_contacts": _l("Student"),
    "trainers": _l("Trainer"),
    "trainer_contacts": _l("What schools call this trainer"),
    "placements": _l("Placements"),
    "invitations": _l("Questionnaires"),
    "events": _l("What happened"),
    "reports": _l("What was reported"),
    "first_forms": _l("First forms sent"),
    "drafts": _l("Begun and not sent"),
    "messages": _l("Mails"),
    "opt_outs": _l("Wants no mail"),
    "objections": _l("Does not want to be asked"),
    "interests": _l("Interested in an agreement"),
    "users": _l("Account"),
    "person_requests": _l("What was asked before"),
}


class PersonForm(FlaskForm):
    words = StringField(
        _l("Mail address, student number or agreement number"),
        validators=[InputRequired(_l("Fill in an address or number.")), Length(max=255)],
    )


class RequestForm(PersonForm):
    """What a person asked, and when it came in."""

    wish = RadioField(
        _l("What is asked"),
        choices=[SelectChoice(wish.value, words) for wish, words in WISHES.items()],
        validators=[InputRequired(_l("Choose what is asked."))],
    )
    received_on = DateField(_l("Received on"), validators=[InputRequired(_l("Fill in the day."))])

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if self.received_on.data and self.received_on.data > clock.today():
            self.received_on.errors = [_l("This day is still to come.")]
            return False
        return True
