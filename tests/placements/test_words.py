"""Every fault has words, with the column's name and never a value."""

import pytest

from app import create_app
from app.placements import words
from app.placements.checking import Reason, Remark
from app.placements.columns import REQUIRED, DoubledColumn, Field, ForbiddenColumns, MissingColumns
from app.placements.sheet import SheetError, SheetFault
from tests.conftest import settings


@pytest.fixture
def context(tmp_path):
    """Words need a language but no database."""
    app = create_app(settings(DATABASE_URL=f"sqlite:///{tmp_path / 'none.sqlite'}"))
    with app.app_context():
        yield app


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_that_name_the_column(context, reason):
    text = words.explain(reason, Field.BEGINS_ON)
    assert text
    assert "%(" not in text


def test_the_column_is_named_as_in_schools_exports(context):
    text = words.explain(Reason.MISSING_VALUE, Field.AGREEMENT_NUMBER)
    assert "pok_nummer" in text


def test_every_remark_has_words(context):
    assert set(words.REMARKS) == set(Remark)


def test_every_field_that_can_be_at_fault_has_a_name():
    assert set(REQUIRED) <= set(words.FIELDS)


@pytest.mark.parametrize("fault", SheetFault)
def test_every_fault_of_a_sheet_has_words(context, fault):
    text = words.explain_sheet(SheetError(fault, row=7, sheets="BOL, BBL"))
    assert text
    assert "%(" not in text


@pytest.mark.parametrize(
    ("error", "named"),
    [
        (ForbiddenColumns(["BSN", "Geslacht"]), "BSN, Geslacht"),
        (MissingColumns([Field.BRIN, Field.CREBO]), "brin, crebo"),
        (DoubledColumn(Field.BRIN, ["brin", "brincode"]), "brin, brincode"),
    ],
)
def test_columns_are_named(context, error, named):
    assert named in words.explain_sheet(error)
