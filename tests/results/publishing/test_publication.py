"""Publishing: once, of a closed round, from its last edition; what was published stays and can be made again."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.invitations.models import Population, Role
from app.responses.models import Response
from app.results import editions, withdrawing
from app.results.models import Edition, EditionFile, Publication
from app.results.publishing import figures as publication_figures
from app.results.publishing import publication
from app.results.publishing.publication import PublicationRefused, Yearbook
from tests import builders
from tests.conftest import on_sqlite
from tests.results.people import answered, withdraw
from tests.results.publishing.published import RUNNING, measured, published


def refusal(round_) -> str:
    with pytest.raises(PublicationRefused) as refused:
        publication.publish(round_)
    db.session.rollback()
    return refused.value.fault


def book() -> Yearbook:
    return publication.everything()[0]


def told(scope: str, role: str = "student") -> dict:
    return book().figures["scopes"][scope][role]


# What can be published


@on_sqlite
def test_a_round_that_runs_cannot_be_published(context):
    assert refusal(measured(RUNNING)) == "not_closed"


@on_sqlite
def test_a_round_is_published_once(context):
    made = published()
    assert refusal(made.round) == "published"


@on_sqlite
def test_a_year_has_one_publication(context):
    published(2026)
    other = builders.open_over("Proef", builders.dt.date(2026, 8, 1), builders.dt.date(2026, 8, 31))
    other.closes_on = builders.dt.date(2026, 9, 30)
    db.session.commit()
    assert refusal(other) == "year_taken"


@on_sqlite
def test_a_round_without_answers_cannot_be_published(context):
    opened = builders.open_over("Meting 2025", builders.dt.date(2024, 8, 1), builders.dt.date(2025, 7, 31))
    db.session.commit()
    assert refusal(opened) == "too_few"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Edition)) == 0


def test_publishing_freezes_the_population_first(context):
    made = published()
    assert made.round.frozen_at
    assert db.session.scalar(sa.select(sa.func.sum(Population.n))) == 402


@on_sqlite
def test_the_newest_edition_is_published_where_nothing_changed_since_the_closing(context):
    opened = measured()
    publication.freezing.freeze(opened)
    newest = editions.make(opened)
    assert publication.publish(opened).edition is newest


@on_sqlite
def test_answers_that_came_after_the_last_edition_are_counted_before_publishing(context):
    opened = measured()
    builders.set_clock("2026-08-01")
    before = editions.make(opened)
    answered(opened, 5)
    builders.set_clock("2026-11-23")
    made = publication.publish(opened)
    assert made.edition.id != before.id
    assert made.figures["scopes"]["national"]["student"]["persons"] == 206


# What it holds


def test_a_publication_holds_what_can_be_made_again_from_its_edition(context):
    made = published()
    db.session.expire_all()
    assert publication_figures.of_edition(made.edition) == made.figures
    assert made.figures["edition"] == made.edition.manifest["digest"]


def test_reading_it_gives_the_figures_in_the_order_of_the_questionnaire(context):
    published()
    shown = book().national[Role.STUDENT]
    asked = [question.id for question in shown.questionnaire.questions()]
    assert list(shown.figures) == [id_ for id_ in asked if id_ in shown.figures]
    assert list(shown.figures["guidance_school"].shares) == ["1", "2", "3", "4", "5", "na"]
    assert shown.figures["guidance_school"].is_full


@on_sqlite
def test_answers_add_up(context):
    published()
    for role in Role:
        shown = told("national", role)
        assert shown["persons"] == 201
        assert shown["response"] == {"placements": 402, "due": 402, "opened": 201, "sent": 201}
        assert sum(told(f"pathway:{one}", role)["persons"] for one in ("BOL", "BBL")) == 201
        for figure in shown["figures"].values():
            assert sum(figure["counts"].values()) == 201
            assert sum(figure["shares"].values()) == pytest.approx(1, abs=0.001)
    assert sum(seats["sent"] for seats in told("national")["routes"].values()) == 201


@on_sqlite
def test_a_sector_holds_its_own_answers_and_only_key_figures(context):
    published()
    assert (told("sector:01")["persons"], told("sector:03")["persons"]) == (105, 90)
    assert told("sector:01")["response"]["placements"] == 210
    assert "problem" in told("national")["figures"]
    assert "problem" not in told("sector:01")["figures"]


@on_sqlite
def test_of_a_sector_with_few_answers_nothing_is_published(context):
    made = published()
    assert "sector:07" not in made.figures["scopes"]
    assert set(made.figures["scopes"]) == {"national", "pathway:BOL", "pathway:BBL", "sector:01", "sector:03"}


@on_sqlite
def test_nothing_is_published_that_is_not_shown_in_full(context):
    published()
    for roles in book().figures["scopes"].values():
        for shown in roles.values():
            figures = [*shown["figures"].values(), *shown["themes"].values()]
            assert {one["precision"] for one in figures} == {"full"}
            assert min(one["persons"] for one in figures) >= 10


@on_sqlite
def test_a_grade_is_published_with_one_decimal(context):
    published()
    figure = told("national")["figures"]["grade"]
    assert figure["published"] == f"{figure['value']:.1f}"
    assert figure["low"] < figure["value"] < figure["high"]


# That it stays


def test_withdrawing_an_answer_changes_nothing_that_was_published(context):
    made = published()
    before = dict(made.figures)
    withdraw(db.session.scalars(sa.select(Response.key)).first())
    assert sum(editions.make_due()) > 0  # for the pages of schools, without what was withdrawn
    db.session.expire_all()
    assert made.figures == before
    assert editions.newest(made.round_id).answers < made.edition.answers
    assert publication.verdict(made).holds


@on_sqlite
def test_what_is_withdrawn_leaves_the_published_edition_and_the_figures_stay(context, flask):
    made = published()
    before, rows = dict(made.figures), made.edition.answers
    withdraw(db.session.scalars(sa.select(Response.key)).first())
    assert 5 <= take_out() <= 9
    assert made.figures == before
    assert rows - 9 <= made.edition.answers <= rows - 5
    assert flask.json("results", "verify") == {
        "publications": [{"round": "Meting 2026", "figures": "the same", "edition": "1 withdrawn since"}]
    }
    assert take_out() == 0


@on_sqlite
def test_after_a_withdrawal_a_changed_figure_or_edition_is_found_all_the_same(context, flask):
    made = published()
    withdraw(db.session.scalars(sa.select(Response.key)).first())
    take_out()
    held = next(one for one in made.edition.files if one.name == "student")
    was, held.content = held.content, held.content + b"x"
    db.session.commit()
    assert "the same  differs" in flask.run("results", "verify", code=1).stdout
    held.content = was
    made.figures = made.figures | {"scopes": {}}
    db.session.commit()
    assert "differs  1 withdrawn since" in flask.run("results", "verify", code=1).stdout


def take_out() -> int:
    """Take out what was withdrawn, as the hourly work does; returns how many rows."""
    n = 0
    for rows in withdrawing.take_out():
        db.session.commit()
        n += rows
    db.session.expire_all()
    return n


# Verifying


@on_sqlite
def test_a_changed_figure_is_found(context, flask):
    made = published()
    assert flask.json("results", "verify") == {
        "publications": [{"round": "Meting 2026", "figures": "the same", "edition": "the same"}]
    }
    made.figures = made.figures | {"scopes": {}}
    db.session.commit()
    assert "differs  the same" in flask.run("results", "verify", code=1).stdout


@on_sqlite
def test_a_changed_edition_is_found(context):
    made = published()
    held = next(one for one in made.edition.files if one.name == "reach")
    held.content = held.content + b"x"
    db.session.commit()
    found = publication.verdict(made)
    assert (found.figures, found.digest, found.holds) == (True, False, False)


@on_sqlite
def test_a_publication_stands_after_the_answers_of_its_edition_were_erased(context, flask):
    made = published()
    db.session.execute(sa.delete(EditionFile))
    db.session.commit()
    db.session.expire_all()
    assert publication.verdict(made).holds
    assert "erased" in flask.run("results", "verify").stdout


# The command


def test_the_command_says_what_it_published(world, flask):
    world.act(lambda: measured() and None)
    found = flask.json("results", "publish", "Meting 2026")
    assert (found["year"], found["student"], found["trainer"]) == (2026, 201, 201)
    assert world.rows(Publication)[0]["figures"]["edition"] == found["edition"]
    assert "published already" in flask.refuses("results", "publish", "Meting 2026")
    assert "results_published" in {entry["action"] for entry in world.rows(publication.audit.AuditEntry)}


@on_sqlite
def test_the_command_refuses_a_round_that_runs(world, flask):
    world.act(lambda: measured(RUNNING) and None)
    assert "not closed yet" in flask.refuses("results", "publish", f"Meting {RUNNING}")
    assert world.rows(Publication) == []
