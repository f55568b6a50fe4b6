"""Walks the product by its links, one address per endpoint, and gathers every form on the way."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from tests.pages import Visitor

LEFT_ALONE = ("/sign-out", "/static/")


@dataclass(frozen=True)
class Form:
    """A form as a page holds it: where it goes, its fields by name with their kind, and its buttons."""

    page: str
    method: str
    action: str
    fields: tuple[tuple[str, str], ...]
    hidden: tuple[tuple[str, str], ...]
    buttons: tuple[tuple[str, str], ...]


def forms_from(app: Any, person: Visitor, *starts: str) -> list[Form]:
    """Return the forms of these pages and of all that links lead to from them; of each endpoint one page more."""
    waiting, seen, forms = list(starts), set(), {}
    while waiting:
        address = waiting.pop(0)
        known = {address} if address in starts else {address, _endpoint(app, address)}
        if seen & known or address.startswith(LEFT_ALONE):
            continue
        seen |= known
        answer = person.client.get(address, base_url=person.base_url, follow_redirects=True)
        assert answer.status_code < 500, address
        if answer.mimetype == "text/html":
            page = BeautifulSoup(answer.text, "html.parser")
            waiting += [link["href"] for link in page.find_all("a", href=True) if link["href"].startswith("/")]
            for form in (_form(tag, answer.request.path) for tag in page.find_all("form")):
                forms.setdefault((form.method, _endpoint(app, form.action), form.fields), form)
    return [form for form in forms.values() if not form.action.startswith(LEFT_ALONE)]


def _endpoint(app: Any, address: str) -> str:
    parts = urlsplit(address)
    adapter = app.url_map.bind("bpv.example")
    return str(adapter.match(parts.path, method=adapter.allowed_methods(parts.path)[0])[0])


def _form(tag: Tag, page: str) -> Form:
    controls = tag.find_all(["input", "textarea", "select"])
    named = [(one["name"], one.get("type", one.name)) for one in controls if one.get("name")]
    hidden = [(one["name"], one.get("value", "")) for one in controls if one.get("type") == "hidden"]
    buttons = [(one["name"], one.get("value", "")) for one in tag.find_all("button") if one.get("name")]
    fields = sorted({(name, kind) for name, kind in named if kind != "hidden"})
    action = tag.get("action") or page
    return Form(page, tag.get("method", "get").upper(), action, tuple(fields), tuple(hidden), tuple(buttons))
