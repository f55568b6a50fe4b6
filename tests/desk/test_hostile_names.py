"""A formula or a script in a company's name is text everywhere: on pages, in mails, in downloads."""

import pytest

from app.invitations.models import Invitation, Round
from tests import builders
from tests.conftest import on_sqlite
from tests.desk import sheets

pytestmark = on_sqlite
NAMES = ['=HYPERLINK("http://elsewhere.example")', "<script>alert(1)</script>", "{{ 7 * 7 }}", "' OR 1=1 --"]


@pytest.fixture(params=NAMES)
def loaded(request, mailing_app, admin, world):
    """A company of that name, loaded by page and proposed."""
    world.share()
    name = request.param
    quoted = '"' + name.replace('"', '""') + '"'
    rows = [sheets.good(1, quoted), sheets.good(2, quoted, "", "Sam", "sam@school.example"), sheets.bad(3)]
    rows[2] = rows[2].replace("Geheim bedrijf", quoted)
    admin.go("/desk/placements/load?lang=en").press_labelled("Check this file", file=sheets.file(*rows))
    world.act(sheets.work)
    admin.go(f"{admin.path}?lang=en")
    return name


def test_it_is_text_in_the_download(admin, loaded):
    admin.go(admin.link("Download the refused rows"))
    downloaded = admin.answer.data.decode("utf-8-sig")
    assert loaded.replace('"', '""') in downloaded
    assert ";=" not in downloaded
    assert ';"=' not in downloaded


def test_it_is_text_on_pages_and_in_mails(admin, loaded, visitor, world, mail_server):
    admin.press_labelled("Load the good rows")
    world.act(sheets.work)
    with world.app.app_context():
        builders.open_round()
    assert loaded in admin.go("/desk/placements").text
    admin.go(f"/desk/rounds/{world.rows(Round)[0]['id']}?lang=en").press_labelled("Propose who is invited today")
    assert loaded in admin.text
    admin.press_labelled("Send these mails")
    world.act(builders.deliver)
    to_student = mail_server.to("sam@school.example")[0]
    assert loaded in " ".join(to_student.text.split())
    assert "<script>alert" not in to_student.html
    link = next(word for word in to_student.text.split() if "/s/" in word)
    assert loaded in visitor().go(link).text
    assert len(world.rows(Invitation)) == 4
