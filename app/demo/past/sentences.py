"""What people of the demonstration wrote themselves."""

import random
import tomllib
from functools import cache
from pathlib import Path

WRITES, ANSWERS, GOES_ON = 0.25, 0.7, 0.2  # who writes at all, to a question, and a second sentence


def texts(chance: random.Random, role: str) -> dict[str, str] | None:
    """Return what somebody wrote, by question id; None where it was nothing."""
    if chance.random() > WRITES:
        return None
    wrote = {
        question: " ".join(chance.sample(sentences, 2 if chance.random() < GOES_ON else 1))
        for question, sentences in _sentences()[role].items()
        if chance.random() < ANSWERS
    }
    return wrote or None


@cache
def _sentences() -> dict[str, dict[str, list[str]]]:
    """Return role → question id → what people may write."""
    return tomllib.loads((Path(__file__).parent / "data/sentences.toml").read_text(encoding="utf-8"))
