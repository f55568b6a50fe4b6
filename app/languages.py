"""Which language a page speaks: Dutch or English, by link, by choice kept in a cookie, else by who reads."""

from urllib.parse import urlencode

from flask import Flask, Response, g, has_request_context, request
from flask_babel import force_locale, get_locale, lazy_gettext, refresh

LANGUAGES = {"nl": "Nederlands", "en": "English"}
DEFAULT = "nl"
COOKIE = "lang"
YEAR = 365 * 24 * 3600

__all__ = ["DEFAULT", "LANGUAGES", "force_locale", "init_app", "lazy_gettext", "reads", "select"]


def select() -> str:
    """Return the language of this request: its `lang`, the cookie's, the reader's own, else Dutch."""
    if not has_request_context():
        return DEFAULT
    asked = request.args.get("lang") or request.form.get("lang")
    wishes = (asked, request.cookies.get(COOKIE), g.get("reads"))
    return next((wish for wish in wishes if wish in LANGUAGES), DEFAULT)


def reads(language: str | None) -> None:
    """Say which language the person behind this request reads, where nothing else was chosen."""
    g.reads = language
    refresh()  # Flask-Babel remembers the first answer of a request


def current() -> str:
    """Return "nl" or "en"."""
    return get_locale().language


def language_url(language: str) -> str:
    """Return this page's address in `language`, for a plain link."""
    arguments = request.args.to_dict() | {"lang": language}
    return f"{request.path}?{urlencode(arguments)}"


def remember(response: Response) -> Response:
    """Keep the language a link asked for, so that the next page speaks it too."""
    asked = request.args.get("lang") or request.form.get("lang")
    if asked in LANGUAGES and asked != request.cookies.get(COOKIE):
        secure = request.is_secure
        response.set_cookie(COOKIE, asked, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
    return response


def init_app(app: Flask) -> None:
    app.after_request(remember)

    @app.url_defaults
    def keep_language(endpoint: str, values: dict) -> None:
        """Carry a language asked for by link along, for browsers that keep no cookies."""
        if has_request_context() and request.args.get("lang") in LANGUAGES and endpoint != "static":
            values.setdefault("lang", request.args["lang"])

    app.jinja_env.globals.update(get_locale=get_locale, language_url=language_url)
