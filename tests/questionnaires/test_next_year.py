"""Whatever an author makes of next year's questionnaires: it is refused with its place, or works everywhere.

`NEXT_YEARS=20 .venv/bin/python -m pytest tests/questionnaires/test_next_year.py` walks through as many by hand.
"""

import datetime as dt
import os
import tempfile
from functools import partial
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.extensions import db
from app.invitations import freezing, rounds
from app.invitations.models import Role, Round
from app.questionnaires import loader
from app.questionnaires.loader import DefinitionError
from app.results import columns, editions, words
from app.results.figures import MEASURES
from app.results.publishing import publication
from tests.builders import SCHOOL
from tests.conftest import on_sqlite
from tests.questionnaires import next_year
from tests.responses.ways import begin, receipt_of, to_summary
from tests.results.people import FITTER, NURSE, answered, placements
from tests.results.publishing.published import SCHOOLS, measured

YEARS = int(os.environ.get("NEXT_YEARS", 1))
HOME = f"/desk/schools/{SCHOOL}/results"


def fit(seed: int, folder: Path) -> None:
    """Write the first files from this seed on that are accepted, of edits that leave something to look at."""
    for number in range(1000):
        next_year.make(folder, Random(f"{seed} {number}"))  # noqa: S311
        try:
            loader.load_all.__wrapped__(folder)
        except DefinitionError:
            continue
        return
    raise AssertionError("no edits were accepted")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6))
def test_an_edit_is_accepted_or_refused_with_its_place(seed):
    with tempfile.TemporaryDirectory() as name:
        next_year.make(Path(name), Random(seed))  # noqa: S311
        try:
            found = loader.load_all.__wrapped__(Path(name))
        except DefinitionError as refusal:
            for mistake in refusal.mistakes:
                assert mistake.startswith(("student-2027.toml", "trainer-2027.toml")), mistake
            return
    assert len(found) == 4
    for one in found.values():
        assert columns.closed_questions(one)


@pytest.fixture
def years(app, tmp_path, monkeypatch, request):
    """Have two rounds with many answers, the second with other questionnaires, and a place to answer in it."""
    folder = tmp_path / "definitions"
    folder.mkdir()
    fit(request.param, folder)
    monkeypatch.setattr(loader, "load_all", partial(loader.load_all.__wrapped__, folder))
    words._titles.cache_clear()
    with app.app_context():
        editions.make(measured(2026))
        opened = _second(Random(request.param))  # noqa: S311
        db.session.commit()
        id_ = opened.id
    yield id_
    words._titles.cache_clear()


def _second(chance: Random) -> Round:
    dates = {"begins_on": dt.date(2026, 9, 1), "planned_end_on": dt.date(2026, 11, 30)}
    for brin in SCHOOLS:
        placements(40, brin=brin, crebo=NURSE, **dates)
        placements(40, brin=brin, crebo=FITTER, pathway="BBL", **dates)
    opened = rounds.open_round(
        "Meting 2027",
        dt.date(2026, 8, 1),
        dt.date(2027, 7, 31),
        student_questionnaire="student-2027",
        trainer_questionnaire="trainer-2027",
        modules=["safety"] if chance.random() < 0.5 else [],
    )
    for role in Role:
        asked = rounds.questionnaire(opened, role)
        for brin in SCHOOLS:
            for crebo, pathway in ((NURSE, "BOL"), (FITTER, "BBL")):
                for _person in range(25):
                    told = next_year.answers(asked, pathway, chance)
                    told = {id_: value for id_, value in told.items() if asked.question(id_).kind != "text"}
                    answered(opened, 1, role, brin=brin, crebo=crebo, pathway=pathway, answers=told)
    return opened


@on_sqlite
@pytest.mark.parametrize("years", range(YEARS), indirect=True)
def test_the_whole_product_works_with_it(app, years, world, visitor, admin, flask, tmp_path):
    _preview(admin)
    _answer(world, visitor)
    flask.run("responses", "export", "Meting 2027", "--out", tmp_path / "all.csv")
    flask.run("results", "edition")
    asked = world.act(lambda: _asked(years))
    _look(admin, years, asked)
    world.today("2027-10-01T12:00:00")
    flask.run("results", "edition")
    world.act(freezing.freeze_closed)
    world.act(lambda: [publication.publish(db.session.get_one(Round, id_)) for id_ in (1, years)])
    for role in Role:
        admin.go(f"/desk/results/microdata/{years}/{role.value}.zip")
    admin.go(f"/desk/results/publications/{years}?lang=en")
    for end in ("", "/2026", "/2026.pdf", "/2026.csv", "/2027", "/2027.pdf", "/2027.csv", "/2027.txt"):
        visitor().go(f"/results{end}")
    visitor().go("/results/2027?lang=en")


def _preview(admin) -> None:
    for role in Role:
        for pathway in ("BOL", "BBL", "OVO"):
            admin.go(f"/desk/questionnaires/{role.value}-2027/{pathway}?lang=en").press("go", "start")
            assert to_summary(admin).press("go", "send", gets=admin.answer.status_code).page in ("summary", "thanks")


def _answer(world, visitor) -> None:
    pathways = ("BOL", "BBL", "OVO")
    for place in world.places(*({"pathway": pathway} for pathway in pathways)):
        for link in (place.copy, place.part):
            person = begin(visitor(), f"{link}?lang=en")
            while person.page == "theme":
                person.press("go", "next", **_first_choices(person))
            assert person.page == "summary"
            receipt = receipt_of(person)
            assert person.press("go", "send").page == "thanks"
            assert visitor().go("/receipt?lang=en").press("go", "read", receipt=receipt).text.startswith("Your answers")


def _first_choices(person) -> dict[str, str]:
    """Return the first answer of each question on a page."""
    found: dict[str, str] = {}
    for one in person.html.main.find_all("input", type=["radio", "checkbox"]):
        found.setdefault(one["name"], one["value"])
    return found


def _asked(round_id: int) -> dict[str, set[str]]:
    """Return, per role, the questions with a measure that either year asked."""
    found = {}
    for role in Role:
        both = [rounds.questionnaire(db.session.get_one(Round, id_), role) for id_ in (1, round_id)]
        found[role.value] = {one.id for form in both for one in form.questions() if one.kind in MEASURES}
    return found


def _look(admin, round_id: int, asked: dict[str, set[str]]) -> None:
    """Open every page and file of both rounds."""
    for id_ in (1, round_id):
        for role in Role:
            for page in ("", "questions", "together", "programmes", "trend"):
                admin.go(f"{HOME}/{page}?round={id_}&role={role.value}&lang=en")
                if page != "programmes":
                    admin.go(f"/desk/results/all/{page}?round={id_}&role={role.value}")
        for kind in ("csv", "xlsx", "pdf"):
            admin.go(f"{HOME}/download.{kind}?round={id_}")
        for kind in ("csv", "xlsx"):
            admin.go(f"/desk/results/all/download.{kind}?round={id_}")
    for role, ids in asked.items():
        for question in sorted(ids):
            admin.go(f"{HOME}/trend?role={role}&question={question}")
    for path in ("schools", "texts", "microdata", "publications"):
        admin.go(f"/desk/results/{path}")
