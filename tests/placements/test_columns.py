"""Spellings of columns, and the columns the product must not hold."""

import pytest

from app.placements.columns import (
    FIELD_OF,
    REQUIRED,
    SPELLINGS,
    DoubledColumn,
    Field,
    ForbiddenColumns,
    check_contents,
    folded,
    looks_like_bsn,
    missing,
    recognise,
    unread,
)
from app.placements.files import read

MINIMAL = ["brin", "pok_nummer", "crebo", "leerweg", "begindatum", "verwachte_einddatum", "leerbedrijf_id"]
BSNS = ["123456782", "111222333", "987654329", "100000009", "100000022"]


def field_of(name):
    """The field a column beside the required ones is recognised as."""
    columns = recognise([*MINIMAL, name])
    return next((field for field, place in columns.items() if place == len(MINIMAL)), None)


def replaced(name, field):
    """The minimal header with another spelling of one required column."""
    place = REQUIRED.index(field)
    return [*MINIMAL[:place], name, *MINIMAL[place + 1 :]]


def sheet_with(name, values, first=MINIMAL):
    lines = [";".join([*first, name])] + [";".join(["x"] * len(first) + [value]) for value in values]
    return read("\n".join(lines).encode())


def test_the_minimal_header_has_everything_required():
    columns = recognise(MINIMAL)
    assert list(columns) == list(REQUIRED)
    assert missing(columns) == []


def test_case_spaces_marks_and_diacritics_are_folded():
    assert {folded(name) for name in ("POK-nummer", "pok_nummer", "Pok nummer", "pok.nummer", " PÖK Nummer ")} == {
        "poknummer"
    }


def test_no_spelling_stands_for_two_fields():
    spellings = [spelling for text in SPELLINGS.values() for spelling in set(text.split())]
    assert len(spellings) == len(set(spellings)) == len(FIELD_OF)


def test_every_spelling_is_written_folded():
    assert all(folded(spelling) == spelling for spelling in FIELD_OF)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("BRIN-nummer", Field.BRIN),
        ("Instellingscode", Field.BRIN),
        ("POK", Field.AGREEMENT_NUMBER),
        ("pok-nummer", Field.AGREEMENT_NUMBER),
        ("Overeenkomstnummer", Field.AGREEMENT_NUMBER),
        ("Praktijkovereenkomst", Field.AGREEMENT_NUMBER),
        ("agreement_number", Field.AGREEMENT_NUMBER),
        ("Crebocode", Field.CREBO),
        ("opleidingcode", Field.CREBO),
        ("Leertraject", Field.PATHWAY),
        ("pathway", Field.PATHWAY),
        ("Startdatum", Field.BEGINS_ON),
        ("begin", Field.BEGINS_ON),
        ("begins_on", Field.BEGINS_ON),
        ("Geplande einddatum", Field.PLANNED_END_ON),
        ("planned_end_on", Field.PLANNED_END_ON),
        ("Einddatum", Field.PLANNED_END_ON),
        ("leerbedrijfid", Field.COMPANY_NUMBER),
        ("Leerbedrijf-ID", Field.COMPANY_NUMBER),
        ("Code leerbedrijf", Field.COMPANY_NUMBER),
        ("company number", Field.COMPANY_NUMBER),
    ],
)
def test_required_columns_are_known_in_several_spellings(name, field):
    assert recognise(replaced(name, field))[field] == REQUIRED.index(field)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("werkelijke_einddatum", Field.ACTUAL_END_ON),
        ("Status", Field.STATUS),
        ("Leerbedrijf", Field.COMPANY_NAME),
        ("BPV-bedrijf", Field.COMPANY_NAME),
        ("plaats", Field.COMPANY_CITY),
        ("Leerbedrijf plaats", Field.COMPANY_CITY),
        ("arbeidsmarktregio", Field.REGION),
        ("praktijkopleider_naam", Field.TRAINER_NAME),
        ("Praktijkopleider", Field.TRAINER_NAME),
        ("E-mail praktijkopleider", Field.TRAINER_ADDRESS),
        ("trainer email", Field.TRAINER_ADDRESS),
        ("Voornaam", Field.FIRST_NAME),
        ("studentnummer", Field.STUDENT_NUMBER),
        ("Leerlingnummer", Field.STUDENT_NUMBER),
        ("student_email", Field.STUDENT_ADDRESS),
        ("E-mailadres student", Field.STUDENT_ADDRESS),
        ("email", Field.STUDENT_ADDRESS),
        ("taal", Field.LANGUAGE),
    ],
)
def test_optional_columns_are_known_in_several_spellings(name, field):
    assert field_of(name) is field


@pytest.mark.parametrize(
    "name",
    [
        "praktijkbegeleider",
        "Praktijkbegeleider e-mail",
        "bpv_begeleider_email",
        "stagebegeleider",
        "school",
        "opleiding",
        "niveau",
        "Adres leerbedrijf",
        "Postcode bedrijf",
        "BPV-bedrijf straat",
        "Vestigingsadres",
        "Schooladres",
        "Geslachtsnaam",
        "geboortenaam",
        "fout",
    ],
)
def test_other_columns_are_not_read_and_named(name):
    assert field_of(name) is None
    assert unread([*MINIMAL, name], recognise([*MINIMAL, name])) == {folded(name): len(MINIMAL)}


def test_a_column_without_a_name_is_known_by_its_letter_and_so_is_a_second_of_one_name():
    header = ["", *MINIMAL, "x", "X"]
    assert unread(header, recognise(header)) == {"a": 0, "x": 8, "xj": 9}


@pytest.mark.parametrize(
    ("header", "place"),
    [
        ("pok_nummer email", 1),
        ("leerbedrijf praktijkopleider praktijkopleider_email email", 3),
        ("Praktijkopleider E-mail", None),
        ("email roepnaam praktijkopleider", None),
        ("Praktijkbegeleider E-mail roepnaam", None),
        ("contactpersoon mail", None),
        ("student_email email", 0),
        ("praktijkopleider e-mail student E-mail", None),
    ],
)
def test_a_bare_address_is_the_students_only_where_nobody_elses_can_stand_there(header, place):
    assert recognise(header.split()).get(Field.STUDENT_ADDRESS) == place


def test_a_heading_that_was_answered_for_is_not_recognised_by_name():
    assert recognise(["brin", "email"], {"email": None}) == {Field.BRIN: 0}


def test_a_bare_end_date_is_the_actual_one_beside_a_planned_one():
    assert field_of("Einddatum") is Field.ACTUAL_END_ON


@pytest.mark.parametrize(
    "name",
    [
        "BSN",
        "bsn_leerling",
        "Student BSN",
        "BSN-nummer",
        "Burgerservicenummer",
        "Sofi-nummer",
        "Onderwijsnummer",
        "onderwijs nr.",
        "PGN",
        "Persoonsgebonden nummer",
        "Geboortedatum",
        "geb.datum",
        "Geboorteplaats",
        "date of birth",
        "Adres",
        "Straat",
        "straatnaam student",
        "Huisnummer",
        "Huisnummer toevoeging",
        "Postcode",
        "Woonplaats",
        "plaats_student",
        "Thuisadres",
        "home address",
        "student_adres",
        "Nationaliteit",
        "nationality",
        "Geslacht",
        "gender",
    ],
)
def test_what_the_product_must_not_hold_is_refused_by_name(name):
    with pytest.raises(ForbiddenColumns) as caught:
        recognise([*MINIMAL, name])
    assert caught.value.names == [name]


def test_all_forbidden_columns_are_named_at_once_and_before_anything_else():
    with pytest.raises(ForbiddenColumns) as caught:
        recognise(["BSN", "brin", "brin", "Geslacht"])
    assert caught.value.names == ["BSN", "Geslacht"]


def test_missing_columns_are_all_named():
    assert missing(recognise(["brin", "leerweg", "naam"])) == [
        field for field in REQUIRED if field not in (Field.BRIN, Field.PATHWAY)
    ]


def test_two_spellings_of_one_field_are_named():
    with pytest.raises(DoubledColumn) as caught:
        recognise([*MINIMAL, "Pok"])
    assert (caught.value.field, caught.value.names) == (Field.AGREEMENT_NUMBER, ["pok_nummer", "Pok"])


def test_citizen_service_numbers_are_recognised():
    assert looks_like_bsn(BSNS)
    assert looks_like_bsn(["", *BSNS, "", BSNS[0]])
    assert looks_like_bsn([*BSNS, "n.v.t.", "", "123456789"])
    assert looks_like_bsn([*BSNS[:4], "000000012"])
    assert looks_like_bsn([f"{number}\u200b" for number in BSNS])
    assert looks_like_bsn([f"{number[:4]}.{number[4:6]}.{number[6:]}" for number in BSNS])


def test_citizen_service_numbers_that_lost_their_zero_are_recognised():
    assert looks_like_bsn(["10000008", "10000021", "10000033", "10000045", "10000057"])


@pytest.mark.parametrize(
    "values",
    [
        [],
        [""] * 9,
        BSNS[:4],
        [BSNS[0]] * 9,  # one company's number on every row passes by chance one time in eleven
        [*BSNS[:4], "123456789"],
        [*BSNS, "jan", "piet", "kees", "mo", "sam"],
        ["000000000"] * 5,
        ["100001", "100002", "100003", "100004", "100005"],
    ],
)
def test_other_values_are_no_citizen_service_numbers(values):
    assert not looks_like_bsn(values)


@pytest.mark.parametrize("name", ["kenmerk", "studentnummer"])
def test_a_column_that_holds_citizen_service_numbers_under_another_name_is_refused(name):
    sheet = sheet_with(name, BSNS)
    with pytest.raises(ForbiddenColumns) as caught:
        check_contents(sheet, recognise(sheet.header))
    assert caught.value.names == [name]
    assert not any(number in str(caught.value) for number in BSNS)


def test_a_nameless_column_is_named_by_its_letter():
    header = ["", *MINIMAL]
    lines = [";".join(header)] + [";".join([number, *"xxxxxxx"]) for number in BSNS]
    sheet = read("\n".join(lines).encode())
    with pytest.raises(ForbiddenColumns) as caught:
        check_contents(sheet, recognise(sheet.header))
    assert caught.value.names == ["A"]


def test_company_numbers_are_never_taken_for_citizen_service_numbers():
    sheet = sheet_with("leerbedrijf_id", BSNS, first=MINIMAL[:-1])
    check_contents(sheet, recognise(sheet.header))
