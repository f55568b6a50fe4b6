"""Receipts: what a respondent holds to read or withdraw sent answers, and all that leads to them."""

import base64
import hashlib
import re
import secrets
from collections.abc import Collection

import sqlalchemy as sa

from app.database import changed_rows
from app.extensions import db
from app.placements import forgotten
from app.responses.models import FirstForm, Response

LENGTH = 20  # base32 characters, 100 bits
HASH_LENGTH = hashlib.sha256().digest_size * 2
SHAPE = re.compile(rf"[A-Z2-7]{{{LENGTH}}}")


def new_receipt() -> str:
    """Return a fresh receipt: twenty characters in groups of four."""
    code = base64.b32encode(secrets.token_bytes(13)).decode()[:LENGTH]
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def receipt_hash(receipt: str) -> str | None:
    """Return the SHA-256 under which a receipt is kept, or None when it has not a receipt's shape."""
    code = _code(receipt)
    return hashlib.sha256(code.encode()).hexdigest() if SHAPE.fullmatch(code) else None


def first_mark(receipt: str) -> str:
    """Return another SHA-256 of a receipt: without the receipt nobody can tell that the two belong together."""
    return hashlib.sha256(f"first {_code(receipt)}".encode()).hexdigest()


def find(receipt: str) -> Response | None:
    """Return the answers a receipt belongs to."""
    hashed = receipt_hash(receipt)
    return hashed and db.session.scalar(sa.select(Response).where(Response.receipt_hash == hashed)) or None


def withdraw(receipt: str) -> bool:
    """Delete the answers of a receipt, for good also where a backup is put back; False when there are none.

    Where they were a trainer's first, that trainer's next form will be.
    """
    hashed = receipt_hash(receipt)
    if hashed is None or not withdraw_hashes([hashed]):
        return False
    db.session.execute(sa.delete(FirstForm).where(FirstForm.mark == first_mark(receipt)))
    forgotten.remember([hashed])
    return True


def withdraw_hashes(hashes: Collection[str]) -> int:
    """Delete the answers whose receipts have these hashes; returns how many there were."""
    erased = sa.delete(Response).where(Response.receipt_hash.in_(hashes))
    # the nightly shuffling may just have replaced a row; then the second try finds it
    return sum(changed_rows(erased) for _try in range(2))


def _code(receipt: str) -> str:
    return re.sub(r"[\s-]", "", receipt).upper()
