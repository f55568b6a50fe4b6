"""What takes away, sends, replaces or withdraws asks once, on a page that names whom or what it is about."""

import hashlib
from typing import Any

from flask import abort, make_response, render_template, request


def require(template: str, **about: Any) -> None:
    """Answer the request with the page that asks, until the button on it was pressed.

    `template` extends confirm.html, and names what stands in `about`. Its button posts what was posted again, and to
    what it said yes: where that is another person or number by then, the page asks anew.
    """
    answer = hashlib.sha256(repr(sorted(about.items())).encode()).hexdigest()[:16]
    if request.form.get("confirm") != answer:
        posted = [field for field in request.form.items(multi=True) if field[0] not in ("csrf_token", "confirm")]
        abort(make_response(render_template(template, **about, posted=posted, answer=answer)))
