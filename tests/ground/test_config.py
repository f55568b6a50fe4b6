"""Settings: read, checked all at once, and strict in production."""

import datetime as dt

import pytest

import config

OWN = {name: config.new_secret() for name in config.SECRETS}
PRODUCTION = {"BPV_ENV": "production", "PUBLIC_URL": "https://bpv.example"} | OWN
TRYING = {"BPV_ENV": "development"}


def mistakes(environ: dict[str, str]) -> str:
    with pytest.raises(config.ConfigError) as caught:
        config.load(environ)
    return str(caught.value)


def test_production_is_what_runs_unless_development_is_said():
    assert config.load(OWN | {"PUBLIC_URL": "https://bpv.example"})["BPV_ENV"] == "production"
    message = mistakes({"PUBLIC_URL": "https://bpv.example"})
    assert all(f"{name}: missing" in message for name in config.SECRETS)
    assert "BPV_ENV=development" in message


def test_a_development_machine_needs_no_more_than_to_say_so():
    settings = config.load(TRYING)
    assert settings["SQLALCHEMY_DATABASE_URI"].startswith("sqlite:///")
    assert settings["SECRET_KEY"] == config.DEVELOPMENT_SECRET


def test_every_mistake_is_listed_at_once():
    wrong = {
        "BPV_ENV": "development",
        "BPV_NOW": "tomorrow",
        "BPV_LEASE_SECONDS": "0",
        "DATABASE_URL": "mysql://host/name",
        "PUBLIC_URL": "bpv.example",
        "MAIL_PORT": "many",
        "MAIL_USE_TLS": "perhaps",
        "MAIL_RATE": "-1",
    }
    message = mistakes(wrong)
    assert all(name in message for name in wrong.keys() - {"BPV_ENV"})
    assert len(message.splitlines()) == len(wrong)
    assert "BPV_ENV" in mistakes({"BPV_ENV": "staging"})


def test_production_with_secrets_of_its_own_starts():
    assert config.load(PRODUCTION)["BPV_ENV"] == "production"


@pytest.mark.parametrize("name", config.SECRETS)
@pytest.mark.parametrize(
    "value",
    [
        "",
        "short",
        config.DEVELOPMENT_SECRET,
        "a" * 64,
        "abcab" * 20,
        "0123456789abcdef" * 3,
        "correct-horse-battery-correct-horse-battery-",
        pytest.param(config.new_secret() + ",short", id="second-short"),
    ],
)
def test_production_refuses_a_missing_weak_or_default_secret(name, value):
    if name == "HASH_KEY" and "," in value:
        pytest.skip("one key only")
    assert name in mistakes(PRODUCTION | {name: value})


@pytest.mark.parametrize(("one", "other"), [("SECRET_KEY", "LINK_KEYS"), ("LINK_KEYS", "HASH_KEY")])
def test_production_refuses_two_secrets_that_are_equal(one, other):
    message = mistakes(PRODUCTION | {other: PRODUCTION[one]})
    assert f"{other}: the same as {one}" in message
    rotated = f"{config.new_secret()},{PRODUCTION[one]}"
    if other != "HASH_KEY":
        assert f"{other}: the same as {one}" in mistakes(PRODUCTION | {other: rotated})


def test_production_refuses_a_list_that_holds_one_secret_twice():
    assert "LINK_KEYS: holds the same" in mistakes(PRODUCTION | {"LINK_KEYS": ",".join([PRODUCTION["LINK_KEYS"]] * 2)})


@pytest.mark.parametrize("url", ["http://bpv.example", "http://127.0.0.1.bpv.example", "http://10.0.0.1:5000"])
def test_production_refuses_an_address_at_which_others_can_listen(url):
    assert "PUBLIC_URL: must begin with https" in mistakes(PRODUCTION | {"PUBLIC_URL": url})


@pytest.mark.parametrize("url", ["http://127.0.0.1:5000", "http://localhost:5000", "http://[::1]:5000"])
def test_production_starts_at_an_address_of_the_machine_itself(url):
    assert config.load(PRODUCTION | {"PUBLIC_URL": url})["SESSION_COOKIE_SECURE"] is False


@pytest.mark.parametrize(("debug", "refused"), [("1", True), ("true", True), ("2", True), ("0", False), ("no", False)])
def test_production_refuses_to_show_its_inside(debug, refused):
    if refused:
        assert "FLASK_DEBUG" in mistakes(PRODUCTION | {"FLASK_DEBUG": debug})
    else:
        config.load(PRODUCTION | {"FLASK_DEBUG": debug})


def test_the_secret_that_is_printed_in_the_source_signs_nothing_that_others_can_reach():
    assert "secrets of its own" in mistakes(TRYING | {"PUBLIC_URL": "http://bpv.example"})
    assert config.load(TRYING | OWN | {"PUBLIC_URL": "http://bpv.example"})["BPV_ENV"] == "development"


def test_a_secret_is_complained_of_once():
    assert mistakes(PRODUCTION | {"SECRET_KEY": ""}).count("SECRET_KEY") == 1


def test_the_value_of_a_secret_is_never_shown():
    assert "hunter2" not in mistakes(PRODUCTION | {"SECRET_KEY": "hunter2", "MAIL_PASSWORD": "hunter2"})


def test_the_business_clock_cannot_be_set_in_production():
    assert "BPV_NOW" in mistakes(PRODUCTION | {"BPV_NOW": "2026-12-01"})


def test_the_lease_cannot_be_set_in_production():
    assert "BPV_LEASE_SECONDS" in mistakes(PRODUCTION | {"BPV_LEASE_SECONDS": "1"})


def test_keys_are_a_list_with_the_newest_first():
    settings = config.load(TRYING | {"LINK_KEYS": " new , old ", "SECRET_KEY": "now,before"})
    assert settings["LINK_KEYS"] == ["new", "old"]
    assert (settings["SECRET_KEY"], settings["SECRET_KEY_FALLBACKS"]) == ("now", ["before"])


@pytest.mark.parametrize("prefix", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_means_the_driver_we_ship(prefix):
    settings = config.load(TRYING | {"DATABASE_URL": f"{prefix}://user@host/name"})
    assert settings["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://user@host/name"


@pytest.mark.parametrize(
    "url",
    ["ftp://bpv.example", "bpv.example", "http://", "http://[bad", "http://bpv.example:x", "https://b.example/?q=1"],
)
def test_a_public_address_that_cannot_stand_in_a_mail_is_refused(url):
    assert "PUBLIC_URL" in mistakes(PRODUCTION | {"PUBLIC_URL": url})


def test_the_public_address_loses_its_last_slash():
    assert config.load(TRYING | OWN | {"PUBLIC_URL": "https://bpv.example/"})["PUBLIC_URL"] == "https://bpv.example"


def test_cookies_are_secure_where_the_public_address_is():
    assert config.load(TRYING | OWN | {"PUBLIC_URL": "https://bpv.example"})["SESSION_COOKIE_SECURE"] is True
    assert config.load(TRYING | OWN | {"PUBLIC_URL": "http://bpv.example"})["SESSION_COOKIE_SECURE"] is False


def test_the_sender_is_by_default_at_the_public_address():
    assert (
        config.load(TRYING | OWN | {"PUBLIC_URL": "https://bpv.example"})["MAIL_DEFAULT_SENDER"]
        == "bpv-monitor@bpv.example"
    )


@pytest.mark.parametrize("port", ["0", "70000", "-25", "smtp"])
def test_a_port_that_no_server_has_is_refused(port):
    assert "MAIL_PORT" in mistakes(TRYING | {"MAIL_PORT": port})


@pytest.mark.parametrize(("text", "value"), [("1", True), ("Yes", True), ("off", False), ("0", False)])
def test_yes_and_no_are_read_in_several_spellings(text, value):
    assert config.load(TRYING | {"MAIL_USE_TLS": text})["MAIL_USE_TLS"] is value


def test_the_business_clock_is_a_date_or_a_time():
    assert config.load(TRYING | {"BPV_NOW": "2026-12-01"})["BPV_NOW"] == dt.datetime(2026, 12, 1)  # noqa: DTZ001
    assert config.load(TRYING | {"BPV_NOW": "2026-12-01T08:00:00+00:00"})["BPV_NOW"].tzinfo is not None


def test_a_new_secret_is_good_enough_for_production_and_never_the_same():
    first, second = config.new_secret(), config.new_secret()
    assert first != second
    config.load(PRODUCTION | {"SECRET_KEY": first, "HASH_KEY": second})
