"""Settings from the environment, checked before anything starts.

`load` turns the environment into Flask's configuration or raises ConfigError with every mistake at once, each with
what to do about it. docs/settings.md and .env.example list the same names.
"""

import datetime as dt
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
INSTANCE = ROOT / "instance"
SHORTEST_SECRET = 32
FEWEST_CHARACTERS = 8  # different ones; random text of the shortest length has more even in hexadecimal digits
DEVELOPMENT_SECRET = "development-only-secret-do-not-use-anywhere-else"  # noqa: S105
SECRETS = ("SECRET_KEY", "LINK_KEYS", "HASH_KEY")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class ConfigError(Exception):
    """The environment cannot be used; the message lists every setting that is wrong."""


def load(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return the Flask configuration that `environ` describes.

    Raises ConfigError when a value cannot be read, or when it is not safe in production, which is what runs unless
    `BPV_ENV` says development.
    """
    reader = _Reader(environ)
    production = reader.choice("BPV_ENV", "production", ("development", "production")) == "production"
    product = _product(reader, production)
    url = product["PUBLIC_URL"]
    if production:
        _check_safe(reader, url)
    elif DEVELOPMENT_SECRET in (product["SECRET_KEY"], *product["LINK_KEYS"], product["HASH_KEY"]) and not is_loopback(
        url
    ):
        reader.mistakes.append("PUBLIC_URL: others can reach it, so development needs secrets of its own as well.")
    settings = product | _mail(reader, url) | _organisation(reader, url) | _libraries()
    settings["TRUSTED_HOSTS"] = _hosts(reader, url, production)
    settings["SESSION_COOKIE_SECURE"] = settings["PUBLIC_URL"].startswith("https://")
    if reader.mistakes:
        raise ConfigError("\n".join(["These settings cannot be used:", *(f"  {m}" for m in reader.mistakes)]))
    return settings


def is_loopback(public_url: str) -> bool:
    """Tell whether an address can be opened on this machine only."""
    return urlsplit(public_url).hostname in LOOPBACK


def new_secret() -> str:
    """Return a fresh secret, long enough for each of SECRETS."""
    return secrets.token_urlsafe(SHORTEST_SECRET)


def database_url(value: str) -> str:
    """Name the driver we ship: `postgres://` and `postgresql://` both mean psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if value.startswith(prefix):
            return "postgresql+psycopg://" + value.removeprefix(prefix)
    return value


def _product(reader: "_Reader", production: bool) -> dict[str, Any]:
    return {
        "BPV_ENV": "production" if production else "development",
        "BPV_NOW": reader.value("BPV_NOW", None, _moment, "a date or time such as 2026-12-01", not production),
        "BPV_LEASE_SECONDS": reader.value("BPV_LEASE_SECONDS", 120, _positive, "whole seconds", not production),
        "SQLALCHEMY_DATABASE_URI": reader.value(
            "DATABASE_URL",
            f"sqlite:///{INSTANCE / 'bpv.sqlite'}",
            _database,
            "sqlite:///path or postgresql://user@host/name",
        ),
        "PUBLIC_URL": reader.value("PUBLIC_URL", "http://127.0.0.1:5000", _address, "http(s)://host"),
        "PROXIES": reader.value("PROXIES", 0, _whole, "the number of proxies in front"),
        "DATA_DIR": Path(reader.text("DATA_DIR", str(INSTANCE / "data"))),
        "SECRET_KEY": reader.secrets("SECRET_KEY", production)[0],
        "SECRET_KEY_FALLBACKS": reader.secrets("SECRET_KEY", production)[1:],
        "LINK_KEYS": reader.secrets("LINK_KEYS", production),
        "HASH_KEY": reader.secrets("HASH_KEY", production)[0],
    }


def _check_safe(reader: "_Reader", public_url: str) -> None:
    """Note what must not be so where people's data are."""
    if not public_url.startswith("https://") and not is_loopback(public_url):
        reader.mistakes.append("PUBLIC_URL: must begin with https:// in production; links in mails are like passwords.")
    if reader.text("FLASK_DEBUG", "0").lower() not in ("0", "false", "no"):
        reader.mistakes.append(
            "FLASK_DEBUG: not in production, it shows the program's inside to visitors; take it out."
        )


def _organisation(reader: "_Reader", public_url: str) -> dict[str, Any]:
    """Read who runs this, and how long what is kept: the statements and the erasing both go by it."""
    host = urlsplit(public_url).hostname
    years, days = "whole years", "whole days"
    return {
        "ORGANISATION": reader.text("ORGANISATION", "BPV Monitor"),
        "HELP_CONTACT": reader.text("HELP_CONTACT", f"help@{host}"),
        "PRIVACY_CONTACT": reader.text("PRIVACY_CONTACT", f"privacy@{host}"),
        "SUBPROCESSORS": reader.text("SUBPROCESSORS", ""),
        "CONTACT_DAYS": reader.value("CONTACT_DAYS", 30, _whole, days),
        "MESSAGE_DAYS": reader.value("MESSAGE_DAYS", 90, _positive, days),
        "OPEN_TEXT_YEARS": reader.value("OPEN_TEXT_YEARS", 2, _positive, years),
        "ANSWER_YEARS": reader.value("ANSWER_YEARS", 10, _positive, years),
    }


def _hosts(reader: "_Reader", public_url: str, production: bool) -> list[str]:
    """Return the names under which the product may be asked for; any other `Host` is refused."""
    more = [host.strip() for host in reader.text("EXTRA_HOSTS", "").split(",") if host.strip()]
    here = [] if production else ["localhost", "127.0.0.1"]
    return [str(urlsplit(public_url).hostname), *more, *here]


def _mail(reader: "_Reader", public_url: str) -> dict[str, Any]:
    host = urlsplit(public_url).hostname
    return {
        "MAIL_SERVER": reader.text("MAIL_SERVER", "127.0.0.1"),
        "MAIL_PORT": reader.value("MAIL_PORT", 25, _port, "a port number"),
        "MAIL_USERNAME": reader.text("MAIL_USERNAME", "") or None,
        "MAIL_PASSWORD": reader.text("MAIL_PASSWORD", "") or None,
        "MAIL_USE_TLS": reader.value("MAIL_USE_TLS", False, _yes, "1 or 0"),
        "MAIL_USE_SSL": reader.value("MAIL_USE_SSL", False, _yes, "1 or 0"),
        "MAIL_DEFAULT_SENDER": reader.text("MAIL_DEFAULT_SENDER", f"bpv-monitor@{host}"),
        "MAIL_TIMEOUT": reader.value("MAIL_TIMEOUT", 30, _positive, "whole seconds"),
        "MAIL_CONNECTIONS": reader.value("MAIL_CONNECTIONS", 4, _positive, "the number of kept connections"),
        "MAIL_RATE": reader.value("MAIL_RATE", 0, _whole, "mails per second, 0 for no limit"),
    }


def _libraries() -> dict[str, Any]:
    """Settings of the libraries that are ours to decide, not the operator's."""
    return {
        "BABEL_DEFAULT_LOCALE": "nl",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Amsterdam",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
        "MAX_CONTENT_LENGTH": 32 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 256 * 1024,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": dt.timedelta(hours=10),
        "SESSION_PROTECTION": None,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_HEADERS": [],
        "WTF_CSRF_SSL_STRICT": False,  # it wants a Referer, which our pages tell browsers not to send
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_SINGLE_HASH": True,  # argon2 salts by itself
        "SECURITY_PASSWORD_LENGTH_MIN": 12,
        "SECURITY_LOGIN_URL": "/sign-in",
        "SECURITY_POST_LOGIN_VIEW": "/desk/start",
        "SECURITY_RECOVERABLE": True,
        "SECURITY_RESET_URL": "/password",
        "SECURITY_RESET_PASSWORD_WITHIN": dt.timedelta(days=3),
        "SECURITY_RESET_PASSWORD_TEMPLATE": "accounts/choose_password.html",
        "SECURITY_SEND_PASSWORD_RESET_NOTICE_EMAIL": False,  # our mails go through the outbox
        "SECURITY_UNAUTHORIZED_VIEW": None,
        "SECURITY_LOGIN_USER_TEMPLATE": "accounts/sign_in.html",
        "SECURITY_SEND_REGISTER_EMAIL": False,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SECURITY_TRACKABLE": False,
        "SECURITY_JOIN_USER_ROLES": False,
        # What no page of ours uses; app/accounts/sign_in.py switches off what cannot be done without from here.
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_CLI_ROLES_NAME": None,
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CSRF_HEADER": None,
        "SECURITY_FRESHNESS": dt.timedelta(days=-1),  # no page that asks for the password again
        "SECURITY_FRESHNESS_ALLOW_AUTH_TOKEN": False,
        "SECURITY_LOGOUT_METHODS": None,
        "SECURITY_STATIC_FOLDER": None,
    }


class _Reader:
    """Reads names from one environment and collects what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]):
        self.environ = environ
        self.mistakes: list[str] = []
        self.seen: dict[str, str] = {}  # secrets, and the name each was first given under

    def text(self, name: str, default: str) -> str:
        return self.environ.get(name, "").strip() or default

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            self.mistakes.append(f"{name}: must be one of {', '.join(allowed)}, not {value!r}.")
        return value

    def value(self, name: str, default: Any, read: Callable, expected: str, allowed: bool = True) -> Any:
        text = self.text(name, "")
        if not text:
            return default
        if not allowed:
            self.mistakes.append(f"{name}: only allowed outside production; take it out.")
            return default
        try:
            return read(text)
        except ValueError:
            self.mistakes.append(f"{name}: expected {expected}.")
            return default

    def secrets(self, name: str, production: bool) -> list[str]:
        """Read a comma-separated list of secrets, newest first; their values are never shown."""
        keys = [key.strip() for key in self.text(name, "").split(",") if key.strip()]
        if production and not keys:
            self._mistake_once(
                f"{name}: missing; set at least {SHORTEST_SECRET} random characters."
                " On a machine to try things on, BPV_ENV=development does without."
            )
        elif production and any(map(_is_weak, keys)):
            self._mistake_once(f"{name}: too weak; use at least {SHORTEST_SECRET} random characters of your own.")
        elif production and (others := {self.seen.setdefault(key, name) for key in keys} - {name}):
            self._mistake_once(f"{name}: the same as {', '.join(sorted(others))}; each needs a secret of its own.")
        elif production and len(set(keys)) < len(keys):
            self._mistake_once(f"{name}: holds the same secret twice; take one out.")
        return keys or [DEVELOPMENT_SECRET]

    def _mistake_once(self, mistake: str) -> None:
        if mistake not in self.mistakes:
            self.mistakes.append(mistake)


def _is_weak(secret: str) -> bool:
    """Tell whether a secret is short, printed in the source, of few characters, or a shorter one again and again."""
    if len(secret) < SHORTEST_SECRET or DEVELOPMENT_SECRET in secret or len(set(secret)) < FEWEST_CHARACTERS:
        return True
    return any(secret.startswith(secret[n:]) for n in range(1, len(secret) // 2 + 1))


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError
    return number


def _positive(text: str) -> int:
    number = _whole(text)
    if number == 0:
        raise ValueError
    return number


def _port(text: str) -> int:
    number = _positive(text)
    if number > 65535:
        raise ValueError
    return number


def _yes(text: str) -> bool:
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    if text.lower() not in words:
        raise ValueError
    return words[text.lower()]


def _moment(text: str) -> dt.datetime:
    """Read an ISO date or time; without a zone it is Amsterdam's, read by the clock."""
    return dt.datetime.fromisoformat(text)


def _database(text: str) -> str:
    url = database_url(text)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError
    return url


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError
    parts.port  # noqa: B018 (raises ValueError where it is no number)
    return text.rstrip("/")
