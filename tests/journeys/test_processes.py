"""What must hold over several processes: one Send, one count of tries, and logs without links."""

import re
import socket
import threading
import urllib.error
import urllib.parse
import urllib.request

import pytest

from tests.pages import Visitor
from tests.responses.ways import begin, receipt_of, to_summary
from tests.servers.web import Web
from tests.worker.processes import environment


@pytest.fixture
def web(mailing_app, database_url, mail_server, tmp_path):
    environ = environment(database_url, mail_server, WEB_LOG_LEVEL="debug", DATA_DIR=tmp_path / "data")
    server = Web(environ, tmp_path / "web.log")
    server.start()
    yield server
    server.stop()


def post(address: str, **values: str) -> int:
    try:
        with urllib.request.urlopen(address, urllib.parse.urlencode(values).encode(), timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.status


def test_a_double_click_on_send_sends_once_and_leaves_no_link_in_the_log(app, web, world):
    place = world.place()
    path = urllib.parse.urlsplit(place.direct).path
    receipt = receipt_of(to_summary(begin(Visitor(app), place.direct), grade="7"))
    statuses: list[int] = []

    def click() -> None:
        statuses.append(post(f"{web.url}{path}/summary", receipt=receipt, go="send"))

    clicks = [threading.Thread(target=click) for _n in range(4)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert statuses == [200] * 4
    assert len(world.sent()) == 1
    logged = web.log.read_text()
    assert logged.count("route=/s/<token>/summary") == 4
    assert path.rpartition("/")[2] not in logged


def test_tries_to_sign_in_are_counted_over_all_processes(web, world):
    world.admin()
    with urllib.request.urlopen(f"{web.url}/sign-in") as page:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.read().decode())[1]
        cookie = page.headers["Set-Cookie"].partition(";")[0]

    def attempt() -> int:
        data = urllib.parse.urlencode({"email": "admin@bpv.example", "password": "wrong", "csrf_token": token}).encode()
        try:
            asked = urllib.request.Request(f"{web.url}/sign-in", data, {"Cookie": cookie})
            return urllib.request.urlopen(asked, timeout=20).close() or 200
        except urllib.error.HTTPError as error:
            with error:
                return error.status

    assert [attempt() for _n in range(13)] == [200] * 10 + [429] * 3


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_request_that_cannot_be_read_leaves_no_link_in_the_log_and_is_no_failure(web):
    """Bytes as no browser sends them: gunicorn itself refuses most, before the product sees them."""
    link, host = b"/s/1.1.direct.secret", b"Host: " + web.url.partition("//")[2].encode() + b"\r\nConnection: close\r\n"
    lines = [
        b"GET " + link + b"\xc3\xa9 HTTP/1.1\r\n",
        b"GET " + link + b"\xe9 HTTP/1.1\r\n",
        b"GET " + link + b" x HTTP/1.1\r\n",
        b"GET " + link + b"\r\n",
        b"GET " + link + b" HTTP/9.9\r\n",
        b"GET " + link + b"\x00 HTTP/1.1\r\n",
        b"GET " + link + b"%00 HTTP/1.1\r\n",
        b"GET " + link + b"x" * 9000 + b" HTTP/1.1\r\n",
        b"GET " + link + b" HTTP/1.1\r\nSCRIPT_NAME: " + link + b"\r\n",
        b"GET " + link + b" HTTP/1.1\r\nSCRIPT_NAME: /elsewhere\r\n",
        b"GET " + link + b" HTTP/1.1\r\nReferer: " + link + b"\x00\r\n",
        b"POST " + link + b" HTTP/1.1\r\nContent-Length: " + link + b"\r\n",
        b"POST " + link + b" HTTP/1.1\r\nTransfer-Encoding: " + link + b"\r\n",
        b"GET http://[" + link + b" HTTP/1.1\r\n",
    ]
    for line in lines:
        with socket.create_connection(("127.0.0.1", web.port), timeout=20) as connection:
            connection.sendall(line + host + b"\r\n")
            status = connection.recv(100).partition(b" ")[2][:3]
        assert status in (b"400", b"404", b"414", b"501"), line
    logged = web.log.read_text()
    assert "A request that cannot be read was refused" in logged
    assert "secret" not in logged
