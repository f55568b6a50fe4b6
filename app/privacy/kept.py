"""What stays, and why: tables that no rule of terms.py names, and columns of those that only lose others."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Kept:
    """Tables about no person, or without which somebody could not be left alone: `what` they hold, `why` it stays."""

    what: Any
    why: Any
    tables: tuple[str, ...]


KEPT = (
    Kept(
        _l("Reference tables: sectors, programmes, schools, regions; companies"),
        _l("Public"),
        ("sectors", "programmes", "schools", "regions", "companies"),
    ),
    Kept(
        _l("Placements (company, programme, dates), rounds, seats and what happened to them, by number"),
        _l("To count how far links get; no name and no address"),
        ("rounds", "populations", "batches", "invitations", "events", "reports", "completion_counters"),
    ),
    Kept(
        _l("How programmes are put together for figures, how many answered; published figures"),
        _l("They are about no person, and published figures stay as they are"),
        ("block_cells", "increments", "editions", "publications", "history_figures"),
    ),
    Kept(
        _l("Hashes of addresses and numbers that we may not use again, and of receipts of withdrawn answers"),
        _l("Without them the next file, or a backup, would bring back who was erased and what was withdrawn"),
        ("opt_outs", "objections", "forgotten", "rate_counters"),
    ),
    Kept(
        _l("What the mail server said when it last refused mail, without addresses"),
        _l("To say why mail waits; it goes once a mail passes"),
        ("mail_trouble",),
    ),
    Kept(
        _l("Accounts, what they reach, and agreements with schools"),
        _l("As long as the log names what an account did, or an agreement may be asked about"),
        ("users", "user_schools", "user_programmes", "agreements", "talks", "remembered_columns"),
    ),
)
# Columns that stay where a rule blanks others of the table: codes, hashes and words of ours.
LEFT = {
    "placements": {"key_hash", "row_digest", "brin", "crebo", "pathway", "status", "company_number", "language"}
    | {"given_trainer"},
    "trainers": {"address_hash", "language"},
    "uploads": {"language", "format", "columns", "summary", "claimed_by"},
    "deliveries": {"brin", "counts", "refused_kind"},
}
