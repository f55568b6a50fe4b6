"""The published results before a real browser: axe finds nothing, on a phone, a desk or paper, in either language."""

import pytest

from tests.journeys.browsing import DESK, PHONE
from tests.results.publishing.published import history, published

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def results(served, tmp_path_factory):
    served.world.app.config["DATA_DIR"] = tmp_path_factory.mktemp("data")  # of this database alone
    served.world.act(history)
    for year in (2025, 2026):
        served.world.act(lambda year=year: published(year) and None)
    return f"{served.url}/results"


@pytest.mark.parametrize("kind", [PHONE, DESK], ids=["phone", "desk"])
def test_the_published_results_are_for_everyone(screen, results, kind):
    person = screen(kind).go(results)
    person.page.locator("summary").click()
    assert person.faults() + person.in_other_language() == []


def test_on_paper_all_tables_fit(screen, results):
    person = screen({"viewport": {"width": 720, "height": 1000}}).go(results)
    person.page.emulate_media(media="print")
    assert person.faults() == []
    wider = "es => es.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.ariaLabel)"
    assert person.page.locator(".scroll").evaluate_all(wider) == []
