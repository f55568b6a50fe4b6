"""Limits are counted in the database, for all processes together."""

import sqlalchemy as sa

from app import rate_limits
from app.extensions import db
from app.rate_limits import DatabaseStorage, RateCounter


def storage() -> DatabaseStorage:
    return DatabaseStorage("database://")


def test_a_count_grows_within_its_window(context):
    assert [storage().incr("key", 60) for _n in range(3)] == [1, 2, 3]
    assert storage().get("key") == 3


def test_keys_are_counted_apart(context):
    storage().incr("one", 60)
    assert storage().get("other") == 0


def test_a_count_begins_anew_after_its_window(context):
    storage().incr("key", -1)
    assert storage().get("key") == 0
    assert storage().incr("key", 60) == 1


def test_a_window_keeps_its_end(context):
    storage().incr("key", 60)
    end = storage().get_expiry("key")
    storage().incr("key", 600)
    assert storage().get_expiry("key") == end


def test_a_rolled_back_request_still_counts(context):
    storage().incr("key", 60)
    db.session.rollback()
    assert storage().get("key") == 1


def test_a_key_can_be_cleared_and_all_can(context):
    for key in ("one", "two"):
        storage().incr(key, 60)
    storage().clear("one")
    assert (storage().get("one"), storage().get("two")) == (0, 1)
    assert storage().reset() == 1


def test_what_is_counted_is_kept_as_a_hash(context):
    storage().incr("login s1@school.example", 60)
    assert "school" not in db.session.scalars(sa.select(RateCounter.key)).one()


def test_passed_windows_are_erased(context):
    storage().incr("passed", -1)
    storage().incr("running", 60)
    assert rate_limits.erase_expired() == 1
    db.session.commit()
    assert storage().get("running") == 1


def test_signing_in_is_limited_through_every_process(app, client):
    app.config["WTF_CSRF_ENABLED"] = False
    answers = [client.post("/sign-in", data={"email": "a@school.example"}).status_code for _n in range(12)]
    assert answers[-1] == 429
    assert answers[0] != 429
