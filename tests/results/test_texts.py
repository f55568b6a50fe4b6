"""What people wrote: held, read, released or held back."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.invitations.models import Role
from app.questionnaires.kinds import TEXT_LIMIT
from app.responses.models import Response
from app.results import editions, texts
from app.results.scopes import Scope
from tests.builders import SCHOOL
from tests.results.people import withdraw

WAITING = "/desk/results/texts"
SHOWN = f"/desk/schools/{SCHOOL}/results/texts"


def keys(analyst) -> list[str]:
    """Return the keys of the answers on the page."""
    names = [one["name"].split(".")[0] for one in analyst.html.main.find_all("textarea")]
    return list(dict.fromkeys(names))


def said(analyst) -> str:
    """Return what the page says of what was done."""
    return analyst.html.find(class_="messages").text


def decide(analyst, choice: str, n: int = 20, **changed) -> None:
    """Decide on the first n answers that wait, all texts alike."""
    analyst.go(WAITING)
    asked = (f"{key}.{question}.choice" for key in keys(analyst)[:n] for question in ("went_well", "should_improve"))
    filled = dict.fromkeys(asked, choice)
    analyst.press_labelled("Save what is decided", **(filled | changed))


def test_nothing_is_shown_before_somebody_read_it(reader):
    assert "Nothing was released yet" in reader.go(SHOWN).text


def test_what_was_released_is_shown_with_addresses_masked(reader, analyst):
    decide(analyst, "release")
    reader.go(SHOWN)
    assert "Goed, mail naar […]" in reader.text
    assert "x@school.example" not in reader.text


def test_what_was_held_back_is_not_shown(reader, analyst):
    decide(analyst, "hold")
    assert "Nothing was released yet" in reader.go(SHOWN).text
    assert "No text waits to be read" in analyst.go(WAITING).text


def test_what_was_not_decided_on_waits_on(analyst):
    decide(analyst, "release", n=3)
    assert "17 answers with text wait" in analyst.go(WAITING).text


def test_whoever_reads_may_take_more_out(reader, analyst):
    analyst.go(WAITING)
    key = keys(analyst)[0]
    decide(analyst, "release", n=1, **{f"{key}.went_well.text": "Goed"})
    assert {"Goed", "Meer tijd"} == {one.get_text() for one in reader.go(SHOWN).html.select(".said li")}


def test_what_somebody_puts_back_is_masked_again(reader, analyst):
    analyst.go(WAITING)
    key = keys(analyst)[0]
    decide(analyst, "release", n=1, **{f"{key}.went_well.text": "Bel 06-12345678"})
    assert "12345678" not in reader.go(SHOWN).text


def test_a_text_waits_on_where_the_other_of_its_answer_was_decided_on(reader, analyst):
    analyst.go(WAITING)
    key = keys(analyst)[0]
    analyst.press_labelled("Save what is decided", **{f"{key}.should_improve.choice": "release"})
    assert "1 text was decided on." in said(analyst)
    assert "20 answers with text wait" in analyst.text
    fields = [one["name"] for one in analyst.html.main.find_all("textarea")]
    assert (f"{key}.went_well.text" in fields, f"{key}.should_improve.text" in fields) == (True, False)
    assert [one.get_text() for one in reader.go(SHOWN).html.select(".said li")] == ["Meer tijd"]
    analyst.go(f"{WAITING}?decided=1")
    assert [one["name"] for one in analyst.html.main.find_all("textarea")] == [f"{key}.should_improve.text"]


@pytest.mark.parametrize("text", ["", " \r\n ", "a" * (TEXT_LIMIT + 1)])
def test_a_text_that_is_empty_or_too_long_is_not_released_and_not_held_back(reader, analyst, text):
    analyst.go(WAITING)
    key = keys(analyst)[0]
    decide(analyst, "release", n=1, **{f"{key}.went_well.text": text})
    assert "1 text stays as it was: what is released has 1 to 500 characters." in said(analyst)
    assert "20 answers with text wait" in analyst.text
    assert [one.get_text() for one in reader.go(SHOWN).html.select(".said li")] == ["Meer tijd"]


def test_what_is_released_may_be_as_long_as_what_is_written(reader, analyst):
    analyst.go(WAITING)
    (first, *_rest) = analyst.html.main.find_all("textarea")
    assert first["maxlength"] == str(TEXT_LIMIT)
    decide(analyst, "release", n=1, **{first["name"]: "a\r\n" * (TEXT_LIMIT // 2)})
    assert "stays as it was" not in said(analyst)


def test_an_emptied_text_that_was_released_stays_released(reader, analyst):
    decide(analyst, "release", n=1)
    analyst.go(f"{WAITING}?decided=1")
    analyst.press_labelled("Save what is decided", **{f"{keys(analyst)[0]}.should_improve.text": ""})
    assert "1 text stays as it was" in said(analyst)
    assert "Meer tijd" in reader.go(SHOWN).text


def test_the_pages_say_what_is_looked_for_and_that_a_person_decides(reader, analyst):
    analyst.go(WAITING)
    assert "phone, account and other long numbers were looked for" in analyst.text
    assert "That finds not all of them, and no names of people: you decide." in analyst.text
    decide(analyst, "release")
    assert "Somebody read each of these and decided that it can be shown." in reader.go(SHOWN).text


def test_what_was_released_can_be_held_back_after_all(reader, analyst):
    decide(analyst, "release")
    analyst.go(f"{WAITING}?decided=1")
    filled = {
        f"{key}.{question}.choice": "hold" for key in keys(analyst) for question in ("went_well", "should_improve")
    }
    analyst.press_labelled("Save what is decided", **filled)
    assert "Nothing was released yet" in reader.go(SHOWN).text


def test_texts_are_read_a_page_at_a_time(analyst, monkeypatch):
    monkeypatch.setattr(texts, "PAGE", 15)
    first = keys(analyst.go(WAITING))
    assert "Page 1 of 2" in analyst.text
    rest = keys(analyst.go(analyst.link("Next page")))
    assert (len(first), len(rest), len({*first, *rest})) == (15, 5, 20)
    assert keys(analyst.go(f"{WAITING}?page=x")) == first
    assert keys(analyst.go(f"{WAITING}?page=2000000000")) == rest
    assert keys(analyst.press_labelled("Save what is decided")) == rest


def test_the_page_of_decided_texts_says_that_there_are_none(analyst):
    analyst.go(f"{WAITING}?decided=1")
    assert "Nothing was decided on yet" in analyst.text
    assert analyst.heading == "Texts that were decided on"


def test_a_school_user_reads_no_text_that_waits(reader):
    reader.go(WAITING, 403)


def test_texts_of_few_persons_are_not_shown(reader, analyst):
    decide(analyst, "release")
    reader.go(f"{SHOWN}?block=1")  # in which six answered
    assert "Too few answers to show what people wrote" in reader.text


@pytest.fixture
def measured(results, context):
    return results


def waiting_keys(round_id: int) -> list[str]:
    return [one.key for one in texts.waiting(round_id, 1).written]


def test_withdrawn_answers_take_what_their_group_wrote_along(measured):
    key = waiting_keys(measured)[0]
    texts.decide(key, {"went_well": "Goed", "should_improve": ""})
    db.session.commit()
    assert texts.released(measured, Role.STUDENT, Scope("school", SCHOOL)) == {"went_well": ["Goed"]}
    together = db.session.get_one(Response, key).increment_id
    withdraw(db.session.scalar(sa.select(Response.key).where(Response.increment_id == together, Response.key != key)))
    assert texts.released(measured, Role.STUDENT, Scope("school", SCHOOL)) == {}


def test_a_decision_on_an_answer_that_has_another_key_by_now_changes_nothing(measured):
    assert not texts.decide("0" * 32, {"went_well": "Goed", "should_improve": None})


def test_a_decision_on_a_text_nobody_wrote_changes_nothing(measured):
    key = waiting_keys(measured)[0]
    assert not texts.decide(key, {"went_well": "Goed", "grade": "8"})
    assert db.session.get_one(Response, key).released is None


def test_of_an_answer_whose_texts_were_decided_on_one_by_one_both_decisions_are_kept(measured):
    key = waiting_keys(measured)[0]
    assert texts.decide(key, {"went_well": ""}) == 1
    assert key in waiting_keys(measured)
    texts.decide(key, {"should_improve": "Meer uitleg"})
    assert db.session.get_one(Response, key).released == {"went_well": "", "should_improve": "Meer uitleg"}
    assert key not in waiting_keys(measured)


def test_what_was_written_is_in_no_edition(measured):
    edition = editions.newest(measured)
    assert edition and all(b"Meer tijd" not in one.content for one in edition.files)
