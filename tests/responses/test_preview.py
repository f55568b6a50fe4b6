"""Questionnaires at the desk: clicked through by an administrator, with nothing stored."""

import json

import pytest

from app.extensions import db
from app.invitations.models import Event
from app.responses.models import CompletionCounter, Draft
from tests.conftest import on_sqlite
from tests.responses.ways import STUDENT_PAGES

pytestmark = on_sqlite
STUDENT = "/desk/questionnaires/student-2026/BOL"


def begun(admin, address: str = STUDENT):
    return admin.go(f"{address}?lang=en").press("go", "start")


def test_the_list_leads_to_every_questionnaire(admin):
    admin.go("/desk/questionnaires?lang=en")
    links = [link["href"].partition("?")[0] for link in admin.html.main.find_all("a")]
    roles = ("student-2026", "trainer-2026")
    assert links == [f"/desk/questionnaires/{id_}/{way}" for id_ in roles for way in ("BOL", "BBL", "OVO")]


def test_the_list_says_how_long_people_take(admin, world):
    place = world.place()
    counter = {"round_id": world.seat(place.student)["round_id"], "role": "student", "channel": "copy"}
    world.act(lambda: db.session.add(CompletionCounter(**counter, minutes=60, n=1234)))
    row = admin.go("/desk/questionnaires?lang=en").html.main.find("tr", string=None).find_next("tr").text
    assert "60 or more" in row
    assert "1,234" in row


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("pathway", ["BOL", "BBL", "OVO"])
@pytest.mark.parametrize("role", ["student", "trainer"])
def test_each_page_can_be_clicked_through_to_the_thanks(admin, role, pathway, language):
    admin.go(f"/desk/questionnaires/{role}-2026/{pathway}?lang={language}").press("go", "start")
    while admin.page == "theme":
        admin.press("go", "next")
    assert (admin.page, admin.language) == ("summary", language)
    assert admin.press("go", "send").page == "thanks"


def test_nothing_is_stored(admin, world):
    begun(admin)
    while admin.page == "theme":
        admin.press("go", "next")
    admin.press("go", "send")
    assert [world.rows(model) for model in (Draft, Event, CompletionCounter)] == [[], [], []]
    assert world.sent() == []


def test_every_page_says_that_it_is_a_preview(admin):
    begun(admin)
    for _page in [*STUDENT_PAGES, "safety"]:
        assert "Preview: nothing is stored." in admin.html.find(class_="notice").text
        admin.press("go", "next")
    assert "Preview: nothing is stored." in admin.press("go", "send").html.find(class_="notice").text


def test_answers_travel_along_to_the_summary_and_the_thanks(admin):
    begun(admin).press("go", "next", status="busy")
    while admin.page == "theme":
        admin.press("go", "next")
    assert "still on it" in admin.text
    assert "still on it" in admin.press("go", "send").text
    assert (admin.press("lang", "nl").page, admin.language) == ("thanks", "nl")


def test_answers_stay_when_going_back_or_to_the_other_language(admin):
    begun(admin).press("go", "next", status="busy").press("go", "back")
    assert admin.chosen("status") == ["busy"]
    assert admin.press("lang", "nl", status="stopped").language == "nl"
    assert admin.chosen("status") == ["stopped"]


def test_follow_up_questions_come_up(admin):
    begun(admin).press("go", "next").press("go", "next", agreements_made="yes")
    assert admin.field("agreements_written")


def test_what_a_respondent_is_told_is_told_here(admin):
    admin.go(f"{STUDENT}/whole?lang=en").press("go", "next", gets=422, went_well="x" * 501)
    assert admin.html.find(class_="summary")


def test_an_answer_that_excludes_others_is_refused_here_too_and_the_one_before_stays(admin):
    begun(admin).go(f"{STUDENT}/problem_solving").press("go", "next", problem="yes")
    admin.press("go", "back", problem_helped=["home"], problem_solved="4").press("go", "next")
    admin.press("go", "next", gets=422, problem_helped=["home", "nobody"], problem_solved="2")
    assert "“Nobody” cannot go together with other answers." in admin.html.find(id="problem_helped-error").text
    kept = {"problem": "yes", "problem_helped": ["home"], "problem_solved": "2"}
    assert json.loads(admin.field("carried")["value"]) == kept


def test_a_hidden_follow_up_comes_back_with_its_answer_here_too(admin):
    begun(admin).go(f"{STUDENT}/problem_solving").press("go", "next", problem="yes")
    admin.press("go", "back", problem="no", problem_helped=["home"]).press("go", "next")
    assert not admin.field("problem_helped")
    assert admin.press("go", "next", problem="yes").chosen("problem_helped") == ["home"]


@pytest.mark.parametrize("carried", ["no json", "[]", "3"])
def test_what_was_tampered_with_is_refused(admin, carried):
    begun(admin).press("go", "next", gets=400, carried=carried)


def test_carried_answers_that_are_none_are_left_out(admin):
    both = {"problem_helped": ["home", "nobody"]}
    carried = {"status": "elsewhere", "unknown": 1, "grade": {}, **both}
    begun(admin).press("go", "next", carried=json.dumps(carried))
    assert json.loads(admin.html.find("input", {"name": "carried"})["value"]) == {}


@pytest.mark.parametrize("address", ["/nothing/BOL", "/student-2026/XXX", "/student-2026/BOL/nothing"])
def test_what_is_not_there_is_not_found(admin, address):
    admin.go(f"/desk/questionnaires{address}", 404)
