"""Downloads of results by address: who gets which, what is remembered of it, and where there is nothing to give."""

import pytest

from app.accounts.models import AuditEntry, Role
from app.results import selection
from app.results.models import Edition
from app.results.scopes import Scope
from tests.builders import OTHER_SCHOOL, SCHOOL
from tests.conftest import on_sqlite
from tests.results import answers
from tests.results.answers import SMALL
from tests.world import PASSWORD

FILES = ("download.csv", "download.xlsx", "download.pdf")


@pytest.fixture
def edition(world):
    return world.act(lambda: answers.edition().id)


@pytest.fixture
def school(world, visitor):
    """A browser in which somebody of the school has signed in."""
    world.account("school@bpv.example", Role.SCHOOL, SCHOOL)
    return visitor().sign_in("school@bpv.example", PASSWORD)


def got(person, address: str):
    return person.client.get(address, base_url=person.base_url)


def kept(world, action: str) -> list[dict]:
    return world.rows(AuditEntry, AuditEntry.action == action)


@on_sqlite
@pytest.mark.parametrize("file", FILES)
def test_a_school_downloads_its_results(school, edition, file):
    answer = got(school, f"/desk/schools/{SCHOOL}/results/{file}")
    assert answer.status_code == 200
    assert f'filename="bpv-{SCHOOL}-2027' in answer.headers["Content-Disposition"]
    assert len(answer.data) > 1000


@on_sqlite
@pytest.mark.parametrize("file", FILES)
def test_the_results_of_another_school_do_not_exist(school, edition, file):
    assert got(school, f"/desk/schools/{OTHER_SCHOOL}/results/{file}").status_code == 404


@on_sqlite
@pytest.mark.parametrize("file", FILES)
def test_where_nothing_can_be_shown_the_page_says_why(admin, edition, file):
    answer = got(admin, f"/desk/schools/{SMALL}/results/{file}?role=trainer")
    assert (answer.status_code, answer.location) == (302, f"/desk/schools/{SMALL}/results/?role=trainer")


@on_sqlite
def test_before_there_are_results_the_page_says_so(admin):
    assert got(admin, f"/desk/schools/{SCHOOL}/results/download.pdf").location == f"/desk/schools/{SCHOOL}/results/"
    assert got(admin, "/desk/results/all/download.csv").location == "/desk/results/all/"


def test_a_download_is_kept_in_the_audit_log(admin, edition, world):
    got(admin, f"/desk/schools/{SCHOOL}/results/download.csv?pathway=BOL&role=student")
    [entry] = kept(world, "results_downloaded")
    details = {name: entry["details"][name] for name in ("kind", "edition", "role", "pathway")}
    assert entry["brin"] == SCHOOL
    assert details == {"kind": "csv", "edition": edition, "role": "student", "pathway": "BOL"}


@on_sqlite
def test_what_was_not_given_is_not_in_the_audit_log(admin, edition, world):
    got(admin, f"/desk/schools/{SMALL}/results/download.csv")
    assert kept(world, "results_downloaded") == []


@on_sqlite
def test_a_file_is_of_what_was_chosen(admin, edition):
    answer = got(admin, f"/desk/schools/{SCHOOL}/results/download.csv?pathway=BBL&lang=en")
    assert "about;Persons;;7" in answer.text
    assert got(admin, f"/desk/schools/{SCHOOL}/results/download.csv?round=99").status_code == 404


@on_sqlite
@pytest.mark.parametrize("file", FILES[:2])
def test_who_sees_the_country_downloads_a_scope_of_it(admin, edition, world, file):
    assert got(admin, f"/desk/results/all/{file}").status_code == 200
    assert got(admin, f"/desk/results/all/{file}?scope=sector:01").status_code == 200
    assert got(admin, f"/desk/results/all/{file}?scope=school:{SCHOOL}").status_code == 404
    assert [entry["brin"] for entry in kept(world, "results_downloaded")] == [None, None]


@on_sqlite
def test_a_reader_of_a_sector_downloads_no_other_sector(edition, world, visitor):
    world.account("sector@bpv.example", Role.SECTOR, sector="03")
    person = visitor().sign_in("sector@bpv.example", PASSWORD)
    assert got(person, "/desk/results/all/download.csv?scope=sector:02").status_code == 404
    assert got(person, f"/desk/schools/{SCHOOL}/results/download.csv").status_code == 403


@pytest.mark.parametrize("role", ["student", "trainer"])
def test_microdata_of_a_published_round_are_downloaded_and_that_is_kept(admin, edition, world, role):
    measured = world.rows(Edition)[0]["round_id"]
    address = f"/desk/results/microdata/{measured}/{role}.zip"
    assert got(admin, address).status_code == 404
    world.act(lambda: answers.published(answers.db.session.get_one(Edition, edition)))
    assert address in got(admin, "/desk/results/microdata").text
    assert got(admin, address).data.startswith(b"PK")
    [entry] = kept(world, "microdata_downloaded")
    assert entry["details"] == {"round": measured, "edition": edition, "role": role}


@on_sqlite
def test_before_anything_is_published_the_page_of_microdata_says_so(admin):
    assert "No round is published yet" in admin.go("/desk/results/microdata?lang=en").text


@on_sqlite
def test_a_page_links_to_the_files_of_what_it_shows(app, edition):
    with app.test_request_context(f"/desk/schools/{SCHOOL}/results/?pathway=BOL"):
        macro = app.jinja_env.get_template("results/downloads.html").module.download_links
        html = macro(selection.of_request(Scope("school", SCHOOL)), school=True)
    for file in FILES:
        assert f'href="/desk/schools/{SCHOOL}/results/{file}?pathway=BOL"' in html
