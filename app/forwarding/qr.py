"""QR codes of links, as SVG to stand within a page: no picture to fetch, and sharp on paper."""

import segno
from markupsafe import Markup


def svg(url: str, title: str) -> Markup:
    """Return the code of `url` with a quiet zone around it; `title` is what a screen reader says."""
    code = segno.make(url, error="m", micro=False)
    return Markup(code.svg_inline(border=4, title=title, svgclass="qr", lineclass=None, omitsize=True))  # noqa: S704
