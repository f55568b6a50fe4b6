"""Rules for rows: what goes in, what is refused and for which reason, and what is left out."""

import csv
import unicodedata
from collections import Counter
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.placements.checking import STUDENT_FIELDS, CheckedRow, Reason, Reference, Remark, check_row, check_sheet
from app.placements.columns import Field, check_contents, recognise
from app.placements.files import read, write
from app.placements.sheet import Row, SheetFormat, SheetKind
from app.placements.values import INVITED, REFUSED, address_of, brin_of, clean_text, date_of, dates_in_doubt, status_of

SAMPLES = Path(__file__).parent / "samples"
TABLES = Path(__file__).parents[2] / "app" / "reference" / "data"

REFERENCE = Reference(frozenset({"25LH", "27DV"}), frozenset({"25655", "25656"}), {"25LH": frozenset(STUDENT_FIELDS)})
GOOD = {
    Field.BRIN: "25LH",
    Field.AGREEMENT_NUMBER: "000001",
    Field.CREBO: "25655",
    Field.PATHWAY: "BOL",
    Field.BEGINS_ON: "1-9-2026",
    Field.PLANNED_END_ON: "31-1-2027",
    Field.ACTUAL_END_ON: "",
    Field.STATUS: "Definitief",
    Field.COMPANY_NUMBER: "100018965",
    Field.COMPANY_NAME: "Café 't Hof",
    Field.COMPANY_CITY: "Utrecht",
    Field.REGION: "Midden-Utrecht",
    Field.TRAINER_NAME: "P. de Vries",
    Field.TRAINER_ADDRESS: "p.devries@hof.example",
    Field.FIRST_NAME: "Noor",
    Field.STUDENT_NUMBER: "100001",
    Field.STUDENT_ADDRESS: "s100001@student.example",
    Field.LANGUAGE: "en",
}
# Our own names of fields are English spellings, but for the two addresses.
HEADER = [field.replace("_address", "_email") for field in GOOD]
COLUMNS = recognise(HEADER)


def check(**changes):
    values = GOOD | {Field(name): value for name, value in changes.items()}
    return check_row(Row(2, list(values.values())), COLUMNS, REFERENCE)


def refusal(**changes):
    outcome = check(**changes)
    assert outcome.checked is None
    return outcome.refusal, outcome.field


def outcomes_of(*rows):
    """The outcomes of a sheet of good rows with some values changed."""
    values = [list((GOOD | {Field(name): value for name, value in row.items()}).values()) for row in rows]
    sheet = read(write(SheetFormat(), HEADER, values))
    return list(check_sheet(sheet, COLUMNS, REFERENCE))


def summary(outcomes):
    return ["in" if outcome.checked else outcome.refusal or "duplicate" for outcome in outcomes]


# One row


def test_a_good_row_comes_out_typed_and_clean():
    outcome = check()
    assert outcome.checked == CheckedRow(
        brin="25LH",
        agreement_number="000001",
        crebo="25655",
        pathway="BOL",
        begins_on=date(2026, 9, 1),
        planned_end_on=date(2027, 1, 31),
        actual_end_on=None,
        status="Definitief",
        company_number="100018965",
        company_name="Café 't Hof",
        company_city="Utrecht",
        region="Midden-Utrecht",
        trainer_name="P. de Vries",
        trainer_address="p.devries@hof.example",
        first_name="Noor",
        student_number="100001",
        student_address="s100001@student.example",
        language="en",
    )
    assert (outcome.refusal, outcome.duplicate, outcome.remarks) == (None, False, ())
    assert outcome.checked.key == ("25LH", "000001")


def test_a_checked_row_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        check().checked.brin = "27DV"


def test_columns_the_file_does_not_have_are_absent_in_the_row():
    header = HEADER[:6] + ["leerbedrijf_id"]
    row = Row(2, [*list(GOOD.values())[:6], "100018965"])
    checked = check_row(row, recognise(header), REFERENCE).checked
    assert (checked.actual_end_on, checked.trainer_address, checked.student_address, checked.language) == (None,) * 4
    assert (checked.status, checked.company_name, checked.first_name) == ("", "", "")


@pytest.mark.parametrize(
    "name", ["brin", "agreement_number", "crebo", "pathway", "begins_on", "planned_end_on", "company_number"]
)
def test_a_required_value_that_is_missing_refuses_the_row(name):
    assert refusal(**{name: ""}) == (Reason.MISSING_VALUE, Field(name))
    assert refusal(**{name: "\x07"}) == (Reason.MISSING_VALUE, Field(name))


@pytest.mark.parametrize("brin", ["99ZZ", "ZZ99", "25L", "25LH0", "25LH001", "٢٥LH"])
def test_a_school_that_does_not_exist_refuses_the_row(brin):
    assert refusal(brin=brin) == (Reason.UNKNOWN_SCHOOL, Field.BRIN)


@pytest.mark.parametrize("brin", ["25LH", "25lh", "25LH00", "25lh12"])
def test_a_brin_may_be_in_small_letters_and_name_a_location(brin):
    assert brin_of(brin) == check(brin=brin).checked.brin == "25LH"


@pytest.mark.parametrize("crebo", ["99999", "2565", "K0067", "verzorgende"])
def test_a_programme_that_does_not_exist_refuses_the_row(crebo):
    assert refusal(crebo=crebo) == (Reason.UNKNOWN_PROGRAMME, Field.CREBO)


@pytest.mark.parametrize("name", ["begins_on", "planned_end_on", "actual_end_on"])
def test_the_thirty_first_of_february_refuses_the_row(name):
    assert refusal(**{name: "31-2-2027"}) == (Reason.BAD_DATE, Field(name))


@pytest.mark.parametrize(
    "text",
    [
        "1-9-2026",
        "01-09-2026",
        "1/9/2026",
        "1.9.2026",
        "2026-09-01",
        "2026-9-1",
        "20260901",
        "2026-09-01T00:00:00",
        "2026-09-01T00:00:00Z",
        "2026-09-01T00:00:00.000Z",
        "2026-09-01 13:30",
        "1-9-2026 00:00:00",
    ],
)
def test_dates_are_read_as_schools_write_them(text):
    assert date_of(text) == date(2026, 9, 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "morgen",
        "31-2-2026",
        "1-13-2026",
        "1-9-26",
        "1-9/2026",
        "1-9-1999",
        "1-9-2101",
        "46266",
        "2026-08-31T22:00:00Z",
        "2026-09-01T00:00:00+02:00",
        "20261301",
    ],
)
def test_anything_else_is_no_date(text):
    assert date_of(text) is None


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_every_day_is_read_in_every_form(day):
    forms = [day.isoformat(), f"{day:%Y%m%d}", f"{day.day}-{day.month}-{day.year}", f"{day:%d/%m/%Y}"]
    assert {date_of(form) for form in forms} == {day}


@pytest.mark.parametrize("name", ["planned_end_on", "actual_end_on"])
def test_an_end_before_the_start_refuses_the_row(name):
    assert refusal(**{name: "31-8-2026"}) == (Reason.END_BEFORE_START, Field(name))


def test_a_placement_of_one_day_is_accepted():
    assert check(planned_end_on="1-9-2026", actual_end_on="1-9-2026").checked


@pytest.mark.parametrize(
    ("text", "pathway"),
    [
        ("bol", "BOL"),
        ("BBL", "BBL"),
        ("OVO", "OVO"),
        ("BOL-VT", "BOL"),
        ("Bol voltijd", "BOL"),
        ("BOL_DT", "BOL"),
    ],
)
def test_a_pathway_is_known_in_several_spellings(text, pathway):
    assert check(pathway=text).checked.pathway == pathway


@pytest.mark.parametrize("text", ["XYZ", "BOL/BBL", "voltijd", "EX", "-"])
def test_an_unknown_pathway_refuses_the_row(text):
    assert refusal(pathway=text) == (Reason.UNKNOWN_PATHWAY, Field.PATHWAY)


@pytest.mark.parametrize("number", ["12", "012345678", "1000189650", "10001896A", "100 018 965", "-"])
def test_a_company_number_that_is_none_refuses_the_row(number):
    assert refusal(company_number=number) == (Reason.BAD_COMPANY, Field.COMPANY_NUMBER)


def test_the_first_reason_in_order_is_the_one_given():
    faults = {
        "agreement_number": "",
        "brin": "99ZZ",
        "crebo": "1",
        "student_number": "1,5E+11",
        "begins_on": "31-2-2027",
        "planned_end_on": "1-1-2001",
        "pathway": "XYZ",
        "company_number": "12",
    }
    given_reasons = []
    for name, good in zip(faults, ["1", "25LH", "25655", "1", "1-9-2026", "31-1-2027", "BOL"], strict=False):
        given_reasons.append(refusal(**faults)[0])
        faults[name] = good
    alone = [reason for reason in Reason if reason not in (Reason.MONTH_FIRST, Reason.CONFLICTING)]
    assert [*given_reasons, refusal(**faults)[0]] == alone


def test_a_refused_row_carries_no_remarks():
    assert check(crebo="1", trainer_address="geen").remarks == ()


# What is left out of a row


@pytest.mark.parametrize("text", ["geen", "a@b", "a@b@c.example", "a@x.nl <b@x.nl>", "a@x.example; b@x.example"])
def test_a_bad_address_of_a_trainer_is_left_out_with_a_remark(text):
    outcome = check(trainer_address=text)
    assert outcome.checked.trainer_address is None
    assert outcome.remarks == (Remark.BAD_TRAINER_ADDRESS,)


def test_a_trainer_without_an_address_is_no_remark():
    outcome = check(trainer_address="")
    assert (outcome.checked.trainer_address, outcome.remarks) == (None, ())


def test_addresses_are_casefolded_and_domains_written_in_ascii():
    assert address_of("Jan.Jansen@Bakkerij.Example") == "jan.jansen@bakkerij.example"
    assert address_of("jan@straße.example") == "jan@xn--strae-oqa.example"


@pytest.mark.parametrize("name", ["first_name", "student_number", "student_address"])
def test_without_an_agreement_nothing_of_the_student_is_kept(name):
    empty = {"first_name": "", "student_number": "", "student_address": ""}
    outcome = check(brin="27DV", **(empty | {name: "s1@student.example"}))
    assert (outcome.checked.first_name, outcome.checked.student_number) == ("", "")
    assert outcome.checked.student_address is None
    assert outcome.remarks == (Remark.DROPPED_NO_AGREEMENT,)


def test_without_an_agreement_a_row_without_a_student_is_no_remark():
    assert check(brin="27DV", first_name="", student_number="", student_address="").remarks == ()


def test_a_student_with_the_trainers_address_keeps_the_name_and_loses_the_address():
    outcome = check(student_address="P.deVries@HOF.example")
    assert (outcome.checked.first_name, outcome.checked.student_address) == ("Noor", None)
    assert outcome.remarks == (Remark.STUDENT_IS_TRAINER,)


def test_a_malformed_address_of_a_student_is_left_out_with_a_remark():
    outcome = check(student_address="geen")
    assert (outcome.checked.student_address, outcome.remarks) == (None, (Remark.BAD_STUDENT_ADDRESS,))


@pytest.mark.parametrize(
    "text", ["Jan Bos <jan@x.example>", "<jan@x.example>", "mailto:jan@x.example", "jan@x.example.", '"JAN@x.example']
)
def test_what_programs_write_around_an_address_is_left_out(text):
    assert address_of(text) == "jan@x.example"


@pytest.mark.parametrize("name", ["agreement_number", "company_number", "student_number"])
@pytest.mark.parametrize("text", ["2,02612E+11", "2.02612e+11", "######"])
def test_a_number_of_which_a_spreadsheet_lost_digits_refuses_the_row(name, text):
    assert refusal(**{name: text}) == (Reason.LOST_DIGITS, Field(name))


@pytest.mark.parametrize(
    ("dates", "doubted"),
    [
        ({"02/05/2026", "12/31/2026", "05/05/2026", "2026-01-31"}, {"02/05/2026", "12/31/2026"}),
        ({"02/05/2026", "31/12/2026", "13/13/2026"}, set()),
        ({"1-9-2026", "30-6-2026", "31-1-2026", "12-31-2026"}, set()),  # one typed the other way round
        ({"2-5-2026", "12/31/2026"}, {"2-5-2026", "12/31/2026"}),  # a spreadsheet turned what it took for a day
        ({"2-5-2026", "28-5-2026", "12/31/2026"}, {"12/31/2026"}),
    ],
)
def test_dates_are_in_doubt_where_one_proves_that_the_month_comes_first(dates, doubted):
    assert dates_in_doubt(dates) == doubted


def test_a_date_in_doubt_refuses_the_row():
    outcomes = outcomes_of({"begins_on": "02/05/2026"}, {"agreement_number": "2", "planned_end_on": "12/31/2026"})
    assert [outcome.refusal for outcome in outcomes] == [Reason.MONTH_FIRST] * 2


def test_numbers_that_differ_by_zeros_in_front_are_one_agreement():
    assert summary(outcomes_of({"agreement_number": "1"}, {"agreement_number": "000001"})) == [Reason.CONFLICTING] * 2


HIDDEN = [*(one for one in map(chr, range(0x110000)) if unicodedata.category(one) == "Cf"), "\u3164", "\ufe0f"]
VISIBLE = [*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)]


@given(st.sampled_from(sorted(set(HIDDEN) - set(map(chr, VISIBLE)))), st.integers(0, 6))
def test_what_cannot_be_seen_never_makes_another_key(hidden, place):
    number = "000001"[:place] + hidden + "000001"[place:]
    outcome = check(agreement_number=number, brin=f"25LH{hidden}", student_address=f"{hidden}s@student.example{hidden}")
    assert outcome.checked.key == ("25LH", "000001")
    assert outcome.checked.student_address == "s@student.example"


@pytest.mark.parametrize("text", ["\xa0000001\xa0", "\u2007000001", "'000001", "\u202f000001 "])
def test_spaces_of_any_kind_and_an_apostrophe_make_no_other_key(text):
    assert check(agreement_number=text).checked.key == ("25LH", "000001")


@pytest.mark.parametrize(
    ("text", "language"), [("NL", "nl"), ("Engels", "en"), ("english", "en"), ("", None), ("fr", None)]
)
def test_a_language_is_dutch_english_or_absent(text, language):
    assert check(language=text).checked.language == language


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("definitief", "Definitief"),
        ("BEEINDIGD", "Beëindigd"),
        ("Bee\u0308indigd", "Beëindigd"),
        ("Overeenkomst  Afgedrukt", "Overeenkomst afgedrukt"),
        ("voorlopig", "Voorlopig"),
        ("volledig", "Volledig"),
        ("afgemeld", "Afgemeld"),
        ("afgewezen", "Afgewezen"),
        ("", ""),
    ],
)
def test_statuses_are_known_whatever_their_case_and_accents(text, status):
    assert status_of(clean_text(text)) == status
    assert check(status=text).remarks == ()


@pytest.mark.parametrize("text", ["Nieuw", "-", "???", "In behandeling bij de afdeling stagebureau noord"])
def test_an_unknown_status_is_kept_short_and_never_invited(text):
    outcome = check(status=text)
    assert outcome.remarks == (Remark.UNKNOWN_STATUS,)
    assert outcome.checked.status == text[:40]
    assert outcome.checked.status not in INVITED


def test_no_status_is_both_invited_and_refused():
    assert not INVITED & REFUSED


def test_control_characters_and_direction_marks_are_removed_from_text():
    assert clean_text("Ba\x00kke\u202erij\u200b \r\n\t 't  Hof") == "Bakkerij 't Hof"


def test_accents_are_composed_so_that_the_same_name_is_the_same():
    assert clean_text("Zoe\u0308") == "Zoë"


def test_text_is_cut_at_two_hundred_characters():
    assert check(company_name="x" * 999).checked.company_name == "x" * 200


def test_a_formula_or_a_script_in_a_name_is_just_text():
    name = '=HYPERLINK("http://x.example","klik") <script>alert(1)</script>'
    assert check(company_name=name).checked.company_name == name


# A sheet as a whole


def test_rows_with_their_own_numbers_all_go_in():
    assert summary(outcomes_of({}, {"agreement_number": "2"}, {"brin": "27DV"})) == ["in"] * 3


def test_of_identical_rows_the_first_goes_in_and_the_rest_are_duplicates():
    assert summary(outcomes_of({}, {"agreement_number": "2"}, {}, {})) == [
        "in",
        "in",
        "duplicate",
        "duplicate",
    ]


def test_rows_that_differ_only_in_how_they_are_written_are_identical():
    rows = ({}, {"brin": "25lh00", "begins_on": "2026-09-01", "status": "DEFINITIEF"})
    assert summary(outcomes_of(*rows)) == ["in", "duplicate"]


def test_rows_that_differ_only_in_what_is_dropped_are_identical():
    assert summary(outcomes_of({"brin": "27DV"}, {"brin": "27DV", "first_name": "Finn"})) == [
        "in",
        "duplicate",
    ]


def test_rows_with_one_number_that_differ_are_all_refused():
    outcomes = outcomes_of({}, {"crebo": "25656"}, {})
    assert summary(outcomes) == [Reason.CONFLICTING] * 3
    assert {outcome.field for outcome in outcomes} == {Field.AGREEMENT_NUMBER}


def test_a_row_that_conflicts_keeps_its_own_earlier_reason():
    assert summary(outcomes_of({}, {"pathway": "XYZ"})) == [Reason.CONFLICTING, Reason.UNKNOWN_PATHWAY]


def test_rows_refused_alike_keep_their_reason():
    assert summary(outcomes_of({"crebo": "1"}, {"crebo": "1"})) == [Reason.UNKNOWN_PROGRAMME] * 2


def test_rows_without_a_number_do_not_conflict():
    rows = ({"agreement_number": ""}, {"agreement_number": "", "crebo": "25656"})
    assert summary(outcomes_of(*rows)) == [Reason.MISSING_VALUE] * 2


def test_outcomes_come_in_the_order_of_the_sheet_with_the_row_as_it_was_given():
    outcomes = outcomes_of({"status": "NIEUW"}, {"crebo": "1"})
    assert [outcome.row.number for outcome in outcomes] == [2, 3]
    assert "NIEUW" in outcomes[0].row.values


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("123"), st.sampled_from(["25655", "25656", "1"])), max_size=8))
def test_whatever_the_mix_each_row_has_one_fate_and_no_key_goes_in_twice(rows):
    outcomes = outcomes_of(*({"agreement_number": number, "crebo": crebo} for number, crebo in rows))
    fates = [(bool(outcome.checked), bool(outcome.refusal), outcome.duplicate) for outcome in outcomes]
    keys = [outcome.checked.key for outcome in outcomes if outcome.checked]
    assert all(sum(fate) == 1 for fate in fates)
    assert len(keys) == len(set(keys))


# The sample files


def column(table, name):
    with (TABLES / table).open(encoding="utf-8-sig", newline="") as lines:
        return frozenset(row[name] for row in csv.DictReader(lines))


def check_sample(name, kind=SheetKind.CSV):
    """Outcomes of a sample file, with an agreement for the schools that deliver students' addresses."""
    sheet = read((SAMPLES / name).read_bytes())
    if kind is SheetKind.XLSX:
        sheet = read(write(SheetFormat(kind), sheet.header, (row.values for row in sheet)))
    columns = recognise(sheet.header)
    check_contents(sheet, columns)
    brin, address = columns[Field.BRIN], columns[Field.STUDENT_ADDRESS]
    sharing = {row.values[brin]: frozenset(STUDENT_FIELDS) for row in sheet if row.values[address]}
    reference = Reference(column("schools.csv", "brin"), column("programmes.csv", "crebo"), sharing)
    return list(check_sheet(sheet, columns, reference))


def test_every_row_of_the_clean_sample_goes_in():
    outcomes = check_sample("placements.csv")
    assert Counter(summary(outcomes)) == {"in": 1200}
    assert Counter(outcome.checked.status for outcome in outcomes) == {
        "Definitief": 1051,
        "Beëindigd": 68,
        "Afgemeld": 41,
        "Voorlopig": 40,
    }


def test_only_what_the_agreement_names_is_kept_of_a_student():
    only_address = Reference(REFERENCE.schools, REFERENCE.programmes, {"25LH": frozenset({Field.STUDENT_ADDRESS})})
    columns = recognise(
        ["brin", "pok", "crebo", "leerweg", "begin", "einddatum", "leerbedrijf_id", "email", "roepnaam"]
    )
    values = ["25LH", "1", "25655", "BOL", "1-9-2026", "30-11-2026", "100018965", "s@school.example", "Sam"]
    outcome = check_row(Row(2, values), columns, only_address)
    assert outcome.checked and (outcome.checked.student_address, outcome.checked.first_name) == ("s@school.example", "")
    assert outcome.remarks == (Remark.DROPPED_NO_AGREEMENT,)


def test_the_clean_sample_drops_students_numbers_only_where_there_is_no_agreement():
    outcomes = check_sample("placements.csv")
    remarks = Counter(remark for outcome in outcomes for remark in outcome.remarks)
    assert remarks == {Remark.DROPPED_NO_AGREEMENT: 699}
    assert sum(outcome.checked.student_address is not None for outcome in outcomes) == 501
    assert all(outcome.checked.trainer_address for outcome in outcomes)


@pytest.mark.parametrize("kind", SheetKind)
def test_the_sample_with_errors_has_each_of_them_found_on_its_row(kind):
    outcomes = check_sample("placements-with-errors.csv", kind)
    assert Counter(summary(outcomes))["in"] == 111
    assert {outcome.row.number: (outcome.refusal, outcome.field) for outcome in outcomes if not outcome.checked} == {
        18: (Reason.UNKNOWN_PROGRAMME, Field.CREBO),
        27: (Reason.CONFLICTING, Field.AGREEMENT_NUMBER),
        47: (Reason.END_BEFORE_START, Field.PLANNED_END_ON),
        63: (Reason.BAD_DATE, Field.PLANNED_END_ON),
        84: (Reason.CONFLICTING, Field.AGREEMENT_NUMBER),
        94: (Reason.BAD_COMPANY, Field.COMPANY_NUMBER),
        108: (None, None),
        110: (Reason.UNKNOWN_SCHOOL, Field.BRIN),
        115: (Reason.UNKNOWN_PATHWAY, Field.PATHWAY),
    }
    assert [outcome.row.number for outcome in outcomes if outcome.duplicate] == [108]


def test_the_sample_with_errors_has_one_bad_address_of_a_trainer():
    outcomes = check_sample("placements-with-errors.csv")
    bad = [outcome for outcome in outcomes if Remark.BAD_TRAINER_ADDRESS in outcome.remarks]
    assert [(outcome.row.number, outcome.checked.trainer_address) for outcome in bad] == [(17, None)]


def test_the_formula_in_the_sample_with_errors_is_text():
    names = [outcome.checked.company_name for outcome in check_sample("placements-with-errors.csv") if outcome.checked]
    formula = '=HYPERLINK("http://x.example","klik") <script>alert(1)</script>'
    assert [name for name in names if "<" in name] == [formula]
