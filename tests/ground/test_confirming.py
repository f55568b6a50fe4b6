"""Every act that takes away, sends, replaces or withdraws asks once, and names whom; until then nothing changes."""

from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from app.accounts.models import Role
from app.extensions import db
from app.invitations import helpdesk
from app.invitations.models import Invitation
from app.mailing.models import Message
from tests import builders
from tests.conftest import on_sqlite
from tests.desk import sheets
from tests.house.test_access import rules
from tests.pages import words_of
from tests.responses.ways import begin, receipt_of, to_summary
from tests.world import ADMIN, PASSWORD

SCHOOL = f"/desk/schools/{builders.SCHOOL}"
STUDENT, READER = "s1@school.example", "reader@school.example"
HARMLESS = {
    "accounts.change_scope": "the form says it all, and is saved again as easily",
    "accounts.invite": "mails whom the form names",
    "accounts.sign_out": "oneself",
    "agreements.add_note": "adds",
    "agreements.settle_interest": "marks as dealt with",
    "agreements.sign": "adds what the form says",
    "forwarding.act": "can be taken back on the next page; what is mailed goes to whom the form names",
    "forwarding.take_over": "one's own address",
    "interests.express_interest": "one's own words",
    "invitations.open_round": "adds what the form says",
    "invitations.propose_batch": "a proposal sends nothing",
    "invitations.search": "looks",
    "invitations.send_test": "to oneself",
    "invitations.send_trial_mail": "to oneself",
    "invitations.try_mail": "one of the mails that wait goes a while sooner",
    "mailing.opt_out": "a page of its own asks; a mail program's button must not",
    "mailing.undo_opt_out": "gives back",
    "placements.confirm": "is the answer to the page of what the file would change",
    "placements.hand_in": "changes nothing until confirmed",
    "placements.name_columns": "changes nothing until confirmed",
    "portal.hand_in": "changes nothing until confirmed",
    "portal.take_delivery": "is the answer to the page of what the file says",
    "privacy.export_person": "looks",
    "privacy.finish": "marks as dealt with",
    "privacy.receive": "adds",
    "privacy.show_person": "looks",
    "public.mail_lost_link": "one's own address",
    "publications.publish": "is the answer to the page that shows what everyone will see",
    "questionnaires.leave_page": "a preview stores nothing",
    "questionnaires.start": "a preview stores nothing",
    "responses.leave_address": "one's own address",
    "responses.leave_summary": "is the answer to the page that shows the answers",
    "responses.save_page": "saves",
    "responses.start": "begins; beginning again is asked on the page of the code",
    "results_texts.decide": "can be decided otherwise",
    "worklist.handle_report": "marks as dealt with",
}
ASKING = {
    "accounts.act_on_account",
    "accounts.end_own_sign_in",
    "accounts.end_sign_in",
    "agreements.end",
    "invitations.act_on_batch",
    "invitations.act_on_seat",
    "invitations.close_round",
    "invitations.settle_mail",
    "invitations.settle_mails",
    "placements.undo",
    "portal.erase_student",
    "portal.save_students",
    "privacy.act_on_person",
    "responses.show_receipt",
}


@dataclass(frozen=True)
class Act:
    """A button on a page, what is filled in beside it, and whom the page that asks is to name."""

    page: str
    label: str
    names: str
    filled: tuple[tuple[str, str], ...] = ()


ACTS = (
    Act("/desk/rounds/1", "Close this round now", "Meting 2026"),
    Act("/desk/batches/1", "Send these mails", "2 mails to trainers and 1 mails to students"),
    Act("/desk/batches/1", "Cancel this proposal", "Meting 2026"),
    Act("/desk/seats/{seat}", "Send the mail again", STUDENT),
    Act("/desk/seats/{seat}", "Replace the link", "the student at Bakkerij het Hof, agreement 4711"),
    Act("/desk/seats/{seat}", "Withdraw", "the student at Bakkerij het Hof, agreement 4711"),
    Act("/desk/seats/{uncertain}", "Send it once more", "invitation to the trainer"),
    Act("/desk/mails?state=uncertain", "Send this mail once more", "1 uncertain mail"),
    Act(f"{SCHOOL}/agreement", "End the agreement today", "ROC Rivor"),
    Act("/desk/accounts/{account}", "Mail a link to choose a password", READER),
    Act("/desk/accounts/{account}", "Switch off", READER),
    Act("/desk/accounts/{account}", "Sign out", READER),
    Act("/desk/account", "Sign out", ADMIN),
    Act("upload", "Undo this file", "1 placements that were new"),
    Act("/desk/privacy/person", "Ask and mail nothing more", STUDENT),
    Act("/desk/privacy/person", "Erase for good", STUDENT),
    Act(f"{SCHOOL}/students", "Take away", "4711"),
    Act(f"{SCHOOL}/students", "Save", "4711", (("address-{placement}", ""),)),
)


def test_every_post_is_known_to_ask_or_to_be_harmless(app):
    posts = {rule.endpoint for rule in rules(app) if "POST" in rule.methods}
    ours = {endpoint for endpoint in posts if not endpoint.startswith("security.")}
    assert ours == ASKING | set(HARMLESS)
    assert not ASKING & set(HARMLESS)


@pytest.fixture
def admin(world, visitor):
    """An administrator who hesitates."""
    world.admin()
    return visitor(hesitates=True).sign_in(ADMIN, PASSWORD)


@pytest.fixture
def numbers(admin, world, visitor):
    """A school with a directly mailed student, a proposal, a reader who is signed in, a mail nobody is sure of."""
    world.share()
    place, other = world.places({"agreement_number": "4711", "student_address": STUDENT}, {})
    admin.go("/desk/rounds/1?lang=en").press_labelled("Propose who is invited today")
    world.act(lambda: helpdesk.mail_again(db.session.get_one(Invitation, other.student)))
    world.act(lambda: db.session.execute(sa.update(Message).values(status="uncertain")))
    account = world.account(READER, Role.SCHOOL, builders.SCHOOL)
    visitor().sign_in(READER, PASSWORD)
    return {"seat": place.student, "uncertain": other.student, "account": account, "placement": place.placement}


def upload(admin, world) -> str:
    """Load a file of one placement; returns the address of its page."""
    admin.go("/desk/placements/load?lang=en").press_labelled("Check this file", file=sheets.file(sheets.good(4712)))
    world.act(sheets.work)
    address = admin.path
    admin.go(address).press_labelled("Load the good rows")
    world.act(sheets.work)
    return address


def press(person, act: Act, numbers: dict[str, int]) -> None:
    """Press the first button of the page itself whose words begin with the label."""
    buttons = [one for one in person.html.main.find_all("button") if words_of(one).startswith(act.label)]
    person._submit(buttons[0], 200, {name.format(**numbers): value for name, value in act.filled})


@on_sqlite
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.label)
def test_it_asks_once_and_names_whom(admin, world, numbers, act):
    page = upload(admin, world) if act.page == "upload" else act.page.format(**numbers)
    admin.go(f"{page}{'&' if '?' in page else '?'}lang=en")
    if page.endswith("/person"):
        admin.press_last(words=STUDENT)
    before = world.dump()
    press(admin, act, numbers)
    assert admin.page == "confirm"
    assert act.names in admin.text
    assert world.dump() == before
    admin.press("confirm")
    assert admin.page != "confirm"
    assert world.dump() != before


@on_sqlite
def test_a_yes_is_about_whom_was_asked(admin, world, numbers):
    """Meanwhile somebody corrected the address: the mail does not go to whoever now has it."""
    admin.go(f"/desk/seats/{numbers['seat']}?lang=en").press_labelled("Send the mail again")
    seat = numbers["seat"]
    world.act(lambda: helpdesk.correct_address(db.session.get_one(Invitation, seat), "other@school.example"))
    admin.press("confirm")
    assert admin.page == "confirm"
    assert "other@school.example" in admin.heading
    assert len(world.rows(Message)) == 1
    admin.press("confirm")
    assert len(world.rows(Message)) == 2


@on_sqlite
def test_no_leads_back_and_changes_nothing(admin, world, numbers):
    admin.go("/desk/rounds/1?lang=en").press_labelled("Close this round now")
    before = world.dump()
    admin.go(admin.link("No, go back"))
    assert admin.path == "/desk/rounds/1"
    assert world.dump() == before


@on_sqlite
@pytest.mark.parametrize("cookies", [True, False])
def test_a_respondent_is_asked_before_answers_are_withdrawn(visitor, world, cookies):
    person = begin(visitor(), world.place().direct)
    receipt = receipt_of(to_summary(person, grade="8").press("go", "send"))
    owner = visitor(hesitates=True, cookies=cookies).go("/receipt?lang=en").press("go", "read", receipt=receipt)
    assert owner.press("go", "withdraw").heading == "Withdraw your answers?"
    assert len(world.sent()) == 1
    assert owner.press("confirm").heading == "Your answers are withdrawn"
    assert world.sent() == []
