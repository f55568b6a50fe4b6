"""A page kept for all holds nothing of the reader it was rendered for first."""

from app.invitations.models import Invitation
from tests.conftest import on_sqlite
from tests.responses.ways import begin


@on_sqlite
def test_the_first_page_of_another_link_holds_nothing_of_the_one_before(visitor, world):
    first = world.place(company_name="Bakkerij Een")
    second = world.place(company_number="100018966", company_name="Bakkerij Twee")
    assert "Bakkerij Een" in visitor().go(first.copy).text
    page = visitor().go(second.copy).html
    assert "Bakkerij Twee" in page.text
    assert first.copy.rpartition("/")[2] not in str(page)
    assert "Bakkerij Een" not in str(page)


@on_sqlite
def test_each_theme_page_carries_the_key_and_code_of_its_own_reader(visitor, world):
    places = [world.place(), world.place()]
    people = [begin(visitor(), place.copy) for place in places]
    keys = {person.field("draft")["value"] for person in people}
    codes = [person.html.main.find(class_="notice").strong.text for person in people]
    assert len(keys) == 2
    assert all(code.isdigit() and len(code) == 4 for code in codes)
    for person, place in zip(people, places, strict=True):
        assert person.press("go", "next", status="busy").page == "theme"
        assert set(world.drafted(place.student)) == {"preparation"}


@on_sqlite
def test_a_page_kept_in_one_language_is_not_shown_in_another(visitor, world):
    place = world.place()
    dutch, english = visitor().go(place.direct), visitor().go(f"{place.direct}?lang=en")
    assert dutch.heading != english.heading
    assert "lang=en" in dutch.html.find(hreflang="en")["href"]
    assert "lang=nl" in english.html.find(hreflang="nl")["href"]


@on_sqlite
def test_what_a_link_puts_in_is_escaped(visitor, world):
    place = world.place(company_name='<b>"Jansen" & zn</b>')
    page = visitor().go(place.copy)
    assert '<b>"Jansen" & zn</b>' in page.text
    assert "&lt;b&gt;" in str(page.html)


@on_sqlite
def test_an_answered_page_shows_its_own_answers(visitor, world):
    place, other = world.place(), world.place()
    person = begin(visitor(), place.direct).press("go", "next", status="busy")
    assert person.press("go", "back").chosen("status") == ["busy"]
    assert begin(visitor(), other.direct).chosen("status") == []
    assert world.rows(Invitation)
