"""The forms with which a sheet of placements is handed in, and its columns are named."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.placements import uploads, words
from app.placements.columns import REQUIRED, Columns, Field
from app.placements.models import Upload
from app.placements.uploads import Heading

EXAMPLE_LENGTH = 30


class SheetForm(FlaskForm):
    file = FileField(_l("File"), validators=[FileRequired(_l("Choose a CSV or XLSX file."))])


class ColumnsForm(FlaskForm):
    """A choice of headings for each field that has none; no heading twice."""

    headings: list[Heading]

    def named(self) -> Columns:
        """Return where the fields stand that were chosen."""
        return {Field(one.name): int(one.data) for one in self if one.name in set(Field) and one.data}

    def validate(self, extra_validators: Any = None) -> bool:
        return super().validate(extra_validators) and self._each_once()

    def _each_once(self) -> bool:
        taken: dict[int, Field] = {}
        for field, place in self.named().items():
            if other := taken.get(place):
                self[field].errors = [_("This column is chosen already for: %(other)s.", other=words.LABELS[other])]
            taken.setdefault(place, field)
        return len(taken) == len(self.named())


def columns_form(upload: Upload) -> ColumnsForm:
    """Return a form with a choice for each field that has no column, none chosen."""
    fields, headings = uploads.unnamed(upload)
    choices = [SelectChoice(str(one.place), _named(one)) for one in headings]
    controls = {field.value: _control(field, choices) for field in fields}
    return type("Columns", (ColumnsForm,), controls | {"headings": headings})()


def _control(field: Field, choices: list[SelectChoice]) -> SelectField:
    label = words.LABELS[field]
    nothing = _("– choose –") if field in REQUIRED else _("– not in this file –")
    needed = [InputRequired(_("Choose the column with: %(field)s.", field=label))] if field in REQUIRED else []
    return SelectField(label, choices=[SelectChoice("", nothing), *choices], validators=needed, default="")


def _named(heading: Heading) -> str:
    examples = ", ".join(text[:EXAMPLE_LENGTH] for text in heading.examples)
    return f"{heading.name} ({examples})" if examples else heading.name
