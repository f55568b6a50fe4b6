"""Steps of persons: opening links, passing on, answering, ways out, objecting, being erased, opting out."""

import re
from collections.abc import Callable
from typing import Any

from app.extensions import db
from app.mailing import opt_outs
from app.privacy import finding, forgetting
from app.privacy.finding import Person, SeveralPersons
from app.responses import receipts
from tests.model.afterwards import Afterwards
from tests.model.ledger import Key, Link
from tests.model.life import LINKS, see

PAGE = re.compile(r'data-page="([\w-]+)"')
STUDENT = re.compile(r'name="seat" value="(\d+)"')
UNDO = re.compile(r'name="undo" value="(\d+)"')
RECEIPT = re.compile(r'name="receipt" value="([\w-]+)"')
OFFER = re.compile(r"/t/take-over/([\w.\-]+)")


class People(Afterwards):
    """What trainers and students do with their links, and what persons ask."""

    def visit(self, reader: str, nth: int) -> None:
        """Somebody opens a link they hold, and says who they are or presses Start."""
        self.page(reader, nth)

    def page(self, reader: str, nth: int, kind: str = "") -> str:
        """Return the trainer's page, or all that was answered so far, behind a link that somebody opens."""
        link = self.link(reader, nth, kind)
        self.fetch(reader, self._path(link))
        if link.kind == "t":
            return self.fetch(reader, self._path(link), who="trainer")
        self.fetch(reader, self._path(link), go="start")
        return self.fetch(reader, self._path(link, "/summary"))

    def write(self, reader: str, nth: int, again: bool) -> None:
        """Somebody writes an answer that nobody else is to see; `again`: begins again where a draft is elsewhere."""
        link = self.link(reader, nth, "s")
        self.page(reader, nth, "s")
        if again:
            self.fetch(reader, self._path(link), go="start", again="1")
        mark = f"mark{next(self.marks)}x"
        self.ledger.marks[mark] = reader
        self.fetch(reader, self._path(link, "/whole"), should_improve=mark, go="next")

    def all_look(self, kind: str = "") -> None:
        """Everybody opens the last link they got, of this kind if one is named."""
        for reader in self.readers(kind):
            self.page(reader, 0, kind)

    def all_write(self) -> None:
        """Everybody with a questionnaire writes in the last they got."""
        for reader in self.readers("s"):
            self.write(reader, 0, again=False)

    def all_send(self) -> None:
        """Everybody with a questionnaire answers the last they got and sends it."""
        for reader in self.readers("s"):
            self.write(reader, 0, again=True)
            self.send_answers(reader, 0)

    def send_answers(self, reader: str, nth: int) -> None:
        link = self.link(reader, nth, "s")
        receipt = RECEIPT.search(self.page(reader, nth, "s"))
        if not receipt:
            return
        thanks = self.fetch(reader, self._path(link, "/summary"), go="send", receipt=receipt[1])
        if _page(thanks) == "thanks":
            assert link.seat
            self.ledger.receipts.append(receipt[1])
            self.ledger.sent[link.seat] = self.act(lambda: see()[link.seat[0]].seats[link.seat[1]].round_id)

    def withdraw_answers(self) -> None:
        code = self.ledger.receipts.pop()
        assert self.act(lambda: receipts.withdraw(code))

    def pass_on(self, reader: str, nth: int, student: int, way: str) -> None:
        """A trainer passes on a student's link: it reaches that student, who has a phone, or a mailbox of their own."""
        _page, seats = self._students(reader, nth)
        if not seats:
            return
        seat = seats[student % len(seats)]
        number = self.act(lambda: _number_of(seat))
        typed = f"{number.lower()}@home.example"
        shown = self.fetch(reader, self._path(self.link(reader, nth, "t")), via=way, seat=seat, address=typed)
        self.ledger.queued = True
        if way != "via-us":
            self.act(lambda: [self.ledger.give(f"phone of {number}", link) for link in self._shown(shown, seat)])

    def leave(self, reader: str, nth: int, student: int, way: str, address: str) -> None:
        """A trainer takes a way out of one student's link; `address` is that of a colleague."""
        _page, seats = self._students(reader, nth)
        if not seats:
            return
        seat = seats[student % len(seats)]
        said = {"exit": way, "seat": seat, "address": address, f"{way}-day": self.today.isoformat()}
        shown = self.fetch(reader, self._path(self.link(reader, nth, "t")), **said)
        self.ledger.queued = True
        self.ledger.offers += OFFER.findall(shown)
        if way == "colleague":
            self.ledger.trainers_word.add(self.act(lambda: _number_of(seat)))

    def take_back(self, reader: str, nth: int) -> None:
        """A trainer takes back the last thing they said, as far as their page lets them."""
        page, _seats = self._students(reader, nth)
        if found := UNDO.findall(page):
            self.fetch(reader, self._path(self.link(reader, nth, "t")), undo=found[-1])

    def take_over(self, nth: int, address: str) -> None:
        """A colleague follows a trainer's offer and types an address of their own, which is to get mail by that."""
        token = self.ledger.offers[nth % len(self.ledger.offers)]
        before = self.act(lambda: {number: sight.trainer for number, sight in see().items()})
        self.fetch(address, f"/t/take-over/{token}")
        self.fetch(address, f"/t/take-over/{token}", address=address)
        self.ledger.queued = True
        after = self.act(lambda: {number: sight.trainer for number, sight in see().items()})
        if changed := {number for number in after if after[number] != before.get(number)}:
            self.ledger.trainers_word |= changed
            self.ledger.silent.discard(("address", address))
            self.ledger.erased.discard(("address", address))

    def object_to(self, words: str) -> None:
        """A person objects, as the desk writes down."""
        self._about(words, forgetting.object_to)

    def erase_person(self, words: str) -> None:
        """A person is erased."""
        self.ledger.erased |= self._about(words, forgetting.forget)

    def ask_again(self, words: str) -> None:
        """A person who objected says that they may be asked after all."""
        with self.app.app_context():
            try:
                person = finding.find(words)
            except SeveralPersons:
                return
            keys = self._keys(words)
            for number, sight in see().items():
                if self.keys_seen(sight) & keys:
                    self.ledger.named[number] = set()
            forgetting.ask_again(person)
            db.session.commit()
        self.ledger.silent -= keys - self.ledger.erased
        self.ledger.unmailed -= {key[-1] for key in keys}

    def opt_out(self, address: str) -> None:
        self.fetch(address, self._opt_out_path(address), scope="all")
        self.ledger.unmailed.add(address)

    def opt_in(self, address: str) -> None:
        """An address that wanted no mail wants it again."""
        self.fetch(address, f"{self._opt_out_path(address)}/undo", scope="none")
        self.ledger.unmailed.discard(address)

    def readers(self, kind: str = "") -> list[str]:
        """Return who holds a link, of this kind if one is named."""
        return sorted(name for name, held in self.ledger.links.items() if any(kind in link.kind for link in held))

    def link(self, reader: str, nth: int, kind: str = "") -> Link:
        """Return a link that somebody holds: the last they got, or the `nth` before it."""
        held = [link for link in self.ledger.links[reader] if kind in link.kind]
        return held[-1 - nth % len(held)]

    def fetch(self, reader: str, path: str, **posted: Any) -> str:
        """Return the page that this person's browser shows; fails where it holds what somebody else wrote."""
        how = {"method": "POST" if posted else "GET", "data": posted or None, "follow_redirects": True}
        answer = self.browser(reader).open(path, base_url=self.app.config["PUBLIC_URL"], **how)
        assert answer.status_code < 500, f"{answer.status_code} at {path}"
        for mark, whose in self.ledger.marks.items():
            assert mark not in answer.text or whose == reader, f"{reader} is shown what {whose} wrote"
        if _page(answer.text) == "students":
            self.act(lambda: self.take_links(reader, answer.text))
        return answer.text

    def _students(self, reader: str, nth: int) -> tuple[str, list[str]]:
        """Return a trainer's page, and the students on it."""
        page = self.page(reader, nth, "t")
        return page, sorted(set(STUDENT.findall(page)), key=int)

    def _shown(self, page: str, seat: str) -> list[Link]:
        found = [self.read_link(kind, token) for kind, token in LINKS.findall(page)]
        return [link for link in found if link and link.seat == (_number_of(seat), "student")]

    def _about(self, words: str, do: Callable[[Person], Any]) -> set[Key]:
        """Do something about a person; returns by what they are known, who are silent from now on."""
        with self.app.app_context():
            try:
                person = finding.find(words)
            except SeveralPersons:
                return set()
            if "@" not in words and not person.placements:
                return set()
            keys = self._keys(words)
            do(person)
            db.session.commit()
        self.ledger.silent |= keys
        return keys

    def _keys(self, words: str) -> set[Key]:
        """Return all that a person is known by who is named so: the same number at a school is the same student."""
        brin, _space, number = words.rpartition(" ")
        keys: set[Key] = {("address", words)} if "@" in words else {("number", brin, number), ("place", number)}
        for _also_siblings in range(2):
            known = [self.keys_seen(sight) for sight in see().values()]
            keys |= {key for some in known if some & keys for key in some}
        return keys

    def _path(self, link: Link, page: str = "") -> str:
        return f"/{link.kind}/{link.token}{page}"

    def _opt_out_path(self, address: str) -> str:
        url = self.act(lambda: opt_outs.opt_out_url(address))
        return url.removeprefix(self.app.config["PUBLIC_URL"])


def _page(text: str) -> str:
    found = PAGE.search(text)
    return found[1] if found else ""


def _number_of(seat_id: str) -> str:
    """Return the placement of a seat."""
    for number, sight in see().items():
        if any(str(seat.id) == seat_id for seat in sight.seats.values()):
            return number
    raise AssertionError(seat_id)
