"""What other features show a respondent right after sending; results register theirs, since they build on answers."""

from collections.abc import Callable

import structlog
from flask import Flask, current_app
from markupsafe import Markup

from app.database import reading
from app.responses.models import Response

log = structlog.get_logger()
Renderer = Callable[[Response], Markup]
EXTENSION = "after_sending"


def register(app: Flask, render: Renderer) -> None:
    """Let what `render` returns be shown beside the thanks."""
    app.extensions.setdefault(EXTENSION, []).append(render)


def shown(response: Response) -> Markup:
    """Return what is shown beside the thanks; it is only read, so that sending keeps nobody waiting for it.

    The answers are sent by now, and their sender must get the receipt: what fails here is logged and left out.
    """
    try:
        with reading():
            return Markup().join(render(response) for render in current_app.extensions.get(EXTENSION, ()))
    except Exception:
        log.exception("nothing to show beside the thanks")
        return Markup()
