"""Whose draft it is, whatever becomes of addresses: by the link it began with, or in the browser that holds its key."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from app.accounts.models import AuditEntry
from app.agreements.models import Category
from app.extensions import db
from app.forwarding import exits
from app.invitations import helpdesk, links, roster
from app.invitations.links import Channel
from app.invitations.models import Invitation
from app.placements.models import Placement
from app.portal import students
from app.responses.models import Draft
from tests import builders
from tests.builders import SCHOOL
from tests.conftest import on_sqlite
from tests.responses.ways import begin

SHARED = [channel for channel in Channel if channel not in (Channel.DIRECT, Channel.PART)]
COLLEAGUE = "colleague@company.example"


@dataclass(frozen=True)
class Link:
    """A student's link: its channel, its address if it was mailed directly, whether this draft asked for it."""

    channel: Channel
    address: str | None = None
    asked_for: bool = False


def goes_on(began: Link, opened: Link, *, same_browser: bool) -> bool:
    """What must be: the browser that began goes on, and any that comes by a mail to the mailbox the draft is of."""
    both_direct = opened.channel is Channel.DIRECT and began.channel is Channel.DIRECT
    if opened.asked_for or (both_direct and opened.address is not None and opened.address == began.address):
        return True
    return same_browser and (began.channel is Channel.HERE) == (opened.channel is Channel.HERE)  # a lent device


def by_file(placement: Placement, new: str) -> None:
    trainer = placement.trainer and placement.trainer.address
    builders.load(
        builders.row(agreement_number=placement.agreement_number, trainer_address=trainer, student_address=new)
    )


def by_table(placement: Placement, new: str) -> None:
    students.save(SCHOOL, {placement: {Category.ADDRESS: new}})


def by_helpdesk(placement: Placement, new: str) -> None:
    helpdesk.correct_address(builders.seat(placement), new)


def taken_away(placement: Placement, _new: str) -> None:
    students.erase(SCHOOL, placement)


def by_handing_over(placement: Placement, _new: str) -> None:
    (entry,) = roster.of_placements([placement.id])
    exits.pass_to_colleague(entry, builders.trainer_of(placement), COLLEAGUE)


def not_at_all(placement: Placement, _new: str) -> None:
    pass


CHANGES = {  # and the address that is known from then on
    by_file: "new",
    by_table: "new",
    by_helpdesk: "new",
    taken_away: None,
    by_handing_over: "old",
    not_at_all: "old",
}


def mailed(seat_id: int) -> str:
    """The link as a mail would carry it now."""
    return links.seat_url(db.session.get_one(Invitation, seat_id), Channel.DIRECT)


@on_sqlite
@pytest.mark.parametrize("change", CHANGES)
def test_a_draft_opens_in_its_browser_and_by_mail_to_its_own_mailbox_alone(visitor, world, change):
    world.share()
    before = [Link(Channel.DIRECT, "old"), *map(Link, SHARED)]
    after = [*before, Link(Channel.DIRECT, CHANGES[change])]
    cases = [(link, False) for link in before] + [(link, True) for link in after]
    rows = [{"agreement_number": f"M{n}", "student_address": f"old{n}@s.example"} for n in range(len(cases))]
    places = world.places(*rows)
    started = {}
    for place, (link, late) in zip(places, cases, strict=True):
        if not late:
            started[place.student] = begin_at(visitor, place, link, place.direct)
    for number, place in enumerate(places):
        world.act(lambda place=place, number=number: change(placement_of(place), f"new{number}@s.example"))
    new = {place.student: world.act(lambda place=place: mailed(place.student)) for place in places}
    for place, (link, late) in zip(places, cases, strict=True):
        if late:
            address = place.direct if link.address == "old" else new[place.student]
            started[place.student] = begin_at(visitor, place, link, address)
    wrong = []
    for place, (began, late) in zip(places, cases, strict=True):
        for opened, address in ways_to_open(world, place, CHANGES[change], new[place.student]):
            for same in (True, False):
                browser = started[place.student] if same else visitor()
                expected = "answers" if goes_on(began, opened, same_browser=same) else "code"
                if (found := read_by(browser, address)) != expected:
                    wrong.append((began, late, opened, same, found))
    assert wrong == []


def read_by(person, address: str) -> str:
    """What this browser gets to read behind a link."""
    page = person.go(f"{address}/preparation").page
    return "answers" if page == "theme" and person.chosen("status") == ["busy"] else str(page)


def begin_at(visitor, place, link: Link, direct: str):
    address = direct if link.channel is Channel.DIRECT else place.shared[link.channel]
    return begin(visitor(), address).press("go", "next", status="busy")


def placement_of(place) -> Placement:
    return db.session.get_one(Placement, place.placement)


def ways_to_open(world, place, now: str | None, new: str) -> list[tuple[Link, str]]:
    def reminder() -> str:
        draft = db.session.query(Draft).filter_by(invitation_id=place.student).one()
        return links.seat_url(db.session.get_one(Invitation, place.student), Channel.REMINDER, draft.nonce)

    return [
        (Link(Channel.DIRECT, "old"), place.direct),
        (Link(Channel.DIRECT, now), new),
        (Link(Channel.REMINDER, asked_for=True), world.act(reminder)),
        (Link(Channel.COPY), place.copy),
        (Link(Channel.HERE), place.shared[Channel.HERE]),
    ]


# The trainer's own part: a mail that was forwarded, or went to a wrong address, opens the page but not what was begun


def desk_corrects(to: str):
    def change(placement: Placement) -> None:
        helpdesk.correct_address(builders.seat(placement, "trainer"), to)

    return change


def file_names_another(placement: Placement) -> None:
    number = placement.agreement_number
    builders.load(builders.row(agreement_number=number, trainer_address="another@company.example"))


TRAINERS = {
    "nothing": (lambda _placement: None, "goes on", "code"),
    "desk, unknown address": (desk_corrects("right@company.example"), "goes on", "code"),
    "desk, another trainer's address": (desk_corrects("known@company.example"), "afresh", "afresh"),
    "file": (file_names_another, "afresh", "afresh"),
    "hand-over": (lambda placement: by_handing_over(placement, ""), "afresh", "afresh"),
}


@on_sqlite
@pytest.mark.parametrize("what", TRAINERS)
@pytest.mark.parametrize("late", [False, True])
def test_who_says_to_be_the_trainer_does_not_open_what_was_begun_elsewhere(visitor, world, what, late):
    change, same, other = TRAINERS[what]
    place, _known = world.places({}, {"trainer_address": "known@company.example"})
    if late:
        world.act(lambda: change(placement_of(place)))
    began = own_part(visitor(), world, place).press("go", "start").press("go", "next", status="busy")
    if not late:
        world.act(lambda: change(placement_of(place)))
    in_browser, elsewhere = own_part(began, world, place), own_part(visitor(), world, place)
    assert seen(in_browser) == ("goes on" if late else same)
    assert seen(elsewhere) == ("code" if late else other)


@on_sqlite
def test_what_a_mistaken_trainer_was_mailed_opens_nothing_of_who_is_the_trainer_now(visitor, world):
    place, _known = world.places({"trainer_address": "wrong@company.example"}, {"trainer_address": "known@c.example"})
    began = begin(visitor(), place.part).press("go", "next", status="busy")
    world.act(lambda: desk_corrects("known@c.example")(placement_of(place)))
    assert world.rows(Draft) == []
    assert began.go(place.part, 410).page == "replaced"
    page = visitor().go(place.trainers_page).press("who", "trainer")
    assert not page.html.main.find_all("article")


def own_part(person, world, place):
    """Open the page as whoever is the trainer now, and the own part from there."""
    page = world.act(lambda: links.trainer_url(builders.trainer_of(placement_of(place))))
    person.go(f"{page}?lang=en")
    if person.page == "who":
        person.press("who", "trainer")
    return person.go(next(a["href"] for a in person.html.find_all("a") if "my part" in a.text))


def seen(person) -> str:
    words = person.html.main.find("button").text.strip()
    return {"Go on where you were": "goes on", "Start": "afresh"}.get(words, "code")


# What else follows from it


@on_sqlite
def test_a_file_that_names_another_address_is_noted_with_the_student(world):
    world.share()
    place, same, new = world.places(
        {"agreement_number": "A", "student_address": "wrong@s.example"},
        {"agreement_number": "B", "student_address": "same@s.example"},
        {"agreement_number": "C"},
    )
    for one, address in ((place, "right@s.example"), (same, "same@s.example"), (new, "first@s.example")):
        world.act(lambda one=one, address=address: by_file(placement_of(one), address))
    noted = world.rows(AuditEntry, AuditEntry.action == "student_changed")
    assert [one["details"] for one in noted] == [{"placements": str(place.placement)}]


@on_sqlite
def test_who_begins_again_by_another_mail_has_a_draft_of_their_own(visitor, world):
    """The first reader of a corrected address cannot open what the right one began over it."""
    world.share()
    place = world.place(student_address="wrong@school.example")
    first = begin(visitor(), place.direct).press("go", "next", status="busy")
    world.act(lambda: by_helpdesk(placement_of(place), "right@school.example"))
    right = world.act(lambda: mailed(place.student))
    visitor().go(f"{right}?lang=en").press_labelled("Begin again").press("go", "next", status="finished")
    assert visitor().go(f"{right}/preparation").chosen("status") == ["finished"]
    assert first.go(f"{place.direct}/preparation").page == "code"
    assert visitor().go(place.direct).page == "code"


@on_sqlite
def test_a_direct_reader_with_another_address_goes_on_by_the_code(visitor, world):
    world.share()
    place = world.place(student_address="old@school.example")
    began = begin(visitor(), f"{place.direct}?lang=en")
    assert "Sometimes you need it to go on on another device" in began.text
    code = next(word for word in began.html.main.find(class_="notice").text.split() if word.strip(".").isdecimal())
    began.press("go", "next", status="busy")
    world.act(lambda: by_table(placement_of(place), "new@school.example"))
    other = visitor().go(world.act(lambda: mailed(place.student))).press("go", "start", code=code.strip("."))
    assert other.press("go", "back").chosen("status") == ["busy"]


@on_sqlite
def test_the_code_of_a_device_given_back_stands_on_no_page_but_its_own(visitor, world):
    """Also where the page that shows it was never asked for, as when the network went."""
    place = world.place()
    person = begin(visitor(), place.shared["here"])
    posted = {"go": "stop", "asked": "", "draft": person.field("draft")["value"]}
    back = person.client.post(urlsplit(person.path).path, data=posted, base_url=person.base_url)
    assert back.status_code == 303
    (words,) = re.findall(r"told=(\d{4});", str(back.headers))
    assert words not in person.go("/t/taken-over").html.main.text
    assert words in person.go(back.location).html.main.text
    assert words not in person.go(back.location).html.main.text
