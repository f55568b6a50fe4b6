"""Weights agree with weightipy, meet both margins, and keep within bounds whatever comes in."""

from collections import Counter

import pandas
import pytest
import weightipy
from hypothesis import given, settings
from hypothesis import strategies as st

from app.results.statistics.weights import Category, Cell, collapsed, rake

SECTORS, PATHWAYS, LEVELS, SCHOOLS = ["Care", "Trade"], ["BBL", "BOL"], [2, 4], ["01AA", "02BB", "03CC"]
GROUPS = [("Care", "BOL", 4), ("Care", "BBL", 4), ("Trade", "BOL", 2)]
CELLS = [Cell(*parts, brin) for parts in GROUPS for brin in SCHOOLS]
ANY_CELL = st.builds(Cell, *(st.sampled_from(parts) for parts in (SECTORS, PATHWAYS, LEVELS, SCHOOLS)))
ANY_COUNTS = st.dictionaries(ANY_CELL, st.integers(0, 400), max_size=24)
FULL_COUNTS = st.lists(st.integers(5, 60), min_size=len(CELLS), max_size=len(CELLS)).map(
    lambda counts: dict(zip(CELLS, counts, strict=True))
)


def put_together(answers: dict[str, int], population: dict[str, int] | None = None) -> list[set[str]]:
    """Return the categories of a margin of values written like `Care BOL 4`; without a population it is as answers."""
    counts = ({tuple(text.split()): count for text, count in one.items()} for one in (answers, population or answers))
    return [{" ".join(value) for value in category.values} for category in collapsed(*counts, 30)]


def group(cell: Cell) -> tuple:
    return cell.sector, cell.pathway, cell.level


def school(cell: Cell) -> str:
    return cell.brin


def shares(counts: dict[Cell, float], category) -> dict:
    sums = Counter()
    for cell, count in counts.items():
        sums[category(cell)] += count
    return {key: value / sum(counts.values()) for key, value in sums.items()}


def weighted(answers: dict[Cell, int], weights: dict[Cell, float]) -> dict[Cell, float]:
    return {cell: answers[cell] * weight for cell, weight in weights.items()}


def by_weightipy(answers: dict[Cell, int], population: dict[Cell, int]) -> dict[Cell, float]:
    scheme = weightipy.Rim("all", convcrit=1e-9)
    scheme.set_targets(
        [
            {"group": {str(key): share * 100 for key, share in shares(population, group).items()}},
            {"school": {key: share * 100 for key, share in shares(population, school).items()}},
        ]
    )
    cells = [cell for cell, count in answers.items() for _ in range(count)]
    people = pandas.DataFrame({"group": [str(group(cell)) for cell in cells], "school": [cell.brin for cell in cells]})
    return dict(zip(cells, weightipy.weight(people, scheme), strict=True))


def test_weights_are_those_of_weightipy():
    answers = dict(zip(CELLS, [12, 40, 7, 31, 9, 22, 5, 18, 44], strict=True))
    population = dict(zip(CELLS, [60, 90, 80, 45, 70, 50, 33, 40, 95], strict=True))
    found = rake(answers, population, smallest=1, bounds=None)
    assert found == pytest.approx(by_weightipy(answers, population), abs=1e-3)


@settings(deadline=None)
@given(answers=FULL_COUNTS, population=FULL_COUNTS)
def test_both_margins_are_met_where_nothing_is_trimmed(answers, population):
    found = weighted(answers, rake(answers, population, smallest=1, bounds=None))
    for margin in (group, school):
        assert shares(found, margin) == pytest.approx(shares(population, margin), rel=1e-5)


@settings(deadline=None)
@given(answers=ANY_COUNTS, population=ANY_COUNTS)
def test_weights_have_a_mean_of_1_and_keep_within_bounds(answers, population):
    weights = rake(answers, population)
    assert set(weights) == {cell for cell, count in answers.items() if count}
    assert all(0.2 - 1e-9 <= weight <= 5 + 1e-9 for weight in weights.values())
    if weights:
        assert sum(weighted(answers, weights).values()) == pytest.approx(sum(answers.values()))


@settings(deadline=None)
@given(answers=ANY_COUNTS, population=ANY_COUNTS, seed=st.randoms(use_true_random=False))
def test_the_order_of_cells_does_not_matter(answers, population, seed):
    def shuffled(counts: dict[Cell, int]) -> dict[Cell, int]:
        return dict(seed.sample(list(counts.items()), len(counts)))

    assert rake(shuffled(answers), shuffled(population)) == rake(answers, population)


def test_large_categories_are_left_alone():
    assert put_together({"Care BOL 3": 30, "Care BOL 4": 90}) == [{"Care BOL 3"}, {"Care BOL 4"}]


def test_small_levels_of_a_pathway_are_put_together():
    found = put_together({"Care BOL 2": 10, "Care BOL 3": 25, "Care BOL 4": 90, "Care BBL 2": 40})
    assert found == [{"Care BBL 2"}, {"Care BOL 4"}, {"Care BOL 2", "Care BOL 3"}]


def test_small_levels_that_stay_small_join_the_smallest_other_level():
    found = put_together({"Care BOL 1": 5, "Care BOL 2": 10, "Care BOL 3": 60, "Care BOL 4": 90})
    assert found == [{"Care BOL 4"}, {"Care BOL 3", "Care BOL 1", "Care BOL 2"}]


def test_small_pathways_of_a_sector_are_put_together():
    found = put_together({"Care BBL 3": 10, "Care OVO 3": 25, "Care BOL 4": 90, "Trade BBL 3": 40})
    assert found == [{"Care BOL 4"}, {"Care BBL 3", "Care OVO 3"}, {"Trade BBL 3"}]


def test_small_sectors_are_put_together():
    found = put_together({"Care BOL 4": 90, "Crafts BOL 2": 10, "Crafts BBL 2": 10, "Trade BOL 2": 15})
    assert found == [{"Care BOL 4"}, {"Crafts BOL 2", "Crafts BBL 2", "Trade BOL 2"}]


def test_a_small_sector_by_itself_joins_the_smallest_other_category():
    found = put_together({"Care BOL 3": 50, "Care BOL 4": 90, "Trade BOL 2": 10})
    assert found == [{"Care BOL 4"}, {"Care BOL 3", "Trade BOL 2"}]


def test_a_small_school_joins_the_other_small_ones_or_else_the_smallest():
    assert put_together({"01AA": 20, "02BB": 20, "03CC": 50}) == [{"03CC"}, {"01AA", "02BB"}]
    assert put_together({"01AA": 20, "02BB": 90, "03CC": 50}) == [{"02BB"}, {"03CC", "01AA"}]


def test_where_all_is_small_there_is_one_category():
    assert put_together({"01AA": 3, "02BB": 4}) == [{"01AA", "02BB"}]


def test_people_of_whom_none_answered_are_added_where_they_would_be_put():
    answers = {("Care", "BOL", 3): 40, ("Trade", "BOL", 3): 50}
    population = {("Care", "BOL", 2): 7, ("Care", "BOL", 3): 80, ("Trade", "BOL", 3): 90}
    assert collapsed(answers, population, 30) == [
        Category((("Care", "BOL", 2), ("Care", "BOL", 3)), 40, 87),
        Category((("Trade", "BOL", 3),), 50, 90),
    ]


def test_answers_without_a_population_are_put_with_others_however_many():
    assert put_together({"01AA": 70, "02BB": 90}, {"02BB": 200}) == [{"02BB", "01AA"}]


@settings(deadline=None)
@given(answers=ANY_COUNTS, population=ANY_COUNTS, smallest=st.integers(1, 200))
def test_nobody_is_lost_in_putting_together(answers, population, smallest):
    sums = [Counter({group(cell): 0 for cell in counts}) for counts in (answers, population)]
    for total, counts in zip(sums, (answers, population), strict=True):
        for cell, count in counts.items():
            total[group(cell)] += count
    found = collapsed(*sums, smallest) if answers or population else []
    assert sum(category.answers for category in found) == sum(answers.values())
    assert sum(category.population for category in found) == sum(population.values())
    assert len(found) <= 1 or all(one.answers >= smallest and one.population for one in found)


def test_those_put_together_have_one_weight_within_a_school():
    few, some, many = (Cell("Care", "BOL", level, "01AA") for level in (2, 3, 4))
    weights = rake({few: 5, some: 30, many: 70}, {few: 90, some: 30, many: 120})
    assert weights[few] == weights[some] == pytest.approx(120 / 240 * 105 / 35)


def test_answers_of_a_school_without_a_population_still_count():
    here, elsewhere = Cell("Care", "BOL", 4, "01AA"), Cell("Care", "BOL", 4, "02BB")
    assert rake({here: 70, elsewhere: 90}, {elsewhere: 200}) == pytest.approx({here: 1, elsewhere: 1})


def test_a_group_that_hardly_answered_weighs_no_more_than_5():
    few, many = Cell("Care", "BOL", 4, "01AA"), Cell("Trade", "BOL", 4, "01AA")
    weights = rake({few: 40, many: 960}, {few: 5000, many: 5000})
    assert weights == pytest.approx({few: 5, many: (1000 - 40 * 5) / 960})


def test_a_group_that_answered_far_too_much_weighs_no_less_than_a_fifth():
    few, many = Cell("Care", "BOL", 4, "01AA"), Cell("Trade", "BOL", 4, "01AA")
    weights = rake({few: 500, many: 500}, {few: 10, many: 9990})
    assert weights == pytest.approx({few: 0.2, many: 1.8})


def test_trimming_in_one_margin_leaves_the_other_nearly_met():
    answers = dict(zip(CELLS, [35, 5, 5, 300, 300, 300, 300, 300, 300], strict=True))
    population = dict(zip(CELLS, [900, 150, 150, 300, 300, 300, 300, 300, 300], strict=True))
    weights = rake(answers, population)
    assert max(weights.values()) == pytest.approx(5)
    assert shares(weighted(answers, weights), school) == pytest.approx(shares(population, school), abs=0.02)


def test_margins_that_contradict_each_other_give_weights_all_the_same():
    here, elsewhere = Cell("Care", "BOL", 4, "01AA"), Cell("Trade", "BOL", 4, "02BB")
    population = {here: 90, elsewhere: 10, Cell("Trade", "BOL", 4, "01AA"): 300}
    weights = rake({here: 50, elsewhere: 50}, population)
    assert sum(weights.values()) == pytest.approx(2)


def test_without_answers_there_are_no_weights():
    assert rake({}, {CELLS[0]: 10}) == {}


def test_without_a_population_every_weight_is_1():
    assert rake({CELLS[0]: 10, CELLS[1]: 0}, {}) == {CELLS[0]: 1}
