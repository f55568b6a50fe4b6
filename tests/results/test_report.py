"""The one door to figures: what is shown of how many persons, and what it is compared with."""

import pytest

from app.extensions import db
from app.invitations import blocks
from app.invitations.models import Role
from app.results import differences, editions, report
from app.results.scopes import Scope, UnknownScope, parse
from app.results.thresholds import Precision, precision
from tests import builders
from tests.builders import OTHER_SCHOOL, SCHOOL
from tests.results.people import NURSE, answered, placements

OTHERS = (OTHER_SCHOOL, "25LJ", "01OE")
HAPPY, UNHAPPY = {"guidance_school": "5", "grade": 9}, {"guidance_school": "1", "grade": 5}


@pytest.fixture
def measured(context):
    placements(60)
    for brin in OTHERS:
        placements(40, brin=brin)
    measured = builders.open_round()
    blocks.draw_all(measured)
    db.session.commit()
    return measured


def of_school(measured, **changes) -> report.Report:
    edition = editions.make(measured)
    return report.make(edition, Role.STUDENT, Scope("school", SCHOOL, **changes))


def mixed(measured, satisfied: int, not_satisfied: int, **changes) -> None:
    answered(measured, satisfied, answers=HAPPY, **changes)
    answered(measured, not_satisfied, answers=UNHAPPY, **changes)


@pytest.mark.parametrize(
    ("persons", "sensitive", "shown"),
    [
        (4, False, Precision.HIDDEN),
        (5, False, Precision.INDICATIVE),
        (9, False, Precision.INDICATIVE),
        (10, False, Precision.FULL),
        (19, True, Precision.HIDDEN),
        (20, True, Precision.FULL),
    ],
)
def test_how_much_is_shown_goes_by_persons(persons, sensitive, shown):
    assert precision(persons, sensitive=sensitive) == shown


def test_ten_persons_give_a_share_with_its_margin(measured):
    mixed(measured, 6, 4)
    figure = of_school(measured).figures["guidance_school"]
    assert (figure.value, figure.persons, figure.counts["5"], figure.counts["1"]) == (0.6, 10, 6, 4)
    assert 0 < figure.low < 0.6 < figure.high < 1


def test_five_persons_give_about_how_much_and_no_counts(measured):
    mixed(measured, 4, 3)
    shown = of_school(measured)
    figure = shown.figures["guidance_school"]
    assert (shown.persons, figure.value, figure.low, dict(figure.counts)) == (7, 0.6, None, {})


def test_a_question_that_few_answered_is_not_shown_where_many_answered_others(measured):
    answered(measured, 3, answers={"guidance_school": "5", "recommend": "yes"})
    answered(measured, 9, answers={"guidance_school": "4"})
    shown = of_school(measured)
    assert shown.figures["guidance_school"].is_full
    assert not shown.figures["recommend"].is_shown
    assert shown.figures["recommend"].persons == 0


def test_what_people_say_of_problems_is_shown_from_twenty(measured):
    answered(measured, 19, answers={"problem": "no"})
    assert not of_school(measured).figures["problem"].is_shown
    answered(measured, 5, answers={"problem": "yes"})
    assert of_school(measured).figures["problem"].is_full


def test_who_had_no_opinion_is_in_no_share(measured):
    answered(measured, 12, answers={"guidance_school": "4"})
    answered(measured, 8, answers={"guidance_school": "na"})
    figure = of_school(measured).figures["guidance_school"]
    assert (figure.value, figure.persons, figure.counts["na"]) == (1.0, 12, 8)


def test_of_several_options_each_share_is_of_persons(measured):
    answered(measured, 20, answers={"problem": "yes", "problem_kind": ["work", "effort"]})
    figure = of_school(measured).figures["problem_kind"]
    assert (figure.shares["work"], figure.shares["effort"], figure.persons) == (1.0, 1.0, 20)


def test_a_grade_is_a_mean(measured):
    mixed(measured, 10, 10)
    assert of_school(measured).figures["grade"].value == 7


def test_a_theme_is_its_satisfaction_items_together(measured):
    answered(measured, 10, answers={"prepared_by_school": "5", "prepared_by_company": "1"})
    [theme] = [one for one in of_school(measured).themes if one.page.id == "preparation"]
    assert (theme.figure.value, theme.figure.persons) == (0.5, 10)


def test_a_trainer_with_many_students_is_one_person(measured):
    answered(measured, 10, role="trainer", answers={"grade": 8})
    answered(measured, 30, role="trainer", answers={"grade": 6}, is_first=False)
    edition = editions.make(measured)
    shown = report.make(edition, Role.TRAINER, Scope("school", SCHOOL))
    assert (shown.persons, shown.figures["grade"].persons, shown.figures["grade"].value) == (10, 10, 6.5)


def test_a_school_is_compared_with_all_others_and_not_with_itself(measured):
    mixed(measured, 20, 0)
    for brin in OTHERS:
        mixed(measured, 0, 10, brin=brin)
    ours = of_school(measured)
    theirs = report.elsewhere(editions.newest(measured.id), ours)
    assert theirs and (theirs.persons, theirs.figures["guidance_school"].value) == (30, 0)


def test_two_other_schools_are_no_benchmark(measured):
    mixed(measured, 20, 0)
    for brin in OTHERS[:2]:
        mixed(measured, 0, 30, brin=brin)
    answered(measured, 9, brin=OTHERS[2])
    ours = of_school(measured)
    assert report.elsewhere(editions.newest(measured.id), ours) is None


def test_a_sector_is_compared_within_where_the_school_lies_in_one(measured):
    mixed(measured, 20, 0)
    for brin in OTHERS:
        mixed(measured, 0, 10, brin=brin)
    ours = of_school(measured)
    edition = editions.newest(measured.id)
    in_sector = report.elsewhere_in_sector(edition, ours, "01")
    assert in_sector and in_sector.persons == 30
    assert report.elsewhere_in_sector(edition, ours, "03") is None


def test_a_difference_that_is_more_than_chance_is_named(measured):
    mixed(measured, 30, 0)
    for brin in OTHERS:
        mixed(measured, 5, 15, brin=brin)
    ours = of_school(measured)
    found = differences.named(ours, report.elsewhere(editions.newest(measured.id), ours))
    assert {one.question.id for one in found} == {"guidance_school", "grade"}
    assert all(one.gap > 0 for one in found)


def test_where_all_say_the_same_nothing_stands_out(measured):
    mixed(measured, 20, 10)
    for brin in OTHERS:
        mixed(measured, 20, 10, brin=brin)
    ours = of_school(measured)
    assert differences.named(ours, report.elsewhere(editions.newest(measured.id), ours)) == []


def test_a_sector_counts_its_own_answers_only(measured):
    placements(30, crebo=NURSE)
    blocks.draw_all(measured)
    answered(measured, 12)
    answered(measured, 15, crebo=NURSE, answers={"grade": 10})
    edition = editions.make(measured)
    assert report.make(edition, Role.STUDENT, Scope("sector", "03")).figures["grade"].value == 10
    assert report.make(edition, Role.STUDENT, Scope("sector", "01")).persons == 12


def test_students_and_trainers_stand_side_by_side_on_what_both_were_asked(measured):
    mixed(measured, 10, 5)
    mixed(measured, 5, 10, role="trainer")
    edition = editions.make(measured)
    both = [report.make(edition, role, Scope("school", SCHOOL)) for role in Role]
    pairs = {one.question: (one.value, other.value) for one, other in report.pairs(*both)}
    assert pairs["guidance_school"] == (pytest.approx(2 / 3), pytest.approx(1 / 3))
    assert "recommend" not in pairs


def test_routes_are_not_told_where_one_has_few(measured):
    builders.send_batch(measured)
    assert of_school(measured).routes["forwarded"].due == 60
    builders.seat(builders.load(builders.row())[0]).opened_at = builders.register.clock.now()
    db.session.commit()
    builders.send_batch(measured)
    assert of_school(measured).routes == {}


@pytest.mark.parametrize("text", ["national", "sector:01", "programme:25786", "school:04CY", "dossier:23313"])
def test_a_scope_reads_what_it_writes(text):
    assert parse(text).name == text


@pytest.mark.parametrize("text", ["", "school", "national:1", "planet:1", "school:"])
def test_what_names_no_scope_is_refused(text):
    with pytest.raises(UnknownScope):
        parse(text)
