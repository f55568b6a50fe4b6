"""The audit log: only ever added to, and read at the desk."""

import datetime as dt
import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import clock
from app.accounts import audit, audit_list
from app.accounts.append_only import AUDIT_YEARS
from app.accounts.models import AuditEntry
from app.extensions import db
from tests.conftest import on_sqlite


@pytest.fixture
def entry(context):
    audit.record("agreement_ended", brin="04CY", n=3)
    db.session.commit()


@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET actor = 'somebody else'", "DELETE FROM audit_entries"])
def test_the_database_refuses_to_change_it(entry, statement):
    with pytest.raises(sa.exc.DatabaseError, match="only added"):
        db.session.execute(sa.text(statement))
    db.session.rollback()
    assert db.session.scalars(sa.select(AuditEntry)).one().actor == "command"


def test_emptying_the_table_is_refused(entry):
    if db.engine.name == "sqlite":
        pytest.skip("SQLite knows no TRUNCATE")
    with pytest.raises(sa.exc.DatabaseError, match="only added"):
        db.session.execute(sa.text("TRUNCATE audit_entries"))


def test_after_its_years_an_entry_may_go(context):
    long_ago = clock.machine_now() - dt.timedelta(days=AUDIT_YEARS * 366 + 1)
    db.session.add(AuditEntry(at=long_ago, actor="command", action="signed_in", details={}))
    db.session.commit()
    db.session.execute(sa.delete(AuditEntry))
    assert db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) == 0


def test_the_command_lists_the_latest_first(entry, flask):
    audit.record("signed_in", account=1)
    db.session.commit()
    entries = flask.json("audit", "list")["entries"]
    assert [one["action"] for one in entries] == ["signed_in", "agreement_ended"]
    (of_school,) = flask.json("audit", "list", "--school", "04CY")["entries"]
    assert (of_school["school"], of_school["details"]) == ("04CY", {"n": 3})


def test_every_act_has_words():
    calls = re.compile(r"""record(?:_looking)?\(\s*"(\w+)"|_record\("(\w+)"|_record\(\s*"(\w+)" if .* else "(\w+)\"""")
    sources = [path.read_text(encoding="utf-8") for path in Path(audit.__file__).parents[1].rglob("*.py")]
    acts = {act for source in sources for found in calls.findall(source) for act in found if act}
    assert acts - set(audit_list.WORDS) == set()
    assert len(acts) > 30


@on_sqlite
def test_the_desk_shows_who_did_what(admin):
    page = admin.go("/desk/audit?lang=en&action=signed_in")
    assert "Signed in" in page.text
    assert "admin@bpv.example" in page.text
    assert "admin@bpv.example" in admin.client.get("/desk/audit.csv", base_url=admin.base_url).text
