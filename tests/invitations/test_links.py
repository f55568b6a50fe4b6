"""Personal links: what they carry, and what is refused before any query."""

import string

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.invitations import links
from app.invitations.links import Channel, SeatLink, TrainerLink
from app.invitations.models import Invitation
from app.placements.models import Placement, StudentContact, Trainer

SEAT = Invitation(id=7, version=2)
TRAINER = Trainer(id=5, version=1)


@pytest.fixture
def token(context) -> str:
    return links.seat_token(SEAT, Channel.COPY)


def test_a_seats_link_says_which_seat_version_and_channel(context):
    for channel in Channel:
        assert links.read_seat_token(links.seat_token(SEAT, channel)) == SeatLink(7, 2, channel)


def test_a_trainers_link_says_which_trainer_and_version(context):
    assert links.read_trainer_token(links.trainer_token(TRAINER)) == TrainerLink(5, 1)


def test_the_same_link_each_time(token):
    assert token == links.seat_token(SEAT, Channel.COPY)


def test_a_link_stands_at_the_public_address(context, token):
    assert links.seat_url(SEAT, Channel.COPY) == f"http://bpv.example/s/{token}"
    assert links.trainer_url(TRAINER) == f"http://bpv.example/t/{links.trainer_token(TRAINER)}"


def test_a_link_survives_being_part_of_a_sentence(token):
    assert set(token) <= set(string.ascii_letters + string.digits + "-_.")


def test_every_mistyped_character_is_noticed(token):
    for place, character in enumerate(token):
        for other in "A0-_.":
            if other != character:
                assert links.read_seat_token(token[:place] + other + token[place + 1 :]) is None


def test_no_other_last_character_will_do(token):
    """The last of 43 characters has two spare bits, which decoding would not look at."""
    for character in string.ascii_letters + string.digits + "-_":
        if character != token[-1]:
            assert links.read_seat_token(token[:-1] + character) is None


JUNK = ("", ".", "x", "a.b.c.d", "7.2.copy", "7.2.copy.", "é.é.é.é", "7.2.copy.\udcff", "\x00" * 50)


def test_what_is_no_link_is_refused(context):
    for junk in JUNK:
        assert links.read_seat_token(junk) is None
        assert links.read_trainer_token(junk) is None


def test_a_damaged_link_is_refused(token):
    for damaged in (token.upper(), token[:-1], *(token + mark for mark in ".=!)")):
        assert links.read_seat_token(damaged) is None


@pytest.mark.parametrize(("old", "new"), [("7.2.", "8.2."), ("7.2.", "7.3."), (".copy.", ".direct.")])
def test_nobody_turns_a_link_into_another(token, old, new):
    assert links.read_seat_token(token.replace(old, new, 1)) is None


def test_a_trainers_link_is_no_seats_link(context):
    assert links.read_seat_token(links.trainer_token(TRAINER)) is None
    assert links.read_trainer_token(links.seat_token(SEAT, Channel.PART)) is None


def test_a_link_of_another_installation_is_refused(context, token):
    context.config["LINK_KEYS"] = ["another key " * 4]
    assert links.read_seat_token(token) is None


def test_keys_can_be_changed_while_old_links_go_on(context, token):
    context.config["LINK_KEYS"] = ["a new key " * 4, *context.config["LINK_KEYS"]]
    assert links.read_seat_token(token) == SeatLink(7, 2, Channel.COPY)
    assert links.seat_token(SEAT, Channel.COPY) != token
    context.config["LINK_KEYS"] = context.config["LINK_KEYS"][:1]
    assert links.read_seat_token(token) is None


def test_reading_a_link_asks_the_database_nothing(token):
    asked = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *arguments: asked.append(arguments))
    links.read_seat_token(token)
    links.read_seat_token(token[:-1])
    assert asked == []


@pytest.mark.parametrize("kind", ["s", "t"])
def test_an_example_opens_nothing(context, kind):
    token = links.example_url(kind).rpartition("/")[2]
    assert links.read_seat_token(token) is None
    assert links.read_trainer_token(token) is None


def test_a_value_a_browser_kept_for_us_comes_back_or_not_at_all(context):
    signed = links.sign_value("who", "5.trainer")
    assert links.read_value("who", signed) == "5.trainer"
    assert links.read_value("other", signed) is None
    assert links.read_value("who", signed[:-1]) is None
    assert links.read_value("who", None) is None


def of_student(seat_id: int, hashed: str | None) -> Invitation:
    contact = StudentContact(address="s@school.example", address_hash=hashed)
    return Invitation(id=seat_id, version=1, placement=Placement(student=contact))


def test_a_direct_link_tells_the_mailboxes_of_a_seat_apart_and_nothing_of_them(context):
    seats = [of_student(7, "a"), of_student(7, "b"), of_student(8, "a"), of_student(7, "a")]
    readers = [links.read_seat_token(links.seat_token(seat, Channel.DIRECT)).whose for seat in seats]
    assert (len(set(readers)), readers[0], len(readers[0])) == (3, readers[3], 12)
    context.config["HASH_KEY"] = "another key " * 4
    assert links.read_seat_token(links.seat_token(seats[0], Channel.DIRECT)).whose not in readers


def test_only_a_direct_link_to_a_known_address_is_for_a_reader(context):
    others = [links.seat_token(of_student(7, "a"), channel) for channel in Channel if channel is not Channel.DIRECT]
    for token in (*others, links.seat_token(of_student(7, None), Channel.DIRECT)):
        assert links.read_seat_token(token).whose == ""
