"""The desk's pages about rounds and batches; importing a module hangs its pages on the blueprint."""

from app.invitations.desk import agreements, batches, coverage, home, mails, rounds, seats
from app.invitations.desk.blueprint import blueprint as pages

__all__ = ["agreements", "batches", "coverage", "home", "mails", "pages", "rounds", "seats"]
