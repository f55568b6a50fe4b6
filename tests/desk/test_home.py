"""The desk's first page: what needs attention, and the way to the first batch."""

import datetime as dt

from app.agreements import register
from app.invitations.models import Invitation, Round
from app.mailing.models import Message
from tests import builders
from tests.world import ADMIN


def next_step(admin) -> str:
    """Return the first step that is not done, of those that say how."""
    guide = admin.go("/desk/?lang=en").html.find("ol", class_="guide")
    undone = [item for item in guide.find_all("li") if "done" not in item.get("class", [])]
    assert len(undone[0].find_all("p")) > 1
    return undone[0].strong.text


def test_the_guide_leads_from_an_empty_database_to_the_first_batch(mailing_app, admin, world, mail_server):
    assert next_step(admin) == "Mail works"
    admin.press_labelled("Send me a test mail")
    world.act(builders.deliver)
    assert mail_server.to(ADMIN)[0].mail["Subject"].startswith("[TEST]")
    assert next_step(admin) == "Placements are loaded"
    world.act(lambda: builders.load(builders.row()))
    assert next_step(admin) == "A round is open"
    world.act(builders.open_round)
    assert next_step(admin) == "There is a proposal"
    admin.go(f"/desk/rounds/{world.rows(Round)[0]['id']}?lang=en").press_labelled("Propose who is invited today")
    assert next_step(admin) == "The first batch is sent"
    assert "1 mail is proposed" in admin.text
    admin.go("/desk/batches/1?lang=en").press_labelled("Send these mails")
    assert admin.go("/desk/?lang=en").html.find("ol", class_="guide") is None


def test_an_agreement_that_ends_soon_needs_attention(admin, world):
    soon, later = dt.date(2027, 1, 10), dt.date(2027, 6, 1)
    world.act(lambda: register.sign(builders.SCHOOL, dt.date(2026, 1, 1), soon))
    world.act(lambda: register.sign(builders.OTHER_SCHOOL, dt.date(2026, 1, 1), later))
    assert "1 agreement with a school ends within 60 days" in admin.go("/desk/?lang=en").text
    world.act(lambda: register.sign(builders.SCHOOL, dt.date(2027, 1, 11)))
    assert "ends within" not in admin.go("/desk/").text


def test_mail_that_nobody_sends_needs_attention(admin, world):
    world.place()
    world.act(lambda: builders.send_batch(builders.db.session.get_one(Round, 1)))
    assert "nobody sends it" not in admin.go("/desk/?lang=en").text
    world.set(Message, 1, not_before=dt.datetime.now(dt.UTC) - dt.timedelta(minutes=6))
    assert "1 mail waits and nobody sends it" in admin.go("/desk/?lang=en").text


def test_closed_seats_stand_beside_all_seats(admin, world):
    old, young = world.places({}, {})
    for seat, day in ((old.student, 1), (young.student, 20)):
        moment = dt.datetime(2026, 10 if day == 1 else 11, day, 12, tzinfo=dt.UTC)
        world.set(
            Invitation,
            seat,
            invited_at=moment,
            mailed_at=moment,
            opened_at=moment if day == 1 else None,
            route="forwarded",
        )
    admin.go("/desk/?lang=en")
    assert "1 links opened of 2 placements due; closed seats: 100%" in admin.text
    tables = {table.caption.text: table for table in admin.html.main.find_all("table")}
    closed = tables["Closed seats only: the time to answer is over"]
    assert closed.tbody.find_all("tr")[1].td.a.find(string=True, recursive=False) == "1"
