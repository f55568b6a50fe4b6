"""Seats at the desk: lists behind the numbers, one seat's page, and what the helpdesk can do."""

import datetime as dt

import pytest

from app.accounts.models import AuditEntry
from app.invitations.models import Announcement, Event, Invitation, Round
from app.mailing.models import Message
from app.placements.models import Placement, StudentContact, Trainer
from tests import builders
from tests.conftest import on_sqlite
from tests.pages import words_of
from tests.responses.ways import begin


def sends(world) -> None:
    """Propose, send and deliver what is due."""
    world.act(lambda: builders.send_batch(builders.db.session.get_one(Round, 1)))
    world.act(builders.deliver)


def events(world, seat_id: int) -> list[str]:
    return [row["kind"] for row in world.rows(Event, Event.invitation_id == seat_id)]


def test_each_number_of_the_reach_opens_as_many_seats(mailing_app, admin, visitor, world):
    world.share()
    first, *_others = world.places({}, {"trainer_address": None}, {"student_address": "s@school.example"}, {})
    begin(visitor(), first.copy)
    sends(world)
    admin.go("/desk/?lang=en")
    numbers = [link for link in admin.html.main.select("td.number a") if link.find_parent("table")]
    assert len(numbers) >= 10
    for link in numbers:
        table = admin.go(link["href"]).html.main.find("table")
        assert len(table.tbody.find_all("tr")) == int(link.find(string=True, recursive=False))


def test_a_list_pages_by_key_and_sorts_both_ways(admin, world):
    days = [f"2026-11-{day:02d}" for day in range(1, 29)] * 4
    world.places(*({"planned_end_on": dt.date.fromisoformat(day)} for day in days))
    for sort in ("end", "-end"):
        seen = []
        admin.go(f"/desk/seats?lang=en&role=student&sort={sort}")
        while True:
            seen += [words_of(row.find_all("td")[3]) for row in admin.html.main.table.tbody.find_all("tr")]
            if "Next page" not in admin.text:
                break
            admin.go(admin.link("Next page"))
        assert len(seen) == len(days)
        in_order = [f"{int(day[-2:])} Nov 2026" for day in sorted(days, reverse=sort == "-end")]
        assert seen == in_order


@on_sqlite
@pytest.mark.parametrize(
    "nonsense", ["sort=x", "after=x", "after=2026-13-01~1", "after=2026-11-01~99999999999999", "round=x"]
)
def test_nonsense_in_the_address_is_the_first_page(admin, world, nonsense):
    world.place()
    assert len(admin.go(f"/desk/seats?{nonsense}").html.main.table.tbody.find_all("tr")) == 1


def test_a_list_is_downloaded_whole(admin, world):
    world.places(*({} for _n in range(60)))
    admin.go("/desk/seats?lang=en&role=trainer").go(admin.link("Download this list (CSV)"))
    lines = admin.answer.text.removeprefix("\ufeff").splitlines()
    assert lines[0].startswith("Agreement number;School;")
    assert len({line.partition(";")[0] for line in lines[1:]}) == 60


def test_who_is_left_out_is_listed_by_reason(admin, world):
    place, _other = world.places({"trainer_address": None}, {})
    admin.go(f"/desk/rounds/{world.rows(Round)[0]['id']}?lang=en").press_labelled("Propose who is invited today")
    admin.go(admin.html.main.find("a", href=lambda href: href and "left_out=no_address" in href)["href"])
    assert [link["href"] for link in admin.html.main.table.tbody.find_all("a")] == [
        f"/desk/seats/{place.student}?lang=en"
    ]


def test_a_seat_tells_its_history_and_never_its_link(mailing_app, admin, visitor, world):
    place = world.place()
    sends(world)
    begin(visitor(), place.copy)
    text = admin.go(f"/desk/seats/{place.student}?lang=en").text
    assert "the invitation was accepted by the mail server" in text
    assert "a copied link" in text
    assert "invitation to the trainer" in text
    assert "/s/" not in admin.answer.text
    assert "/t/" not in admin.answer.text


def test_a_replaced_link_opens_nothing_and_a_new_mail_carries_the_next(mailing_app, admin, visitor, world, mail_server):
    world.share()
    place = world.place(student_address="s@school.example", first_name="Sanne")
    sends(world)
    begin(visitor(), place.direct)
    admin.go(f"/desk/seats/{place.student}?lang=en").press_labelled("Replace the link")
    assert visitor().go(place.direct, 410).page == "replaced"
    admin.press_labelled("Send the mail again")
    world.act(builders.deliver)
    link = next(word for word in mail_server.to("s@school.example")[-1].text.split() if "/s/" in word)
    assert begin(visitor(), link).page == "theme"
    assert events(world, place.student)[-4:] == ["replaced", "mailed_again", "invited", "opened"]


def test_a_trainers_replaced_link_is_replaced_for_all_their_students(admin, visitor, world):
    one, two = world.places(*({"trainer_address": "t@company.example"} for _n in range(2)))
    admin.go(f"/desk/seats/{one.trainer}?lang=en").press_labelled("Replace the link")
    assert visitor().go(one.trainers_page, 410).page == "replaced"
    assert visitor().go(two.part, 410).page == "replaced"
    assert visitor().go(two.copy).page == "start"


def test_mailing_again_is_about_both_seats_and_not_twice_at_once(mailing_app, admin, world, mail_server):
    place = world.place(trainer_address="t@company.example")
    sends(world)
    admin.go(f"/desk/seats/{place.student}?lang=en").press_labelled("Send the mail again")
    assert "A mail to this person is waiting already" in admin.press_labelled("Send the mail again", 422).text
    world.act(builders.deliver)
    assert len(mail_server.to("t@company.example")) == 2
    assert len(world.rows(Message)) == 2
    assert len(world.rows(Announcement)) == 4


def test_a_mail_from_the_desk_counts_as_the_invitation(mailing_app, admin, world):
    place = world.place()
    admin.go(f"/desk/seats/{place.trainer}?lang=en").press_labelled("Send the mail again")
    world.act(builders.deliver)
    assert all(world.seat(id_)["invited_at"] for id_ in (place.student, place.trainer))
    sends(world)
    assert len(world.rows(Message)) == 1


def test_a_corrected_address_is_where_the_next_mail_goes(mailing_app, admin, world, mail_server):
    place = world.place(trainer_address="nobody550@company.example")
    sends(world)
    admin.go(f"/desk/seats/{place.trainer}?lang=en").press_labelled(
        "Correct the address", address=" Right@Company.example "
    )
    admin.press_labelled("Send the mail again")
    world.act(builders.deliver)
    assert len(mail_server.to("right@company.example")) == 1
    assert [row["address"] for row in world.rows(Trainer)] == ["right@company.example"]


def test_an_address_of_another_trainer_gives_the_placements_to_that_one(admin, visitor, world):
    wrong, right = world.places(
        {"trainer_address": "wrong@company.example"}, {"trainer_address": "right@company.example"}
    )
    admin.go(f"/desk/seats/{wrong.trainer}?lang=en").press_labelled(
        "Correct the address", address="right@company.example"
    )
    assert len({row["trainer_id"] for row in world.rows(Placement)}) == 1
    assert visitor().go(right.trainers_page).page == "who"


def test_a_students_address_is_only_held_under_an_agreement(admin, world):
    place = world.place(trainer_address="t@company.example")
    page = f"/desk/seats/{place.student}?lang=en"
    admin.go(page).press_labelled("Correct the address", 422, address="s@school.example")
    assert "The school has no agreement" in admin.text
    world.share()
    admin.go(page).press_labelled("Correct the address", 422, address="T@company.example")
    assert "This is the trainer's address" in admin.text
    admin.go(page).press_labelled("Correct the address", 422, address="not an address")
    assert world.rows(StudentContact) == []
    admin.go(page).press_labelled("Correct the address", address="s@school.example")
    assert world.rows(StudentContact)[0]["address"] == "s@school.example"


def test_what_the_desk_withdrew_no_file_gives_back(admin, visitor, world):
    place = world.place(agreement_number="A1")
    admin.go(f"/desk/seats/{place.student}?lang=en").press_labelled("Withdraw")
    assert visitor().go(place.copy, 410).page == "closed"
    world.act(lambda: builders.load(builders.row(agreement_number="A1", company_name="Renamed")))
    assert world.seat(place.student)["desk_withdrew_at"]
    admin.go(f"/desk/seats/{place.student}?lang=en").press_labelled("Give back")
    assert visitor().go(place.copy).page == "start"
    assert events(world, place.student) == ["withdrawn", "given_back"]


def test_each_act_stands_in_the_audit_log(mailing_app, admin, world):
    place = world.place()
    for label in ("Send the mail again", "Replace the link", "Withdraw", "Give back"):
        admin.go(f"/desk/seats/{place.student}?lang=en").press_labelled(label)
    actions = [
        row["action"]
        for row in world.rows(
            AuditEntry,
            AuditEntry.action.like("%link%") | AuditEntry.action.like("%seat%") | AuditEntry.action.like("mailed%"),
            AuditEntry.action != "seat_looked_at",
        )
    ]
    assert actions == ["mailed_again", "link_replaced", "seat_withdrawn", "seat_given_back"]


@pytest.mark.parametrize("words", ["T@Company.example", "s@school.example", "A-77", "kerij het h", "100018965"])
def test_somebody_on_the_telephone_is_found(admin, world, words):
    world.share()
    place = world.place(
        agreement_number="A-77", trainer_address="t@company.example", student_address="s@school.example"
    )
    world.place(company_number="100018973", company_name="Garage De Brug")
    admin.go("/desk/search?lang=en").press_labelled("Search", words=words)
    found = {link["href"] for link in admin.html.main.table.find_all("a")}
    assert found == {f"/desk/seats/{id_}?lang=en" for id_ in (place.student, place.trainer)}
    assert words not in admin.address


@pytest.mark.parametrize("words", ["nobody@company.example", "nothing", "\0", "%", "_", "'\"\\", "x" * 3000])
def test_nobody_is_found_in_words(admin, world, words):
    world.place()
    admin.go("/desk/search?lang=en").press_labelled("Search", words=words)
    assert admin.html.main.table is None


def test_an_uncertain_mail_is_settled_by_a_persons_word(mailing_app, admin, world, mail_server):
    arrived, lost = world.places(
        {"trainer_address": "silent@company.example"}, {"trainer_address": "silent@other.example"}
    )
    sends(world)
    assert [row["status"] for row in world.rows(Message)] == ["uncertain", "uncertain"]
    admin.go(f"/desk/seats/{arrived.student}?lang=en").press_labelled("It arrived")
    assert world.seat(arrived.student)["invited_at"]
    admin.go(f"/desk/seats/{lost.student}?lang=en").press_labelled("Send it once more")
    assert sorted(row["status"] for row in world.rows(Message)) == ["queued", "sent"]
    assert world.seat(lost.student)["invited_at"] is None


def test_a_batchs_states_lead_to_its_mails(mailing_app, admin, world):
    world.places({"trainer_address": "nobody550@company.example"}, {})
    sends(world)
    admin.go("/desk/batches/1?lang=en")
    admin.go(admin.html.main.find("a", href=lambda href: href and "state=failed" in href)["href"])
    assert "nobody550@company.example" in admin.text
    assert len(admin.html.main.table.tbody.find_all("tr")) == 1


def test_empty_lists_say_what_will_stand_there(admin):
    assert "No rounds yet" in admin.go("/desk/seats?lang=en").text
    assert "No mails here" in admin.go("/desk/mails?lang=en").text
    admin.go("/desk/seats.csv", 404)
    admin.go("/desk/seats/1", 404)


def test_a_seat_keeps_the_end_of_its_placement(world):
    place = world.place(agreement_number="A1")
    world.act(lambda: builders.load(builders.row(agreement_number="A1", planned_end_on=dt.date(2026, 12, 24))))
    assert {row["ends_on"] for row in world.rows(Invitation)} == {dt.date(2026, 12, 24)}
    assert place.student
