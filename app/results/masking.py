"""Masks what may lead to a person in a text: addresses, postcodes, numbers and names on social media. Pure.

It finds not all of these, and no people's names: a person decides on each text.
"""

import re
import unicodedata
from collections.abc import Mapping

from phonenumbers import PhoneNumberMatcher

MASK = "[…]"
SPOKEN, ENDING = r" (?:dot|punt) ", r"(?:nl|com|org|eu)\b"
OUR_SITES = r"(?:s-bb|stagemarkt)\.nl\b"  # the questionnaires name them
MEDIA = "insta|instagram|snap|snapchat|tiktok|discord|telegram|linkedin|facebook"
PLACES = "home|school|work|werk|thuis|kantoor"
AT, DOT = r"\s?[(\[{]\s?(?:at|apenstaartje)\s?[)\]}]\s?", r"\s?[(\[{](?:dot|punt)[)\]}]\s?"
TIME, YEAR = r"[0-2]?\d[.:][0-5]\d", r"(?:19|20)\d\d"
AMOUNT = r"(?:[1-9]\d{0,2}(?:[.,]\d{3})+|\d{1,6})(?:[.,]\d\d?)?(?![., -]?\d)"
UNITS = "km|kg|mg|ml|cl|cm|mm|kw|mb|gb|gr|st|nm|pk|cc|tl"  # behind an amount; below: behind a year
WORDS = "af|al|an|as|at|be|by|da|de|do|en|er|ga|go|ha|he|if|ik|in|is|it|ja|je|me|my|na|no|nu|of|ok|om|on|op|or|so|te|tm"
WORDS += f"|to|uw|up|us|we|wo|ze|zo|{UNITS}"
STREET = r"(?:(?:[A-Z][\w'.-]*|van|der?|den|het) )*[^\W\d][\w'.-]* \d{1,5} ?[a-zA-Z]?(?:[-/]\d+)?[\s,]+"
LETTERS = rf"(?:(?: |-|\r?\n)?[A-Z]{{2}}|(?!{UNITS})[A-Za-z]{{2}}| (?!(?i:{WORDS})\b)[A-Za-z]{{2}})\b"
ORDINARY = re.compile(
    rf"(?<!\d)[0-3]?\d([-/.])[01]?\d\1{YEAR}(?!\1?\d)|(?<!\d){YEAR}-[01]\d-[0-3]\d(?!\d)"  # days
    rf"|(?<!\d)(?<!\d[ ./-]){YEAR} ?[-–/] ?'?(?:\d\d)?\d\d(?!\d)"  # years
    rf"|(?<!\d){TIME} ?(?:-|–|tot|to) ?{TIME}(?![.:]?\d)"
    rf"|€ ?{AMOUNT}|(?<!\d)(?<!\d[ .,/-]){AMOUNT} ?(?:€(?! ?\d)|(?i:eur|euro)\b)"
    r"|(?<!\d)(?<!\d[ .,/-])[1-9]\d\d000 (?=[a-z]{2})"  # a round number of something
)
PATTERNS = (
    re.compile(rf"\S+(?:@|{AT})\S*\w(?:{DOT}\w+)*|\S+\s?@\s[\w-]+\.[\w.-]+", re.I),
    re.compile(rf"\S+(?:{SPOKEN}\S+)* (?:@|at |apenstaartje )(?:[\w-]+(?:\.|{SPOKEN}))+{ENDING}", re.I),
    re.compile(r"(?:https?://|www\.)\S*[\w/]|\b(?:[\w-]+\.)+[a-z]{2,4}/[\w@]\S*", re.I),
    re.compile(rf"(?<![\w-])(?!{OUR_SITES})(?:[\w-]+\.)+{ENDING}(?:/\S*)?", re.I),
    re.compile(rf"@(?!(?:{PLACES})\b(?!\.\w))[\w.]{{3,}}", re.I),
    re.compile(rf"\b(?:{MEDIA})(?:: ?\S+| @ ?\w\S*| [a-z]\w*[._#]\w\S*)", re.I),
    re.compile(rf"(?:\b{STREET})?\b[1-9]\d{{3}}{LETTERS}(?:[ ,]*\d+\w*)?"),
    re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,}(?: ?[A-Z0-9]{1,4})?\b"),
    re.compile(r"\b[A-Z]{2} ?\d\d ?[A-Z]{4}(?: ?\d){10,}", re.I),
)
NUMBERS = re.compile(r"\d{6,}|\b(?:\d{3}[ .-]\d{3}|\d{4}[ .-]\d{2})[ .-]\d{3}\b")
HIDE = {ord("0") + digit: 0xE000 + digit for digit in range(10)}
SHOW = {there: here for here, there in HIDE.items()}


def masked(text: str) -> str:
    """Return the text, in plain characters, with MASK in place of what may lead to a person."""
    text = "".join(_plain(character) for character in text)
    text = ORDINARY.sub(lambda found: found[0].translate(HIDE), text)
    for pattern in PATTERNS:
        text = pattern.sub(MASK, text)
    for line_break in ("\n", " "):  # a number on one line, then one over two lines
        dotted = re.sub(r"(?<=\d)[,:;_](?=\d)", ".", text.replace("€", " "))
        for phone in reversed(list(PhoneNumberMatcher(re.sub(r"[\r\n]", line_break, dotted), "NL"))):
            text = text[: phone.start] + MASK + text[phone.end :]
    return NUMBERS.sub(MASK, text).translate(SHOW)


def _plain(character: str) -> str:
    """Return a character as most people type it; nothing for one that is not seen."""
    plain = unicodedata.normalize("NFKC", character)
    return "" if unicodedata.category(character) == "Cf" else plain if len(plain) == 1 else character


def all_masked(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the same of texts by question."""
    return {question: masked(text) for question, text in texts.items()}
