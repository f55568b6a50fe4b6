"""The Flask application, with a shorter way for pages behind personal links: they know no accounts.

Nothing that accounts need runs there: no session is looked into, nobody is looked up as signed in, no limit is looked
for but the view's own. That is a third of the time such a page takes, and keeps who is signed in out of its answer.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest, HTTPException

from app import browser, languages, logs, outside, security


class OnlyWithCookie(SecureCookieSessionInterface):
    """Sessions that cost nothing where the browser sent none."""

    def open_session(self, app: Flask, request: Any) -> SecureCookieSession | None:
        if self.get_cookie_name(app) in request.cookies:
            return super().open_session(app, request)
        return self.session_class()


class Application(Flask):
    session_interface = OnlyWithCookie()
    request_class = outside.OurRequest

    def ensure_sync(self, func: Callable) -> Callable:
        """Return `func` itself: no view of ours is asynchronous, and asking takes its time."""
        return func

    def preprocess_request(self) -> Any:
        g.by_link = request.endpoint is not None and security.mark_of(self, request.endpoint) is security.link
        logs.start_timer()
        _read_form()
        return None if g.by_link else super().preprocess_request()

    def process_response(self, response: Response) -> Response:
        browser.forget_told(response)
        if g.get("by_link"):
            return logs.log_request(security.add_headers(languages.remember(response)))
        return super().process_response(response)


def _read_form() -> None:
    """Read what was posted to its end: within a transaction one stalled phone would hold up everybody else.

    Raises what Werkzeug answers a body with that is too large or broke off. gunicorn calls the latter ended, and half a
    form would be saved; with its length in view it is a 400, as are pieces that are none or break off.
    """
    if request.content_length is not None:
        request.environ.pop("wsgi.input_terminated", None)
    try:
        request.form.keys()
    except Exception as error:  # each server has errors of its own for it
        request.form = ImmutableMultiDict()  # the page that says so looks for a language in it
        raise error if isinstance(error, HTTPException) else BadRequest() from error
