"""A page as a form: shown, posted, read, and shown again when a follow-up came up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.questionnaires.definition import Page, visible_questions
from app.questionnaires.form import page_form, values
from app.questionnaires.kinds import KINDS
from app.questionnaires.loader import load_all

from .samples import question

REAL_PAGES = [page for questionnaire in load_all().values() for page in questionnaire.pages]
STOPPED = {"status": "stopped"}
HELPED = question("multi", "one", "two", "nobody", exclusive="nobody")


def form_of(page, language="nl", pathway="BOL", answers=None):
    """Return the form class of what these answers make visible of a page."""
    return page_form(visible_questions(page, answers or {}, pathway), language, pathway)


def posted(page, data, language="nl", pathway="BOL", answers=None):
    """Return the validated form of the page with this post."""
    form = form_of(page, language, pathway, answers)(MultiDict(data))
    form.validate()
    return form


def test_a_form_has_one_field_per_question_in_order(small):
    form = form_of(small.page("start"), answers=STOPPED)()
    assert [field.name for field in form] == ["status", "reason"]


def test_a_form_speaks_the_language_and_the_pathway_of_its_reader(small):
    page = small.page("start")
    assert form_of(page, "nl", "BBL")().status.label.text == "Ben je klaar met je leerbaan?"
    assert form_of(page, "en")().status.label.text == "Have you finished your placement?"


def test_a_form_shows_stored_answers(small):
    form = form_of(small.page("finish"))(data={"grade": 7})
    assert [option.data for option in form.grade if option.checked] == ["7"]


@pytest.mark.parametrize("data", [{}, {"status": ""}, {"reason": []}])
def test_every_question_may_be_skipped(small, data):
    form = posted(small.page("start"), data, answers=STOPPED)
    assert form.errors == {}
    assert values(form, small.page("start")) == {}


def test_posted_answers_come_out_cleaned(small):
    page = small.page("start")
    form = posted(page, [("status", "stopped"), ("reason", "travel"), ("reason", "work")], answers=STOPPED)
    assert values(form, page) == {"status": "stopped", "reason": ["work", "travel"]}


def test_a_grade_comes_out_as_an_int(small):
    page = small.page("finish")
    assert values(posted(page, {"grade": "7"}), page) == {"grade": 7}


def test_an_answer_to_a_question_that_is_not_in_the_form_is_not_read(small):
    page = small.page("start")
    assert values(posted(page, {"reason": "work"}), page) == {}


@pytest.mark.parametrize(
    ("language", "message"),
    [("nl", "Kies een van de antwoorden."), ("en", "Choose one of the answers.")],
)
def test_a_value_that_is_no_option_is_an_error_in_the_readers_language(small, language, message):
    page = small.page("finish")
    form = posted(page, {"grade": "11"}, language)
    assert form.errors == {"grade": [message]}
    assert values(form, page) == {}


@pytest.mark.parametrize(
    ("language", "message"),
    [("nl", "Kies alleen antwoorden uit de lijst."), ("en", "Choose only answers from the list.")],
)
def test_one_wrong_checkbox_is_an_error_and_none_of_them_is_read(small, language, message):
    page = small.page("start")
    form = posted(page, [("reason", "work"), ("reason", "%(x)s")], language, answers=STOPPED)
    assert form.errors == {"reason": [message]}
    assert values(form, page) == {}


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("nl", "‘nl nobody’ kan niet samen met andere antwoorden. Vink dat antwoord uit, of vink de andere uit."),
        ("en", "“en nobody” cannot go together with other answers. Untick that answer, or untick the others."),
    ],
)
def test_an_exclusive_answer_beside_others_is_an_error_that_names_it_and_none_is_read(language, message):
    page = Page(id="page", title=HELPED.text, questions=(HELPED,))
    form = posted(page, [("asked", "one"), ("asked", "nobody")], language)
    assert form.errors == {"asked": [message]}
    assert [box.checked for box in form.asked] == [True, False, True]
    assert values(form, page) == {}


@pytest.mark.parametrize("picked", [["nobody"], ["one", "two"]])
def test_an_exclusive_answer_alone_and_others_without_it_are_read(picked):
    page = Page(id="page", title=HELPED.text, questions=(HELPED,))
    form = posted(page, [("asked", one) for one in picked])
    assert values(form, page) == {"asked": picked}


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("nl", "Deze tekst is te lang. Gebruik niet meer dan 500 tekens."),
        ("en", "This text is too long. Use no more than 500 characters."),
    ],
)
def test_a_text_over_the_limit_is_an_error_but_is_still_there_to_shorten(small, language, message):
    page = small.page("finish")
    form = posted(page, {"grade": "2", "why_low": "a" * 501}, language, answers={"grade": 2})
    assert form.errors == {"why_low": [message]}
    assert len(form.why_low.data) == 501
    assert values(form, page) == {"grade": 2}


def test_a_text_counts_a_line_end_as_one_character(small):
    page = small.page("finish")
    form = posted(page, {"why_low": "a" * 498 + "\r\n" + "b"}, answers={"grade": 2})
    assert form.errors == {}
    assert len(values(form, page)["why_low"]) == 500


@pytest.mark.parametrize("page", REAL_PAGES, ids=lambda page: page.id)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_real_page_renders_and_may_be_left_empty(page, language):
    form = posted(page, {}, language)
    assert form.errors == {}
    assert all(f'name="{field.name}"' in str(field()) for field in form)


def texts_of(question):
    """Return what a browser could post for a closed question."""
    return [str(value) for value in KINDS[question.kind].values(question)]


@settings(deadline=None)
@given(st.sampled_from(REAL_PAGES), st.sampled_from(["nl", "en"]), st.data())
def test_what_a_page_offers_is_what_can_be_read_from_it(page, language, data):
    asked = [question for question in page.questions if question.kind != "text" and not question.show_if]
    picked = {question.id: data.draw(st.sampled_from(texts_of(question))) for question in asked}
    form = posted(page, picked, language)
    assert form.errors == {}
    assert {key: str(value) for key, value in values(form, page).items()} == picked


@settings(deadline=None)
@given(st.sampled_from(REAL_PAGES), st.dictionaries(st.text(), st.lists(st.text())), st.data())
def test_whatever_is_posted_only_good_answers_are_read(page, noise, data):
    ids = [question.id for question in page.questions]
    aimed = data.draw(st.dictionaries(st.sampled_from(ids), st.lists(st.text())))
    read = values(posted(page, {**noise, **aimed}), page)
    for question_id, value in read.items():
        question = next(question for question in page.questions if question.id == question_id)
        assert KINDS[question.kind].clean(question, value) == value
