"""The one door from bytes to checked outcomes."""

import pytest

from app.placements import reading
from app.placements.checking import Reason, Reference
from app.placements.columns import DoubledColumn, ForbiddenColumns, MissingColumns
from app.placements.sheet import SheetError
from app.placements.words import RECOGNISED_ERRORS

HEADER = b"brin;pok;crebo;leerweg;begindatum;einddatum;leerbedrijf_id"
REFERENCE = Reference(frozenset({"04CY"}), frozenset({"25786"}), frozenset())


def test_rows_become_outcomes():
    rows = b"\n04CY;1;25786;BOL;1-9-2026;30-11-2026;100018965\n99ZZ;2;25786;BOL;1-9-2026;30-11-2026;100018965"
    good, bad = reading.read(HEADER + rows).outcomes(REFERENCE)
    assert good.checked.agreement_number == "1"
    assert bad.refusal is Reason.UNKNOWN_SCHOOL


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", SheetError),
        (b"%PDF-1.7", SheetError),
        (HEADER + b";BSN\n04CY;1;25786;BOL;1-9-2026;30-11-2026;100018965;x", ForbiddenColumns),
        (b"brin;pok\n04CY;1", MissingColumns),
        (HEADER + b";brincode\n04CY;1;25786;BOL;1-9-2026;30-11-2026;100018965;04CY", DoubledColumn),
    ],
)
def test_a_sheet_that_cannot_be_used_raises_one_of_the_recognised_errors(data, error):
    with pytest.raises(error) as caught:
        reading.read(data)
    assert isinstance(caught.value, RECOGNISED_ERRORS)


def test_service_numbers_under_another_name_are_found():
    numbers = ("111222333", "123456782", "999990019", "100000009", "100000010")
    rows = "".join(f"\n04CY;{n};25786;BOL;1-9-2026;30-11-2026;100018965;{bsn}" for n, bsn in enumerate(numbers))
    with pytest.raises(ForbiddenColumns) as caught:
        reading.read(HEADER + b";code" + rows.encode())
    assert caught.value.names == ["code"]
