"""The two questionnaires of 2026: complete, shared, short, and in words that fit their reader."""

import re

import pytest
from pydantic import BaseModel

from app.questionnaires.definition import Words, drop_hidden, is_visible, visible_questions
from app.questionnaires.kinds import KINDS
from app.questionnaires.loader import load_all

REAL = list(load_all().values())
THEMES = ["preparation", "agreements", "guidance", "execution", "assessment", "problem_solving", "whole"]
SHARED = [
    *("status", "prepared_by_school", "agreements_made", "agreements_written", "guidance_school"),
    *("talk_start", "talk_halfway", "talk_end", "contact_amount", "contact_satisfaction", "level_fits"),
    *("goals_attainable", "assessment_clear", "problem", "problem_solved", "grade"),
]
# The published series, and the item that continues each.
SERIES = {
    "student": {
        "grade": "grade",
        "prepared_by_school": "satisfaction",
        "prepared_by_company": "satisfaction",
        "guidance_company": "satisfaction",
        "guidance_school": "satisfaction",
        "goals_attainable": "satisfaction",
        "level_fits": "satisfaction",
        "learned_enough": "satisfaction",
        "contact_amount": "amount",
        "contact_satisfaction": "satisfaction",
        "agreements_made": "yes_no",
    },
    "trainer": {
        "grade": "grade",
        "prepared_by_school": "satisfaction",
        "guidance_school": "satisfaction",
        "goals_attainable": "satisfaction",
        "effort_motivation": "satisfaction",
        "work_delivered": "satisfaction",
        "contact_amount": "amount",
        "contact_satisfaction": "satisfaction",
        "agreements_made": "yes_no",
    },
}
SENSITIVE = {"student": {"stop_reason", "problem_kind", "felt_safe", "treated_equally"}}

each = pytest.mark.parametrize("questionnaire", REAL, ids=lambda questionnaire: questionnaire.id)


def words_in(part):
    """Yield every Words inside a definition, at any depth."""
    if isinstance(part, Words):
        yield part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from words_in(getattr(part, name))
    elif isinstance(part, tuple):
        for item in part:
            yield from words_in(item)


def sentences(questionnaire, language, pathway):
    """List every sentence a reader can meet, with the answers and notes of the kinds."""
    texts = [words.in_(language, pathway) for words in words_in(questionnaire)]
    for question in questionnaire.questions():
        kind = KINDS[question.kind]
        texts += [kind.description(question, language, pathway)]
        texts += list(kind.labels(question, language, pathway).values())
    return [sentence for text in texts for sentence in re.split(r"(?<=[.?!]) ", text) if sentence]


def has_word(sentence, *words):
    return re.search(rf"\b({'|'.join(words)})\b", sentence, re.IGNORECASE) is not None


def closed_items(questionnaire, answers, pathway, modules=()):
    pages = questionnaire.asked_with(modules).pages
    asked = [question for page in pages for question in visible_questions(page, answers, pathway)]
    return [question for question in asked if question.kind != "text"]


def test_there_is_one_questionnaire_for_each_role():
    assert {questionnaire.id: questionnaire.role for questionnaire in REAL} == {
        "student-2026": "student",
        "trainer-2026": "trainer",
    }


@each
def test_the_seven_themes_are_the_pages(questionnaire):
    assert [page.id for page in questionnaire.asked_with().pages] == THEMES


def test_the_safety_module_is_an_eighth_page_before_the_whole(student, trainer):
    with_safety = [*THEMES[:-1], "safety", THEMES[-1]]
    assert [page.id for page in student.asked_with({"safety"}).pages] == with_safety
    assert [page.id for page in trainer.asked_with({"safety"}).pages] == THEMES


def test_the_safety_page_says_that_an_answer_is_no_complaint_and_where_to_report(student):
    page = student.page("safety")
    assert "geen klacht" in page.intro.nl
    assert "not a complaint" in page.intro.en
    assert "s-bb.nl" in page.outro.nl
    assert "s-bb.nl" in page.outro.en


def test_safety_questions_can_be_declined_and_decide_nothing(student):
    safety = student.page("safety").questions
    assert all("prefer_not" in KINDS[question.kind].values(question) for question in safety)
    pointed_at = {condition.question for question in student.questions() for condition in question.show_if}
    assert pointed_at.isdisjoint(question.id for question in safety)


def test_sensitive_questions_offer_not_to_say(student):
    for question_id in SENSITIVE["student"]:
        assert "prefer_not" in [option.id for option in student.question(question_id).options]


@each
def test_the_first_question_is_the_status(questionnaire):
    assert questionnaire.questions()[0].id == "status"


@pytest.mark.parametrize("question_id", SHARED)
def test_a_shared_question_has_the_same_kind_answers_and_page_in_both_roles(student, trainer, question_id):
    ours, theirs = student.question(question_id), trainer.question(question_id)
    assert ours.kind == theirs.kind
    assert KINDS[ours.kind].values(ours) == KINDS[theirs.kind].values(theirs)
    assert theme_of(student, question_id) == theme_of(trainer, question_id)


def theme_of(questionnaire, question_id):
    return next(p.id for p in questionnaire.pages for q in p.questions if q.id == question_id)


def test_every_id_in_both_questionnaires_means_the_same_in_both(student, trainer):
    both = {q.id for q in student.questions()} & {q.id for q in trainer.questions()}
    for question_id in both:
        ours, theirs = student.question(question_id), trainer.question(question_id)
        assert (ours.kind, ours.show_if) == (theirs.kind, theirs.show_if)
        assert [option.id for option in ours.options] == [option.id for option in theirs.options]


@each
def test_the_published_series_can_go_on(questionnaire):
    kinds = {question.id: question.kind for question in questionnaire.questions()}
    assert kinds.items() >= SERIES[questionnaire.role].items()


def test_the_talk_at_the_end_may_still_be_planned(student, trainer):
    for questionnaire in (student, trainer):
        question = questionnaire.question("talk_end")
        assert KINDS[question.kind].values(question) == ("yes", "planned", "not_planned", "no", "unknown")


def test_whether_the_assessment_was_fair_is_asked_only_when_finished(student):
    fair = student.question("assessment_fair")
    asked = [s for s in ("busy", "finished", "stopped") if is_visible(fair, {"status": s}, "BOL")]
    assert asked == ["finished"]


def test_how_hard_a_place_was_to_find_is_asked_in_bol_only(student):
    ease = student.question("place_ease")
    assert [pathway for pathway in ("BOL", "BBL", "OVO") if is_visible(ease, {}, pathway)] == ["BOL"]


@pytest.mark.parametrize("pathway", ["BOL", "BBL", "OVO"])
@pytest.mark.parametrize("status", ["busy", "finished", "stopped"])
def test_a_student_gets_about_22_to_26_closed_items(student, status, pathway):
    answers = {"status": status, "agreements_made": "yes", "problem": "no"}
    assert 22 <= len(closed_items(student, answers, pathway)) <= 26


def test_a_trainer_gets_fewer_closed_items_than_a_student(student, trainer):
    answers = {"status": "busy", "agreements_made": "yes", "problem": "no"}
    assert len(closed_items(trainer, answers, "BBL")) < len(closed_items(student, answers, "BBL"))
    assert len(closed_items(trainer, answers, "BBL")) <= 22


def test_the_promised_minutes_are_within_what_was_agreed(student, trainer):
    assert 5 <= student.minutes <= 10
    assert trainer.minutes <= 4


@each
def test_every_condition_can_be_met(questionnaire):
    everything = {q.id: list(KINDS[q.kind].values(q)) for q in questionnaire.questions()}
    for question in questionnaire.questions():
        assert any(is_visible(question, everything, pathway) for pathway in ("BOL", "BBL", "OVO"))


@each
def test_every_follow_up_stands_on_the_page_of_its_question_or_later(questionnaire):
    order = [question.id for question in questionnaire.questions()]
    for question in questionnaire.questions():
        earlier = [condition.question for condition in question.show_if if condition.question]
        assert all(order.index(one) < order.index(question.id) for one in earlier)


@each
def test_an_empty_questionnaire_stores_nothing(questionnaire):
    assert drop_hidden(questionnaire, {}, "BOL") == {}


@each
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("pathway", ["BOL", "BBL", "OVO", None])
def test_no_brace_is_left_and_every_sentence_begins_with_a_capital(questionnaire, language, pathway):
    for sentence in sentences(questionnaire, language, pathway):
        assert "{" not in sentence
        assert sentence[0].isupper() or sentence[0].isdigit(), sentence


@each
@pytest.mark.parametrize(
    ("language", "pathway", "others"),
    [
        ("nl", "BOL", ["leerbaan", "leerbanen"]),
        ("nl", "OVO", ["leerbaan", "leerbanen"]),
        ("nl", "BBL", ["stage", "stages"]),
        ("nl", None, ["stage", "stages", "leerbaan", "leerbanen"]),
        ("en", "BOL", ["apprenticeship", "apprenticeships"]),
        ("en", "BBL", ["placement", "placements"]),
    ],
)
def test_a_reader_never_meets_the_word_of_another_pathway(questionnaire, language, pathway, others):
    for sentence in sentences(questionnaire, language, pathway):
        assert not has_word(sentence, *others), sentence


@each
def test_no_placeholder_follows_an_indefinite_article_in_english(questionnaire):
    for words in words_in(questionnaire):
        assert not re.search(r"\ban? \{stage\}", words.en, re.IGNORECASE), words.en


def test_a_student_is_addressed_with_je(student):
    for sentence in sentences(student, "nl", "BOL"):
        assert not has_word(sentence, "u", "uw"), sentence


def test_a_trainer_is_addressed_with_u(trainer):
    for sentence in sentences(trainer, "nl", "BOL"):
        assert not has_word(sentence, "je", "jij", "jou", "jouw"), sentence


@each
def test_the_two_languages_differ_everywhere(questionnaire):
    for words in words_in(questionnaire):
        assert words.nl != words.en


@each
@pytest.mark.parametrize("language", ["nl", "en"])
def test_sentences_are_short(questionnaire, language):
    for sentence in sentences(questionnaire, language, "BBL"):
        assert len(sentence.split()) <= 21, sentence


@each
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_question_ends_with_a_question_mark(questionnaire, language):
    for question in questionnaire.questions():
        assert question.text.in_(language, "BOL").endswith("?")
