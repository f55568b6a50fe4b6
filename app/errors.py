"""Error pages in the reader's language: what happened, and what to do next."""

from flask import Flask, render_template, request
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from app import outside
from app.extensions import db

PAGES = {
    400: (_l("This request could not be read"), _l("Go back, reload the page and try again.")),
    403: (_l("This page is not for you"), _l("You are signed in without the right to see it.")),
    404: (_l("This page does not exist"), _l("Check the address, or start at the home page.")),
    405: (_l("This address cannot be used like that"), _l("Go back and use the buttons on the page.")),
    413: (_l("This file is too large"), _l("Split it into parts of at most 32 MB and load them one by one.")),
    429: (_l("Too many attempts"), _l("Wait a few minutes and try again.")),
    500: (_l("Something went wrong on our side"), _l("Nothing you sent was half stored. Try again in a moment.")),
}


def show(error: HTTPException) -> tuple[str, int]:
    """Render the page of an HTTP error; an unlisted one speaks as the nearest listed one.

    Whoever follows a personal link that cannot be read is told how to get it again.
    """
    code = error.code or 500
    unreadable = code == 404 or (code == 429 and request.method == "GET")
    if unreadable and outside.PERSONAL.match(request.path):
        return render_template("forwarding/ended.html", state="unknown"), code
    title, advice = PAGES.get(code) or PAGES[400 if code < 500 else 500]
    return render_template("errors/error.html", code=code, title=title, advice=advice), code


def show_other_host(_error: SecurityError) -> tuple[str, int, dict[str, str]]:
    """Answer in plain text: for a name that is not ours no address of a page can be made."""
    return "This name is not ours. Use the address in the mail.\n", 400, {"Content-Type": "text/plain"}


def show_form_expired(_error: CSRFError) -> tuple[str, int]:
    title = _l("This form was open for too long")
    advice = _l("Nothing was changed. Go back, reload the page and send it again.")
    return render_template("errors/error.html", code=400, title=title, advice=advice), 400


def show_failure(_error: Exception) -> tuple[str, int]:
    """Answer an unexpected error; what it had written is rolled back first."""
    db.session.rollback()
    return show(InternalServerError())


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, show)
    app.register_error_handler(SecurityError, show_other_host)
    app.register_error_handler(CSRFError, show_form_expired)
    app.register_error_handler(500, show_failure)
