"""The forms with which an agreement is entered, a talk is kept, and a school says that it is interested."""

from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired, Length, NumberRange, Optional, Regexp

from app.agreements import talks
from app.agreements.models import Category, Stage
from app.agreements.register import MOST_DAYS, VERSION_LENGTH
from app.agreements.words import CATEGORIES, STAGES
from app.extensions import db
from app.reference.models import School

TEXT_LENGTH = 2000
NAME_LENGTH = 200


def _trimmed(text: str | None) -> str | None:
    """Take away what stands around a text."""
    return text.strip() if text else text


def _text(kind: type[StringField], label: Any, longest: int, *validators: Any) -> StringField:
    too_long = Length(max=longest, message=_l("At most %(max)d characters."))
    return kind(label, filters=[_trimmed], validators=[*validators, too_long])


def _address(label: Any, *validators: Any) -> StringField:
    wrong = Email(_l("This is not a mail address; write it as name@school.nl."), allow_smtputf8=False)
    return StringField(label, filters=[_trimmed], validators=[*validators, wrong])


class AgreementForm(FlaskForm):
    """All that is agreed with a school; the names of the fields are those of `register.sign`."""

    brin = StringField(
        _l("BRIN of the school"),
        filters=[lambda text: text.strip().upper() if text else text],
        validators=[
            InputRequired(_l("Fill in the BRIN of the school.")),
            Regexp(r"^[0-9]{2}[A-Z]{2}\Z", message=_l("A BRIN has two digits and two letters, such as 25LH.")),
        ],
    )
    version = _text(StringField, _l("Version of the text"), VERSION_LENGTH)
    signed_on = DateField(_l("Signed on"), validators=[Optional()])
    valid_from = DateField(_l("Valid from"), validators=[InputRequired(_l("Fill in the first day."))])
    valid_until = DateField(_l("Valid until"), validators=[Optional()])
    categories = SelectMultipleField(
        _l("What the school may share of a student"),
        choices=[SelectChoice(category.value, words) for category, words in CATEGORIES.items()],
        default=[category.value for category in Category],
        validators=[InputRequired(_l("Choose at least one."))],
    )
    contact_days = IntegerField(
        _l("Days this is kept after the time to answer is over"),
        default=lambda: current_app.config["CONTACT_DAYS"],
        validators=[
            InputRequired(_l("Fill in a whole number.")),
            NumberRange(0, MOST_DAYS, _l("Choose %(min)d to %(max)d days.")),
        ],
    )
    privacy_contact = _address(_l("Mail address at the school for privacy"), Optional())
    leak_contact = _address(_l("Mail address at the school to tell of a leak"), Optional())

    def facts(self) -> dict[str, Any]:
        """Return what was filled in, as `register.sign` takes it."""
        return {name: value for name, value in self.data.items() if name != "csrf_token"}


class NoteForm(FlaskForm):
    """What was said, how far the talk is, and when somebody takes it up again."""

    text = _text(TextAreaField, _l("What was said"), TEXT_LENGTH, DataRequired(_l("Write down what was said.")))
    stage = SelectField(_l("Stage from now on"), coerce=Stage)
    next_on = DateField(_l("Take up again on"), validators=[Optional()])

    def __init__(self, now: Stage, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.stage.choices = [SelectChoice(one.value, STAGES[one]) for one in talks.choices(now)]


class InterestForm(FlaskForm):
    """A school that would like to hear more, and who to answer."""

    brin = SelectField(_l("Your school"), validators=[InputRequired(_l("Choose your school."))])
    name = _text(StringField, _l("Your name"), NAME_LENGTH, DataRequired(_l("Fill in your name.")))
    address = _address(_l("Your work mail address"), InputRequired(_l("Fill in your mail address.")))
    text = _text(TextAreaField, _l("What would you like to know?"), TEXT_LENGTH)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        schools = db.session.scalars(sa.select(School).order_by(School.name))
        self.brin.choices = [SelectChoice("", _l("Choose…"))]
        self.brin.choices += [SelectChoice(one.brin, f"{one.name} ({one.brin})") for one in schools]
