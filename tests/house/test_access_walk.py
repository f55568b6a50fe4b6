"""Every endpoint × every role × own school, another school, another school's object: who gets in, and who does not."""

from dataclasses import dataclass

import pytest
from werkzeug.routing import AnyConverter

from app import security
from app.accounts.models import Role
from app.agreements import interests
from app.extensions import db
from app.portal.models import Delivery
from app.reference.models import School
from tests import builders
from tests.builders import OTHER_SCHOOL, SCHOOL
from tests.conftest import on_sqlite
from tests.house.test_access import rules, value_of
from tests.world import PASSWORD

pytestmark = on_sqlite

LIMITED = (Role.SCHOOL, Role.ADVISER, Role.SECTOR)
OF_ONESELF = {"accounts.end_own_sign_in"}  # an object of the account's own, found by the account


@dataclass(frozen=True)
class Objects:
    """What stands below a school, by the name an address gives it."""

    placement_id: int
    delivery_id: int
    interest_id: int


def objects(world, brin: str) -> Objects:
    world.act(lambda: builders.sharing_school(brin))
    place = world.place(brin=brin)
    facts = {"made_by": 1, "made_at": builders.register.clock.now, "rows": [], "counts": {}, "refused": b"x"}

    def deliver() -> int:
        counts = dict.fromkeys(("new", "changed", "same", "refused"), 0)
        given = facts | {"made_at": facts["made_at"](), "counts": counts}
        made = Delivery(brin=brin, refused_kind="csv", **given)
        db.session.add(made)
        db.session.flush()
        return made.id

    interest = world.act(lambda: interests.express(brin, "x", "x@school.example", "").id)
    return Objects(place.placement, world.act(deliver), interest)


@pytest.fixture
def here(world):
    """Both schools with one of everything, and an account of each role that reaches the first."""
    world.admin()
    for role in set(Role) - {Role.ADMIN}:
        sector = "03" if role == Role.SECTOR else None
        world.account(f"{role}@bpv.example", role, SCHOOL, sector=sector)
    return {brin: objects(world, brin) for brin in (SCHOOL, OTHER_SCHOOL)}


@pytest.fixture
def person(here, visitor):
    """Return a maker of signed-in browsers by role."""
    return lambda role: visitor().sign_in(f"{role}@bpv.example", PASSWORD)


def endpoints(app):
    """Return the rules that accounts reach, with their marks."""
    found = [(rule, security.mark_of(app, rule.endpoint)) for rule in rules(app)]
    return [(rule, mark) for rule, mark in found if mark is not None and mark.kind == "role"]


def names(rule) -> set[str]:
    """Return what of an address names a thing; a word out of a few, such as a kind of file, does not."""
    return {name for name in rule.arguments if not isinstance(rule._converters[name], AnyConverter)}


def requests_to(app, rule, brin: str, of: Objects) -> list[tuple[str, str]]:
    """Return method and address of a rule, for a school and the objects of one."""
    values = {"brin": brin} | {name: getattr(of, name, None) for name in rule.arguments - {"brin"}}
    values = {name: values[name] or value_of(app, rule, name) for name in rule.arguments}
    methods = sorted(rule.methods - {"HEAD", "OPTIONS"})
    return [(m, app.url_map.bind("localhost").build(rule.endpoint, values, method=m)) for m in methods]


def answer(person, method: str, address: str):
    return person.client.open(address, method=method, base_url=person.base_url)


def test_what_limited_roles_reach_stands_below_a_school(app):
    for rule, mark in endpoints(app):
        if set(mark.roles) & set(LIMITED) and names(rule) and rule.endpoint not in OF_ONESELF:
            assert "brin" in rule.arguments, rule.endpoint


def test_what_stands_below_a_school_is_walked(app):
    walked = {"brin", *Objects.__annotations__}
    for rule, mark in endpoints(app):
        if "brin" in rule.arguments and set(mark.roles) & set(LIMITED):
            assert names(rule) <= walked, rule.endpoint


@pytest.mark.parametrize("role", list(Role))
def test_a_role_gets_in_where_the_mark_says_so_and_nowhere_else(app, here, person, role):
    browser = person(role)
    for rule, mark in endpoints(app):
        for method, address in requests_to(app, rule, SCHOOL, here[SCHOOL]):
            status = answer(browser, method, address).status_code
            if role not in mark.roles:
                assert status == 403, (role, method, address)
            elif method == "POST":
                assert status == 400, (role, method, address)  # let in, and asked for the form's token
            else:
                there = (200, 302) if "brin" in rule.arguments else (200, 302, 404)  # other objects were not made
                assert status in there, (role, method, address, status)


@pytest.mark.parametrize("role", LIMITED)
def test_another_school_does_not_exist(app, here, person, role):
    browser, walked = person(role), 0
    for rule, mark in endpoints(app):
        if "brin" in rule.arguments and role in mark.roles:
            for method, address in requests_to(app, rule, OTHER_SCHOOL, here[OTHER_SCHOOL]):
                assert answer(browser, method, address).status_code == 404, (role, method, address)
                walked += 1
    assert walked or role == Role.SECTOR


@pytest.mark.parametrize("role", [Role.SCHOOL, Role.ADVISER])
@pytest.mark.parametrize("which", ["of another school", "that nobody has"])
def test_an_object_of_another_school_is_not_found_under_ones_own(app, here, person, world, role, which):
    of = here[OTHER_SCHOOL] if which == "of another school" else Objects(999_999, 999_999, 999_999)
    browser, before = person(role), world.dump()
    app.config["WTF_CSRF_ENABLED"] = False
    for rule, mark in endpoints(app):
        if names(rule) > {"brin"} and role in mark.roles:
            for method, address in requests_to(app, rule, SCHOOL, of):
                assert answer(browser, method, address).status_code == 404, (role, method, address)
    assert world.dump() == before


def test_a_school_that_is_given_to_nobody_is_open_to_who_sees_all(here, person, world):
    third = next(row["brin"] for row in world.rows(School) if row["brin"] not in here)
    assert answer(person(Role.ADMIN), "GET", f"/desk/schools/{third}/").status_code == 200
    assert answer(person(Role.SCHOOL), "GET", f"/desk/schools/{third}/").status_code == 404
    assert answer(person(Role.ADMIN), "GET", "/desk/schools/99ZZ/").status_code == 404


def test_a_sign_in_of_somebody_else_stays(app, here, person):
    other, browser = person(Role.ADVISER), person(Role.SCHOOL)
    app.config["WTF_CSRF_ENABLED"] = False
    for id_ in range(1, 4):
        answer(browser, "POST", f"/desk/account/sign-ins/{id_}/end")
    assert other.go("/desk/account").path == "/desk/account"
