"""Masks what may lead to a person in a text: addresses, postcodes, numbers and names on social media. Pure.

It finds not all of these, and no people's names: a person decides on each text.
"""

import re
import unicodedata
from collections.abc import Mapping

from phonenumbers import PhoneNumberMatcher

MASK = "[…]"
SITE = r"(?:[\w-]+\.)+(?:nl|com|org|eu)\b"
AT, DOT = r"\s?[(\[{]\s?(?:at|apenstaartje)\s?[)\]}]\s?", r"\s?[(\[{](?:dot|punt)[)\]}]\s?"
TIME, YEAR, AMOUNT = r"[0-2]?\d[.:][0-5]\d", r"(?:19|20)\d\d", r"\d[\d.,]*"
UNITS = "km|kg|mg|ml|cl|cm|mm|kw|mb|gb"  # two letters that stand behind an amount or, below, behind a year
WORDS = "af|al|an|as|at|be|by|da|de|do|en|er|ga|go|ha|he|if|ik|in|is|it|ja|je|me|my|na|no|nu|of|ok|om|on|op|or|so|te"
WORDS += f"|to|uw|up|us|we|wo|ze|zo|{UNITS}"
STREET = r"(?:(?:[A-Z][\w'.-]*|van|der?|den|het) )*[^\W\d][\w'.-]* \d{1,5} ?[a-zA-Z]?(?:[-/]\d+)?[\s,]+"
LETTERS = rf"(?: ?[A-Z]{{2}}|(?!{UNITS})[A-Za-z]{{2}}| (?!(?i:{WORDS})\b)[A-Za-z]{{2}})\b"
ORDINARY = re.compile(
    rf"(?<!\d)[0-3]?\d([-/.])[01]?\d\1{YEAR}(?!\1?\d)|(?<!\d){YEAR}-[01]\d-[0-3]\d(?!\d)"  # days
    rf"|(?<!\d)(?<!\d[ ./-]){YEAR} ?[-–/] ?'?(?:\d\d)?\d\d(?!\d)"  # years
    rf"|(?<!\d){TIME} ?(?:-|–|tot|to) ?{TIME}(?![.:]?\d)"
    rf"|€ ?{AMOUNT}|(?<!\d){AMOUNT} ?(?:€(?! ?\d)|(?i:eur|euro)\b)"
)
PATTERNS = (
    re.compile(rf"\S+(?:@|{AT})\S*\w(?:{DOT}\w+)*|\S+\s?@\s[\w-]+\.[\w.-]+|\S+ (?:@|at |apenstaartje ){SITE}", re.I),
    re.compile(rf"(?:https?://|www\.)\S*[\w/]|\b{SITE}(?:/\S*)?|\b(?:[\w-]+\.)+[a-z]{{2,4}}/[\w@]\S*", re.I),
    re.compile(r"@[\w.]{3,}|\b(?:insta|instagram|snap|snapchat|tiktok|discord|telegram|linkedin|facebook): ?\S+", re.I),
    re.compile(rf"(?:\b{STREET})?\b[1-9]\d{{3}}{LETTERS}(?:[ ,]*\d+\w*)?"),
    re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,}(?: ?[A-Z0-9]{1,4})?\b"),
)
NUMBERS = re.compile(r"\d{6,}|\b\d{3}[ -]\d{3}[ -]\d{3}\b|\b\d{4}\.\d{2}\.\d{3}\b")
HIDE = {ord("0") + digit: 0xE000 + digit for digit in range(10)}
SHOW = {there: here for here, there in HIDE.items()}


def masked(text: str) -> str:
    """Return the text, in plain characters, with MASK in place of what may lead to a person."""
    text = "".join(_plain(character) for character in text)
    text = ORDINARY.sub(lambda found: found[0].translate(HIDE), text)
    for pattern in PATTERNS:
        text = pattern.sub(MASK, text)
    dotted = re.sub(r"(?<=\d)[,:_](?=\d)", ".", text)
    for phone in reversed(list(PhoneNumberMatcher(dotted, "NL"))):
        text = text[: phone.start] + MASK + text[phone.end :]
    return NUMBERS.sub(MASK, text).translate(SHOW)


def _plain(character: str) -> str:
    """Return a character as most people type it; nothing for one that is not seen."""
    plain = unicodedata.normalize("NFKC", character)
    return "" if unicodedata.category(character) == "Cf" else plain if len(plain) == 1 else character


def all_masked(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the same of texts by question."""
    return {question: masked(text) for question, text in texts.items()}
