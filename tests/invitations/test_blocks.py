"""Blocks of a school's programmes: large enough, kept, and joined by what comes later."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.extensions import db
from app.invitations import blocks
from app.invitations.blocks import LEAST, Cell, draw
from tests import builders
from tests.builders import SCHOOL

A, B, C = Cell("25001", "BOL", "23001", "01"), Cell("25002", "BOL", "23001", "01"), Cell("25003", "BOL", "23002", "02")
A_BBL = Cell("25001", "BBL", "23001", "01")
pathways = st.sampled_from(["BOL", "BBL"])
cells = st.builds(Cell, st.sampled_from("123"), pathways, st.sampled_from("de"), st.sampled_from("st"))
sizes = st.dictionaries(cells, st.integers(0, 30))


def test_a_programme_with_enough_placements_is_a_block():
    assert draw({A: 20, B: 25}) == {A: 1, B: 2}


def test_small_programmes_of_a_dossier_are_a_block_together():
    drawn = draw({A: 12, B: 12, C: 30})
    assert drawn[A] == drawn[B] != drawn[C]


def test_what_is_small_and_alone_joins_what_it_is_most_like():
    assert draw({A: 30, C: 30, B: 3}) == {A: 1, C: 2, B: 1}


def test_a_school_with_few_placements_has_no_blocks():
    assert draw({A: 10, B: 9}) == {}


def test_a_cell_that_comes_later_joins_and_splits_nothing():
    drawn = draw({A: 25, C: 25})
    assert draw({A: 25, C: 25, A_BBL: 40}, drawn) == drawn | {A_BBL: 1}


@given(sizes)
def test_every_block_holds_enough_placements(held):
    drawn = draw(held)
    for block in set(drawn.values()):
        assert sum(held[cell] for cell, at in drawn.items() if at == block) >= LEAST


@given(sizes, sizes)
def test_blocks_once_drawn_stay_as_they_are(before, after):
    drawn = draw(before)
    later = draw(after, drawn)
    assert {cell: later[cell] for cell in drawn} == drawn
    assert not drawn or set(later) == set(drawn) | set(after)


@pytest.fixture
def measured(context):
    builders.load(*(builders.row() for _n in range(25)))
    return builders.open_round()


def test_the_first_mail_of_a_round_draws_its_blocks(measured):
    assert blocks.of_round(measured.id) == {}
    builders.send_batch(measured)
    [(cell, block)] = blocks.of_round(measured.id)[SCHOOL].items()
    assert (cell.crebo, block) == (builders.CREBO, 1)


def test_placements_loaded_later_join_at_the_next_batch(measured):
    builders.send_batch(measured)
    builders.load(builders.row(pathway="BBL"))
    builders.send_batch(measured)
    assert sorted(blocks.of_round(measured.id)[SCHOOL].values()) == [1, 1]


def test_drawing_again_changes_nothing(measured):
    blocks.draw_all(measured)
    before = blocks.of_round(measured.id)
    blocks.draw_all(measured)
    db.session.commit()
    assert blocks.of_round(measured.id) == before
