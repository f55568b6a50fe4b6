"""The questionnaires there are: in which rounds they are put, and how many minutes people really take."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from app.extensions import db
from app.invitations import rounds
from app.invitations.models import Role
from app.questionnaires import loader
from app.questionnaires.definition import Questionnaire
from app.responses.models import CompletionCounter

FEWEST = 5  # people behind any figure that is shown


def median(counts: Mapping[int, int]) -> int | None:
    """Return the middle value of value → how often, the lower of two in the middle; None of nothing."""
    total = sum(counts.values())
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        if total and 2 * passed >= total:
            return value
    return None


@dataclass(frozen=True)
class Taken:
    """How many sent, and their median of whole minutes from the first saved page on; None when too few did.

    CompletionCounter.LONGEST stands for that and more.
    """

    n: int
    minutes: int | None

    @classmethod
    def of(cls, counts: Counter[int]) -> "Taken":
        n = counts.total()
        return cls(n, median(counts) if n >= FEWEST else None)


@dataclass
class Usage:
    """A questionnaire with the names of its rounds; `channels` by how the link came."""

    questionnaire: Questionnaire
    rounds: list[str] = field(default_factory=list)
    all: Taken = Taken(0, None)
    channels: dict[str, Taken] = field(default_factory=dict)


def everything() -> list[Usage]:
    """Return every questionnaire, the newest first."""
    minutes_of = taken()
    found = {id_: Usage(questionnaire) for id_, questionnaire in loader.load_all().items()}
    counts: dict[str, dict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    for one in rounds.everything():
        for role in Role:
            if usage := found.get(one.questionnaire(role)):
                usage.rounds.append(one.name)
                for channel, minutes in minutes_of[one.id, role.value].items():
                    counts[usage.questionnaire.id][channel] += minutes
    for id_, channels in counts.items():
        found[id_].all = Taken.of(sum(channels.values(), Counter()))
        found[id_].channels = {channel: Taken.of(minutes) for channel, minutes in sorted(channels.items())}
    return sorted(found.values(), key=lambda usage: (-usage.questionnaire.year, usage.questionnaire.id))


def taken() -> dict[tuple[int, str], dict[str, Counter[int]]]:
    """Return (round, role) → channel → minutes → how many."""
    found: dict[tuple[int, str], dict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    for counter in db.session.scalars(sa.select(CompletionCounter)):
        found[counter.round_id, counter.role][counter.channel][counter.minutes] += counter.n
    return found
