"""Raking: weights that make those who answered look like those who could have, in two margins.

The margins are sector × pathway × level, and school. Whom a figure is about and what it counts is not decided here.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

SMALLEST = 30  # answers in a category that is weighted by itself
BOUNDS = (0.2, 5.0)
ROUNDS = 200
CLOSE = 1e-6
TRIMS = 10
HALVINGS = 50  # of an interval of factors: past the precision of a float

# A category of a margin, from its widest part to its narrowest; what is too small is put together from the right.
Value = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Cell:
    """People who are alike to the weighting; `brin` is the school."""

    sector: str
    pathway: str
    level: int
    brin: str


@dataclass(frozen=True)
class Category:
    """Values of a margin that are weighted as one, with how many answered and how many there are."""

    values: tuple[Value, ...]
    answers: int
    population: int


@dataclass(frozen=True)
class Margin:
    """For each cell the number of its category, and for each category how many answers it should count as."""

    places: Sequence[int]
    targets: Sequence[float]


def rake(
    answers: Mapping[Cell, int],
    population: Mapping[Cell, int],
    smallest: int = SMALLEST,
    bounds: tuple[float, float] | None = BOUNDS,
) -> dict[Cell, float]:
    """Return a weight for each cell that has answers; the mean over all answers is 1.

    Categories with fewer than `smallest` (1 or more) answers are put together first, see `collapsed`. Then Deming and
    Stephan (1940), Annals of Mathematical Statistics 11: adjust to one margin, then to the other, until neither had to
    be changed by more than CLOSE, or ROUNDS times. Then TRIMS times more, with weights trimmed to `bounds` (around 1;
    None for no trimming) after each margin, and at last once more without changing the mean, much as in Battaglia and
    others (2009), Practical Considerations in Raking Survey Data. So the bounds always hold. Both margins hold where
    no bound was needed; else, and where no weights meet both, they hold nearly, and schools better than groups.
    Without any population each weight is 1.
    """
    cells = sorted(cell for cell, count in answers.items() if count)
    if not cells or not any(population.values()):
        return dict.fromkeys(cells, 1.0)
    counts = [answers[cell] for cell in cells]
    margins = [_margin(cells, answers, population, smallest, value) for value in (_group, _school)]
    masses = _raked(counts, margins)
    if bounds:
        masses = _raked_within(masses, counts, margins, bounds)
    return {cell: mass / count for cell, mass, count in zip(cells, masses, counts, strict=True)}


def collapsed(answers: Mapping[Value, int], population: Mapping[Value, int], smallest: int) -> list[Category]:
    """List the categories of a margin, those too small put together.

    Too small is what has fewer than `smallest` answers, or no population. Step by step, dropping the last part of
    the value (level, then pathway, then sector): what is too small and shares the rest is put together; is it still
    too small, it joins the smallest other one it shares the rest with; is there none, it waits for the next step.
    """
    values = sorted(answers.keys() | population.keys())
    found = [Category((value,), answers.get(value, 0), population.get(value, 0)) for value in values]
    for length in reversed(range(len(values[0]))):
        alike = defaultdict(list)
        for category in found:
            alike[category.values[0][:length]].append(category)
        found = [category for group in alike.values() for category in _enough(group, smallest)]
    return found


def _enough(group: list[Category], smallest: int) -> list[Category]:
    small = [category for category in group if _too_small(category, smallest)]
    rest = [category for category in group if not _too_small(category, smallest)]
    if not small:
        return rest
    if rest and _too_small(_together(small), smallest):
        joined = min(rest, key=lambda category: (category.answers, category.values))
        rest.remove(joined)
        small.append(joined)
    return [*rest, _together(small)]


def _too_small(category: Category, smallest: int) -> bool:
    return category.answers < smallest or not category.population


def _together(categories: Sequence[Category]) -> Category:
    return Category(
        tuple(value for category in categories for value in category.values),
        sum(category.answers for category in categories),
        sum(category.population for category in categories),
    )


def _group(cell: Cell) -> Value:
    return (cell.sector, cell.pathway, cell.level)


def _school(cell: Cell) -> Value:
    return (cell.brin,)


def _margin(
    cells: Sequence[Cell],
    answers: Mapping[Cell, int],
    population: Mapping[Cell, int],
    smallest: int,
    value: Callable[[Cell], Value],
) -> Margin:
    categories = collapsed(_summed(answers, value), _summed(population, value), smallest)
    places = {one: place for place, category in enumerate(categories) for one in category.values}
    answers_per_person = sum(answers.values()) / sum(population.values())
    return Margin(
        [places[value(cell)] for cell in cells],
        [category.population * answers_per_person for category in categories],
    )


def _summed(people: Mapping[Cell, int], value: Callable[[Cell], Value]) -> Counter[Value]:
    sums: Counter[Value] = Counter()
    for cell, count in people.items():
        sums[value(cell)] += count
    return sums


# A mass is a weight times the answers that have it: what a cell counts as. Every sum below is over masses.


def _raked(masses: Sequence[float], margins: Sequence[Margin]) -> Sequence[float]:
    for _ in range(ROUNDS):
        changed = 0.0
        for margin in margins:
            factors = _factors(masses, margin)
            masses = _adjusted(masses, margin, factors)
            changed = max(changed, *(abs(factor - 1) for factor in factors))
        if changed < CLOSE:
            break
    return masses


def _factors(masses: Sequence[float], margin: Margin) -> list[float]:
    sums = [0.0] * len(margin.targets)
    for place, mass in zip(margin.places, masses, strict=True):
        sums[place] += mass
    return [target / total for target, total in zip(margin.targets, sums, strict=True)]


def _adjusted(masses: Sequence[float], margin: Margin, factors: Sequence[float]) -> list[float]:
    return [mass * factors[place] for mass, place in zip(masses, margin.places, strict=True)]


def _raked_within(
    masses: Sequence[float], counts: Sequence[int], margins: Sequence[Margin], bounds: tuple[float, float]
) -> Sequence[float]:
    """Rake masses a little more, cutting after each margin: adjusting to the next makes up for what was cut off."""
    if _cut(masses, counts, bounds) == masses:
        return masses
    for _ in range(TRIMS):
        for margin in margins:
            masses = _cut(_adjusted(masses, margin, _factors(masses, margin)), counts, bounds)
    return _with_mean_1(masses, counts, bounds)


def _with_mean_1(masses: Sequence[float], counts: Sequence[int], bounds: tuple[float, float]) -> Sequence[float]:
    """Multiply masses within the bounds by the one factor that, after cutting, gives weights a mean of 1.

    It is found by halving, as the mean only grows with it.
    """
    low, high = bounds
    too_small, too_large = low / high, high / low
    for _ in range(HALVINGS):
        factor = (too_small + too_large) / 2
        found = _cut([mass * factor for mass in masses], counts, bounds)
        if sum(found) < sum(counts):
            too_small = factor
        else:
            too_large = factor
    return found


def _cut(masses: Sequence[float], counts: Sequence[int], bounds: tuple[float, float]) -> list[float]:
    low, high = bounds
    return [min(max(mass, low * count), high * count) for mass, count in zip(masses, counts, strict=True)]
