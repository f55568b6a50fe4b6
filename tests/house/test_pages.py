"""Every page of the product, in both languages, keeps to the page rules: the visitor checks each one it is given."""

import io

import pytest
from bs4 import BeautifulSoup

from app.accounts.models import Role
from app.invitations.models import Batch, Invitation, Round
from app.mailing import opt_outs
from tests import builders
from tests.conftest import on_sqlite
from tests.page_rules import faults_in
from tests.responses.ways import answer, begin, receipt_of, to_summary
from tests.world import PASSWORD

GOOD_PAGE = """<!doctype html><html lang="nl"><head><title>Iets – BPV Monitor</title></head>
<body><main data-page="start"><h1>Iets</h1></main></body></html>"""
FAULTS = {
    '<h1 id="x">Twee</h1>': "main headings",
    '<p id="x"></p><p id="x"></p>': "stands 2 times",
    '<input name="x">': "no label",
    '<label><input type="radio">Ja</label>': "no legend",
    "<form><button></button></form>": "no words",
    "<button>Los</button>": "without a form",
    '<form action="https://elsewhere.example/"></form>': "leads elsewhere",
    '<a href="javascript:alert(1)">x</a>': "leads elsewhere",
    '<a href="#nowhere">x</a>': "is not there",
    '<p style="color:red">x</p>': "inline style",
    '<p onclick="x">x</p>': "inline onclick",
    "<script>x</script>": "inline script",
    '<form method="post"></form>': "without a token",
    "<table><tr><th>x</th></tr></table>": "without a caption",
    '<form><button>Weg</button><label>x<input name="x"></label></form>': "Enter presses",
    '<form id="x"><label>x<input name="x"></label></form><button form="x" formaction="/y">y</button>': "elsewhere",
    '<img src="/x.svg">': "no alt",
}

STATEMENTS = ("/privacy", "/privacy/processing", "/privacy/schools", "/accessibility")


def in_both_languages(person, address: str, gets: int = 200) -> None:
    for language in ("en", "nl"):
        person.go(f"{address}{'&' if '?' in address else '?'}lang={language}", gets)
        assert person.language == language


def test_a_good_page_has_no_faults():
    assert faults_in(BeautifulSoup(GOOD_PAGE, "html.parser"), "/s/x") == []


@pytest.mark.parametrize("fault", FAULTS)
def test_each_rule_finds_its_fault(fault):
    page = BeautifulSoup(GOOD_PAGE.replace("</h1>", f"</h1>{fault}"), "html.parser")
    assert FAULTS[fault] in " ".join(faults_in(page, "/desk/"))


def test_a_page_behind_a_link_says_what_it_is():
    page = BeautifulSoup(GOOD_PAGE.replace(' data-page="start"', ""), "html.parser")
    assert faults_in(page, "/s/x") == ["no data-page"]


@on_sqlite
def test_pages_for_anyone(visitor, app):
    for address in ("/", "/sign-in", "/receipt", "/schools/interested", "/schools/interested?told=yes"):
        in_both_languages(visitor(), address)
    for address in ("/nothing-here", "/s/x", "/t/x", "/opt-out/x"):
        in_both_languages(visitor(), address, 404)
    visitor().post("/health", 405)
    visitor().post("/sign-in", 400)


@on_sqlite
@pytest.mark.parametrize("pathway", ["BOL", "BBL", "OVO"])
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("role", ["student", "trainer"])
def test_pages_of_a_respondent(visitor, world, pathway, language, role):
    place = world.place(pathway=pathway, language=language, first_name="Sam")
    link = place.copy if role == "student" else place.part
    person = begin(visitor(), f"{link}?lang={language}")
    to_summary(person, status="stopped", agreements_made="yes", problem="yes", grade="1", should_improve="Niets")
    assert person.language == language
    summary = person.path
    whole = f"{summary.removesuffix('summary')}whole?lang={language}"
    person.post(whole, 422, grade="11", went_well="x" * 501, go="next")
    person.go(summary).press("go", "send")
    visitor().go("/receipt").press("go", "read", receipt=receipt_of(person)).press("go", "withdraw")
    in_both_languages(visitor(), link, 410)


@on_sqlite
def test_pages_of_a_link_that_ended(visitor, world):
    place = world.place()
    begin(visitor(), place.copy).press("go", "next")
    in_both_languages(visitor(), place.copy)
    assert visitor().post(place.copy, 403, go="start", code="x").page == "code"
    for changes in ({"desk_withdrew_at": builders.dt.datetime(2026, 11, 1, tzinfo=builders.dt.UTC)}, {"version": 2}):
        world.set(Invitation, place.student, **changes)
        in_both_languages(visitor(), place.copy, 410)
    world.today("2028-01-01")
    in_both_languages(visitor(), place.part, 410)


@on_sqlite
@pytest.mark.parametrize("language", ["nl", "en"])
def test_pages_of_a_trainer(visitor, world, language):
    place = world.places({"trainer_address": "t@company.example"}, {"trainer_address": "t@company.example"})[0]
    page = f"{place.trainers_page}?lang={language}"
    visitor().go(page).press("who", "student")
    person = visitor().go(page).press("who", "trainer")
    for way in ("copy", "own-mail", "mail-me"):
        person.press("via", way).press(None)
    person.press("via", "via-us", gets=422, address="x")
    person.press("via", "via-us", address="s@school.example")
    answer(visitor(), place.copy)
    answer(visitor(), place.part)
    person.go(page)
    assert person.language == language
    world.today("2028-01-01")
    person.go(page)
    world.act(lambda: builders.db.session.execute(builders.sa.update(builders.Trainer).values(version=2)))
    person.go(page, 410)


@on_sqlite
def test_pages_of_opting_out(visitor, world):
    link = world.act(lambda: opt_outs.opt_out_url("someone@company.example"))
    world.place()
    in_both_languages(visitor(), link)
    visitor().go(link).press("scope", "pause").press("scope", "none")


@on_sqlite
def test_pages_of_an_empty_desk(admin):
    for address in ("/desk/", "/desk/rounds", "/desk/rounds/new", "/desk/placements", "/desk/placements/load"):
        in_both_languages(admin, address)
    for address in ("agreements", "agreements/new", "schools/04CY/agreement", "coverage"):
        in_both_languages(admin, f"/desk/{address}")
    for address in ("/desk/rounds/1", "/desk/batches/1", "/desk/batches/1/mail/trainer/1"):
        in_both_languages(admin, address, 404)


@on_sqlite
def test_pages_of_a_filled_desk(admin, world):
    world.share()
    direct = [{"student_address": f"s{n}@school.example", "trainer_address": None} for n in range(2)]
    world.places(*direct, *({} for _n in range(60)))
    round_id = world.rows(Round)[0]["id"]
    searches = ("placements?q=hof", "placements?q=zz")
    for address in ("", "rounds", f"rounds/{round_id}", "agreements", "placements", *searches):
        in_both_languages(admin, f"/desk/{address}")
    admin.post("/desk/agreements/new", 400)
    admin.go(f"/desk/rounds/{round_id}?lang=en").press_labelled("Propose who is invited today")
    batch_id = world.rows(Batch)[0]["id"]
    in_both_languages(admin, f"/desk/batches/{batch_id}")
    letters = [link["href"].partition("?")[0] for link in admin.html.main.find_all("a") if "/mail/" in link["href"]]
    for letter in (letters[0], letters[-1]):
        in_both_languages(admin, letter)
    in_both_languages(admin, "/desk/")
    admin.go(f"/desk/batches/{batch_id}?lang=en").press_labelled("Send these mails")
    in_both_languages(admin, f"/desk/batches/{batch_id}")
    admin.go(f"/desk/batches/{batch_id}?lang=en").press_labelled("Pause")
    in_both_languages(admin, f"/desk/batches/{batch_id}")
    admin.go(f"/desk/rounds/{round_id}?lang=en").press_labelled("Close this round now")
    in_both_languages(admin, f"/desk/rounds/{round_id}")
    in_both_languages(admin, "/desk/")


@on_sqlite
@pytest.mark.parametrize("language", ["nl", "en"])
def test_pages_of_mistakes_at_the_desk(admin, visitor, language):
    admin.go(f"/desk/rounds/new?lang={language}").press_last(422)
    admin.go(f"/desk/agreements/new?lang={language}").press_last(422, brin="xx")
    admin.go(f"/desk/schools/04CY/agreement?lang={language}").press_last(422)
    visitor().go(f"/schools/interested?lang={language}").press_last(422)
    admin.go(f"/desk/placements/load?lang={language}").press_last(422)
    admin.go(f"/desk/placements/load?lang={language}").press_last(422, file=(io.BytesIO(b"a;bsn\n1;2\n"), "x.csv"))
    bad = (
        b"brin;pok;crebo;leerweg;begindatum;einddatum;leerbedrijf_id\n99ZZ;1;25786;BOL;1-9-2026;30-11-2026;100018965\n"
    )
    admin.go(f"/desk/placements/load?lang={language}").press_last(200, file=(io.BytesIO(bad), "x.csv"))
    assert admin.language == language


@on_sqlite
def test_pages_of_privacy_and_accounts(admin, world):
    world.share()
    world.place(student_address="s@school.example")
    for address in ("/desk/privacy", "/desk/privacy/person", "/desk/accounts", "/desk/accounts/1", "/desk/account"):
        in_both_languages(admin, address)
    in_both_languages(admin, "/desk/audit")
    for language in ("en", "nl"):
        admin.go(f"/desk/privacy/person?lang={language}").press_last(words="s@school.example")
        assert admin.language == language
        admin.go("/desk/privacy/person").press_last(422, words="")


@on_sqlite
def test_pages_of_a_school(visitor, world):
    world.share()
    world.place()
    world.account("reader@school.example", Role.SCHOOL, builders.SCHOOL)
    school = visitor().sign_in("reader@school.example", PASSWORD)
    for page in ("", "students", "deliveries", "inform", "log"):
        in_both_languages(school, f"/desk/schools/{builders.SCHOOL}/{page}")
