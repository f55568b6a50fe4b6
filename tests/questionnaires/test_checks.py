"""Every mistake an author can make is found and told in words to act on."""

import tomllib

import pytest

from app.questionnaires.checks import mistakes_in
from app.questionnaires.loader import DefinitionError, load, load_all

from .samples import SAMPLE, write

FILE = "sample-2026.toml"


def told(old, new, count=1):
    """List the mistakes in the sample after a replacement that must apply."""
    assert old in SAMPLE
    return mistakes_in(tomllib.loads(SAMPLE.replace(old, new, count)), FILE)


def refused(folder, old, new):
    """List the mistakes for which the sample is refused after a replacement that must apply."""
    assert old in SAMPLE
    with pytest.raises(DefinitionError) as refusal:
        load(write(folder, SAMPLE.replace(old, new, 1)))
    return refusal.value.mistakes


def test_the_sample_has_no_mistakes():
    assert mistakes_in(tomllib.loads(SAMPLE), FILE) == []


CASES = {
    "unknown kind": (
        'kind = "amount"',
        'kind = "amuont"',
        "page start, question distance: kind 'amuont' is not known; use one of 'satisfaction', 'yes_no'",
    ),
    "unknown key of a question": (
        'kind = "grade"',
        'kind = "grade"\nrequired = true',
        "page finish, question grade: key 'required' is not known; remove it or correct its spelling",
    ),
    "unknown key of a page": (
        'module = "safety"',
        'modul = "safety"',
        "page extra: key 'modul' is not known",
    ),
    "unknown key of the file": (
        "minutes = 5",
        "minutes = 5\ncolour = 1",
        f"{FILE}: key 'colour' is not known",
    ),
    "a digest of one's own": ("minutes = 5", 'minutes = 5\ndigest = "x"', "key 'digest' is worked out"),
    "missing key": ("minutes = 5\n", "", f"{FILE}: minutes is missing; add it"),
    "minutes in words": ("minutes = 5", 'minutes = "5"', "minutes '5' does not fit"),
    "unknown role": (
        'role = "student"',
        'role = "school"',
        "role 'school' is not known; use one of 'student'",
    ),
    "missing language": (
        '{ nl = "Waarom?", en = "Why?" }',
        '{ nl = "Waarom?" }',
        "page start, question reason: text.en is missing; add it",
    ),
    "missing language of an option": (
        '{ nl = "De reis", en = "The journey" }',
        '{ nl = "De reis" }',
        "page start, question reason: option.travel.label.en is missing; add it",
    ),
    "empty words": ('nl = "Welk cijfer?"', 'nl = ""', "question grade: text.nl is empty; write the words"),
    "signs for machines": ('nl = "Welk cijfer?"', 'nl = "Welk \\u0007cijfer?"', "text.nl: nobody can read this"),
    "words nobody sees": ('nl = "Welk cijfer?"', 'nl = "\\u200b"', "text.nl: nobody can read this"),
    "bad placeholder": (
        "{Stage} als geheel",
        "{bedrijf} als geheel",
        "question grade: help.nl: '{bedrijf}' is not filled in; in braces use only {stage} or {Stage}",
    ),
    "page id used twice": ('id = "extra"', 'id = "start"', "page start: id 'start' is used twice"),
    "question id used twice": ('id = "pay"', 'id = "grade"', "question grade: id 'grade' is used twice"),
    "option id used twice": ('id = "travel"', 'id = "work"', "option work: id 'work' is used twice"),
    "id with capitals": ('id = "pay"', 'id = "Pay"', "question Pay: id 'Pay' is no snake_case id; use a-z"),
    "id that is not ASCII": ('id = "pay"', 'id = "één"', "id 'één' is no snake_case id"),
    "id with a digit first": ('id = "pay"', 'id = "1st"', "id '1st' is no snake_case id"),
    "id too long": ('id = "pay"', f'id = "{"a" * 41}"', "is too long; use at most 40 characters"),
    "id that forms need": ('id = "pay"', 'id = "errors"', "id 'errors' is a name that forms need"),
    "options missing": ('kind = "yes_no"', 'kind = "choice"', "question pay: kind 'choice' needs options"),
    "options too many": ('kind = "multi"', 'kind = "yes_no"', "kind 'yes_no' has its own answers; remove"),
    "condition on itself": (
        'question = "reason"',
        'question = "distance"',
        "question distance: show_if points to the question itself; point to an earlier one",
    ),
    "condition forward": (
        'question = "status"',
        'question = "grade"',
        "question reason: show_if points forward to 'grade'; move that question before this one",
    ),
    "condition on a stranger": (
        'question = "status"',
        'question = "state"',
        "question reason: show_if points to 'state', which is not in this questionnaire",
    ),
    "condition on a value that is none": (
        'is = ["stopped"]',
        'is = ["stoped"]',
        "question reason: show_if waits for 'stoped', which is no answer to 'status'; use busy, stopped",
    ),
    "condition on a grade in text": (
        "is = [1, 2, 3]",
        'is = ["1"]',
        "show_if waits for '1', which is no answer",
    ),
    "condition on a text": (
        'show_if = { pathway = ["BBL"] }',
        'show_if = { question = "why_low", is = ["x"] }',
        "question pay: show_if waits for 'x', which is no answer to 'why_low'; a text cannot decide",
    ),
    "condition without values": (', is = ["stopped"]', "", "in show_if 'question' and 'is' belong together"),
    "condition of nothing": ('{ pathway = ["BBL"] }', "{}", "in show_if nothing is asked; give a question"),
    "condition on an unknown pathway": ('["BBL"]', '["HBO"]', "'HBO' is not known; use one of 'BOL'"),
    "condition with an unknown key": (
        'pathway = ["BBL"]',
        'sector = "01"',
        "in show_if key 'sector' is not known",
    ),
    "condition that is no table": (
        '{ pathway = ["BBL"] }',
        '"BBL"',
        "in show_if the table 'BBL' does not fit",
    ),
}


@pytest.mark.parametrize(("old", "new", "words"), CASES.values(), ids=CASES.keys())
def test_a_mistake_is_told_with_its_place_and_its_cure(old, new, words):
    mistakes = told(old, new)
    assert any(words in mistake for mistake in mistakes), mistakes
    assert all(mistake.startswith(FILE) for mistake in mistakes)


def test_a_questionnaire_must_carry_the_name_of_its_file():
    (mistake,) = mistakes_in(tomllib.loads(SAMPLE), "student-2027.toml")
    assert mistake.startswith("student-2027.toml: id 'sample-2026' and the file name differ; make the id")


@pytest.mark.parametrize("content", [{}, {"pages": "all"}, {"pages": []}, {"pages": [3]}])
def test_a_file_without_pages_is_told_so(content):
    assert f"{FILE}: pages are missing; add at least one [[pages]] table" in mistakes_in(content, FILE)


@pytest.mark.parametrize("page", [{}, {"questions": []}, {"questions": {}}, {"questions": ["grade"]}])
def test_a_page_without_questions_is_told_so_by_its_number(page):
    told_mistakes = mistakes_in({"pages": [page]}, FILE)
    expected = f"{FILE}, page 1: questions are missing; add at least one [[pages.questions]] table"
    assert expected in told_mistakes


@pytest.mark.parametrize("odd", [3, "x", [], [[]], {}, {"id": []}, True, [{"id": {}}], None])
@pytest.mark.parametrize("key", ["id", "kind", "text", "options", "show_if"])
def test_a_value_of_any_odd_shape_is_told_and_never_crashes(key, odd):
    question = {"id": "first", "kind": "choice", "text": {"nl": "Ja?", "en": "Yes?"}, key: odd}
    assert mistakes_in({"pages": [{"id": "start", "questions": [question]}]}, FILE)


def test_a_mistake_in_the_target_of_a_condition_is_told_once():
    mistakes = told('nl = "Ben je klaar met je {stage}?", ', "")
    assert mistakes == [f"{FILE}, page start, question status: text.nl is missing; add it"]


MEANINGS = {
    "a page of ours": ('id = "finish"', 'id = "summary"', "page summary: id 'summary' is a page of ours"),
    "a field of ours": ('id = "pay"', 'id = "draft"', "question draft: id 'draft' is a name that forms or files need"),
    "a column of ours": ('id = "pay"', 'id = "weight"', "id 'weight' is a name that forms or files need"),
    "a word of SPSS": ('id = "pay"', 'id = "with"', "id 'with' is a name that forms or files need"),
    "an option of ours": ('id = "work"', 'id = "skipped"', "option 'skipped' is a name that files need"),
    "a code that is missing": ('id = "busy", code = 1', 'id = "busy"', "option 'busy': only those of kind 'choice'"),
    "a code where there is none": ('id = "work"', 'id = "work", code = 1', "all of them; remove its code"),
    "a code used twice": ('id = "busy", code = 1', 'id = "busy", code = 2', "two options have '2'"),
    "exclusive beside a single answer": (
        'id = "busy", code = 1',
        'id = "busy", code = 1, exclusive = true',
        "option 'busy' is the only answer anyway",
    ),
    "equal labels": ('nl = "De reis"', 'nl = "het werk"', "question reason: two options have 'het werk'"),
    "two columns of one name": (
        'id = "pay"',
        'id = "reason_work"',
        "question reason: 'reason_work' names two columns of the microdata",
    ),
    "a module that is not protected": ("sensitive = true\n", "", "question safe: what a module asks is sensitive"),
    "another year": ("year = 2026", "year = 2025", "the id names another year than 2025"),
    "a name of the preview": ('id = "pay"', 'id = "carried"', "id 'carried' is a name that forms or files need"),
    "a headline that is not asked": ("minutes = 5", 'minutes = 5\nheadline = "mark"', "headline 'mark' is not asked"),
    "a first trend without a figure": (
        "minutes = 5",
        'minutes = 5\nfirst_trend = "reason"',
        "first_trend 'reason' is not asked in all rounds, or has not one figure",
    ),
}


@pytest.mark.parametrize(("old", "new", "words"), MEANINGS.values(), ids=MEANINGS.keys())
def test_what_means_nothing_is_told_with_its_place(tmp_path, old, new, words):
    mistakes = refused(tmp_path, old, new)
    assert any(words in mistake for mistake in mistakes), mistakes
    assert all(mistake.startswith(FILE) for mistake in mistakes)


def test_a_name_with_its_option_fits_in_a_file_of_spss(tmp_path):
    long = SAMPLE.replace('"reason"', f'"{"r" * 30}"').replace('id = "travel"', f'id = "{"t" * 40}"')
    with pytest.raises(DefinitionError, match="longer than 64 characters; shorten question or option"):
        load(write(tmp_path, long.replace('["travel"]', f'["{"t" * 40}"]')))


def test_no_question_waits_for_a_module_that_may_be_off(tmp_path):
    first, _mark, module = SAMPLE.rpartition("[[pages]]")
    early = first.replace("[[pages]]", f"[[pages]]{module}\n[[pages]]", 1)
    assert load(write(tmp_path, early)).question("safe")
    waits = early.replace('{ pathway = ["BBL"] }', '{ question = "safe", is = ["1"] }')
    with pytest.raises(DefinitionError, match="question pay: show_if waits for 'safe' of module 'safety'"):
        load(write(tmp_path, waits))


def test_pathways_of_a_question_and_its_follow_up_overlap(tmp_path):
    narrow = SAMPLE.replace('is = ["stopped"] }', 'is = ["stopped"], pathway = ["BOL"] }')
    assert load(write(tmp_path, narrow))
    with pytest.raises(DefinitionError, match="question distance: show_if excludes the pathways"):
        load(write(tmp_path, narrow.replace('is = ["travel"] }', 'is = ["travel"], pathway = ["BBL"] }')))


def test_true_is_no_grade():
    assert "question why_low: in show_if" in told("is = [1, 2, 3]", "is = [true]")[0]


def test_an_unknown_module_is_told():
    assert "module 'safty' is not known; use one of 'safety'" in told('module = "safety"', 'module = "safty"')[0]


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    path = write(tmp_path)
    path.write_text("\ufeff" + SAMPLE, encoding="utf-8")
    assert load(path).year == 2026


# What a later file may not change.

LATER = SAMPLE.replace("2026", "2027")
CHANGES = {
    "kind": ('kind = "yes_no"', 'kind = "amount"', "question pay: kind was 'yes_no' in sample-2026.toml"),
    "code of an option": ('"busy", code = 1', '"busy", code = 3', "option 'busy' has code 1 in sample-2026.toml"),
    "code for another option": ('"busy", code = 1', '"idle", code = 1', "code 1 is that of option 'busy'"),
}


@pytest.mark.parametrize(("old", "new", "words"), CHANGES.values(), ids=CHANGES.keys())
def test_an_id_stays_what_it_was(tmp_path, old, new, words):
    write(tmp_path)
    write(tmp_path, LATER, "sample-2027.toml")
    assert len(load_all(tmp_path)) == 2
    load_all.cache_clear()
    assert old in LATER
    write(tmp_path, LATER.replace(old, new, 1), "sample-2027.toml")
    with pytest.raises(DefinitionError) as refusal:
        load_all(tmp_path)
    assert all(one.startswith("sample-2027.toml, page ") for one in refusal.value.mistakes)
    assert any(words in one for one in refusal.value.mistakes)


def test_a_code_is_not_used_again_years_later(tmp_path):
    write(tmp_path)
    without = LATER.replace('    { id = "busy", code = 1', '    { id = "idle", code = 3')
    write(tmp_path, without, "sample-2027.toml")
    again = SAMPLE.replace("2026", "2028").replace('id = "busy", code = 1', 'id = "away", code = 1')
    write(tmp_path, again, "sample-2028.toml")
    with pytest.raises(DefinitionError, match="code 1 is that of option 'busy' in sample-2026.toml"):
        load_all(tmp_path)


def test_what_is_sensitive_once_stays_so(tmp_path):
    write(tmp_path, SAMPLE.replace('id = "pay"\n', 'id = "pay"\nsensitive = true\n'))
    write(tmp_path, LATER, "sample-2027.toml")
    with pytest.raises(DefinitionError, match="question pay: was sensitive in sample-2026.toml and stays so"):
        load_all(tmp_path)


def test_what_becomes_sensitive_is_protected_in_earlier_years_too_with_what_follows_it(tmp_path):
    write(tmp_path)
    write(tmp_path, LATER.replace('id = "status"\n', 'id = "status"\nsensitive = true\n'), "sample-2027.toml")
    earlier = load_all(tmp_path)["sample-2026"]
    assert [one.id for one in earlier.questions() if one.sensitive] == ["status", "reason", "distance", "safe"]


def test_options_do_not_change_places_over_the_years(tmp_path):
    write(tmp_path)
    swapped = LATER.replace("Nog bezig", "~").replace("Gestopt", "Nog bezig").replace("~", "Gestopt")
    write(tmp_path, swapped, "sample-2027.toml")
    with pytest.raises(DefinitionError, match="option 'busy' reads like 'stopped' in sample-2026.toml"):
        load_all(tmp_path)


def test_a_column_stays_that_of_its_question_over_the_years(tmp_path):
    write(tmp_path)
    other = LATER.replace('    { id = "work", ', '    { id = "job", ').replace('id = "pay"', 'id = "reason_work"')
    write(tmp_path, other, "sample-2027.toml")
    with pytest.raises(DefinitionError, match="'reason_work' is a column of 'reason' in an earlier file"):
        load_all(tmp_path)


def test_one_page_is_always_asked(tmp_path):
    module = SAMPLE.replace('id = "start"\n', 'id = "start"\nmodule = "safety"\n')
    module = module.replace('id = "finish"\n', 'id = "finish"\nmodule = "safety"\n')
    with pytest.raises(DefinitionError, match="all pages belong to modules"):
        load(write(tmp_path, module))


def test_mistakes_of_all_files_are_told_at_once(tmp_path):
    write(tmp_path, SAMPLE.replace("minutes = 5\n", ""))
    write(tmp_path, LATER.replace("minutes = 5\n", ""), "sample-2027.toml")
    with pytest.raises(DefinitionError) as refusal:
        load_all(tmp_path)
    assert [one.partition(":")[0] for one in refusal.value.mistakes] == ["sample-2026.toml", "sample-2027.toml"]
