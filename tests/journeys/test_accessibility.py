"""Every kind of page, looked over by axe on a phone and on a desk."""

import pytest

from app.accounts.models import User
from app.agreements import interests
from app.invitations.links import Channel
from app.invitations.models import Batch, Round
from app.placements.models import Upload
from tests import builders
from tests.desk import sheets
from tests.journeys.browsing import DESK, PHONE
from tests.world import ADMIN, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]
sizes = pytest.mark.parametrize("kind", [PHONE, DESK], ids=["phone", "desk"])

PUBLIC = {name: f"/{name}" for name in ("receipt", "sign-in", "password", "privacy", "accessibility")}
PUBLIC |= {"home": "/", "unknown": "/s/x", "processing": "/privacy/processing", "sheet": "/privacy/schools"}


class Looked:
    """Collects what is wrong with each page looked at, in both languages."""

    def __init__(self):
        self.faults = {}

    def at(self, shown, name: str) -> None:
        if faults := shown.faults() + shown.in_other_language():
            self.faults[name] = faults


@sizes
def test_pages_of_respondents(screen, served, stage, kind):
    looked = Looked()
    place = stage.place()
    person = screen(kind)
    for name, address in PUBLIC.items():
        looked.at(person.go(served.url + address), name)
    looked.at(person.go(place.copy), "start")
    person.press("go", "start")
    while person.kind == "theme":
        looked.at(person, person.page.url.rpartition("/")[2])
        person.press("go", "next")
    looked.at(person, "summary")
    looked.at(screen(kind).go(place.copy), "code")
    person.go(f"{place.copy}/whole").page.locator("textarea").first.evaluate("f => f.removeAttribute('maxlength')")
    person.page.locator("textarea").first.fill("x" * 501)
    person.page.locator('label:has(input[name="grade"])').last.click()
    looked.at(person.press("go", "next"), "an error")
    person.go(f"{place.copy}/summary").press("go", "send")
    person.page.locator("summary").click()
    looked.at(person, "thanks")
    receipt = person.page.locator("input[data-copy]").input_value()
    looked.at(person.go(place.copy), "sent")
    person.go(f"{served.url}/receipt").page.locator("#receipt").fill(receipt)
    looked.at(person.press("go", "read"), "answers")
    other = stage.place()
    person.go(other.copy).press("go", "start").press("go", "next")
    looked.at(person.press("go", "later"), "later")
    person.page.locator("#address").fill("x")
    looked.at(person.press_labelled("Mail mij mijn link"), "no address")
    person.go(stage.place().shared[Channel.HERE]).press("go", "start").press("go", "next")
    looked.at(person.press("go", "stop"), "handed-back")
    looked.at(person.go(f"{served.url}/t/back"), "back")
    looked.at(person.go(f"{served.url}/lost-link"), "lost-link")
    person.page.locator("#address").fill("nobody@company.example")
    looked.at(person.press_labelled("Mail mij de links"), "asked")
    assert looked.faults == {}


@sizes
def test_pages_of_trainers(screen, stage, kind):
    looked = Looked()
    address = f"{kind['viewport']['width']}@company.example"
    place = stage.places(*({"trainer_address": address} for _n in range(3)))[0]
    person = screen(kind).go(place.trainers_page)
    looked.at(person, "who")
    looked.at(screen(kind).go(place.trainers_page).press("who", "student"), "for-student")
    person.press("who", "trainer")
    person.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    looked.at(person, "students")
    looked.at(person.press("via", "copy"), "copy")
    looked.at(person.go(place.trainers_page).press("via", "mail-me"), "mail-me")
    person.go(place.trainers_page).page.locator("summary").first.click()
    looked.at(person.press("via", "own-mail"), "own-mail")
    person.go(place.trainers_page).page.locator("summary").first.click()
    looked.at(person.press("via", "via-us"), "no address")
    for way in ("whatsapp", "qr", "here", "sheet"):
        person.go(place.trainers_page).page.locator("summary").first.click()
        looked.at(person.press("via", way), way)
    looked.at(person.go(place.trainers_page).press_labelled("Voor elke student een blad afdrukken"), "sheets")
    looked.at(person.go(place.trainers_page).press("ask", "exits"), "exits")
    looked.at(person.press("exit", "dates"), "no day")
    looked.at(person.press("exit", "offer"), "offer")
    offer = person.page.locator("input[data-copy]").input_value()
    looked.at(screen(kind).go(offer), "take-over")
    looked.at(person.go(place.trainers_page).press("ask", "exits").press("exit", "not-mine"), "reported")
    looked.at(screen(kind).go(place.shared[Channel.HERE]).press("go", "not-me"), "not-me")
    assert looked.faults == {}


@pytest.fixture
def admin(screen, served, stage, kind):
    """A browser of this kind in which an administrator has signed in."""
    if not stage.rows(User):
        stage.admin()
    person = screen(kind).go(f"{served.url}/desk/?lang=en")
    person.page.get_by_label("Mail address").fill(ADMIN)
    person.page.get_by_label("Password").fill(PASSWORD)
    return person.press_labelled("Sign in")


@sizes
def test_pages_of_the_desk(admin, served, stage, kind):
    looked = Looked()
    person = admin
    looked.at(person, "desk")
    stage.place()
    looked.at(person.go(f"{served.url}/desk/placements/load?lang=en"), "sheet")
    for header in (sheets.HEADER, sheets.HEADER.replace("pok", "contract")):
        content, name = sheets.file(sheets.good(1), sheets.bad(2), header=header)
        file = {"name": name, "mimeType": "text/csv", "buffer": content.getvalue()}
        person.go(f"{served.url}/desk/placements/load?lang=en").page.locator("input[type=file]").set_input_files(file)
        looked.at(person.press_labelled("Check this file"), f"handed in: {header}")
    looked.at(person.press_labelled("Check this file"), "a column that is needed")
    upload = f"{served.url}/desk/placements/uploads/{stage.rows(Upload)[-2]['id']}?lang=en"
    for label in ("Load the good rows", "Undo this file", None):
        person.go("about:blank")  # which does not look again by itself
        stage.act(sheets.work)
        looked.at(person.go(upload), f"before: {label}")
        if label:
            looked.at(person.press_labelled(label), label)
    round_id = stage.rows(Round)[0]["id"]
    for address in ("", "rounds", "rounds/new", f"rounds/{round_id}", "placements"):
        looked.at(person.go(f"{served.url}/desk/{address}?lang=en"), address)
    person.go(f"{served.url}/desk/rounds/{round_id}?lang=en")
    looked.at(person.press_labelled("Propose who is invited today"), "proposal")
    person.page.locator("a[href*='/mail/']").first.click()
    looked.at(person, "mail")
    person.go(f"{served.url}/desk/batches/{stage.rows(Batch)[-1]['id']}?lang=en")
    person.hesitates = True
    looked.at(person.press_labelled("Send these mails"), "asked")
    looked.at(person.press_labelled("Send these mails"), "batch")
    assert looked.faults == {}


@sizes
def test_pages_about_agreements(admin, served, stage, kind):
    looked = Looked()
    person = admin
    stage.place()
    stage.act(lambda: interests.express(builders.SCHOOL, "Contactpersoon bpv", "bpv@school.example", "x"))
    school = f"schools/{builders.SCHOOL}/agreement"
    for address in ("agreements", "coverage", school, "agreements/new"):
        looked.at(person.go(f"{served.url}/desk/{address}?lang=en"), address)
    looked.at(person.press_labelled("Enter"), "an error")
    looked.at(person.go(f"{served.url}/desk/{school}?lang=en").press_labelled("Add note"), "no words")
    looked.at(person.go(f"{served.url}/schools/interested?lang=en"), "interested")
    looked.at(person.press_labelled("Send"), "nothing filled in")
    assert looked.faults == {}


@sizes
def test_pages_of_lists_and_seats(admin, served, stage, kind):
    looked = Looked()
    place, bounced = stage.places({}, {"trainer_address": "nobody550@company.example"})
    stage.act(lambda: builders.send_batch(builders.db.session.get_one(Round, 1)))
    stage.act(builders.deliver)
    lists = ("seats", "seats?brin=none", "mails", "mails?state=failed", "mails?state=held", "placements?pathway=OVO")
    for address in (*lists, f"seats/{place.student}", f"seats/{bounced.trainer}", "search", "batches/1", ""):
        both = f"{address}{'&' if '?' in address else '?'}lang=en"
        looked.at(admin.go(f"{served.url}/desk/{both}"), address or "home")
    admin.go(f"{served.url}/desk/seats/{bounced.trainer}?lang=en")
    looked.at(admin.press_labelled("Correct the address"), "no address")
    admin.go(f"{served.url}/desk/search?lang=en").page.get_by_label("Mail address").fill("nobody550@company.example")
    looked.at(admin.press_labelled("Search"), "found")
    admin.page.get_by_label("Mail address").fill("nothing of the kind")
    looked.at(admin.press_labelled("Search"), "not found")
    assert looked.faults == {}


@sizes
def test_pages_of_questionnaires(admin, served, kind):
    looked = Looked()
    looked.at(admin.go(f"{served.url}/desk/questionnaires?lang=en"), "questionnaires")
    admin.page.get_by_role("link", name="BOL").first.click()
    admin.page.locator("main[data-page=start]").wait_for()
    looked.at(admin.press("go", "start"), "the first page")
    while admin.kind == "theme":
        admin.press("go", "next")
    looked.at(admin, "summary")
    looked.at(admin.press("go", "send"), "thanks")
    assert looked.faults == {}
