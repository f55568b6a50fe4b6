"""The form with which an agreement is entered."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Optional, Regexp


class SignForm(FlaskForm):
    """BRIN, first day and, if it is known, last day."""

    brin = StringField(
        _l("BRIN of the school"),
        filters=[lambda text: text.strip().upper() if text else text],
        validators=[
            InputRequired(_l("Fill in the BRIN of the school.")),
            Regexp(r"^[0-9]{2}[A-Z]{2}$", message=_l("A BRIN has two digits and two letters, such as 25LH.")),
        ],
    )
    valid_from = DateField(_l("Valid from"), validators=[InputRequired(_l("Fill in the first day."))])
    valid_until = DateField(_l("Valid until"), validators=[Optional()])
