"""The form with which an account is invited or changed."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.accounts.models import Role, User
from app.accounts.register import Scope

ROLES = {
    Role.ADMIN: _l("Administrator: everything at the desk"),
    Role.ANALYST: _l("Analyst: all figures, no addresses"),
    Role.SCHOOL: _l("School user: own school, perhaps only some programmes"),
    Role.ADVISER: _l("Regional adviser: the schools named below"),
    Role.SECTOR: _l("Sector reader: the figures of one sector"),
}


class ScopeForm(FlaskForm):
    """A role and what it reaches; codes are typed with spaces or commas between them."""

    role = RadioField(
        _l("Role"),
        choices=[SelectChoice(role.value, words) for role, words in ROLES.items()],
        validators=[InputRequired(_l("Choose a role."))],
    )
    brins = StringField(_l("Schools (BRIN), for a school user or adviser"))
    crebos = StringField(_l("Only these programmes (crebo), for a school user"))
    sector = StringField(_l("Sector (code), for a sector reader"))

    def scope(self) -> Scope:
        sector = (self.sector.data or "").strip() or None
        return Scope(Role(self.role.data), _codes(self.brins), _codes(self.crebos), sector)

    @classmethod
    def of(cls, user: User) -> "ScopeForm":
        """Return the form as the account is now."""
        return cls(
            role=user.role,
            brins=", ".join(sorted(user.brins)),
            crebos=", ".join(sorted(user.crebos or ())),
            sector=user.sector_code or "",
        )


class InviteForm(ScopeForm):
    """The address as well."""

    email = StringField(_l("Mail address"), validators=[InputRequired(_l("Fill in the mail address."))])


def _codes(field: Any) -> list[str]:
    return [code.upper() for code in re.split(r"[\s,;]+", field.data or "") if code]
