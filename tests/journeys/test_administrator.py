"""An administrator goes from an empty database to a batch that was sent, by page."""

import pytest

from tests import builders
from tests.desk import sheets
from tests.world import ADMIN, PASSWORD

pytestmark = pytest.mark.browser


def test_from_an_empty_database_to_a_batch_that_was_sent(screen, served, stage):
    stage.admin()
    desk = screen().go(f"{served.url}/desk/?lang=en")
    desk.page.get_by_label("Mail address").fill(ADMIN)
    desk.page.get_by_label("Password").fill(PASSWORD)
    desk.press_labelled("Sign in")
    assert desk.faults() == []
    desk.page.get_by_role("link", name="Load placements").click()
    content, name = sheets.file(*(sheets.good(number) for number in range(1, 6)), sheets.bad(6))
    desk.page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content.getvalue()}
    )
    desk.press_labelled("Check this file")
    stage.act(sheets.work)
    desk.page.get_by_role("heading", name="What this file would change").wait_for()
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name="Download the refused rows").click()
    assert download.value.suggested_filename == "fout.csv"
    desk.press_labelled("Load the good rows")
    stage.act(sheets.work)
    desk.page.get_by_role("heading", name="This file is loaded").wait_for()
    desk.page.get_by_role("link", name="Rounds").click()
    desk.page.get_by_role("link", name="Open a round").click()
    desk.page.get_by_label("Name").fill("Meting 2026")
    desk.page.get_by_label("Placements that end from").fill("2026-08-01")
    desk.page.get_by_label("until", exact=True).fill("2027-07-31")
    desk.press_labelled("Open the round").press_labelled("Propose who is invited today")
    desk.press_labelled("Send these mails")
    stage.act(builders.deliver)
    desk.page.reload()
    assert "All mails have gone" in desk.text
    assert len(served.mails.mails) == 5
    desk.go(f"{served.url}/desk/?lang=en")
    assert desk.page.locator("tr", has_text="Trainers").last.locator("td").nth(2).inner_text().startswith("5")
