"""Which language a page speaks: Dutch or English, by link, by choice kept in a cookie, else by who reads."""

from contextlib import AbstractContextManager, nullcontext
from urllib.parse import quote, urlencode

from flask import Flask, Response, g, has_request_context, request
from flask_babel import force_locale as force_babel
from flask_babel import get_locale, refresh
from werkzeug.exceptions import RequestEntityTooLarge

from app.security import keep_in_browser

LANGUAGES = {"nl": "Nederlands", "en": "English"}
DEFAULT = "nl"
COOKIE = "lang"
YEAR = 365 * 24 * 3600


def select() -> str:
    """Return the language of this request: its `lang`, the cookie's, the reader's own, else Dutch."""
    if not has_request_context():
        return DEFAULT
    wishes = (asked(), request.cookies.get(COOKIE), g.get("reads"))
    return next((wish for wish in wishes if wish in LANGUAGES), DEFAULT)


def asked() -> str | None:
    """Return the language this request asks for: by the button that was pressed, else by its address."""
    if "asked" not in g:
        wishes = (_pressed(), request.args.get("lang"))
        g.asked = next((wish for wish in wishes if wish in LANGUAGES), None)
    return g.asked


def _pressed() -> str | None:
    try:
        return request.form.get("lang") if request.method == "POST" else None
    except RequestEntityTooLarge:  # the page that says so speaks a language too
        return None


def reads(language: str | None) -> None:
    """Say which language the person behind this request reads, where nothing else was chosen."""
    g.reads = language
    refresh()  # Flask-Babel remembers the first answer of a request


def current() -> str:
    """Return "nl" or "en"."""
    return get_locale().language


def force_locale(language: str) -> AbstractContextManager:
    """Speak this language within a block; nothing changes hands where it is spoken already, as in most mails."""
    return nullcontext() if current() == language else force_babel(language)


def other() -> str:
    """Return the language this page does not speak."""
    return "en" if current() == "nl" else "nl"


def language_url(language: str) -> str:
    """Return this page's address in `language`, for a plain link."""
    arguments = request.args.to_dict() | {"lang": language}
    return f"{quote(request.path)}?{urlencode(arguments)}"


def remember(response: Response) -> Response:
    """Keep the language that was asked for, so that the next page speaks it too."""
    wish = asked()
    if wish and wish != request.cookies.get(COOKIE):
        keep_in_browser(response, COOKIE, wish, "/", YEAR)
    return response


def init_app(app: Flask) -> None:
    app.after_request(remember)

    @app.url_defaults
    def keep_language(endpoint: str, values: dict) -> None:
        """Carry the language that was asked for along, for browsers that keep no cookies."""
        if has_request_context() and endpoint != "static" and (wish := asked()):
            values.setdefault("lang", wish)

    app.jinja_env.globals.update(
        get_locale=get_locale, language_url=language_url, other_language=other, language_names=LANGUAGES
    )
