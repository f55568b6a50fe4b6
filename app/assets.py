"""Stylesheet and pictures: served compressed by WhiteNoise, under an address that changes with their content."""

import functools
import hashlib
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

from app import security

FOLDER = Path(__file__).parent / "static"
YEAR = 365 * 24 * 3600


@functools.cache
def asset(name: str) -> str:
    """Return the address of a static file; a changed file gets another one."""
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:8]
    return f"/static/{name}?v={digest}"


def _protect(headers: Headers, _path: str, _url: str) -> None:
    for name, value in security.HEADERS.items():
        headers[name] = value


def init_app(app: Flask) -> None:
    app.jinja_env.globals["asset"] = asset
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(FOLDER),
        prefix="static/",
        max_age=YEAR,
        allow_all_origins=False,
        add_headers_function=_protect,
    )
