"""Words, conditions, and who is asked what."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from app.questionnaires.definition import (
    Condition,
    Words,
    drop_hidden,
    is_visible,
    visible_questions,
)
from app.questionnaires.kinds import KINDS
from app.questionnaires.loader import load_all

REAL = list(load_all().values())
PATHWAYS = ["BOL", "BBL", "OVO", None]


@pytest.mark.parametrize(
    ("language", "pathway", "text"),
    [
        ("nl", "BOL", "Stage: je stage."),
        ("nl", "OVO", "Stage: je stage."),
        ("nl", "BBL", "Leerbaan: je leerbaan."),
        ("nl", None, "Bpv: je bpv."),
        ("en", "BOL", "Placement: your placement."),
        ("en", "BBL", "Apprenticeship: your apprenticeship."),
        ("en", None, "Work placement: your work placement."),
    ],
)
def test_words_name_the_placement_by_language_and_pathway(language, pathway, text):
    words = Words(nl="{Stage}: je {stage}.", en="{Stage}: your {stage}.")
    assert words.in_(language, pathway) == text


@pytest.mark.parametrize("text", ["{school}", "{", "}", "{}", "{STAGE}", "{{stage}}", "{stage!r}"])
def test_words_refuse_anything_else_in_braces(text):
    with pytest.raises(ValidationError, match="in braces use only {stage} or {Stage}"):
        Words(nl=text, en="Fine.")


def test_words_refuse_an_empty_text():
    with pytest.raises(ValidationError):
        Words(nl=" ", en="Fine.")


def test_words_in_an_unknown_language_are_an_error():
    with pytest.raises(KeyError):
        Words(nl="Ja", en="Yes").in_("de", "BOL")


def test_a_definition_cannot_be_changed(small):
    with pytest.raises(ValidationError):
        small.page("start").title.nl = "Anders"


def test_pages_and_questions_are_found_by_id(small):
    assert small.page("finish").id == "finish"
    assert small.question("pay").id == "pay"


def test_an_unknown_page_or_question_is_a_key_error(small):
    with pytest.raises(KeyError):
        small.page("middle")
    with pytest.raises(KeyError):
        small.question("colour")


def test_questions_come_in_the_order_of_the_file(small):
    ids = [question.id for question in small.questions()]
    assert ids == ["status", "reason", "distance", "grade", "why_low", "pay", "safe"]


def test_a_page_of_a_module_is_asked_only_where_the_module_is_on(small):
    assert [page.id for page in small.asked_with().pages] == ["start", "finish"]
    assert [page.id for page in small.asked_with({"safety"}).pages] == ["start", "finish", "extra"]


def test_a_condition_holds_when_one_of_its_values_was_answered():
    condition = Condition.model_validate({"question": "status", "is": ["stopped", "busy"]})
    assert condition.holds({"status": "busy"}, "BOL")
    assert not condition.holds({"status": "finished"}, "BOL")
    assert not condition.holds({}, "BOL")


def test_a_condition_on_several_answers_holds_when_one_of_them_is_among_them():
    condition = Condition.model_validate({"question": "reason", "is": ["travel"]})
    assert condition.holds({"reason": ["work", "travel"]}, "BOL")
    assert not condition.holds({"reason": ["work"]}, "BOL")


def test_a_condition_on_answer_and_pathway_needs_both(small):
    question = small.question("why_low")
    assert is_visible(question, {"grade": 2}, "BOL")
    assert not is_visible(question, {"grade": 2}, "BBL")
    assert not is_visible(question, {"grade": 9}, "BOL")


def test_a_question_for_one_pathway_is_hidden_where_the_pathway_is_not_known(small):
    assert is_visible(small.question("pay"), {}, "BBL")
    assert not is_visible(small.question("pay"), {}, None)


def test_a_follow_up_of_a_hidden_question_is_hidden_too(small):
    question = small.question("distance")
    assert is_visible(question, {"status": "stopped", "reason": ["travel"]}, "BOL")
    assert not is_visible(question, {"status": "busy", "reason": ["travel"]}, "BOL")


def test_visible_questions_keep_the_order_of_the_page(small):
    asked = visible_questions(small.page("start"), {"status": "stopped"}, "BOL")
    assert [question.id for question in asked] == ["status", "reason"]


def test_drop_hidden_keeps_what_was_asked_and_drops_the_rest(small):
    answers = {"pay": "yes", "grade": 2, "why_low": "Saai", "reason": ["work"], "status": "busy"}
    assert drop_hidden(small, answers, "BBL") == {"status": "busy", "grade": 2, "pay": "yes"}


def test_drop_hidden_drops_a_chain_from_its_first_hidden_link(small):
    answers = {"status": "busy", "reason": ["travel"], "distance": "too_much"}
    assert drop_hidden(small, answers, "BOL") == {"status": "busy"}


def test_drop_hidden_drops_answers_of_a_module_that_is_off(small):
    assert drop_hidden(small.asked_with(), {"safe": "5"}, "BOL") == {}
    assert drop_hidden(small.asked_with({"safety"}), {"safe": "5"}, "BOL") == {"safe": "5"}


def test_drop_hidden_drops_what_the_questionnaire_does_not_ask(small):
    assert drop_hidden(small, {"shoe_size": 43}, "BOL") == {}


def answer_to(question):
    """Draw any answer to this question."""
    if question.kind == "text":
        return st.just("Goed")
    values = KINDS[question.kind].values(question)
    if question.kind == "multi":
        return st.lists(st.sampled_from(values), min_size=1, unique=True)
    return st.sampled_from(values)


@st.composite
def filled(draw):
    """Draw a real questionnaire with some of its questions answered."""
    questionnaire = draw(st.sampled_from(REAL))
    fields = {question.id: answer_to(question) for question in questionnaire.questions()}
    return questionnaire, draw(st.fixed_dictionaries({}, optional=fields))


@settings(deadline=None)
@given(filled(), st.sampled_from(PATHWAYS), st.sampled_from([(), ("safety",)]))
def test_drop_hidden_never_keeps_a_hidden_question(drawn, pathway, modules):
    questionnaire, answers = drawn
    kept = drop_hidden(questionnaire.asked_with(modules), answers, pathway)
    asked = [q for page in questionnaire.asked_with(modules).pages for q in page.questions]
    assert kept.keys() <= {q.id for q in asked if is_visible(q, kept, pathway)}
    assert kept.items() >= {q.id: answers[q.id] for q in asked if not q.show_if and q.id in answers}.items()


@settings(deadline=None)
@given(filled(), st.sampled_from(PATHWAYS))
def test_drop_hidden_changes_nothing_the_second_time(drawn, pathway):
    questionnaire, answers = drawn
    once = drop_hidden(questionnaire, answers, pathway)
    assert drop_hidden(questionnaire, once, pathway) == once
