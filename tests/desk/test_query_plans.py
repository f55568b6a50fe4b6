"""How the databases find the pages of long lists: by walking an index, never by sorting or reading a whole table.

On PostgreSQL, which reads small tables whole because that is quicker, what a large one would avoid is made expensive.
"""

import pytest
import sqlalchemy as sa
from flask import request

from app.extensions import db
from app.invitations import finding, mail_lists, seat_lists
from app.invitations.models import Round
from app.placements import placement_lists
from app.placements.models import Placement
from tests import builders

LARGE = ("invitations", "placements", "messages", "student_contacts", "trainers", "announcements", "events")
DEAR = ("enable_seqscan", "enable_sort", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin")
SEATS = [
    "",
    "sort=-end",
    "step=opened",
    "step=unopened&route=forwarded",
    "step=unreachable",
    "closed=yes",
    "left_out=no_address",
    "left_out=not_due",
    "role=trainer&step=sent",
    "after=2026-11-30~1",
]
PLACEMENTS = ["", "sort=end", "sort=-end", "sort=loaded", "brin=04CY&sort=end", "after=2026-11-23T12:00:00%2B00:00~1"]
MAILS = ["", "state=trouble", "batch=1&state=sent", "after=7~7"]


def plan_of(statement: sa.Select) -> str:
    """Return what the database says it would do."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        text = str(statement.compile(db.engine, compile_kwargs={"literal_binds": True}))
        return "\n".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}"))
    for setting in DEAR:
        connection.exec_driver_sql(f"SET LOCAL {setting} = off")
    compiled = statement.compile(db.engine, compile_kwargs={"render_postcompile": True})
    return "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {compiled}", compiled.params))


def faults_in(plan: str, in_order_of: str = "") -> list[str]:
    """Return the lines of a plan that take longer the longer a table is.

    SQLite says SCAN too where it walks a table in the order of its key (`in_order_of`), and stops when it has enough.
    """
    slow = ["TEMP B-TREE", "Sort  (", *(f"Seq Scan on {table} " for table in LARGE)]
    scans = [f"SCAN {table}" for table in LARGE if table != in_order_of]
    return [
        line
        for line in plan.splitlines()
        if any(word in line for word in slow) or (any(word in line for word in scans) and "INDEX" not in line)
    ]


@pytest.fixture
def asked(context):
    """Return a maker of the query behind a list at an address."""
    builders.load(builders.row())
    builders.open_round()
    db.session.rollback()

    def ask(listing, wanted, query: str) -> sa.Select:
        with context.test_request_context(f"/?{query}"):
            statement = listing.asked(wanted(request.args), request.args.get("after", ""), 51)
        db.session.rollback()  # what reads for a page has no transaction in which a setting could hold
        return statement

    return ask


def seats(arguments) -> sa.Select:
    return seat_lists.seats(seat_lists.SeatFilters(arguments), db.session.scalars(sa.select(Round)).one())


@pytest.mark.parametrize("query", SEATS)
def test_seats_are_walked_by_their_index(asked, query):
    assert faults_in(plan_of(asked(seat_lists.LISTING, seats, query))) == []


@pytest.mark.parametrize("query", PLACEMENTS)
def test_placements_are_walked_by_their_index(asked, query):
    wanted = lambda arguments: placement_lists.placements(placement_lists.PlacementFilters(arguments))  # noqa: E731
    assert faults_in(plan_of(asked(placement_lists.LISTING, wanted, query))) == []


@pytest.mark.parametrize("query", MAILS)
def test_mails_are_walked_by_their_index(asked, query):
    wanted = lambda arguments: mail_lists.mails(mail_lists.MailFilters(arguments))  # noqa: E731
    assert faults_in(plan_of(asked(mail_lists.LISTING, wanted, query)), "messages") == []


@pytest.mark.parametrize("words", ["t@company.example", "A-77", "100018965"])
def test_a_search_reads_no_large_table_whole(asked, words):
    for condition in finding.conditions(words):
        plan = plan_of(sa.select(Placement.id).where(condition))
        assert [fault for fault in faults_in(plan) if "TEMP B-TREE" not in fault and "Sort" not in fault] == []


def test_a_sort_and_a_whole_table_are_found_out(asked):
    by_status = sa.select(Placement.id).order_by(Placement.status)
    assert len(faults_in(plan_of(by_status))) == 2
