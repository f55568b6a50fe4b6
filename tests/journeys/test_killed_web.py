"""`kill -9` of the web in the middle of page saves: every page that was acknowledged is there."""

import http.client
import threading
import time
import urllib.parse

import pytest

from tests.servers.web import Web
from tests.worker.processes import environment

pytestmark = pytest.mark.slow
CLIENTS = 4


class Saver(threading.Thread):
    """One respondent who saves two pages in turn, each time with a higher number, whatever becomes of the server."""

    def __init__(self, web: Web, link: str):
        super().__init__()
        self.port, self.path = web.port, urllib.parse.urlsplit(link).path
        self.cookie = "language=nl"  # any cookie tells that this browser keeps them
        self.acknowledged = {"whole": 0, "problem_solving": 0}
        self.failures = 0
        self.stopping = threading.Event()

    def run(self) -> None:
        _where, given = self._post(self.path, go="start")
        self.cookie = given.partition(";")[0]
        number = 0
        while not self.stopping.is_set():
            number += 1
            try:
                self._save("whole", number, went_well=str(number))
                self._save("problem_solving", number, problem="yes" if number % 2 else "no")
            except (OSError, http.client.HTTPException):
                self.failures += 1
                time.sleep(0.05)

    def _save(self, page: str, number: int, **answers: str) -> None:
        where, _cookie = self._post(f"{self.path}/{page}", **answers, go="next")
        assert where.startswith(f"{self.path}/"), where
        self.acknowledged[page] = number

    def _post(self, path: str, **form: str) -> tuple[str, str]:
        """Return where an answer leads, and the cookie it sets."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookie}
            connection.request("POST", path, urllib.parse.urlencode(form), headers)
            answer = connection.getresponse()
            assert answer.status == 303, answer.status
            return answer.headers["Location"], answer.headers["Set-Cookie"] or ""
        finally:
            connection.close()

    def count(self) -> int:
        return self.acknowledged["whole"]


@pytest.fixture
def web(mailing_app, database_url, mail_server, tmp_path):
    server = Web(environment(database_url, mail_server, DATA_DIR=tmp_path / "data"), tmp_path / "web.log")
    server.start()
    yield server
    server.kill_all()


def wait_for(savers: list[Saver], more: int) -> None:
    """Wait until each saver had that many more pages acknowledged."""
    wanted = [saver.count() + more for saver in savers]
    until = time.monotonic() + 60
    while time.monotonic() < until and any(s.count() < n for s, n in zip(savers, wanted, strict=True)):
        time.sleep(0.02)
    assert all(saver.count() >= n for saver, n in zip(savers, wanted, strict=True))


def test_a_killed_web_loses_no_page_it_acknowledged(web, world):
    places = world.places(*({} for _n in range(CLIENTS)))
    savers = [Saver(web, place.direct) for place in places]
    for saver in savers:
        saver.start()
    try:
        wait_for(savers, 5)
        web.kill_worker()
        wait_for(savers, 5)
        web.kill_all()
        web.start()
        wait_for(savers, 5)
        web.kill_all()
    finally:
        for saver in savers:
            saver.stopping.set()
        for saver in savers:
            saver.join()
    assert all(saver.failures for saver in savers)
    for saver, place in zip(savers, places, strict=True):
        pages = world.drafted(place.student)
        assert int(pages["whole"]["went_well"]) >= saver.acknowledged["whole"]
        assert pages["problem_solving"]["problem"] in ("yes", "no")
    logged = web.log.read_text()
    assert not [place for place in places if place.direct.rpartition("/")[2] in logged]
