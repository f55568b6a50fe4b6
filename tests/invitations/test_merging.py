"""Small groups put together until they are large enough."""

from hypothesis import given
from hypothesis import strategies as st

from app.invitations.merging import merged

LEVELS = (lambda cell: cell, lambda cell: cell[0], lambda cell: None)
sizes = st.dictionaries(st.tuples(st.sampled_from("abc"), st.integers(0, 4)), st.integers(0, 30))


def test_what_is_large_enough_stays_by_itself():
    groups, left = merged({("a", 1): 20, ("a", 2): 3}, LEVELS, 20)
    assert groups == [{("a", 1)}]
    assert left == [("a", 2)]


def test_small_ones_go_together_with_what_is_most_alike():
    groups, left = merged({("a", 1): 12, ("b", 1): 12, ("a", 2): 9, ("b", 2): 3}, LEVELS, 20)
    assert groups == [{("a", 1), ("a", 2)}]
    assert left == [("b", 1), ("b", 2)]


@given(sizes, st.integers(1, 40))
def test_every_group_is_large_enough_and_every_cell_is_in_one_place(held, least):
    groups, left = merged(held, LEVELS, least)
    assert all(sum(held[cell] for cell in group) >= least for group in groups)
    placed = [cell for group in groups for cell in group] + list(left)
    assert sorted(placed) == sorted(held)


@given(sizes, st.integers(1, 40))
def test_what_is_left_is_too_small_even_together(held, least):
    _groups, left = merged(held, LEVELS, least)
    assert sum(held[cell] for cell in left) < least


@given(sizes, st.integers(1, 40))
def test_nothing_is_put_together_that_could_stay_apart(held, least):
    groups, _left = merged(held, LEVELS, least)
    large = {cell for cell, n in held.items() if n >= least}
    assert all({cell} in groups for cell in large)
