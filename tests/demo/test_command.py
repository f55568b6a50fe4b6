"""`flask demo`: what it says, and that it builds nothing twice."""

SMALL = ("demo", "--scale", "0.02")


def test_the_demonstration_and_its_past_years_are_built_once(flask):
    first = flask.json(*SMALL)
    assert first["responses"] > 200
    again = flask.json(*SMALL)
    assert again["responses"] == first["responses"]
    assert again["trainer"] == first["trainer"]


def test_past_years_are_added_only_when_asked_for(flask):
    without = flask.json("demo", "--scale", "0")
    assert flask.json("demo")["responses"] == without["responses"]
    assert flask.json(*SMALL)["responses"] > without["responses"] + 200


def test_links_to_follow_are_those_of_the_running_round(flask, client):
    links = flask.json(*SMALL)
    for link in (links["trainer"], links["student"]):
        assert client.get(link.removeprefix("http://bpv.example")).status_code == 200
