"""The catalogues: complete, in step with the code, and Dutch that speaks to its reader as agreed."""

import ast
import re

import pytest

from translations import update

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")
JE = re.compile(r"\b(je|jij|jou|jouw)\b", re.IGNORECASE)
U = re.compile(r"\b(u|uw)\b", re.IGNORECASE)
SENTENCE = re.compile(r"(?<=[.?!:])\s")

TO_TRAINERS = ("app/forwarding/", "app/templates/forwarding/")
STUDENTS_PAGES = tuple(f"app/templates/responses/{name}.html" for name in ("handed_back", "later", "not_me"))
TO_STUDENTS = (
    "app/forwarding/wording.py",
    "app/templates/forwarding/for_student.html",
    "app/responses/reminders.py",
    *STUDENTS_PAGES,
)
TO_BOTH = ("app/templates/responses/", "app/templates/mailing/")
ASKS_WHO_READS = ("app/templates/responses/start.html", *STUDENTS_PAGES)

every_language = pytest.mark.parametrize("language", update.LANGUAGES)


@pytest.fixture(scope="module")
def found():
    """Return the messages in the code, with where they stand."""
    return update.extract()


def texts(words: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return a message's forms: one, or singular and plural."""
    return (words,) if isinstance(words, str) else tuple(words)


def translated(language: str) -> dict[str, tuple[str, ...]]:
    """Return words in the code → their forms in `language`."""
    return {texts(message.id)[0]: texts(message.string) for message in update.read(language) if message.id}


def dutch_of(found, pages: tuple[str, ...], except_in: tuple[str, ...]) -> list[str]:
    """Return the Dutch of messages that stand only in `pages`, and nowhere in `except_in`."""
    dutch = translated("nl")
    files = {texts(message.id)[0]: {name for name, _line in message.locations} for message in found if message.id}
    return [
        text
        for words, names in files.items()
        if all(name.startswith(pages) and name not in except_in for name in names)
        for text in dutch[words]
    ]


def test_the_code_has_messages_in_python_and_in_templates(found):
    names = {name for message in found for name, _line in message.locations}
    assert "app/errors.py" in names
    assert "app/templates/layout.html" in names


@every_language
def test_every_message_is_translated(language, found):
    catalog = translated(language)
    words = [texts(message.id)[0] for message in found if message.id]
    assert [one for one in words if not all(catalog.get(one, ("",)))] == []


@every_language
def test_no_translation_is_a_guess_or_a_left_over(language):
    catalog = update.read(language)
    assert [message.id for message in catalog if message.id and message.fuzzy] == []
    assert not catalog.obsolete


@every_language
def test_a_translation_has_the_placeholders_of_its_message(language):
    """Form by form: a singular that says "once" in words does so in both."""
    for message in update.read(language):
        if message.id:
            for theirs, ours in zip(texts(message.id), texts(message.string), strict=True):
                assert sorted(PLACEHOLDER.findall(ours)) == sorted(PLACEHOLDER.findall(theirs)), ours


@every_language
def test_the_catalogue_is_what_the_script_would_write(language, found):
    assert update.path(language).read_bytes() == update.updated(language, found), "run translations/update.py"


def test_trainers_are_addressed_formally(found):
    dutch = dutch_of(found, TO_TRAINERS, except_in=TO_STUDENTS)
    assert dutch
    assert [text for text in dutch if JE.search(text)] == []


def test_students_are_addressed_informally(found):
    dutch = dutch_of(found, TO_STUDENTS, except_in=())
    assert dutch
    assert [text for text in dutch if U.search(text)] == []


def test_pages_that_both_read_address_neither(found):
    dutch = dutch_of(found, TO_BOTH, except_in=ASKS_WHO_READS)
    assert dutch
    assert [text for text in dutch if JE.search(text) or U.search(text)] == []


def test_no_sentence_says_both_stage_and_leerbaan():
    sentences = [part for forms in translated("nl").values() for text in forms for part in SENTENCE.split(text)]
    assert [one for one in sentences if "stage" in one.lower() and "leerbaan" in one.lower()] == []


def test_no_words_stand_inside_an_f_string_where_the_extractor_does_not_see_them():
    hidden = [
        f"{path.relative_to(update.ROOT)}:{call.lineno}"
        for path in (update.ROOT / "app").rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("_", "_l", "gettext", "ngettext")
    ]
    assert hidden == []
