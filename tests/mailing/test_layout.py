"""One letter as HTML and as plain text: the same words, no remote parts, nothing a name could smuggle in."""

import re

import pytest
from bs4 import BeautifulSoup

from app.mailing.layout import LaidOut, lay_out
from app.mailing.letter import Bullets, Button, Heading, Letter, Small, Text

pytestmark = pytest.mark.usefixtures("bare_app")
PAGE, STOP = "http://bpv.example/t/abc", "http://bpv.example/opt-out/def"
LETTER = Letter(
    "ada@example.org",
    "nl",
    "Hoe gaat het?",
    (
        Text("Beste Ada,"),
        Text("Een alinea die zo lang is dat zij op een regel van 76 tekens niet past en dus wordt afgebroken."),
        Bullets(("Eén student", "Nog één")),
        Heading("Wat nu?"),
        Button("Geef de link door", PAGE),
        Small("Deze pagina is van u."),
    ),
)
SNAPSHOT = """\
Beste Ada,

Een alinea die zo lang is dat zij op een regel van 76 tekens niet past en
dus wordt afgebroken.

- Eén student
- Nog één

Wat nu?

Geef de link door:
http://bpv.example/t/abc

Deze pagina is van u.

--
Wilt u deze mails niet meer? Stop ermee:
http://bpv.example/opt-out/def
"""


def words(text: str) -> list[str]:
    return re.findall(r"[\w'’]+", text)


def seen_in_html(laid_out: LaidOut) -> str:
    """Return what a reader of the HTML sees, links written out."""
    page = BeautifulSoup(laid_out.html, "html.parser")
    for hidden in page.select("head, [style*='display:none'], [style*='display: none']"):
        hidden.decompose()
    for link in page.find_all("a"):
        link.append(f" {link['href']} ")
    return page.get_text(" ")


def test_the_plain_text_of_a_letter():
    text = lay_out(LETTER, STOP).text
    before, _line, after = text.partition("--\n")
    assert before == SNAPSHOT.partition("--\n")[0]
    assert after.endswith(f":\n{STOP}\n")


def test_html_and_plain_text_say_the_same():
    laid_out = lay_out(LETTER, STOP)
    in_html = words(seen_in_html(laid_out).replace("BPV Monitor", "", 1))
    assert in_html == words(laid_out.text)


def test_each_link_stands_on_a_line_of_its_own_in_the_text():
    lines = lay_out(LETTER, STOP).text.splitlines()
    assert [line for line in lines if "http" in line] == [PAGE, STOP]


def test_a_long_word_with_hyphens_is_not_broken():
    word = "een-heel-lang-woord-" * 6
    assert word in lay_out(Letter("a@x.nl", "nl", "x", (Text(f"Zie {word} nu"),))).text


def test_without_a_link_to_stop_neither_part_speaks_of_stopping():
    laid_out = lay_out(LETTER)
    assert "--" not in laid_out.text.splitlines()
    assert "opt-out" not in laid_out.html + laid_out.text


def test_the_html_loads_nothing_from_elsewhere():
    page = BeautifulSoup(lay_out(LETTER, STOP).html, "html.parser")
    assert not page.find_all(["img", "script", "link", "iframe", "object", "video"])
    assert "@import" not in str(page)
    assert "url(" not in str(page)
    assert {link["href"] for link in page.find_all("a")} == {PAGE, STOP}


def test_no_template_mark_is_left_over():
    laid_out = lay_out(LETTER, STOP)
    assert not re.search(r"{[{%]|[%}]}", laid_out.html + laid_out.text)


@pytest.mark.parametrize(
    "block", [Text, Heading, Small, lambda name: Bullets((name,)), lambda name: Button(name, PAGE)]
)
def test_html_in_a_name_is_shown_and_never_run(block):
    name = '<script>alert(1)</script> & "Zn"'
    laid_out = lay_out(Letter("a@x.nl", "nl", name, (block(name),)))
    page = BeautifulSoup(laid_out.html, "html.parser")
    assert not page.find("script")
    assert name in page.body.get_text()
    assert name in laid_out.text


def test_an_address_cannot_leave_its_attribute():
    page = BeautifulSoup(
        lay_out(Letter("a@x.nl", "nl", "x", (Button("Ga", 'http://x"onclick="y'),))).html, "html.parser"
    )
    (link,) = page.find_all("a")
    assert link["href"] == 'http://x"onclick="y'
    assert not link.has_attr("onclick")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_html_names_its_language(language):
    page = BeautifulSoup(lay_out(Letter("a@x.nl", language, "x", (Text("x"),))).html, "html.parser")
    assert page.html["lang"] == language
