"""Ways through a questionnaire that the tests share."""

import re

from tests.pages import Visitor

RECEIPT = re.compile(r"^(\w{4}-){4}\w{4}$")
STUDENT_PAGES = ["preparation", "agreements", "guidance", "execution", "assessment", "problem_solving", "whole"]


def begin(person: Visitor, link: str) -> Visitor:
    """Open a link and press Start."""
    return person.go(link).press("go", "start")


def to_summary(person: Visitor, **answers: object) -> Visitor:
    """Press on to the summary, filling in what is asked for on the pages that have such a question."""
    while person.page == "theme":
        asked = {name: value for name, value in answers.items() if person.html.main.find(attrs={"name": name})}
        person.press("go", "next", **asked)
        assert person.page in ("theme", "summary")
    return person


def answer(person: Visitor, link: str, **answers: object) -> Visitor:
    """Go all the way to the thanks, with a grade where nothing else is answered: an empty questionnaire is not sent."""
    return to_summary(begin(person, link), **(answers or {"grade": "7"})).press("go", "send")


def receipt_of(person: Visitor) -> str:
    """Return the receipt that a summary or thanks page carries: five groups of four, unlike a key beside it."""
    return person.html.main.find("input", value=RECEIPT)["value"]
