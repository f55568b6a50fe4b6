"""Which scopes beyond a school an account may look at: the country, sectors, programmes; a sector reader its own."""

import itertools

import sqlalchemy as sa
from flask import abort
from flask_babel import gettext as _

from app.accounts.models import SEES_ALL_SCHOOLS, Role, User
from app.extensions import db
from app.reference.models import Programme, Sector
from app.results import scopes
from app.results.scopes import Scope


def choices(user: User) -> dict[str, list[tuple[str, str]]]:
    """Return kind → (name of the scope, words), in the order of a list to choose from."""
    sectors, programmes = sa.select(Sector).order_by(Sector.code), sa.select(Programme).order_by(Programme.name)
    if user.role == Role.SECTOR:
        sectors = sectors.where(Sector.code == user.sector_code)
        programmes = programmes.where(Programme.sector_code == user.sector_code)
    return {
        "sector": [(f"sector:{one.code}", one.name) for one in db.session.scalars(sectors)],
        "programme": [
            (f"programme:{one.crebo}", f"{one.name} ({one.crebo})") for one in db.session.scalars(programmes)
        ],
    }


def asked(user: User, text: str) -> tuple[Scope, str]:
    """Return the scope an address asks for, or the account's own, and its name for people.

    404 for one the account may not see, as for one unknown.
    """
    own = f"sector:{user.sector_code}" if user.role == Role.SECTOR else "national"
    text = text or own
    named = {"national": _("The whole country")} | dict(itertools.chain(*choices(user).values()))
    if text not in named:
        abort(404)
    return scopes.parse(text).narrowed(several=user.role not in SEES_ALL_SCHOOLS), named[text]
