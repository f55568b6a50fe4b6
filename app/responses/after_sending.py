"""What other features show a respondent right after sending; results register theirs, since they build on answers."""

from collections.abc import Callable

from flask import Flask, current_app
from markupsafe import Markup

from app.database import reading
from app.responses.models import Response

Renderer = Callable[[Response], Markup]
EXTENSION = "after_sending"


def register(app: Flask, render: Renderer) -> None:
    """Let what `render` returns be shown beside the thanks."""
    app.extensions.setdefault(EXTENSION, []).append(render)


def shown(response: Response) -> Markup:
    """Return what is shown beside the thanks; it is only read, so that sending keeps nobody waiting for it."""
    with reading():
        return Markup().join(render(response) for render in current_app.extensions.get(EXTENSION, ()))
