"""Personal links in a file."""

import csv
import datetime as dt

import pytest
import sqlalchemy as sa

from app.accounts.models import AuditEntry
from app.extensions import db
from app.invitations import links
from app.invitations.exporting import export_links
from app.invitations.links import Channel
from app.invitations.models import Role
from tests import builders


@pytest.fixture
def world(signed_context):
    """A forwarded student, a directly mailed one, and one without a trainer."""
    placements = builders.load(
        builders.row(), builders.row(student_address="s1@school.example"), builders.row(trainer_address=None)
    )
    return builders.open_round(), placements


def exported(opened, role: Role, tmp_path, **options) -> list[dict[str, str]]:
    out = tmp_path / "links.csv"
    n = export_links(opened, role, out, **options)
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == n
    return rows


def test_students_links_name_the_placement_and_open_the_seat(world, tmp_path):
    opened, placements = world
    rows = exported(opened, Role.STUDENT, tmp_path)
    assert list(rows[0]) == ["brin", "pok", "role", "token", "url"]
    assert [row["pok"] for row in rows] == [placement.agreement_number for placement in placements]
    assert {row["brin"] for row in rows} == {builders.SCHOOL}
    assert all(row["url"] == f"http://bpv.example/s/{row['token']}" for row in rows)


def test_a_number_that_is_a_formula_is_only_text(world, tmp_path):
    opened, placements = world
    placements[0].agreement_number = "=1+1,@SUM(A1)"
    db.session.flush()
    assert exported(opened, Role.STUDENT, tmp_path)[0]["pok"] == "'=1+1,'@SUM(A1)"


def test_a_students_link_is_direct_where_the_route_is(world, tmp_path):
    rows = exported(world[0], Role.STUDENT, tmp_path)
    channels = [links.read_seat_token(row["token"]).channel for row in rows]
    assert channels == [Channel.HELPDESK, Channel.DIRECT, Channel.HELPDESK]


def test_a_trainers_link_is_the_page_with_all_students(world, tmp_path):
    opened, placements = world
    rows = exported(opened, Role.TRAINER, tmp_path)
    found = [links.read_trainer_token(row["token"]).trainer_id for row in rows]
    assert found == [placement.trainer_id for placement in placements[:2]]
    assert all("/t/" in row["url"] for row in rows)


def test_with_parts_it_is_the_own_part_about_one(world, tmp_path):
    opened, placements = world
    rows = exported(opened, Role.TRAINER, tmp_path, parts=True)
    found = [links.read_seat_token(row["token"]) for row in rows]
    assert [link.invitation_id for link in found] == [builders.seat(one, "trainer").id for one in placements]
    assert {link.channel for link in found} == {Channel.PART}


def test_withdrawn_seats_have_no_link(world, tmp_path):
    opened, placements = world
    builders.seat(placements[0]).desk_withdrew_at = dt.datetime.now(dt.UTC)
    assert len(exported(opened, Role.STUDENT, tmp_path)) == 2


def test_exporting_is_noted(world, tmp_path):
    exported(world[0], Role.STUDENT, tmp_path)
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "links_exported")).one()
    assert entry.details == {"round": world[0].id, "role": "student", "parts": 0}
