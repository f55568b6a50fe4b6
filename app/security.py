"""The access policy and the response headers: who may reach a view stands on the view itself.

A view without a mark answers 403 and fails a test, so nothing is reachable by forgetting. Where the address of a view
names a school (`brin`), an account that does not reach that school gets the answer of a school that does not exist; a
view for accounts that reach only some schools finds everything else below the school it names.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from app import assets

KEPT_SECONDS = 60 * 24 * 3600
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'self' {assets.policy_source('style.css')}",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "X-Robots-Tag": "noindex",
}


@dataclass(frozen=True)
class Mark:
    """Who may reach a view: anyone, the holder of a signed link, or accounts with one of `roles`."""

    kind: str
    roles: tuple[str, ...] = ()

    def __call__(self, view: Callable) -> Callable:
        view.access = self  # type: ignore[attr-defined]
        return view


public = Mark("public")
link = Mark("link")


def role(*roles: str) -> Mark:
    """Return the mark for accounts that hold one of `roles`."""
    return Mark("role", roles)


def mark_library_view(app: Flask, endpoint: str, mark: Mark) -> None:
    """Mark a view that a library brought along."""
    app.extensions.setdefault("library_marks", {})[endpoint] = mark


def mark_of(app: Flask, endpoint: str) -> Mark | None:
    """Return the mark of an endpoint, or None where it was forgotten."""
    library: dict[str, Mark] = app.extensions.get("library_marks", {})
    view: Any = app.view_functions[endpoint]
    return getattr(view, "access", None) or library.get(endpoint)


def may_open(endpoint: str) -> bool:
    """Tell whether who is signed in has a role that this endpoint is for."""
    return current_user.is_authenticated and _is_for(current_user, endpoint)


def leads_to_a_page(location: str, account: Any) -> bool:
    """Tell whether a redirect leads to a page behind an account that this account may open."""
    parts = urlsplit(location)
    try:
        endpoint, values = current_app.url_map.bind("").match(parts.path, "GET")
    except HTTPException:
        return False
    return not parts.netloc and _is_for(account, endpoint) and _reaches(account, values)


def enforce() -> Any:
    """Let the request through, send it to the sign-in page, or answer 403."""
    if request.endpoint is None or request.endpoint not in current_app.view_functions:
        return None
    mark = mark_of(current_app, request.endpoint)
    if mark is None:
        abort(403)
    if mark.kind != "role":
        return None
    if not current_user.is_authenticated:
        return redirect(url_for("security.login", next=request.path if request.method == "GET" else None))
    if current_user.role not in mark.roles:
        abort(403)
    if not _reaches(current_user, request.view_args or {}):
        abort(404)
    return None


def _is_for(account: Any, endpoint: str) -> bool:
    mark = mark_of(current_app, endpoint) if endpoint in current_app.view_functions else None
    return mark is not None and account.role in mark.roles


def _reaches(account: Any, values: Mapping[str, Any]) -> bool:
    return "brin" not in values or account.reaches(values["brin"])


def add_headers(response: Response) -> Response:
    """Add the headers every answer carries; pages are never stored by browsers or proxies."""
    given = {name.lower() for name, _value in response.headers}
    response.headers["Cache-Control"] = "no-store"
    response.headers.extend([(name, value) for name, value in HEADERS.items() if name.lower() not in given])
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response


def keep_in_browser(answer: Response, name: str, value: str, path: str, seconds: int | None = KEPT_SECONDS) -> Response:
    """Leave a value with the browser for as long as a seat can be open, or for `seconds`, sent back below `path` only.

    With None the browser forgets it when it is closed.
    """
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(name, value, max_age=seconds, path=path, secure=secure, httponly=True, samesite="Lax")
    return answer


def init_app(app: Flask) -> None:
    if proxies := app.config["PROXIES"]:
        # Without them the limits would take all visitors for one; believing more than there are lets anyone forge it.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    app.before_request(enforce)
    app.after_request(add_headers)
    mark_library_view(app, "static", public)
