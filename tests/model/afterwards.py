"""What must hold right after some steps: what a mail says when it comes in, a file when it is loaded or undone."""

from typing import Any

from app.forwarding import trainers_page
from app.responses import seat_access
from app.responses.seat_access import LinkEnded
from tests.model.cast import PLACES, Line
from tests.model.judging import Judging
from tests.model.ledger import Link, Load
from tests.model.life import Sight, see


class Afterwards(Judging):
    """Promises 1 and 4 of mails, 6 and 8 of loads; see holds.py."""

    def hold_mail(self, recipient: str, found: list[Link]) -> None:
        """Promises 1 and 4, of a mail that came in just now."""
        seen = see()
        asked_for = {link.channel for link in found} & {"own-mail", "reminder"} or recipient.endswith("@home.example")
        assert asked_for or not self.is_unmailed(recipient), f"1: {recipient}, who is silent, is mailed"
        for link in found:
            if link.kind == "s":
                assert link.seat and not self.is_silent(seen[link.seat[0]]), (
                    f"1: a mail about {link.seat}, who is silent"
                )
                assert opens(link), f"4: {recipient} is mailed a link of {link.seat} that opens nothing"
                continue
            cards = trainers_page.cards(trainers_page.open_link(link.token))
            something = any(card.own_part or card.can_pass_on for card in cards)
            assert something, f"4: {recipient} is mailed and finds nothing to do"

    def hold_same_contacts(self, lines: dict[str, Line]) -> None:
        """Promise 6, of a file that was loaded just now."""
        for number, sight in see().items():
            if number not in lines:
                continue
            line, facts = lines[number], sight.facts()
            assert (facts["status"], facts["ends_on"], facts["gone"]) == (line.status, line.end, False), f"6: {number}"
            if not self._is_served(sight):
                continue
            expected = self._expected(number, line)
            given = {name: facts[name] for name in expected}
            assert given == expected, f"6: {number} is known as {given}, its file says {expected}"

    def hold_gone(self, brin: str, lines: dict[str, Line]) -> None:
        """What a complete file of a school does not name is gone, but for what was over before all it names."""
        earliest = min(self.today, *(line.end for line in lines.values()))
        for number, sight in see().items():
            if PLACES[number].brin == brin and (number in lines or sight.placement.ends_on >= earliest):
                assert (sight.placement.gone_at is None) == (number in lines), f"6: {number} is gone or not"

    def hold_undone(self, load: Load, now: dict[str, Any], taken_back: bool) -> None:
        """Promise 8."""
        found = {number: sight.facts() for number, sight in see().items()}
        for number in load.before.keys() | load.after.keys() | now.keys():
            if not taken_back or number not in load.lines:
                assert found.get(number) == now.get(number), f"8: {number}, which is not undone, changed"
            elif load.before.get(number) is None:
                assert number not in found, f"8: {number} was new, and stayed"
            else:
                self._hold_values(number, load, now[number], found[number])

    def _hold_values(self, number: str, load: Load, now: dict[str, Any], found: dict[str, Any]) -> None:
        shared = self.ledger.shared(PLACES[number].brin, self.today)
        before_id = load.before[number]["trainer_id"]
        for name, value in found.items():
            before, after = load.before[number][name], load.after[number][name]
            expected = {before} if now[name] == after else {now[name]}
            if name in ("address", "first_name", "student_number") and (name not in shared or self.ledger.erased):
                expected |= {None, ""}
            if name == "trainer" and found["trainer_id"] == before_id:
                continue  # whose address the desk may have corrected, or a person had erased
            assert value in expected, (
                f"8: {name} of {number} was {before}, loaded {after}, then {now[name]}; now {value}"
            )

    def _is_served(self, sight: Sight) -> bool:
        """Tell whether a placement's contacts are of use still; others go in time, and are not asked for again."""
        rounds = [seat.round for seat in sight.seats.values()]
        return any(not one.is_closed(self.today) for one in rounds) if rounds else sight.placement.ends_on >= self.today

    def _expected(self, number: str, line: Line) -> dict[str, Any]:
        """Return the contacts that a file's line leads to today."""
        place, erased = PLACES[number], self.ledger.erased
        shared = self.ledger.shared(place.brin, self.today)
        known = frozenset() if self.ledger.keys_of(number, line, self.today) & erased else shared
        expected: dict[str, Any] = {}
        if number not in self.ledger.students_word:
            expected["address"] = line.address if "address" in known else None
            expected["first_name"] = place.first_name if line.named and "first_name" in known else ""
            expected["student_number"] = place.student if line.numbered and "student_number" in known else ""
        if number not in self.ledger.trainers_word:
            expected["trainer"] = None if ("address", str(line.trainer)) in erased else line.trainer
        return expected


def opens(link: Link) -> bool:
    """Tell whether a seat's link opens its questionnaire."""
    try:
        seat_access.open_link(link.token)
    except LinkEnded:
        return False
    return True
