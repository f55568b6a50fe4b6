"""Accounts: creating and inviting them, what they reach, switching them off."""

import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from flask_security import hash_password
from zxcvbn import zxcvbn

from app import clock
from app.accounts import audit, sign_ins
from app.accounts.models import Role, User, UserProgramme, UserSchool
from app.extensions import db
from app.mailing import outbox
from app.refusing import Refused

INVITED, FORGOTTEN = "account_invited", "password_forgotten"  # mails
NEEDS_SCHOOLS = (Role.SCHOOL, Role.ADVISER)
SHORTEST, LONGEST = 12, 1000
LONGEST_WEIGHED = 72  # characters; more takes the library ever longer
SAFE = 3  # of the library's 0 to 4: more than a hundred million guesses
NOBODY = 0


class AccountRefused(Refused):
    """An account cannot be like this."""


@dataclass(frozen=True)
class Scope:
    """What an account may do, and of which schools (BRINs), programmes (crebos) or sector."""

    role: Role
    brins: Iterable[str] = ()
    crebos: Iterable[str] = ()
    sector: str | None = None


def create(email: str, password: str, scope: Scope | Role) -> User:
    """Create an account that can sign in at once.

    Raises AccountRefused: not_an_address, short_password, guessable, taken, no_school, no_sector, unknown.
    """
    scope = scope if isinstance(scope, Scope) else Scope(scope)
    AccountRefused.when(len(password) < SHORTEST, "short_password")
    AccountRefused.when(is_guessable(password), "guessable")
    address = address_of(email)
    if address is None:
        raise AccountRefused("not_an_address")
    if db.session.scalar(sa.select(User.id).where(User.email == address)):
        raise AccountRefused("taken")
    user = User(
        email=address,
        password=hash_password(password[:LONGEST]),
        fs_uniquifier=uuid.uuid4().hex,
        role=scope.role,
        created_at=clock.now(),
    )
    db.session.add(user)
    _give(user, scope)
    _record("account_created", user)
    return user


def invite(email: str, scope: Scope) -> User:
    """Create an account whose owner chooses the password by a link in a mail. Raises AccountRefused."""
    user = create(email, secrets.token_urlsafe(32), scope)
    send_invitation(user)
    return user


def send_invitation(user: User) -> None:
    """Mail a link with which the password is chosen, for the first time or again."""
    outbox.enqueue(INVITED, user.id)
    _record("account_invited", user)


def send_link(email: str) -> None:
    """Mail a link to choose another password; for an address without an account a mail that goes to nobody.

    So it takes as long either way, and who waits for the answer learns nothing of who has an account.
    """
    user_id = db.session.scalar(sa.select(User.id).where(User.email == address_of(email), User.active))
    outbox.enqueue(FORGOTTEN, user_id or NOBODY)


def is_guessable(password: str) -> bool:
    """Tell whether this password is a common one, or made of repeats, rows of keys and the like."""
    return zxcvbn(password[:LONGEST_WEIGHED])["score"] < SAFE


def change_scope(user: User, scope: Scope) -> None:
    """Give an account another role or reach, which holds from its next page on. Raises AccountRefused."""
    user.role = scope.role
    _give(user, scope)
    _record("account_changed", user)


def switch(user: User, *, on: bool) -> None:
    """Let an account sign in, or no longer; switched off it is out at once."""
    user.active = on
    if not on:
        sign_ins.end_all(user.id)
    _record("account_switched_on" if on else "account_switched_off", user)


def everything() -> list[User]:
    """Return all accounts with what they reach, by address."""
    wanted = sa.select(User).order_by(User.email)
    return list(db.session.scalars(wanted.options(sa.orm.selectinload(User.schools))))


def address_of(text: str) -> str | None:
    """Read a mail address in the one spelling accounts are known by; None when it is none."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.casefold()
    except EmailNotValidError:
        return None


def _give(user: User, scope: Scope) -> None:
    """Put a scope in place of what the account had; only what its role asks for is kept."""
    brins = sorted(set(scope.brins)) if scope.role in NEEDS_SCHOOLS else []
    crebos = sorted(set(scope.crebos)) if scope.role == Role.SCHOOL else []
    AccountRefused.when(scope.role in NEEDS_SCHOOLS and not brins, "no_school")
    AccountRefused.when(scope.role == Role.SECTOR and not scope.sector, "no_sector")
    kept = {one.brin: one for one in user.schools}, {one.crebo: one for one in user.programmes}
    user.schools = [kept[0].get(brin) or UserSchool(brin=brin) for brin in brins]
    user.programmes = [kept[1].get(crebo) or UserProgramme(crebo=crebo) for crebo in crebos]
    user.sector_code = scope.sector if scope.role == Role.SECTOR else None
    try:
        db.session.flush()
    except (sa.exc.IntegrityError, sa.exc.DataError) as error:  # the tables of schools and programmes decide
        db.session.rollback()
        raise AccountRefused("unknown") from error


def _record(action: str, user: User) -> None:
    audit.record(action, account=user.id, role=user.role)
    for brin in sorted(user.brins):
        audit.record(f"school_{action}", brin=brin, account=user.id, role=user.role)
