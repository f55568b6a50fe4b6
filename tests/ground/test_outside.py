"""What comes from outside is bounded where it is read."""

import datetime as dt
import io

import pytest

from app import outside
from tests.conftest import on_sqlite


@on_sqlite
@pytest.mark.parametrize("text", ["-1", str(2**31), "9" * 40, "9" * 5000, "x", "", "1.5"])
def test_a_number_no_column_holds_is_none(app, text):
    with pytest.raises(ValueError):  # noqa: PT011 (each reading has words of its own)
        outside.number(text)
    with app.test_request_context(f"/?id={text}") as context:
        assert context.request.args.get("id", 7, type=outside.number) == 7


@pytest.mark.parametrize(("number", "kept"), [(0, 0), (2**31 - 1, 2**31 - 1), (2**31, None), (-1, None), (None, None)])
def test_a_field_keeps_a_number_that_a_column_holds(number, kept):
    assert outside.in_column(number) == kept


@pytest.mark.parametrize("text", ["2026-11-23T12:00:00", "2026-11-23", "0001-01-01T00:00:00+14:00", "x"])
def test_a_moment_has_a_zone_and_can_be_written_in_utc(text):
    with pytest.raises(ValueError):  # noqa: PT011
        outside.moment(text)
    assert outside.moment("2026-11-23T12:00:00+01:00") == dt.datetime(2026, 11, 23, 11, tzinfo=dt.UTC)


@on_sqlite
def test_texts_names_and_files_come_without_nul(app):
    data = {"na\0me": "a\0b", "many": ["\0", "c"], "file": (io.BytesIO(b"\0"), "x\0.csv")}
    with app.test_request_context("/?q=a%00b", method="POST", data=data) as context:
        assert context.request.args["q"] == "ab"
        assert context.request.form.to_dict(flat=False) == {"name": ["ab"], "many": ["", "c"]}
        assert context.request.files["file"].filename == "x.csv"


@on_sqlite
@pytest.mark.parametrize("path", ["/s/a%00b", "/opt-out/%00", "/password/a%00", "/desk/schools/04%00CY/"])
def test_an_address_with_nul_is_no_page(client, path):
    assert client.get(path, base_url="http://bpv.example").status_code == 404


@on_sqlite
@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("unix", "unix"),
    ],
)
def test_limits_count_by_who_can_be_told_apart(app, address, network):
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        assert outside.network() == network
