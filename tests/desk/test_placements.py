"""Placements at the desk: hand in, name columns, look, mend, confirm, undo, browse."""

import csv
import io

import pytest

from app.accounts.models import AuditEntry
from app.invitations.models import Invitation, Round
from app.placements.models import Placement, RememberedColumn, StudentContact, Upload
from tests import builders
from tests.conftest import on_sqlite
from tests.desk import sheets

ODD = sheets.HEADER.replace("brin;pok", "hoort bij;overeenkomst code")


NAMED = {"column-hoortbij": "brin", "column-overeenkomstcode": "agreement_number"}


def hand_in(admin, *rows: str, gets: int = 200, **how: str):
    admin.go("/desk/placements/load?lang=en")
    return admin.press_labelled("Check this file", gets, file=sheets.file(*rows, **how))


@pytest.fixture
def checked(admin, world):
    """Return a function that hands a file in and shows what it would change."""

    def check(*rows: str, **how: str):
        hand_in(admin, *rows, **how)
        return worked(admin, world)

    return check


def worked(admin, world):
    """Let a worker do what waits, and look again."""
    world.act(sheets.work)
    return admin.go(admin.address)


def figures(admin) -> dict[str, str]:
    tiles = admin.html.main.find_all(class_="figure")
    return {tile.find(class_="label").text: tile.find(class_="value").text for tile in tiles}


def downloaded(admin) -> list[dict[str, str]]:
    answer = admin.client.get(admin.link("Download the refused rows"), base_url=admin.base_url)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="fout.csv"'
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


def test_a_file_waits_for_a_worker_and_shows_how_far_it_is(admin, world):
    hand_in(admin, sheets.good(1), sheets.good(2))
    assert admin.heading == "This file is being checked"
    assert "0 of 2" in admin.text
    assert worked(admin, world).heading == "What this file would change"


def test_a_file_is_looked_at_before_anything_is_stored(checked, admin, world):
    checked(sheets.good(1), sheets.good(2), sheets.bad(3))
    assert {name: figures(admin)[name] for name in ("New", "Refused")} == {"New": "2", "Refused": "1"}
    assert world.rows(Placement) == []


def test_confirming_loads_the_good_rows_once(checked, admin, world):
    page = checked(sheets.good(1), sheets.good(2), sheets.bad(3)).html
    admin.press_labelled("Load the good rows")
    assert admin.heading == "This file is being loaded"
    assert worked(admin, world).heading == "This file is loaded"
    assert len(world.rows(Placement)) == 2
    assert [(row["report"], row["sheet"]) for row in world.rows(Upload)] == [(None, None)]
    admin.html = page
    admin.press_labelled("Load the good rows")
    assert "loaded already" in admin.html.text
    assert [entry["action"] for entry in world.rows(AuditEntry)].count("placements_loaded") == 1


def test_nothing_of_a_refused_row_is_stored_once_the_rest_is_loaded(checked, admin, world):
    checked(sheets.good(1), sheets.bad(77777)).press_labelled("Load the good rows")
    worked(admin, world)
    assert not [mark for mark in ("Geheim", "secret@", "77777", "99ZZ") if mark in str(world.dump())]


@on_sqlite
def test_the_refused_rows_come_back_with_what_is_wrong(checked, admin):
    checked(sheets.good(1), sheets.bad(2), sheets.good(3).replace("30-11-2026", "31-02-2027"))
    assert [row.th.text for row in admin.html.main.select("tbody tr")] == ["3", "4"]
    rows = downloaded(admin)
    assert [row["pok"] for row in rows] == ["2", "3"]
    assert "BRIN" in rows[0]["fout"]
    assert "31-12-2026" in rows[1]["fout"]


@on_sqlite
def test_of_many_refused_rows_the_first_are_shown_and_all_come_back(checked, admin):
    checked(*(sheets.bad(number) for number in range(150)))
    assert len(admin.html.main.select("tbody tr")) == 100
    assert "And 50 more" in admin.text
    assert len(downloaded(admin)) == 150
    assert "Load the good rows" not in admin.text


@on_sqlite
def test_what_is_wrong_is_said_in_the_language_of_who_handed_it_in(admin, world):
    admin.go("/desk/placements/load?lang=nl")
    admin.press_last(file=sheets.file(sheets.bad(1)))
    world.act(sheets.work)
    report = world.rows(Upload)[0]["report"].decode("utf-8-sig")
    assert "BRIN" in report
    assert "check" not in report


@on_sqlite
def test_what_it_means_for_the_mail_is_said(checked, admin, world):
    world.share()
    checked(
        sheets.good(1, email="1@school.example"),
        sheets.good(2),
        sheets.good(3),
        sheets.good(4, trainer=""),
        sheets.good(5) + ";Afgemeld",
        header=sheets.HEADER + ";status",
    )
    said = [one.text for one in admin.html.main.ul.find_all("li")]
    assert [text.split()[0] for text in said] == ["1", "2", "1", "1"]


@on_sqlite
@pytest.mark.parametrize("column", ["bsn", "Onderwijsnummer", "geboortedatum", "nationaliteit", "geslacht", "postcode"])
def test_a_column_we_must_not_have_stops_the_file(admin, world, column):
    hand_in(admin, f"{sheets.good(1)};123456782", gets=422, header=f"{ODD};{column}")
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
def test_addresses_without_an_agreement_are_never_kept(admin, world):
    hand_in(admin, sheets.good(1, name="Sanne", email="sanne@school.example"))
    assert b"Sanne" not in sheets.unpacked(world.rows(Upload)[0]["sheet"])
    worked(admin, world)
    assert "no agreement names it today: 1 row" in admin.text
    admin.press_labelled("Load the good rows")
    worked(admin, world)
    assert world.rows(StudentContact) == []


@on_sqlite
def test_of_columns_that_are_not_read_first_values_are_shown_and_go_with_the_file(checked, admin, world):
    rows = [f"{sheets.good(number)};Nijmegen {number}" for number in range(9)]
    checked(*rows, header=f"{sheets.HEADER};mentor")
    assert "mentor: Nijmegen 0, Nijmegen 1, Nijmegen 2" in admin.html.main.text
    assert b"Nijmegen" not in sheets.unpacked(world.rows(Upload)[0]["sheet"])
    assert "Nijmegen 3" not in str(world.dump())
    admin.press_labelled("Load the good rows")
    worked(admin, world)
    assert "Nijmegen 0" not in str(world.dump())


@on_sqlite
def test_rows_with_an_address_that_cannot_be_read_are_named(checked, admin, world):
    world.share()
    checked(sheets.good(1, email="s1@school.example"), sheets.good(2, email="onbekend"), sheets.good(3, trainer="x"))
    assert "not a mail address: loaded, but the student gets the link through the trainer: 1 row (3)" in admin.text
    assert "the trainer cannot be reached: 1 row (4)" in admin.text


# Naming columns


def test_unknown_headings_are_named_and_remembered(admin, world):
    hand_in(admin, sheets.good(1), header=ODD)
    assert admin.heading == "Which column is which?"
    assert "04CY" in admin.text
    admin.press_labelled("Check this file", **NAMED)
    assert worked(admin, world).heading == "What this file would change"
    assert {(row["brin"], row["heading"], row["field"]) for row in world.rows(RememberedColumn)} == {
        ("04CY", "hoortbij", "brin"),
        ("04CY", "overeenkomstcode", "agreement_number"),
    }
    hand_in(admin, sheets.good(2), header=ODD)
    assert admin.heading == "This file is being checked"


def test_what_was_said_among_other_headings_is_not_used(admin, world):
    hand_in(admin, sheets.good(1), header=ODD).press_labelled("Check this file", **NAMED)
    hand_in(admin, f"{sheets.good(1)};x", header=f"{ODD};mentor")
    assert admin.heading == "Which column is which?"


def test_what_one_school_said_is_not_used_for_another(admin, world):
    hand_in(admin, sheets.good(1), header=ODD).press_labelled("Check this file", **NAMED)
    hand_in(admin, sheets.good(1).replace("04CY", "25PM"), header=ODD)
    assert admin.heading == "Which column is which?"


@on_sqlite
@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (NAMED | {"column-overeenkomstcode": "brin"}, "chosen already for the column: hoort bij"),
        (NAMED | {"column-overeenkomstcode": "ignore"}, "Choose which column holds: Number of the agreement"),
    ],
)
def test_a_choice_that_cannot_be_is_said_in_words(admin, chosen, said):
    hand_in(admin, sheets.good(1), header=ODD).press_labelled("Check this file", 422, **chosen)
    assert said in admin.text
    assert admin.html.find(attrs={"aria-invalid": "true"})


@on_sqlite
def test_a_field_that_was_not_offered_cannot_be_chosen(admin):
    hand_in(admin, sheets.good(1), header=ODD)
    values = {"csrf_token": admin.field("csrf_token")["value"], **NAMED, "column-overeenkomstcode": "crebo"}
    admin.post(admin.path, 422, **values)


@on_sqlite
def test_once_named_what_was_not_chosen_is_gone(admin, world):
    hand_in(admin, f"{sheets.good(1)};Nijmegen", header=f"{ODD};mentor")
    admin.press_labelled("Check this file", **NAMED)
    assert b"Nijmegen" not in sheets.unpacked(world.rows(Upload)[0]["sheet"])


@on_sqlite
def test_students_without_an_agreement_go_as_soon_as_the_school_is_known(admin, world):
    hand_in(admin, sheets.good(1, name="Sanne"), header=ODD)
    admin.press_labelled("Check this file", **NAMED)
    assert b"Sanne" not in sheets.unpacked(world.rows(Upload)[0]["sheet"])
    assert "no agreement names it today: 1 row" in worked(admin, world).text


@on_sqlite
def test_addresses_under_an_unknown_heading_are_asked_about_once(admin, world):
    header = sheets.HEADER.replace("praktijkopleider_email", "contact")
    hand_in(admin, sheets.good(1), header=header)
    assert admin.heading == "Which column is which?"
    assert "Choose what this column is" in admin.press_labelled("Check this file", 422).text
    admin.press_labelled("Check this file", **{"column-contact": "ignore"})
    hand_in(admin, sheets.good(1), header=header)
    assert admin.heading == "This file is being checked"


def test_a_status_under_another_name_is_asked_and_then_nobody_cancelled_is_invited(admin, world):
    header = f"{sheets.HEADER};Stand van zaken"
    hand_in(admin, f"{sheets.good(1)};Afgemeld", f"{sheets.good(2)};Definitief", header=header)
    assert "It holds: Afgemeld, Definitief" in admin.text
    admin.press_labelled("Check this file", **{"column-standvanzaken": "status"})
    assert "1 placement has a status for which nobody is invited" in worked(admin, world).text


@on_sqlite
def test_columns_are_named_once(admin, world):
    page = hand_in(admin, sheets.good(1), header=ODD).html
    admin.press_labelled("Check this file", **NAMED)
    worked(admin, world)
    admin.html = page
    assert admin.press_labelled("Check this file", **NAMED).heading.startswith("What this")


# Undoing


@on_sqlite
def test_a_file_that_another_overtook_is_shown_again_before_it_is_loaded(checked, admin, world):
    first = checked(sheets.good(1, company="Eerst")).html
    checked(sheets.good(1, company="Later")).press_labelled("Load the good rows")
    worked(admin, world)
    admin.html = first
    admin.press_labelled("Load the good rows")
    assert worked(admin, world).heading == "What this file would change"
    assert "another file changed placements of the same schools" in admin.text
    assert (figures(admin)["New"], figures(admin)["Changed"]) == ("0", "1")
    admin.press_labelled("Load the good rows")
    assert worked(admin, world).heading == "This file is loaded"


@pytest.fixture
def loaded(checked, admin, world):
    """Two new placements by file, one of them changed from what was there."""
    checked(sheets.good(1, company="Eerst")).press_labelled("Load the good rows")
    worked(admin, world)
    checked(sheets.good(1, company="Later", trainer="new@company.example"), sheets.good(2))
    admin.press_labelled("Load the good rows")
    return worked(admin, world)


def test_a_file_can_be_undone(loaded, admin, world):
    before = world.rows(Placement)
    assert "until 24 Nov 2026" in admin.text
    admin.press_labelled("Undo this file")
    assert admin.heading == "This file is being undone"
    assert worked(admin, world).heading == "This file is undone"
    assert len(world.rows(Placement)) == len(before) - 1
    assert "new@company" not in str(world.dump())
    assert "Later" not in str(world.dump())
    assert [entry["action"] for entry in world.rows(AuditEntry)].count("placements_undone") == 1


def test_a_file_of_which_somebody_was_told_is_not_undone(loaded, admin, world):
    def tell():
        builders.send_batch(builders.open_round())

    world.act(tell)
    admin.press_labelled("Undo this file")
    worked(admin, world)
    assert admin.heading == "This file is loaded"
    assert "was not undone" in admin.text
    assert len(world.rows(Placement)) == 2


@on_sqlite
def test_after_a_day_a_file_cannot_be_undone(loaded, admin, world):
    page = admin.html
    world.today("2026-11-24T12:00:01")
    assert "Undo this file" not in admin.go(admin.address).text
    admin.html = page
    admin.press_labelled("Undo this file")
    assert "can no longer be undone" in admin.html.text


@on_sqlite
def test_seats_come_and_go_with_a_file(loaded, admin, world):
    world.act(builders.open_round)
    assert (len(world.rows(Round)), len(world.rows(Invitation))) == (1, 4)
    admin.press_labelled("Undo this file")
    worked(admin, world)
    assert len(world.rows(Invitation)) == 2


# How it goes on without a worker, and after a day


@on_sqlite
def test_the_page_says_when_no_worker_seems_to_run(admin, world):
    hand_in(admin, sheets.good(1))
    assert "flask worker" not in admin.text
    (upload,) = world.rows(Upload)
    world.set(Upload, upload["id"], asked_at=upload["asked_at"].replace(year=2020))
    assert "flask worker" in admin.go(admin.address).text


@on_sqlite
def test_what_fails_again_and_again_is_given_up_and_said(admin, world):
    hand_in(admin, sheets.good(1))
    world.set(Upload, world.rows(Upload)[0]["id"], attempts=3)
    assert worked(admin, world).heading == "This file could not be worked through"


@on_sqlite
def test_what_was_checked_yesterday_cannot_be_confirmed(checked, admin, world):
    page = checked(sheets.good(1)).html
    world.today("2026-11-24T12:00:01")
    assert admin.go(admin.address).heading == "This file was erased"
    world.set(Upload, world.rows(Upload)[0]["id"], sheet=None)
    admin.html = page
    admin.press_labelled("Load the good rows")
    assert "longer than a day" in admin.html.text
    assert world.rows(Placement) == []


@on_sqlite
def test_the_last_files_are_listed_with_who_and_how_far(checked, admin):
    checked(sheets.good(1))
    hand_in(admin, sheets.good(1), header=ODD)
    rows = admin.go("/desk/placements/load?lang=en").html.main.select("tbody tr")
    assert [row.find("td").text for row in rows] == ["columns to be named", "waits for you"]
    assert "admin@bpv.example" in admin.text


# Browsing


@pytest.mark.parametrize(
    ("query", "n"), [("brin=25pm", 1), ("pathway=BBL", 1), ("status=Voorlopig", 1), ("status=x", 4), ("brin=%00", 4)]
)
def test_the_list_of_placements_is_narrowed(admin, world, query, n):
    world.places({"brin": "25PM"}, {"pathway": "BBL"}, {"status": "Voorlopig"}, {})
    assert len(admin.go(f"/desk/placements?{query}").html.main.select("tbody tr")) == n


@on_sqlite
def test_many_placements_come_a_page_at_a_time(admin, world):
    world.places(*({} for _n in range(60)))
    assert len(admin.go("/desk/placements?lang=en").html.main.select("tbody tr")) == 50
    assert len(admin.go(admin.link("Next page")).html.main.select("tbody tr")) == 10


@on_sqlite
@pytest.mark.parametrize("query", ["after=99999999999999999999", "after=-1", "after=x", "sort=x", "brin=" + "x" * 3000])
def test_an_odd_address_is_no_failure(admin, world, query):
    admin.go(f"/desk/placements?{query}")


@pytest.mark.parametrize("query", ["after=99999999999999999999", "brin=%00"])
def test_an_odd_address_is_no_failure_on_either_database(admin, world, query):
    world.place()
    admin.go(f"/desk/placements?{query}")
