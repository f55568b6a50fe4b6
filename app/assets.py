"""Stylesheet and pictures: served by WhiteNoise, under an address that changes with their content."""

import base64
import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from markupsafe import Markup
from whitenoise import WhiteNoise

FOLDER = Path(__file__).parent / "static"
YEAR = 365 * 24 * 3600


@functools.cache
def asset(name: str) -> str:
    """Return the address of a static file; a changed file gets another one."""
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:8]
    return f"/static/{name}?v={digest}"


@functools.cache
def inline(name: str) -> Markup:
    """Return a static file to stand within a page: on a slow line the first page then waits for nothing else."""
    return Markup((FOLDER / name).read_text())  # noqa: S704 our own file


def policy_source(name: str) -> str:
    """Return what lets a browser use an inline file under our content security policy: its hash, and nothing else."""
    digest = hashlib.sha256((FOLDER / name).read_bytes()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def init_app(app: Flask, headers: Mapping[str, str]) -> None:
    """Serve the static files, with these headers."""

    def protect(given: Headers, _path: str, _url: str) -> None:
        for name, value in headers.items():
            given[name] = value

    app.jinja_env.globals.update(asset=asset, inline=inline)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(FOLDER),
        prefix="static/",
        max_age=YEAR,
        allow_all_origins=False,
        add_headers_function=protect,
    )
