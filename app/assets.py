"""Stylesheet and pictures: served compressed by WhiteNoise, under an address that changes with their content."""

import functools
import hashlib
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

FOLDER = Path(__file__).parent / "static"
YEAR = 365 * 24 * 3600


@functools.cache
def asset(name: str) -> str:
    """Return the address of a static file; a changed file gets another one."""
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:8]
    return f"/static/{name}?v={digest}"


def init_app(app: Flask) -> None:
    app.jinja_env.globals["asset"] = asset
    app.wsgi_app = WhiteNoise(app.wsgi_app, root=str(FOLDER), prefix="static/", max_age=YEAR)  # type: ignore[method-assign]
