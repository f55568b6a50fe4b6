"""The browsers in which somebody is signed in: each can be seen and ended, and ends by itself after LONGEST.

They live by machine time: playing with the business clock signs nobody in or out.
"""

import datetime as dt
import hashlib
import secrets

import sqlalchemy as sa
from flask import Flask, Response, g, request, session
from flask_login import user_logged_in, user_logged_out

from app import clock
from app.accounts import audit
from app.accounts.models import SignIn, User
from app.database import changed_rows
from app.extensions import db

KEY = "sign_in"
LONGEST = dt.timedelta(hours=12)
# The first that fits: most browsers also carry the names of those they want to be taken for.
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = tuple((name, name) for name in ("iPhone", "iPad", "Android", "Windows", "Mac", "Linux"))
SEEN_EVERY = dt.timedelta(minutes=10)  # no page needs a write of its own for it


def load_user(uniquifier: str) -> User | None:
    """Return whose session this is, while the account is on and this browser's sign-in was not ended."""
    wanted = sa.select(User, SignIn).join(SignIn, SignIn.user_id == User.id)
    mine = (User.fs_uniquifier == uniquifier, User.active, SignIn.key_hash == _hashed(session.get(KEY, "")))
    found = db.session.execute(wanted.where(*mine, *_lives())).first()
    if found is None:
        return None
    g.sign_in = (found.SignIn.id, found.SignIn.seen_at)
    return found.User


def of_user(user_id: int) -> list[SignIn]:
    """Return where an account is signed in now, the latest first."""
    mine = sa.select(SignIn).where(SignIn.user_id == user_id, *_lives())
    return list(db.session.scalars(mine.order_by(SignIn.at.desc())))


def current_id() -> int | None:
    """Return the id of the sign-in that this request belongs to."""
    return g.sign_in[0] if "sign_in" in g else None


def end(user_id: int, sign_in_id: int) -> None:
    """End one sign-in of an account."""
    if _end(SignIn.user_id == user_id, SignIn.id == sign_in_id):
        audit.record("sign_in_ended", account=user_id)


def end_all(user_id: int) -> None:
    """End all sign-ins of an account."""
    _end(SignIn.user_id == user_id)


def described(user_agent: str) -> str:
    """Return what a browser calls itself in two words its owner knows, such as "Firefox, Linux"; empty when unknown."""
    found = (next((name for mark, name in marks if mark in user_agent), "") for marks in (BROWSERS, SYSTEMS))
    return ", ".join(name for name in found if name)


def _lives() -> tuple:
    return SignIn.ended_at.is_(None), SignIn.at > clock.machine_now() - LONGEST


def _end(*which: sa.ColumnElement[bool]) -> int:
    ended = sa.update(SignIn).where(*which, SignIn.ended_at.is_(None)).values(ended_at=clock.machine_now())
    return changed_rows(ended)


def _begin(_app: Flask, user: User) -> None:
    key, now = secrets.token_urlsafe(32), clock.machine_now()
    session[KEY] = key
    browser = described(str(request.user_agent))
    db.session.add(SignIn(user_id=user.id, key_hash=_hashed(key), browser=browser, at=now, seen_at=now))
    audit.record("signed_in", account=user.id)


def _sign_out(_app: Flask, user: User) -> None:
    key = session.pop(KEY, "")
    if _end(SignIn.key_hash == _hashed(key)):
        audit.record("signed_out", account=user.id)


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _note_seen(response: Response) -> Response:
    """Note now and then that a sign-in is used, in a transaction of its own, after the request's."""
    now = clock.machine_now()
    if "sign_in" in g and g.sign_in[1] < now - SEEN_EVERY:
        db.session.rollback()  # what was only read must not make this wait
        with db.engine.begin() as connection:
            connection.execute(sa.update(SignIn).where(SignIn.id == g.sign_in[0]).values(seen_at=now))
    return response


def init_app(app: Flask) -> None:
    app.login_manager.user_loader(load_user)  # type: ignore[attr-defined]
    user_logged_in.connect(_begin, app)
    user_logged_out.connect(_sign_out, app)
    app.after_request(_note_seen)
