"""The forms with which a round is opened, and chosen to look at."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Form, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.invitations import rounds
from app.invitations.models import Round
from app.questionnaires import loader

NUMBER = _l("Fill in a whole number.")


class DaysField(StringField):
    """A few numbers of days with commas between; none is none."""

    def _value(self) -> str:
        return ", ".join(map(str, self.data or ()))

    def process_formdata(self, valuelist: list[str]) -> None:
        parts = [part.strip() for part in ",".join(valuelist).split(",") if part.strip()]
        if len(parts) > 5 or not all(part.isdecimal() and len(part) <= 3 and 0 < int(part) <= 365 for part in parts):
            raise ValueError(_l("Write at most five numbers of days with commas between, such as 7, 14."))
        self.data = [int(part) for part in parts]


class RoundForm(FlaskForm):
    """Name, interval and rules of a round."""

    name = StringField(_l("Name"), validators=[InputRequired(_l("Give the round a name.")), Length(max=100)])
    ends_from = DateField(_l("Placements that end from"), validators=[InputRequired(_l("Fill in the first day."))])
    ends_until = DateField(_l("until"), validators=[InputRequired(_l("Fill in the last day."))])
    closes_on = DateField(_l("The round closes on"), validators=[Optional()])
    due_days = IntegerField(
        _l("Invite so many days before the end"),
        default=14,
        validators=[InputRequired(NUMBER), NumberRange(0, 1000, _l("Choose 0 to 1000 days."))],
    )
    seat_days = IntegerField(
        _l("Days to answer"),
        default=28,
        validators=[InputRequired(NUMBER), NumberRange(1, 365, _l("Choose 1 to 365 days."))],
    )
    mails_per_trainer = IntegerField(
        _l("At most so many invitations per trainer in 28 days"),
        validators=[Optional(), NumberRange(1, 1000, _l("Choose 1 or more, or leave it empty."))],
    )
    reminder_days = DaysField(_l("Remind trainers so many days after their mail"), default=(7, 14))
    student_questionnaire = SelectField(_l("Questionnaire for students"))
    trainer_questionnaire = SelectField(_l("Questionnaire for trainers"))
    modules = SelectMultipleField(
        _l("Ask about this as well"), choices=[SelectChoice("safety", _l("Safe and treated equally"))]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        definitions = loader.load_all().values()
        for role, field in (("student", self.student_questionnaire), ("trainer", self.trainer_questionnaire)):
            field.choices = [SelectChoice(one.id, one.id) for one in definitions if one.role == role]


class RoundChoice(Form):
    """A round, by default the latest; anything unknown is that one."""

    round = SelectField(_l("Round"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.rounds = {one.id: one for one in rounds.everything()}
        self.round.choices = [SelectChoice(one.id, one.name) for one in self.rounds.values()]
        if self.round.data not in self.rounds:
            self.round.data = next(iter(self.rounds), None)

    @property
    def chosen_round(self) -> Round | None:
        return self.rounds.get(self.round.data)
