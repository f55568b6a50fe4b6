"""Keyed hashes: what lets us recognise an address or a number without keeping it."""

import hashlib
import hmac

from flask import current_app


def keyed_hash(*parts: str) -> str:
    """Return the HMAC-SHA-256 of `parts` under HASH_KEY, 32 hexadecimal characters (128 bits)."""
    message = "\x1f".join(parts).encode()
    return hmac.new(current_app.config["HASH_KEY"].encode(), message, hashlib.sha256).hexdigest()[:32]


def address_hash(address: str) -> str:
    """Return the keyed hash of a mail address, whatever its case or the spaces around it."""
    return keyed_hash("address", address.strip().casefold())
