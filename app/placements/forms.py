"""The form with which a sheet of placements is handed in."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired


class SheetForm(FlaskForm):
    file = FileField(_l("File"), validators=[FileRequired(_l("Choose a CSV or XLSX file."))])
