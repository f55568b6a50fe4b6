"""The draft key in a browser's hands, and the code another device shows."""

from types import SimpleNamespace

import pytest

from app.invitations import links
from app.responses import draft_keys
from tests.conftest import on_sqlite

pytestmark = on_sqlite
SEAT = SimpleNamespace(id=7, version=2)


def test_a_key_is_read_back(context):
    key = draft_keys.new_key(SEAT, replaces="older")
    assert draft_keys.read_key(SEAT, key.token) == key


def test_no_two_keys_are_alike(context):
    assert draft_keys.new_key(SEAT) != draft_keys.new_key(SEAT)


@pytest.mark.parametrize("other", [SimpleNamespace(id=8, version=2), SimpleNamespace(id=7, version=3)])
def test_a_key_opens_no_other_seat_or_version(context, other):
    assert draft_keys.read_key(other, draft_keys.new_key(SEAT).token) is None


@pytest.mark.parametrize("token", [None, "", "x", "7.2.nonce.", "7.2.nonce..signature"])
def test_what_we_did_not_sign_is_no_key(context, token):
    assert draft_keys.read_key(SEAT, token) is None


def test_a_value_signed_for_something_else_is_no_key(context):
    assert draft_keys.read_key(SEAT, links.sign_value("trainer-here", "7.2.nonce.")) is None


def test_a_code_has_four_digits_and_belongs_to_one_draft(context):
    codes = [draft_keys.key_for(SEAT, nonce).code for nonce in ("one", "two", "three", "one")]
    assert all(len(code) == 4 and code.isdecimal() for code in codes)
    assert codes[0] == codes[3]
    assert len(set(codes)) > 1
