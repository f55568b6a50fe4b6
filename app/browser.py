"""Whether a browser keeps cookies, and words left in one for the page that a redirect leads to."""

from urllib.parse import urlsplit

from flask import Response, request

from app.security import keep_in_browser

TRIED, TOLD = "keeps-cookies", "told"
TOLD_SECONDS, LONGEST = 60, 255


def keeps_cookies() -> bool:
    """Tell whether this browser keeps cookies: it sent one along."""
    return bool(request.cookies)


def try_cookies(answer: Response) -> Response:
    """Leave a cookie that says nothing with a browser that sent none: its first POST tells whether it keeps any."""
    return answer if keeps_cookies() else keep_in_browser(answer, TRIED, "1", "/", None)


def tell(answer: Response, words: str) -> Response:
    """Leave words for the page that this redirect leads to, no other: in no address, and forgotten once shown."""
    return keep_in_browser(answer, TOLD, words[:LONGEST], urlsplit(answer.location or "/").path, TOLD_SECONDS)


def told() -> str:
    """Return the words that the request before this one left."""
    return request.cookies.get(TOLD, "")


def forget_told(answer: Response) -> None:
    """Take the words away again once a page could show them."""
    if request.method == "GET" and TOLD in request.cookies:
        answer.delete_cookie(TOLD, path=request.path)
