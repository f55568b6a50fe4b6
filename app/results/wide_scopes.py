"""Which scopes beyond a school an account may look at: the country, sectors, programmes; a sector reader its own."""

import sqlalchemy as sa
from flask import abort
from flask_babel import gettext as _

from app.accounts.models import SEES_ALL_SCHOOLS, Role, User
from app.extensions import db
from app.reference.models import Programme, Sector
from app.results import scopes
from app.results.scopes import Scope, UnknownScope


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


def words(scope: Scope, named: dict[str, list[tuple[str, str]]]) -> str:
    """Return the name of a scope for people."""
    if scope.kind == "national":
        return _("The whole country")
    return dict(named[scope.kind])[scope.name]


def asked(user: User, text: str) -> Scope:
    """Return the scope an address asks for, or the account's own; 404 for one it may not see, as for one unknown."""
    own = f"sector:{user.sector_code}" if user.role == Role.SECTOR else "national"
    text = text or own
    allowed = {"national"} | {name for named in choices(user).values() for name, _said in named}
    if text not in allowed:
        abort(404)
    try:
        return scopes.parse(text).narrowed(several=user.role not in SEES_ALL_SCHOOLS)
    except UnknownScope:
        abort(404)
