"""The forms with which a sheet of placements is handed in, and its columns are named."""

from collections.abc import Collection, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.placements import words
from app.placements.columns import REQUIRED, Field
from app.placements.headings import Heading
from app.placements.remembered import Meanings

PREFIX = "column-"
NOTHING = "ignore"


class HeadingsForm(FlaskForm):
    """A choice for each heading that we do not know."""

    missing: Collection[Field] = ()

    @property
    def controls(self) -> list[SelectField]:
        return [control for control in self if control.name.startswith(PREFIX)]


class SheetForm(HeadingsForm):
    file = FileField(_l("File"), validators=[FileRequired(_l("Choose a CSV or XLSX file."))])


class ColumnsForm(HeadingsForm):
    """No field is chosen twice, and none that is needed is left out."""

    def validate(self, extra_validators: Any = None) -> bool:
        if super().validate(extra_validators):
            taken: dict[str, SelectField] = {}
            for control in self.controls:
                if control.data != NOTHING and (other := taken.setdefault(control.data, control)) is not control:
                    control.errors = [_("This is chosen already for the column: %(other)s.", other=other.label.text)]
            if lacking := [words.LABELS[one] for one in self.missing if one in REQUIRED and one not in taken]:
                fields = ", ".join(str(label) for label in lacking)
                self.controls[0].errors = [_("Choose which column holds: %(fields)s.", fields=fields)]
        return not self.errors


def columns_form(
    headings: Collection[Heading], missing: Collection[Field], kind: type[HeadingsForm] = ColumnsForm
) -> HeadingsForm:
    """Return a form with a choice for each of these headings among the fields that have no column yet."""
    choices = [SelectChoice(NOTHING, _("– not needed –"))]
    choices += [SelectChoice(field.value, str(words.LABELS[field])) for field in missing]
    controls = {PREFIX + heading.key: _control(heading, choices) for heading in headings}
    return type("Headings", (kind,), controls | {"missing": missing})()


def answers(posted: Mapping[str, str]) -> Meanings:
    """Return what each heading stands for that was answered in a form."""
    given = {name.removeprefix(PREFIX): value for name, value in posted.items() if name.startswith(PREFIX) and value}
    return {key: Field(value) if value in set(Field) else None for key, value in given.items()}


def _control(heading: Heading, choices: list[SelectChoice]) -> SelectField:
    hint = _("It holds: %(values)s", values=", ".join(heading.examples)) if heading.examples else ""
    if not heading.must_answer:
        return SelectField(heading.name, choices=choices, default=NOTHING, description=hint)
    needed = [InputRequired(_("Choose what this column is, or that it is not needed."))]
    asked = [SelectChoice("", _("– choose –")), *choices]
    return SelectField(heading.name, choices=asked, default="", validators=needed, description=hint)
