"""Placements at the desk: hand in, look, mend, confirm, browse."""

import csv
import io
import random

import pytest

from app.accounts.models import AuditEntry
from app.placements.models import Placement, StudentContact, Upload
from tests.conftest import on_sqlite
from tests.desk import sheets


def hand_in(admin, *rows: str, gets: int = 200, **how: str):
    admin.go("/desk/placements/load?lang=en")
    return admin.press_labelled("Check this file", gets, file=sheets.file(*rows, **how))


def figures(admin) -> dict[str, str]:
    tiles = admin.html.main.find_all(class_="figure")
    return {tile.find(class_="label").text: tile.find(class_="value").text for tile in tiles}


def downloaded(admin) -> list[dict[str, str]]:
    admin.press_labelled("Download the refused rows")
    return list(csv.DictReader(io.StringIO(admin.answer.data.decode("utf-8-sig")), delimiter=";"))


def test_a_file_is_looked_at_before_anything_is_stored(admin, world):
    hand_in(admin, sheets.good(1), sheets.good(2), sheets.bad(3))
    assert {name: figures(admin)[name] for name in ("New", "Refused")} == {"New": "2", "Refused": "1"}
    assert world.rows(Placement) == []


def test_confirming_loads_the_good_rows_once(admin, world):
    hand_in(admin, sheets.good(1), sheets.good(2), sheets.bad(3))
    page = admin.html
    admin.press_labelled("Load the good rows")
    assert len(world.rows(Placement)) == 2
    assert [row["rows"] for row in world.rows(Upload)] == [None]
    admin.html = page
    admin.press_labelled("Load the good rows")
    assert admin.path == "/desk/placements/load"
    assert [entry["action"] for entry in world.rows(AuditEntry)].count("placements_loaded") == 1


def test_nothing_of_a_refused_row_is_stored(admin, world):
    hand_in(admin, sheets.good(1), sheets.bad(77777))
    admin.press_labelled("Load the good rows")
    assert not [mark for mark in ("Geheim", "secret@", "77777", "99ZZ") if mark in str(world.dump())]


@on_sqlite
def test_the_refused_rows_come_back_with_what_is_wrong(admin):
    hand_in(admin, sheets.good(1), sheets.bad(2), sheets.good(3).replace("30-11-2026", "31-02-2027"))
    rows = downloaded(admin)
    assert [row["pok"] for row in rows] == ["2", "3"]
    assert "BRIN" in rows[0]["fout"]
    assert "31-12-2026" in rows[1]["fout"]
    assert admin.answer.headers["Content-Disposition"] == 'attachment; filename="fout.csv"'


@on_sqlite
def test_a_great_many_refused_rows_come_back_too(admin):
    chance = random.Random(1)
    rows = [
        sheets.bad(chance.randrange(10**9)).replace("Geheim bedrijf", chance.randbytes(24).hex()) for _n in range(9000)
    ]
    hand_in(admin, *rows)
    assert len(admin.field("report")["value"]) > 400_000
    assert len(downloaded(admin)) == 9000


@on_sqlite
@pytest.mark.parametrize("report", ["", "x", "eyJrIjoxfQ.x.y"])
def test_a_report_we_did_not_make_is_refused(admin, report):
    admin.post("/desk/placements/report", 400, report=report)


@on_sqlite
@pytest.mark.parametrize("column", ["bsn", "Onderwijsnummer", "geboortedatum", "nationaliteit", "geslacht", "postcode"])
def test_a_column_we_must_not_have_stops_the_file(admin, world, column):
    hand_in(admin, f"{sheets.good(1)};123456782", gets=422, header=f"{sheets.HEADER};{column}")
    assert column.casefold() in admin.text.casefold()
    assert (world.rows(Upload), "123456782" in str(world.dump())) == ([], False)


@on_sqlite
@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"a,b\n1,2\n", b'"x;y\n'])
def test_a_file_that_is_no_sheet_is_said_beside_the_field(admin, content):
    admin.go("/desk/placements/load?lang=en").press_labelled(
        "Check this file", 422, file=(io.BytesIO(content), "x.csv")
    )
    assert admin.field("file")["aria-invalid"] == "true"


@on_sqlite
def test_a_file_that_is_too_large_is_said_so(app, admin):
    app.config["MAX_CONTENT_LENGTH"] = 10_000
    admin.go("/desk/placements/load?lang=en")
    admin.press_labelled("Check this file", 413, file=(io.BytesIO(b"x" * 20_000), "x.csv"))


@on_sqlite
def test_addresses_without_an_agreement_are_not_kept(admin, world):
    hand_in(admin, sheets.good(1, name="Sanne", email="sanne@school.example"))
    admin.press_labelled("Load the good rows")
    assert world.rows(StudentContact) == []
    assert "Sanne" not in str(world.dump())
    assert "anne@school" not in str(world.dump())


@on_sqlite
def test_placements_are_found_by_number_company_and_school(admin, world):
    world.places({"agreement_number": "123456"}, {"company_number": "100000001", "company_name": "Garage 100% _Snel"})
    expected = {"1234": 1, "snel": 1, "100%": 1, "04cy": 2, "Rivor": 2, "%": 1, "_": 1, "zzz": 0, "'\"\\": 0}
    for words, n in expected.items():
        admin.go("/desk/placements?lang=en").press_labelled("Search", q=words)
        assert len(admin.html.main.select("tbody tr")) == n, words


@on_sqlite
def test_many_placements_come_a_page_at_a_time(admin, world):
    world.places(*({} for _n in range(60)))
    assert len(admin.go("/desk/placements?lang=en").html.main.select("tbody tr")) == 50
    assert len(admin.go(admin.link("Next page")).html.main.select("tbody tr")) == 10


@on_sqlite
@pytest.mark.parametrize("query", ["after=99999999999999999999", "after=-1", "after=x", "q=%00", "q=" + "x" * 3000])
def test_an_odd_search_is_no_failure(admin, world, query):
    admin.go(f"/desk/placements?{query}")


@pytest.mark.parametrize("query", ["after=99999999999999999999", "q=%00"])
def test_an_odd_search_is_no_failure_on_either_database(admin, world, query):
    world.place()
    admin.go(f"/desk/placements?{query}")


@on_sqlite
def test_an_upload_of_yesterday_cannot_be_confirmed(admin, world):
    hand_in(admin, sheets.good(1))
    world.set(Upload, world.rows(Upload)[0]["id"], rows=None)
    assert admin.press_labelled("Load the good rows").path == "/desk/placements/load"
    assert world.rows(Placement) == []
