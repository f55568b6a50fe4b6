"""The house rules of a page, each a function that yields what is wrong with it."""

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from app import assets

NAMED = ("/s/", "/t/", "/receipt")
WITHOUT_SESSION = ("/s/", "/t/", "/opt-out/", "/receipt", "/lost-link")
CONTROLS = ["input", "select", "textarea"]


def faults_in(html: BeautifulSoup, path: str) -> list[str]:
    """Return what is wrong with a page, in words; nothing is what it should be."""
    return [fault for rule in RULES for fault in rule(html, path)]


def _has_head(html: BeautifulSoup, _path: str) -> Iterator[str]:
    title = html.title.get_text(strip=True) if html.title else ""
    if not title.endswith("– BPV Monitor") or title.startswith("–"):
        yield f"the title is {title!r}"
    if html.html is None or html.html.get("lang") not in ("nl", "en"):
        yield "no language"
    headings = [heading.get_text(strip=True) for heading in html.find_all("h1")]
    if len(headings) != 1 or not headings[0]:
        yield f"main headings: {headings}"
    if len(html.find_all("main")) != 1 or not html.find("main").find("h1"):
        yield "the heading does not stand in the one main part"


def _says_what_it_is(html: BeautifulSoup, path: str) -> Iterator[str]:
    if path.startswith(NAMED) and not html.main.get("data-page"):
        yield "no data-page"


def _says_errors_first(html: BeautifulSoup, _path: str) -> Iterator[str]:
    wrong = html.main.find_all(attrs={"aria-invalid": "true"})
    summary = html.main.find(class_="summary")
    if wrong and summary and not html.title.get_text().strip().startswith(("Fout:", "Error:")):
        yield "an error is not said in the title"


def _has_ids_once(html: BeautifulSoup, _path: str) -> Iterator[str]:
    ids = Counter(tag["id"] for tag in html.find_all(id=True))
    yield from (f"id {id_!r} stands {n} times" for id_, n in ids.items() if n > 1)
    for tag in html.find_all(True):
        pointed = [tag["href"][1:]] if tag.get("href", "").startswith("#") else []
        pointed += [id_ for name in ("for", "form", "aria-describedby", "aria-labelledby") for id_ in _ids(tag, name)]
        yield from (f"<{tag.name}> points to {id_!r}, which is not there" for id_ in pointed if id_ not in ids)


def _labels_controls(html: BeautifulSoup, _path: str) -> Iterator[str]:
    for control in html.find_all(CONTROLS):
        if control.get("type") in ("hidden", "submit"):
            continue
        label = control.find_parent("label") or html.find("label", attrs={"for": control.get("id", "no id")})
        if not (label and label.get_text(strip=True)) and not control.get("aria-label"):
            yield f"no label: {control}"
        if control.get("type") in ("radio", "checkbox") and not _is_in_named_group(control):
            yield f"no legend: {control}"


def _is_in_named_group(control: Tag) -> bool:
    group = control.find_parent("fieldset")
    return bool(group and group.legend and group.legend.get_text(strip=True))


def _names_what_can_be_pressed(html: BeautifulSoup, _path: str) -> Iterator[str]:
    for tag in html.find_all(["a", "button"]):
        if not tag.get_text(strip=True):
            yield f"no words: {tag}"
    for button in html.find_all("button"):
        if not button.get("form") and not button.find_parent("form"):
            yield f"a button without a form: {button}"
    yield from (f"no alt: {image}" for image in html.find_all("img") if image.get("alt") is None)
    yield from (f"no title: {frame}" for frame in html.find_all("iframe") if not frame.get("title"))


def _stays_here(html: BeautifulSoup, _path: str) -> Iterator[str]:
    for tag in html.find_all(True):
        for name in ("action", "formaction", "href", "src"):
            parts = urlsplit(tag.get(name) or "")
            opens_app = parts.scheme == "mailto" or (parts.scheme, parts.netloc) == ("whatsapp", "send")
            is_source = (tag.name, tag.get("rel")) == ("a", ["noreferrer"]) and parts.scheme in ("http", "https")
            if not (opens_app or is_source) and (parts.netloc or parts.scheme):
                yield f"leads elsewhere: {tag.get(name)}"


def _keeps_to_the_policy(html: BeautifulSoup, _path: str) -> Iterator[str]:
    for tag in html.find_all(True):
        yield from (f"inline {name} on <{tag.name}>" for name in tag.attrs if name == "style" or name.startswith("on"))
    yield from ("an inline style" for style in html.find_all("style") if style.string != assets.inline("style.css"))
    yield from ("an inline script" for script in html.find_all("script") if not script.get("src"))


def _protects_forms(html: BeautifulSoup, path: str) -> Iterator[str]:
    for form in html.find_all("form"):
        method, has_token = form.get("method", "get").lower(), form.find("input", {"name": "csrf_token"}) is not None
        is_ours = path.startswith(WITHOUT_SESSION)
        if method == "post" and not is_ours and not has_token:
            yield "a form without a token"
        if is_ours and has_token:
            yield "a token that would run out behind a personal link"


def _lets_enter_do_its_own(html: BeautifulSoup, _path: str) -> Iterator[str]:
    """Enter in a field presses the first button of its form, wherever that stands: it must be the fields' own."""
    for form in html.find_all("form"):
        controls = [one for one in html.find_all([*CONTROLS, "button"]) if _form_of(one, html) is form]
        fields = [one for one in controls if one.name == "input" and not one.has_attr("readonly")]
        fields = [one for one in fields if one.get("type") not in ("hidden", "submit")]
        buttons = [one for one in controls if one.name == "button" or one.get("type") == "submit"]
        if not fields:
            continue
        if not buttons or controls.index(buttons[0]) < controls.index(fields[0]):
            yield f"Enter presses a button before the field: {(buttons or [None])[0]}"
        yield from (f"a button leads elsewhere than its fields: {one}" for one in buttons if one.get("formaction"))


def _form_of(control: Tag, html: BeautifulSoup) -> Tag | None:
    return html.find("form", id=control["form"]) if control.get("form") else control.find_parent("form")


def _tells_tables(html: BeautifulSoup, _path: str) -> Iterator[str]:
    for table in html.find_all("table"):
        if not table.caption or not table.caption.get_text(strip=True):
            yield "a table without a caption"
        yield from (f"a heading without scope: {cell}" for cell in table.find_all("th") if not cell.get("scope"))


def _ids(tag: Tag, name: str) -> list[str]:
    value = tag.get(name) or []
    return value if isinstance(value, list) else value.split()


RULES = (
    _has_head,
    _says_what_it_is,
    _says_errors_first,
    _has_ids_once,
    _labels_controls,
    _names_what_can_be_pressed,
    _stays_here,
    _keeps_to_the_policy,
    _protects_forms,
    _lets_enter_do_its_own,
    _tells_tables,
)
