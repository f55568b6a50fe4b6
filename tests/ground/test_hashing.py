"""Keyed hashes recognise what is not kept."""

from app.hashing import address_hash, keyed_hash


def test_an_address_is_recognised_whatever_its_case_or_spaces(context):
    assert address_hash(" S1@School.example ") == address_hash("s1@school.example")


def test_another_key_gives_another_hash(context):
    before = keyed_hash("placement", "04CY", "1")
    context.config["HASH_KEY"] = "another key, of at least as many characters"
    assert keyed_hash("placement", "04CY", "1") != before


def test_parts_do_not_run_into_each_other(context):
    assert keyed_hash("row", "ab", "c") != keyed_hash("row", "a", "bc")


def test_a_hash_has_128_bits_in_lower_case(context):
    hashed = keyed_hash("address", "é@school.example")
    assert len(hashed) == 32
    assert int(hashed, 16) >= 0
