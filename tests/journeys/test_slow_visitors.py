"""Visitors who stall, drip or say nothing: they hold no lock, and shut nobody out."""

import http.client
import socket
import ssl
import urllib.parse
from contextlib import ExitStack, closing

import pytest

from tests.conftest import missing, on_sqlite
from tests.servers.nginx import Nginx, NoNginx
from tests.servers.web import Web
from tests.worker.processes import environment

FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
BEGUN = {
    "nothing": "",
    "half a header": "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: ",
    "half a body": f"POST /lost-link HTTP/1.1\r\nHost: 127.0.0.1\r\n{FORM}Content-Length: 1000\r\n\r\naddress=",
}


@pytest.fixture
def web(mailing_app, database_url, mail_server, tmp_path):
    server = Web(
        environment(database_url, mail_server, WEB_REQUEST_SECONDS=2, PROXIES=1, DATA_DIR=tmp_path / "data"),
        tmp_path / "web.log",
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture
def nginx(web, tmp_path):
    try:
        proxy = Nginx(web.port, tmp_path)
    except NoNginx:
        missing("nginx", "apt-get install nginx-light openssl")
    proxy.start()
    yield proxy
    proxy.stop()


@pytest.fixture
def stall(web):
    """Return a function that connects and sends the begin of a request; all connections end with the test."""
    with ExitStack() as connections:

        def begin(text: str, port: int = web.port, secure: ssl.SSLContext | None = None) -> socket.socket:
            connection = socket.create_connection(("127.0.0.1", port), timeout=20)
            if secure:
                connection = secure.wrap_socket(connection, server_hostname="127.0.0.1")
            connections.enter_context(closing(connection))
            connection.sendall(text.encode())
            return connection

        yield begin


def start(link: str) -> int:
    """Press Start on a link; returns the status."""
    parts = urllib.parse.urlsplit(link)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=20)
    with closing(connection):
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", parts.path, "go=start", form)
        return connection.getresponse().status


def test_a_form_that_never_ends_holds_up_nobody_else(web, world, stall):
    """Half a page is saved on one phone; with its transaction open, nobody else could write on SQLite."""
    mine, other = world.places({}, {})
    path = urllib.parse.urlsplit(mine.direct).path
    stalled = stall(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{FORM}Content-Length: 1000\r\n\r\ngo=")
    link = f"{web.url}{urllib.parse.urlsplit(other.direct).path}"
    assert start(link) == 200
    assert stalled.recv(1000).startswith(b"HTTP/1.1 400")  # in time, too, it came to an end
    assert world.seat(mine.student)["opened_at"] is None
    assert world.seat(other.student)["opened_at"]


@on_sqlite
@pytest.mark.parametrize("pieces", ["zz\r\ngo=\r\n0\r\n\r\n", "8\r\ngo=sta"])
def test_a_form_in_pieces_that_are_none_is_refused_and_not_logged(web, stall, pieces):
    """Once the reading of such a form failed, with what stood in it."""
    head = f"POST /lost-link HTTP/1.1\r\nHost: 127.0.0.1\r\n{FORM}Transfer-Encoding: chunked\r\n\r\n"
    answer = stall(head + pieces).recv(10_000)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400")
    assert "failure" not in web.log.read_text()


@on_sqlite
@pytest.mark.parametrize("begun", BEGUN)
def test_what_is_not_whole_in_time_is_ended(web, stall, begun):
    stalled = stall(BEGUN[begun])
    answer = stalled.recv(10_000)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400")


@on_sqlite
def test_connections_on_which_nothing_arrives_take_no_thread(web, stall):
    for _n in range(40):
        stall("")
    answer = stall("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").recv(10_000)
    assert answer.startswith(b"HTTP/1.1 200")


@on_sqlite
def test_forty_of_each_behind_the_documented_proxy_do_not_shut_out_one_more(web, nginx, stall, world):
    place = world.place()
    secure = ssl.create_default_context(cafile=nginx.certificate)
    for _n in range(40):
        for text in BEGUN.values():
            stall(text, nginx.port, secure)
        stall("", nginx.port)
    path = urllib.parse.urlsplit(place.direct).path
    answer = stall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", nginx.port, secure).recv(10_000)
    assert answer.startswith(b"HTTP/1.1 200")
    large = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{FORM}Content-Length: 99000000\r\n\r\n"
    assert stall(large, nginx.port, secure).recv(10_000).startswith(b"HTTP/1.1 413")
    assert nginx.log.read_text() == ""
    assert path not in web.log.read_text()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_pages_are_there_again_after_the_database_restarted(web, world, postgresql):
    place = world.place()
    link = f"{web.url}{urllib.parse.urlsplit(place.direct).path}"
    for _n in range(20):  # every process and thread has a connection by now
        assert start(link) == 200
    with postgresql.away():
        assert start(link) == 500
    assert {start(link) for _n in range(20)} == {200}
