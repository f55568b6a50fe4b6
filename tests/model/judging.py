"""What the ledger says of a seat: who is silent, what may still be asked, whom a mail of ours reaches."""

from app.forwarding.trainers_page import Card
from tests.model.cast import PLACES
from tests.model.ledger import Key
from tests.model.life import Life, Sight


class Judging(Life):
    """Verdicts that the promises rest on, made from plain facts and the ledger alone."""

    def keys_seen(self, sight: Sight) -> set[Key]:
        """Return what the student of a placement is known by in our database."""
        student = sight.placement.student
        keys: set[Key] = {("place", sight.number)}
        if student and student.address:
            keys.add(("address", student.address))
        if student and student.student_number:
            keys.add(("number", PLACES[sight.number].brin, student.student_number))
        return keys

    def is_silent(self, sight: Sight) -> bool:
        """Tell whether the student of a placement objected, or was erased and is named by a file all the same."""
        named = self.ledger.named[sight.number] & self.ledger.erased
        return bool(named or self.keys_seen(sight) & self.ledger.silent)

    def is_unmailed(self, address: str | None) -> bool:
        return ("address", address) in self.ledger.silent or address in self.ledger.unmailed

    def is_quiet_trainer(self, sight: Sight) -> bool:
        """Tell whether the trainer of a placement objected or was erased."""
        return ("address", sight.trainers_person) in self.ledger.silent

    def counts(self, sight: Sight, role: str) -> bool:
        """Tell whether a seat could be asked, or was answered."""
        return (sight.number, role) in self.ledger.sent or self.is_wanted(sight, role)

    def is_open(self, sight: Sight, role: str) -> bool:
        """Tell whether an answer about a seat is still wanted and taken."""
        seat = sight.seats.get(role)
        return bool(seat) and self.is_wanted(sight, role) and not seat.sent and not seat.is_closed(self.today)

    def is_wanted(self, sight: Sight, role: str) -> bool:
        """Tell whether neither the file nor a person nor the desk says that a seat is not to be asked."""
        silent = self.is_silent(sight) if role == "student" else self.is_quiet_trainer(sight)
        return sight.in_file() and not silent and not self.is_withdrawn(sight, role)

    def is_withdrawn(self, sight: Sight, role: str) -> bool:
        """Tell whether the desk withdrew a seat; a trainer's from the trainer who has it, and no other."""
        seat = (sight.number, role)
        of_this = role == "student" or self.ledger.withdrawn.get(seat) == sight.placement.trainer_id
        return seat in self.ledger.withdrawn and of_this

    def is_reached_directly(self, sight: Sight) -> bool:
        student = sight.placement.student
        shared = self.ledger.shared(PLACES[sight.number].brin, self.today)
        may = student and student.address and student.bounced_at is None and "address" in shared
        return bool(may) and not self.is_unmailed(sight.address)

    def number_of(self, seen: dict[str, Sight], card: Card) -> str:
        return next(number for number, sight in seen.items() if sight.placement.id == card.entry.placement.id)
