"""The respondent's pages, one after another and in any order people use them."""

import datetime as dt
import re

import pytest

from app import clock
from app.invitations.links import Channel
from app.responses.models import Draft
from app.responses.receipts import new_receipt
from tests.conftest import on_sqlite
from tests.responses.ways import STUDENT_PAGES, answer, begin, receipt_of, to_summary

SOLVED = {"problem_kind": ["cooperation"], "problem_helped": ["home"], "problem_solved": "4"}
FORWARDED = [channel for channel in Channel if channel not in (Channel.DIRECT, Channel.PART)]


@pytest.fixture
def place(world):
    return world.place()


def number(person) -> int:
    """Return which of the themes this page is."""
    return STUDENT_PAGES.index(person.html.main.form["action"].partition("?")[0].rpartition("/")[2]) + 1


def pages_seen(person, link: str) -> list[str]:
    person.go(link)
    seen = [person.page]
    person.press("go", "start")
    while seen[-1] not in ("thanks", None):
        seen.append(person.page)
        if person.page != "thanks":
            grade = {"grade": "7"} if person.field("grade") else {}
            person.press("go", "send" if person.page == "summary" else "next", **grade)
    return seen


def test_a_student_goes_from_start_to_thanks(visitor, place, world):
    themes = ["theme"] * len(STUDENT_PAGES)
    assert pages_seen(visitor(), place.direct) == ["start", *themes, "summary", "thanks"]
    assert len(world.sent()) == 1


def test_a_trainer_answers_their_own_part(visitor, place, world):
    answer(visitor(), place.part, grade="7")
    assert [(row["role"], row["channel"], row["answers"]["grade"]) for row in world.sent()] == [("trainer", "part", 7)]


@on_sqlite
@pytest.mark.parametrize("channel", FORWARDED)
def test_every_forwarded_channel_can_be_answered(visitor, place, world, channel):
    answer(visitor(), place.shared[channel], grade="9")
    assert [row["channel"] for row in world.sent()] == [channel]


@on_sqlite
@pytest.mark.parametrize("channel", [*FORWARDED, Channel.DIRECT])
def test_the_whole_way_goes_without_cookies(visitor, place, world, channel):
    person = answer(visitor(cookies=False), place.shared[channel], status="finished", grade="6")
    assert person.page == "thanks"
    assert world.sent()[0]["answers"] == {"status": "finished", "grade": 6}


@on_sqlite
def test_without_cookies_one_goes_back_and_changes_an_answer(visitor, place, world):
    person = to_summary(begin(visitor(cookies=False), place.copy), grade="6")
    person.press("change", "preparation").press("go", "next", status="busy")
    person = to_summary(person)
    person.press("go", "back").press("go", "next", grade="8").press("go", "send")
    assert world.sent()[0]["answers"] == {"status": "busy", "grade": 8}


@on_sqlite
def test_back_saves_too(visitor, place, world):
    person = begin(visitor(), place.direct).press("go", "next").press("go", "back", agreements_made="no")
    assert person.path.endswith("/preparation")
    assert world.drafted(place.student)["agreements"] == {"agreements_made": "no"}


@on_sqlite
def test_a_follow_up_is_shown_on_the_same_page(visitor, place):
    person = begin(visitor(), place.direct).press("go", "next", status="stopped")
    assert person.path.endswith("/preparation")
    assert person.field("stop_reason")
    assert person.press("go", "next", stop_reason=["level", "other"]).path.endswith("/agreements")


@on_sqlite
def test_a_follow_up_is_shown_though_its_answer_was_saved_while_typing(visitor, place):
    person = begin(visitor(), place.direct)
    page = person.html
    person.post(page.main.form["action"], status="stopped", go="save")
    person.html = page
    person.press("go", "next", status="stopped")
    assert person.field("stop_reason")
    assert person.press("go", "next").path.endswith("/agreements")


@on_sqlite
def test_a_follow_up_on_screen_is_saved_whatever_another_tab_did(visitor, place, world):
    person = begin(visitor(), place.direct).press("go", "next", status="stopped")
    page = person.html
    person.press("go", "next", status="busy")
    person.html = page
    person.press("go", "next", stop_reason=["level"])
    assert world.drafted(place.student)["preparation"] == {"status": "stopped", "stop_reason": ["level"]}


@on_sqlite
def test_answers_that_no_longer_apply_are_not_sent(visitor, place, world):
    person = begin(visitor(), place.direct).press("go", "next", status="stopped")
    to_summary(person.press("go", "next", status="finished", stop_reason=["level"])).press("go", "send")
    assert world.sent()[0]["answers"] == {"status": "finished"}


@on_sqlite
def test_the_summary_shows_what_was_answered_and_what_was_skipped(visitor, place):
    summary = to_summary(begin(visitor(), place.direct), went_well="<b>Alles</b> & meer")
    assert "<b>Alles</b> & meer" in summary.text
    assert "Overgeslagen" in summary.text


@on_sqlite
def test_an_invalid_value_is_said_and_the_valid_ones_are_kept(visitor, place, world):
    person = begin(visitor(), place.direct)
    person.post(person.html.main.form["action"], 422, status="nonsense", place_found="school", go="next")
    assert person.html.main.find(class_="summary").a["href"] == "#status"
    assert person.html.title.text.startswith("Fout:")
    assert person.chosen("place_found") == ["school"]
    assert world.drafted(place.student) == {"preparation": {"place_found": "school"}}


@on_sqlite
def test_a_text_that_is_too_long_stays_on_screen(visitor, place, world):
    person = begin(visitor(), place.direct).go(f"{place.direct}/whole")
    person.press("go", "next", gets=422, went_well="x" * 501, grade="7")
    assert person.field("went_well").text.strip() == "x" * 501
    assert world.drafted(place.student)["whole"] == {"grade": 7}


# What a page keeps


@pytest.fixture(params=[True, False], ids=["cookies", "no cookies"])
def problem(visitor, place, request):
    """A student at the problem page, who answered its follow-ups and came back to it."""
    person = begin(visitor(cookies=request.param), place.direct)
    while not person.field("problem"):
        person.press("go", "next")
    return person.press("go", "next", problem="yes").press("go", "next", **SOLVED).press("go", "back")


@on_sqlite
@pytest.mark.parametrize("button", ["next", "back"])
def test_an_answer_that_excludes_others_is_refused_beside_them_and_the_one_before_stays(problem, place, world, button):
    changed = {"problem_kind": ["work"], "problem_solved": ["2"]}
    problem.press("go", button, gets=422, problem_helped=["home", "nobody"], **changed)
    error = problem.html.find(id="problem_helped-error").text
    assert "‘Niemand’ kan niet samen met andere antwoorden." in error
    assert problem.html.main.find(class_="summary").a["href"] == "#problem_helped"
    assert problem.chosen("problem_helped") == ["home", "nobody"]
    assert {name: problem.chosen(name) for name in changed} == changed
    kept = {"problem": "yes", "problem_kind": ["work"], "problem_helped": ["home"], "problem_solved": "2"}
    assert world.drafted(place.student)["problem_solving"] == kept
    problem.press("go", "next", problem_helped=["nobody"])
    assert world.drafted(place.student)["problem_solving"] == kept | {"problem_helped": ["nobody"]}


@on_sqlite
def test_of_a_text_that_is_too_long_the_one_before_stays(visitor, place, world):
    person = begin(visitor(), place.direct).go(f"{place.direct}/whole").press("go", "next", went_well="Leuk team")
    person.go(f"{place.direct}/whole").press("go", "next", gets=422, went_well="x" * 501, grade="7")
    assert world.drafted(place.student)["whole"] == {"went_well": "Leuk team", "grade": 7}


@on_sqlite
def test_what_is_emptied_on_screen_is_emptied(problem, place, world):
    problem.press("go", "back", problem_helped=[], problem_solved=[])
    assert world.drafted(place.student)["problem_solving"] == {"problem": "yes", "problem_kind": ["cooperation"]}


@on_sqlite
def test_a_follow_up_that_another_tab_hid_comes_back_with_its_answer(problem, place, world):
    problem.press("go", "next", problem="no").press("go", "back")
    assert not problem.field("problem_helped")
    problem.press("go", "back").press("go", "next")
    assert world.drafted(place.student)["problem_solving"] == {"problem": "no", **SOLVED}
    problem.press("go", "next", problem="yes")
    assert {name: problem.chosen(name) for name in SOLVED} == SOLVED | {"problem_solved": ["4"]}


@on_sqlite
def test_a_follow_up_on_screen_is_saved_though_another_page_hid_it(visitor, place, world):
    person = begin(visitor(), place.direct).press("go", "next", status="finished").go(f"{place.direct}/assessment")
    page = person.html
    person.go(f"{place.direct}/preparation").press("go", "next", status="busy")
    person.html = page
    person.press("go", "next", assessment_fair="5")
    assert world.drafted(place.student)["assessment"] == {"assessment_fair": "5"}
    person.go(f"{place.direct}/preparation").press("go", "next", status="finished")
    assert person.go(f"{place.direct}/assessment").chosen("assessment_fair") == ["5"]


@on_sqlite
def test_hidden_answers_that_were_kept_are_not_sent(problem, world):
    to_summary(problem.press("go", "next", problem="no"), grade="7").press("go", "send")
    assert world.sent()[0]["answers"] == {"problem": "no", "grade": 7}


@on_sqlite
def test_a_text_nobody_sees_is_none(visitor, place, world):
    person = begin(visitor(), place.direct).go(f"{place.direct}/whole")
    person.press("go", "next", went_well="\u200b\ufeff \u2060", grade="7")
    assert world.drafted(place.student)["whole"] == {"grade": 7}


@on_sqlite
def test_odd_characters_do_no_harm(visitor, place, world):
    begin(visitor(), place.direct).go(f"{place.direct}/whole").press(
        "go", "next", went_well="a\x00b\ud7ff\r\n\x1b[31m\U0001f600"
    )
    assert world.drafted(place.student)["whole"] == {"went_well": "ab\ud7ff\n[31m\U0001f600"}


# Where one left off


def test_a_direct_link_goes_on_where_it_was_left_on_any_device(visitor, place):
    begin(visitor(), place.direct).press("go", "next", status="busy")
    other = visitor().go(f"{place.direct}?lang=en").press_labelled("Go on where you were")
    assert other.heading == "Agreements"
    assert other.press("go", "back").chosen("status") == ["busy"]


def test_a_forwarded_link_goes_on_in_the_same_browser(visitor, place):
    person = begin(visitor(), place.copy).press("go", "next", status="busy")
    assert person.go(place.copy).page == "start"
    assert person.press("go", "start").press("go", "back").chosen("status") == ["busy"]


@on_sqlite
def test_a_device_that_is_handed_back_keeps_no_key(visitor, place):
    person = begin(visitor(), place.shared[Channel.HERE]).press("go", "next", status="busy")
    kept = person.client.get_cookie(f"here-{place.student}", path="/s/", domain="bpv.example")
    assert (kept.max_age, kept.expires) == (None, None)
    assert person.go(person.path).page == "theme"
    assert re.search(r"\b\d{4}\b", person.press("go", "stop").text)
    assert not person.client.get_cookie(f"here-{place.student}", path="/s/", domain="bpv.example")
    assert not re.search(r"\b\d{4}\b", person.go(person.path).text)
    assert person.go(place.shared[Channel.HERE]).page == "code"


@on_sqlite
def test_a_device_that_was_idle_for_half_an_hour_shows_nothing_and_still_saves(visitor, place, world, monkeypatch):
    link, now = place.shared[Channel.HERE], clock.machine_now()
    person = begin(visitor(), link).press("go", "next", status="busy")
    monkeypatch.setattr(clock, "machine_now", lambda: now + dt.timedelta(minutes=29))
    assert person.go(person.path).page == "theme"
    monkeypatch.setattr(clock, "machine_now", lambda: now + dt.timedelta(minutes=58))
    assert person.press("go", "next", agreements_made="no").page == "theme"
    page, path = person.html, person.path
    monkeypatch.setattr(clock, "machine_now", lambda: now + dt.timedelta(minutes=89))
    assert person.go(path).page == "code"
    person.html = page
    assert person.press("go", "next").page == "code"
    assert set(world.drafted(place.student)) == {"preparation", "agreements", "guidance"}


# Back and reload


@on_sqlite
@pytest.mark.parametrize("channel", list(Channel))
def test_every_page_but_the_thanks_has_an_address_of_its_own(visitor, place, channel):
    """Each POST is answered with a redirect, so that Back and reload show pages."""
    person = begin(visitor(), place.part if channel is Channel.PART else place.shared[channel])
    while person.page == "theme":
        assert [answer.status_code for answer in person.answer.history] == [303]
        shown = person.text
        assert person.go(person.path).text == shown
        person.press("go", "next", **({"grade": "7"} if person.field("grade") else {}))
    assert person.page == "summary"
    assert person.press("go", "send").answer.history == ()


@on_sqlite
def test_the_way_aside_has_addresses_too(visitor, place):
    person = begin(visitor(), place.copy).press("go", "next").press("go", "later")
    assert person.go(person.path).page == "later"
    person.press(None, gets=422, address="x")
    assert person.field("address")["value"] == "x"
    assert "a@school.example" in person.press(None, address="a@school.example").text
    assert "a@school.example" in person.go(person.address).text
    stranger = visitor().post(place.copy, go="not-me")
    assert stranger.go(stranger.path).page == "not-me"
    assert stranger.press("go", "is-me").page == "code"


# Robots that press


@on_sqlite
@pytest.mark.parametrize("posted", [{}, {"go": ""}, {"draft": "x"}, {"code": "1234"}])
def test_start_needs_the_value_of_its_button(visitor, place, world, posted):
    before = world.dump()
    assert visitor().post(place.copy, **posted).page == "start"
    assert visitor().post(place.direct, **posted).page == "start"
    visitor().post(f"{place.direct}/preparation")
    assert world.dump() == before


def test_what_was_only_saved_while_typing_is_gone_on_with_where_it_was(visitor, place):
    person = begin(visitor(), place.direct)
    person.post(person.html.main.form["action"], status="busy", go="save")
    other = visitor().go(place.direct).press("go", "start")
    assert (number(other), other.chosen("status")) == (1, ["busy"])


@on_sqlite
@pytest.mark.parametrize("button", [("go", "back"), ("lang", "en")])
def test_only_next_makes_a_page_done(visitor, place, button):
    begin(visitor(), place.direct).press("go", "next").press(*button, agreements_made="no")
    assert number(visitor().go(place.direct).press("go", "start")) == 2


@on_sqlite
def test_a_page_stays_done_whatever_is_saved_of_it_later(visitor, place):
    person = begin(visitor(), place.direct).press("go", "next").press("go", "back")
    person.post(person.html.main.form["action"], status="busy", go="save")
    assert number(visitor().go(place.direct).press("go", "start")) == 2


@on_sqlite
def test_a_page_that_still_has_a_question_to_show_is_not_done(visitor, place):
    begin(visitor(), place.direct).press("go", "next", status="stopped")
    other = visitor().go(place.direct).press("go", "start")
    assert other.field("stop_reason")


@on_sqlite
def test_all_pages_done_means_going_on_at_the_summary(visitor, place):
    to_summary(begin(visitor(), place.direct))
    assert visitor().go(place.direct).press("go", "start").page == "summary"


@on_sqlite
def test_the_summary_tells_what_was_skipped_from_what_was_not_seen_yet_and_leads_there(visitor, place):
    person = begin(visitor(), f"{place.direct}?lang=en").press("go", "next")
    person.post(person.html.main.form["action"], agreements_made="yes", go="save")
    person.go(f"{place.direct}/summary?lang=en")
    words = [[one.text for one in section.find_all("dd")] for section in person.html.main.find_all("section")]
    assert set(words[0]) == {"Skipped"}
    assert set(words[1]) == {"Yes", "Not answered yet"}
    assert {word for section in words[2:] for word in section} == {"Not seen yet"}
    assert "been through all pages" in person.text
    assert person.press("change", "guidance").path.endswith("/guidance")


@on_sqlite
@pytest.mark.parametrize("page", ["preparation", "summary", "nonsense"])
def test_a_page_asked_for_before_start_leads_to_the_start(visitor, place, page):
    assert visitor().go(f"{place.copy}/{page}").page == "start"


@on_sqlite
def test_a_page_that_does_not_exist_saves_nothing(visitor, place, world):
    visitor().post(f"{place.direct}/nonsense", 404, status="busy")
    assert world.rows(Draft) == []


@on_sqlite
def test_sending_before_anything_was_saved_leads_to_the_start(visitor, place, world):
    assert visitor().post(f"{place.direct}/summary", go="send", receipt=new_receipt()).page == "start"
    assert world.seat(place.student)["sent"] is False


def test_a_page_left_open_overnight_still_saves(visitor, place, world):
    person = begin(visitor(), place.copy)
    world.today("2026-11-24T09:00")
    person.client.delete_cookie("session", domain="bpv.example")
    assert person.press("go", "next", status="busy").path.endswith("/agreements")


def test_two_tabs_never_lose_each_others_pages(visitor, place, world):
    person = begin(visitor(), place.copy).press("go", "next")
    address = person.path.removesuffix("agreements")
    first, second = person.go(f"{address}agreements").html, person.go(f"{address}whole").html
    person.html = first
    person.press("go", "next", agreements_made="no")
    person.html = second
    person.press("go", "next", grade="10")
    pages = world.drafted(place.student)
    assert (pages["agreements"], pages["whole"]) == ({"agreements_made": "no"}, {"grade": 10})


# Languages


@on_sqlite
@pytest.mark.parametrize("cookies", [True, False])
def test_the_saving_button_changes_the_language_for_good(visitor, place, world, cookies):
    person = begin(visitor(cookies=cookies), place.direct).press("lang", "en", status="busy")
    assert (person.language, person.heading, person.chosen("status")) == ("en", "Preparation", ["busy"])
    assert person.press("go", "next").language == "en"
    assert person.press("lang", "nl").language == "nl"


@on_sqlite
def test_without_cookies_a_forwarded_draft_changes_language_by_its_button(visitor, place):
    person = begin(visitor(cookies=False), place.copy).press("lang", "en", status="busy")
    assert (person.language, person.chosen("status")) == ("en", ["busy"])
    assert to_summary(person).press("lang", "nl").language == "nl"


@on_sqlite
def test_the_language_can_be_changed_by_a_link_at_any_moment(visitor, place):
    person = visitor().go(place.copy).go(f"{place.copy}?lang=en")
    assert (person.page, person.language) == ("start", "en")
    person.press("go", "start").press("go", "next", status="busy").press("go", "back")
    assert (person.go(person.link("Nederlands")).language, person.chosen("status")) == ("nl", ["busy"])
    to_summary(person)
    assert (person.go(person.link("English")).page, person.language) == ("summary", "en")


@on_sqlite
def test_the_thanks_speak_the_other_language_and_keep_the_receipt(visitor, place):
    person = answer(visitor(cookies=False), place.direct, grade="7")
    receipt = receipt_of(person)
    person.press("lang", "en")
    assert (person.page, person.language, receipt_of(person)) == ("thanks", "en", receipt)


@on_sqlite
def test_a_student_is_spoken_to_in_the_language_the_school_gave(visitor, world):
    assert visitor().go(world.place(language="en").direct).language == "en"


@on_sqlite
def test_a_trainer_is_spoken_to_in_dutch_until_they_choose(visitor, world):
    assert visitor().go(world.place(language="en").part).language == "nl"
