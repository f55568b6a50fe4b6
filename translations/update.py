"""Brings the catalogues in step with the code: run as `.venv/bin/python translations/update.py`.

New messages come in, gone ones go. English starts as the words in the code, so that it can be edited here; Dutch starts
empty. Nothing is guessed, and the same code always gives the same files.
"""

import io
import tomllib
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("nl", "en")
HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: BPV Monitor\\n"
"Language: {language}\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def extract() -> Catalog:
    """Return every message in the code, with where it stands."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    found = Catalog()
    for filename, line, message, _comments, _context in extract_from_dir(
        ROOT, methods, keywords=DEFAULT_KEYWORDS | {"_l": None}
    ):
        found.add(message, locations=[(filename, line)])
    return found


def path(language: str) -> Path:
    """Return where the catalogue of a language stands."""
    return ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """Return the catalogue of a language as it stands."""
    with path(language).open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str, found: Catalog) -> bytes:
    """Return the catalogue of a language as it should stand for the messages `found`."""
    catalog = read(language)
    catalog.update(found, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    for message in catalog if language == "en" else ():
        if not any(message.string or ()):
            message.string = message.id
    written = io.BytesIO()
    write_po(written, catalog, width=100, omit_header=True, no_location=True, sort_output=True)
    return HEADER.format(language=language).encode() + written.getvalue()


if __name__ == "__main__":
    messages = extract()
    for name in LANGUAGES:
        path(name).write_bytes(updated(name, messages))
