"""What we hold of a school's students: seen, filled in, corrected, taken away, and taken along."""

import pytest
import sqlalchemy as sa

from app.accounts.models import AuditEntry, Role
from app.agreements.models import Category
from app.agreements.register import end
from app.extensions import db
from app.invitations.links import Channel
from app.invitations.models import Round
from app.mailing.models import Message
from app.placements import loading
from app.placements.loading import Summary
from app.placements.models import StudentContact
from app.portal import students
from app.privacy import erasing, finding
from tests import builders
from tests.builders import CREBO, OTHER_SCHOOL, SCHOOL
from tests.conftest import on_sqlite
from tests.responses.ways import begin
from tests.world import PASSWORD

STUDENTS = f"/desk/schools/{SCHOOL}/students?lang=en"


@pytest.fixture
def shares(world):
    world.share()


@pytest.fixture
def place(world, shares):
    return world.place(agreement_number="A-1", trainer_address="boss@company.example")


def fill(school, place, **values):
    """Fill in the table for one student, and save."""
    school.go(STUDENTS)
    return school.press_labelled("Save", **{f"{name}-{place.placement}": text for name, text in values.items()})


def contact(world):
    rows = world.rows(StudentContact, StudentContact.holds())
    return {name: rows[0][name] for name in ("first_name", "student_number", "address")} if rows else None


def test_a_school_fills_in_what_it_shares(school, place, world):
    fill(school, place, address=" Sam@School.EXAMPLE ", first_name="Sam", student_number="0123")
    assert "1 student is changed" in school.html.text
    assert contact(world) == {"first_name": "Sam", "student_number": "0123", "address": "sam@school.example"}


def test_the_student_is_mailed_directly_from_then_on(mailing_app, school, place, world, mail_server):
    fill(school, place, address="sam@school.example")
    world.act(lambda: builders.send_batch(builders.db.session.query(Round).one()))
    world.act(builders.deliver)
    (mail,) = mail_server.to("sam@school.example")
    assert "/s/" in mail.text


def test_an_empty_box_takes_it_away(school, place, world):
    fill(school, place, address="sam@school.example", first_name="Sam")
    fill(school, place, first_name="")
    assert contact(world) == {"first_name": "", "student_number": "", "address": "sam@school.example"}
    fill(school, place, address="")
    assert contact(world) is None


def test_one_button_takes_all_of_a_student_away(school, place, world):
    fill(school, place, address="sam@school.example", first_name="Sam")
    button = school.html.find("button", formaction=True)
    school.post(button["formaction"], csrf_token=school.field("csrf_token")["value"])
    assert contact(world) is None
    assert "Taken away" in school.html.text


NAMED = {"first_name": "Sam", "student_number": "0123", "student_address": "sam@school.example"}


@pytest.fixture
def named(world, shares):
    """A placement whose student the file names."""
    return world.place(agreement_number="A-1", trainer_address="boss@company.example", **NAMED)


def load(world, **changes):
    """Load the row of `named` with changes."""
    row = builders.row(agreement_number="A-1", trainer_address="boss@company.example", **(NAMED | changes))
    world.act(lambda: loading.store([row], Summary()))


def take_away(school):
    button = school.go(STUDENTS).html.find("button", formaction=True)
    school.post(button["formaction"], csrf_token=school.field("csrf_token")["value"])


def test_no_file_brings_back_who_was_taken_away_until_it_names_someone_else(school, named, world):
    take_away(school)
    load(world)
    load(world, company_city="Assen")
    load(world, first_name="", student_number="", student_address=None)
    load(world)
    assert contact(world) is None
    assert world.act(lambda: students.held(SCHOOL)) == 0
    load(world, student_address="samira@school.example")
    assert contact(world) == {"first_name": "", "student_number": "", "address": "samira@school.example"}


def test_who_was_taken_away_is_in_no_list_and_no_file_and_counts_nowhere(school, named, world):
    take_away(school)
    assert school.go(STUDENTS).html.find("button", formaction=True) is None
    text = school.client.get(f"/desk/schools/{SCHOOL}/students.csv", base_url=school.base_url).text
    assert len(text.splitlines()) == 1
    with world.app.app_context():
        assert "student_contacts" not in finding.held(finding.find("A-1"))
        end(SCHOOL)
        erased = list(erasing.erase())[-1]
        entries = db.session.scalars(sa.select(AuditEntry.action)).all()
        db.session.commit()
    assert (erased["student_contacts"], "contacts_erased" in entries) == (1, False)
    assert world.rows(StudentContact) == []


def test_what_the_school_corrects_stays_while_files_name_what_they_did(school, named, world):
    corrected = {"first_name": "Samira", "student_number": "0124", "address": "samira@school.example"}
    fill(school, named, **corrected)
    load(world, company_city="Assen")
    assert contact(world) == corrected
    load(world, student_number="0125")
    assert contact(world) == corrected | {"student_number": "0125"}


@on_sqlite
def test_a_page_that_was_opened_before_takes_back_nothing_that_a_file_said_since(school, named, world):
    other = world.place(agreement_number="A-2")
    school.go(STUDENTS)
    load(world, student_address="samira@school.example")
    school.press_labelled("Save", **{f"address-{other.placement}": "kim@school.example"})
    addresses = {row["placement_id"]: row["address"] for row in world.rows(StudentContact)}
    assert addresses == {named.placement: "samira@school.example", other.placement: "kim@school.example"}


@pytest.mark.parametrize(
    ("typed", "words"), [("sam", "not a mail address"), ("BOSS@company.example", "trainer's address"), ("x" * 201, "")]
)
def test_what_cannot_be_is_said_and_nothing_is_saved(world, shares, school, typed, words):
    first, second = world.places({"trainer_address": "boss@company.example"}, {})
    school.go(STUDENTS)
    typed_in = {f"address-{first.placement}": typed, f"address-{second.placement}": "good@school.example"}
    school.press_labelled("Save", 422, **typed_in)
    assert words in school.html.main.find(class_="summary").text
    assert school.field(f"address-{second.placement}")["value"] == "good@school.example"
    assert world.rows(StudentContact) == []


@on_sqlite
def test_only_what_the_agreement_names_can_be_filled_in(world, school):
    world.act(lambda: builders.sharing_school(SCHOOL, [Category.ADDRESS]))
    place = world.place()
    school.go(STUDENTS)
    assert school.field(f"first_name-{place.placement}") is None
    token = school.field("csrf_token")["value"]
    school.post(f"/desk/schools/{SCHOOL}/students", csrf_token=token, **{f"first_name-{place.placement}": "Sam"})
    assert world.rows(StudentContact) == []


@on_sqlite
def test_without_an_agreement_there_is_nothing_to_fill_in(world, school):
    world.place()
    assert "may not hold anything" in school.go(STUDENTS).text
    assert school.go(f"/desk/schools/{SCHOOL}/deliveries").html.main.find("form") is None


@on_sqlite
def test_students_of_another_school_stay_out_of_reach(world, shares, school):
    other = world.place(brin=OTHER_SCHOOL)
    world.place()
    school.go(STUDENTS)
    token = school.field("csrf_token")["value"]
    name = f"address-{other.placement}"
    school.post(f"/desk/schools/{SCHOOL}/students", csrf_token=token, **{name: "x@school.example"})
    school.post(f"/desk/schools/{SCHOOL}/students/{other.placement}/erase", 404, csrf_token=token)
    school.go(f"/desk/schools/{OTHER_SCHOOL}/students", 404)
    assert world.rows(StudentContact) == []


@on_sqlite
def test_an_account_limited_to_a_programme_sees_its_students_only(world, shares, visitor):
    mine, other = world.places({"crebo": CREBO}, {"crebo": "25655"})
    world.account("team@school.example", Role.SCHOOL, SCHOOL, crebos=[CREBO])
    team = visitor().sign_in("team@school.example", PASSWORD).go(STUDENTS)
    assert team.field(f"address-{mine.placement}")
    assert team.field(f"address-{other.placement}") is None


def test_a_file_of_placements_without_students_leaves_what_the_school_delivered(school, place, world):
    fill(school, place, address="sam@school.example", first_name="Sam")
    row = builders.row(agreement_number="A-1", company_city="Assen", trainer_address="boss@company.example")
    world.act(lambda: loading.store([row], Summary()))
    assert contact(world) == {"first_name": "Sam", "student_number": "", "address": "sam@school.example"}


def test_all_of_it_is_taken_along_as_a_file(school, place, world):
    fill(school, place, address="sam@school.example", first_name="=cmd()")
    text = school.client.get(f"/desk/schools/{SCHOOL}/students.csv", base_url=school.base_url).text
    assert "sam@school.example" in text
    assert "'=cmd()" in text
    actions = {(row["action"], row["brin"]) for row in world.rows(AuditEntry)}
    assert {("students_delivered", SCHOOL), ("students_looked_at", SCHOOL), ("students_downloaded", SCHOOL)} <= actions
    assert not any("sam@" in str(row["details"]) for row in world.rows(AuditEntry))
    assert world.rows(Message) == []


@on_sqlite
@pytest.mark.parametrize("began", [Channel.DIRECT, Channel.WHATSAPP])
def test_a_school_that_puts_in_its_own_address_and_asks_for_the_link_reads_nothing(
    mailing_app, visitor, school, world, mail_server, began
):
    world.share()
    place = world.place(student_address="sam@school.example")
    begin(visitor(), place.shared[began]).press("go", "next", status="busy")
    fill(school, place, address="teacher@school.example")
    visitor().go("/lost-link").press(None, address="teacher@school.example")
    world.act(builders.deliver)
    (mail,) = mail_server.to("teacher@school.example")
    link = next(word for word in mail.text.split() if "/s/" in word)
    stranger = visitor().go(link)
    assert stranger.page == "code"
    for page in ("preparation", "summary", "later"):
        assert visitor().go(f"{link}/{page}").page == "code"
    assert visitor().post(f"{link}/summary", go="send").page == "code"
    stranger.press_last()  # to begin again
    assert stranger.chosen("status") == []
    assert world.drafted(place.student) == {"preparation": {"status": "busy"}}
    assert [one["details"] for one in world.rows(AuditEntry, AuditEntry.action == "student_changed")] == [
        {"placements": str(place.placement)}
    ]
