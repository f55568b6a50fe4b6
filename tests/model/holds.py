"""What must hold in the model's world after every step: eight promises, by number.

Each asks what the product proposes, mails, shows and counts, and compares it with what the ledger says.
"""

from collections import Counter
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.forwarding import trainers_page
from app.forwarding.kinds import HANDED_OVER, TAKEN_OVER
from app.forwarding.trainers_page import Card
from app.invitations import announcements, facts, freezing, planner, reach
from app.invitations.models import Announcement, BlockCell, Invitation, Round
from app.invitations.steps import INVITE_TRAINER
from app.mailing.models import Message
from tests.model.afterwards import Afterwards, opens
from tests.model.asking import running
from tests.model.cast import PLACES
from tests.model.life import Sight, see

TO_TRAINERS = (INVITE_TRAINER, HANDED_OVER, TAKEN_OVER)
LATER = {"not_due", "over_cap"}  # left out today, to be invited in time


class Holds(Afterwards):
    """The eight promises.

    1. Who objected or was erased is in no proposal, queue, mail, page or list, until they say otherwise.
    2. No draft or answer is shown to another reader than who began it (looked after where pages are fetched).
    3. A sent seat stays sent in its round; a closed round keeps its counts once the hour of grace is over.
    4. Whoever is mailed finds something to do; each open seat has one person to answer it, at most one to pass it on.
    5. Population is what could have been asked; what the file refused from the start is in no figure and no block.
    6. The same last file under the same agreement leads to the same contacts.
    7. A seat that nobody opened, for which there is an address, has a route that works today.
    8. Undoing takes back what that load changed and nothing that somebody changed since.
    """

    def hold(self) -> None:
        """Look at everything there is."""
        self.look(self._hold)

    def _hold(self) -> None:
        seen = see()
        with_students = {sight.placement.trainer for sight in seen.values() if sight.placement.trainer}
        cards = {trainer.id: trainers_page.cards(trainer) for trainer in with_students}
        decided = {row.id: row for one in running(self.today) for row in db.session.execute(self._decisions(one))}
        silent = {number for number, sight in seen.items() if self.is_silent(sight)}
        self.ledger.once_silent |= silent | {
            one for one, keys in self.ledger.named.items() if keys & self.ledger.silent
        }
        self._forget_withdrawn(seen)
        self._hold_silence(seen, silent, cards, decided)
        self._hold_facts(seen, decided)
        self._hold_links(seen, silent)
        self._hold_counts(seen)
        for sight in seen.values():
            self._hold_seats(sight)
            self._hold_trainers_part(sight, cards)
            self._hold_route(sight, cards, decided)

    def _decisions(self, one: Round) -> sa.Select:
        """Return a SELECT of what is proposed today of a round's seats, and of the product's rules about each."""
        rules = {
            "refusal": facts.refusal(self.today),
            "counts": facts.counts(self.today),
            "may_be_asked": facts.may_be_asked(one, self.today),
            "due": facts.due_on(self.today),
        }
        return planner.decisions(one, self.today).add_columns(*(rule.label(name) for name, rule in rules.items()))

    def _forget_withdrawn(self, seen: dict[str, Sight]) -> None:
        """What the desk decided goes with a placement that an undone file brought."""
        for number, role in list(self.ledger.withdrawn):
            if number not in seen:
                del self.ledger.withdrawn[number, role]

    def _hold_silence(self, seen: dict[str, Sight], silent: set[str], cards: Any, decided: Any) -> None:
        """Promise 1, for proposals and the trainers' pages."""
        for sight in seen.values():
            for role, seat in sight.seats.items():
                row = decided.get(seat.id)
                if row is None or row.reason:
                    continue
                to = sight.address if row.trainer_id is None else sight.trainer
                assert not self.is_unmailed(to), f"1: {sight.number}'s {role} is proposed to {to}, who is silent"
                assert role == "trainer" or sight.number not in silent, f"1: {sight.number}, who is silent, is proposed"
                quiet = role == "trainer" and self.is_quiet_trainer(sight)
                assert not quiet, f"1: the trainer of {sight.number}, who is silent, is proposed"
        for card in (card for some in cards.values() for card in some):
            number = self.number_of(seen, card)
            assert not (number in silent and card.can_pass_on), f"1: {number}, who is silent, stands to be passed on"

    def _hold_facts(self, seen: dict[str, Sight], decided: dict[int, Any]) -> None:
        """The product's rules: the same in both their forms, and nothing refused or due but by what was said."""
        rules = facts.of(list(decided))
        for sight in seen.values():
            for role, seat in sight.seats.items():
                if seat.id not in decided:
                    continue
                rule, row, name = rules[seat.id], decided[seat.id], f"{sight.number}'s {role}"
                forms = (row.refusal, bool(row.counts), bool(row.may_be_asked))
                assert (rule.refusal, rule.counts, rule.may_be_asked) == forms, f"1: the rules differ on {name}"
                wanted = self.is_wanted(sight, role)
                unsure = role == "student" and sight.number in self.ledger.once_silent
                assert row.refusal or wanted, f"1: {name} is asked, and should not be"
                assert unsure or not (row.refusal and wanted), f"7: {name} is refused by {row.refusal}"
                assert row.counts or not row.due, f"1: {name} is due, and should not be"

    def _hold_links(self, seen: dict[str, Sight], silent: set[str]) -> None:
        """Promises 1 and 4, for the links that people hold."""
        for reader, held in self.ledger.links.items():
            for link in held:
                if link.kind == "t" or not opens(link):
                    continue
                assert link.seat
                number, role = link.seat
                assert role == "trainer" or number not in silent, f"1: a link of {number}, who is silent, opens"
                if role == "trainer":
                    trainer = seen[number].placement.trainer
                    known = {trainer.address} if trainer else set()
                    corrected = number in self.ledger.corrected
                    assert reader in known or corrected, f"4: {reader} can answer as the trainer of {number} still"

    def _hold_counts(self, seen: dict[str, Sight]) -> None:
        """Promises 3 and 5."""
        for one in db.session.scalars(sa.select(Round)):
            here = {number: sight for number, sight in seen.items() if _round_of(sight, "student") == one.id}
            population = Counter({(brin, crebo): n for (brin, crebo, _way), n in freezing.population(one).items()})
            sent = sum(round_id == one.id for round_id in self.ledger.sent.values())
            if sent or one.is_over():
                counted = self._counted(one) | {"population": dict(population)}
                assert counted["sent"] == sent, f"3: {counted['sent']} counted as sent in {one.name}, {sent} were"
            if one.is_over():
                kept = self.ledger.closed.setdefault(one.id, counted)
                assert kept == counted, f"3: {one.name} is over and its counts changed: {kept} to {counted}"
                continue
            asked = {number for number, sight in here.items() if self.counts(sight, "student")}
            self.ledger.could_be_asked |= {(one.id, number) for number in asked}
            once = {number for number in here.keys() & self.ledger.once_silent if not self.is_silent(here[number])}
            unsure = {_cell(number) for number in once}  # whose word holds on, or not
            expected = Counter(_cell(number) for number in asked - once)
            found = {cell: n for cell, n in population.items() if cell not in unsure}
            assert found == expected, f"5: population {dict(population)}, could be asked: {sorted(asked)}"
            self._hold_blocks(one)
        for (number, role), round_id in self.ledger.sent.items():
            seat = seen[number].seats.get(role) if number in seen else None
            assert seat and seat.sent and seat.round_id == round_id, f"3: {number}'s {role} was sent, and is not"

    def _hold_blocks(self, one: Round) -> None:
        cells = db.session.execute(sa.select(BlockCell.brin, BlockCell.crebo).where(BlockCell.round_id == one.id))
        asked = {_cell(number) for id_, number in self.ledger.could_be_asked if id_ == one.id}
        refused = {tuple(cell) for cell in cells} - asked
        assert not refused, f"5: blocks hold what could never be asked: {refused}"

    def _hold_seats(self, sight: Sight) -> None:
        """Promise 7: a placement that ends in a running round has both seats."""
        fits = [one for one in running(self.today) if one.ends_from <= sight.placement.ends_on <= one.ends_until]
        missing = {"student", "trainer"} - sight.seats.keys()
        assert not (fits and sight.in_file() and missing), f"7: {sight.number} has no seat of {missing}"

    def _hold_trainers_part(self, sight: Sight, cards: dict[int, list[Card]]) -> None:
        """Promise 4: one person to answer for the trainer, and at most one to pass the link on."""
        with_card = [
            id_ for id_, some in cards.items() if any(card.entry.placement.id == sight.placement.id for card in some)
        ]
        assert set(with_card) <= {sight.placement.trainer_id}, f"4: {sight.number} stands on pages of {with_card}"
        if not self.is_open(sight, "trainer") or not sight.trainer or self.is_quiet_trainer(sight):
            return
        card = _card(sight, cards)
        assert card and card.own_part, f"4: nobody finds the trainer's part of {sight.number}"

    def _hold_route(self, sight: Sight, cards: dict[int, list[Card]], decided: dict[int, Any]) -> None:
        """Promise 7: a student's seat that nobody opened can be reached by a mail that went, waits, or is proposed."""
        seat = sight.seats.get("student")
        if (
            seat is None
            or not self.is_open(sight, "student")
            or seat.opened_at
            or sight.number in self.ledger.once_silent
        ):
            return
        waits, reason = _waits(seat), decided[seat.id].reason
        if reason is None or reason in LATER or waits:
            return
        state = f"{sight.number} (route {seat.route}, {reason})"
        if self.is_reached_directly(sight):
            assert seat.route == "direct" and seat.mailed_at, f"7: no mail goes to the student of {state}"
            return
        trainer = sight.placement.trainer
        if sight.address and self.is_unmailed(sight.address):
            return  # who wants no mail was asked, or is passed the link on like anybody else
        if trainer is None or trainer.bounced_at or self.is_unmailed(sight.trainer) or not sight.trainer:
            return
        card = _card(sight, cards)
        assert card and card.can_pass_on, f"7: {sight.trainer} cannot pass on the link of {state}"
        part = sight.seats["trainer"]
        reason = decided[part.id].reason if part.id in decided else "closed"
        told = part.sent or _told(part, trainer.id) or _told(seat, trainer.id) or reason in LATER | {None, "closed"}
        told = told or (reason == "status" and part.opened_at)  # provisional since they saw it on their page
        assert seat.route != "direct" and told, f"7: nobody is told to pass on the link of {state}"

    def _counted(self, one: Round) -> dict[str, int]:
        counts = reach.reach(one)
        together = [*counts["student"].values(), counts["trainer"]]
        return {step: sum(count[step] for count in together) for step in ("due", "opened", "sent")}


def _card(sight: Sight, cards: dict[int, list[Card]]) -> Card | None:
    some = cards.get(sight.placement.trainer_id or 0, [])
    return next((card for card in some if card.entry.placement.id == sight.placement.id), None)


def _cell(number: str) -> tuple[str, str]:
    return PLACES[number].brin, PLACES[number].crebo


def _round_of(sight: Sight, role: str) -> int | None:
    return sight.seats[role].round_id if role in sight.seats else None


def _told(seat: Invitation, trainer_id: int) -> bool:
    """Tell whether a mail told this trainer of this version of a seat, or is about to."""
    mail = sa.select(Message.id).join(Announcement, Announcement.message_id == Message.id)
    mail = mail.where(Announcement.invitation_id == seat.id, Announcement.version == seat.version)
    to_them = mail.where(Message.kind.in_(TO_TRAINERS), Message.subject_id == trainer_id)
    return db.session.scalar(to_them.where(Message.status.in_((*announcements.UNDER_WAY, "sent"))).limit(1)) is not None


def _waits(seat: Invitation) -> bool:
    """Tell whether a mail that announces this version of a seat is under way."""
    mail = sa.select(Message.id).join(Announcement, Announcement.message_id == Message.id)
    mail = mail.where(Announcement.invitation_id == seat.id, Announcement.version == seat.version)
    return db.session.scalar(mail.where(Message.status.in_(announcements.UNDER_WAY)).limit(1)) is not None
