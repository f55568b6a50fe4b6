"""A browser without scripts: follows redirects, submits forms as they stand, and looks every page over that it gets."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from bs4 import BeautifulSoup, Tag

from tests.page_rules import faults_in


class Visitor:
    """One person at one browser, with or without cookies. Every method that fetches asserts the status.

    Where an act asks before it is done they say yes at once, unless they hesitate.
    """

    def __init__(self, app, *, cookies: bool = True, hesitates: bool = False):
        self.hesitates = hesitates
        self.client = app.test_client(use_cookies=cookies)
        self.base_url = app.config["PUBLIC_URL"]
        self.answer: Any = None
        self.html = BeautifulSoup("", "html.parser")

    def go(self, address: str, gets: int = 200) -> "Visitor":
        """Follow a link."""
        return self._fetch("GET", address, gets)

    def post(self, address: str, gets: int = 200, /, **values: Any) -> "Visitor":
        """Send what no form of ours would."""
        return self._fetch("POST", address, gets, data=values)

    def press(self, name: str | None, value: str | None = None, *, gets: int = 200, **filled: Any) -> "Visitor":
        """Fill in the form with this button, and press it."""
        return self._submit(self._button(name, value), gets, filled)

    def press_labelled(self, label: str, gets: int = 200, **filled: Any) -> "Visitor":
        """Press the first button with these words; `filled` may hold a file as (stream, name)."""
        return self._submit(next(one for one in self.html.find_all("button") if words_of(one) == label), gets, filled)

    def press_last(self, gets: int = 200, **filled: Any) -> "Visitor":
        """Press the last button of the page, whatever its words."""
        return self._submit(self.html.main.find_all("button")[-1], gets, filled)

    def sign_in(self, email: str, password: str, gets: int = 200) -> "Visitor":
        self.go("/sign-in?lang=en")
        return self.press_labelled("Sign in", gets, email=email, password=password)

    @property
    def page(self) -> str | None:
        """What the page calls itself."""
        return self.html.find("main").get("data-page")

    @property
    def path(self) -> str:
        return self.answer.request.path

    @property
    def address(self) -> str:
        """The path with what follows the question mark."""
        return self.answer.request.full_path.rstrip("?")

    @property
    def text(self) -> str:
        """The words of the page itself, without header and footer."""
        return words_of(self.html.find("main"))

    @property
    def heading(self) -> str:
        return words_of(self.html.find("h1"))

    @property
    def language(self) -> str:
        return self.html.find("html")["lang"]

    def link(self, label: str) -> str:
        """Return where the first link with these words leads."""
        return next(one["href"] for one in self.html.find_all("a") if words_of(one) == label)

    def buttons(self) -> list[tuple[str | None, str | None]]:
        return [(one.get("name"), one.get("value")) for one in self.html.find_all("button")]

    def field(self, name: str) -> Tag:
        return self.html.find("main").find(attrs={"name": name})

    def chosen(self, name: str) -> list[str]:
        return [one["value"] for one in self.html.find_all("input", {"name": name}) if one.has_attr("checked")]

    def _fetch(self, method: str, address: str, gets: int, data: Any = None) -> "Visitor":
        parts = urlsplit(address)
        assert not parts.netloc or address.startswith(self.base_url), address
        how = {"method": method, "query_string": parts.query, "data": data, "base_url": self.base_url}
        self.answer = self.client.open(parts.path, follow_redirects=True, **how)
        for answer in (*self.answer.history, self.answer):
            answer.request.environ["wsgi.input"].close()  # a large one is a temporary file
        if self.answer.mimetype == "text/html":
            self.html = BeautifulSoup(self.answer.text, "html.parser")
            if (yes := self.html.find("button", {"name": "confirm"})) and not self.hesitates:
                return self._submit(yes, gets, {})
        assert self.answer.status_code == gets, f"{self.answer.status_code} at {self.path}: {self.html.find('h1')}"
        if self.answer.mimetype == "text/html" and not self.path.endswith("/html"):
            faults = faults_in(self.html, self.path)
            assert not faults, f"{self.path}: {faults}"
        return self

    def _submit(self, button: Tag, gets: int, filled: dict[str, Any]) -> "Visitor":
        form = self.html.find("form", id=button["form"]) if button.get("form") else button.find_parent("form")
        data = _values(form, filled)
        if button.get("name"):
            data[button["name"]] = button.get("value", "")
        method = form.get("method", "get").upper()
        address = button.get("formaction") or form.get("action") or self.address
        if method == "GET":
            return self.go(f"{address.partition('?')[0]}?{urlencode(data)}", gets)
        return self._fetch("POST", address, gets, data=data)

    def _button(self, name: str | None, value: str | None) -> Tag:
        for button in self.html.find_all("button"):
            if button.get("name") == name and (value is None or button.get("value") == value):
                return button
        raise AssertionError(f"no button {name}={value}, only {self.buttons()}")


def words_of(tag: Tag) -> str:
    return " ".join(tag.get_text(" ", strip=True).split())


def _values(form: Tag, filled: dict[str, Any]) -> dict[str, Any]:
    """Return what the form sends: what it holds already, and what is filled in where it has such a field."""
    data: dict[str, Any] = {}
    offered: dict[str, list[str]] = {}
    for control in form.find_all(["input", "textarea", "select"]):
        name, kind = control.get("name"), control.get("type", "text")
        if not name:
            continue
        if kind in ("radio", "checkbox"):
            offered.setdefault(name, []).append(control["value"])
            if control.has_attr("checked"):
                data.setdefault(name, []).append(control["value"])
        elif control.name == "textarea":
            data[name] = control.get_text().removeprefix("\n")
        elif control.name == "select":
            offered[name] = [option.get("value", "") for option in control.find_all("option")]
            chosen = control.find("option", selected=True) or control.find("option")
            data[name] = chosen.get("value", "") if chosen else ""
        elif kind != "file":
            data[name] = control.get("value", "")
    for name, value in filled.items():
        assert form.find(attrs={"name": name}), f"no field {name}"
        for one in value if isinstance(value, list) else [value]:
            assert name not in offered or str(one) in offered[name], f"{name} offers {offered[name]}, not {one!r}"
        data[name] = value
    return data
