"""A backup of the database that was put back: found out by its epoch, and what it brought back put in order.

The epoch grows while the product runs; each machine keeps the last one it saw in DATA_DIR, in a file per database.
"""

import datetime as dt
import os
import tempfile
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.accounts import audit
from app.database import insert_into, new_version
from app.extensions import db
from app.forwarding import reminding
from app.invitations import batches, rounds
from app.invitations.models import Batch
from app.mailing import outbox
from app.mailing.models import WAITING, Message
from app.placements import forgotten
from app.privacy import forgetting
from app.privacy.models import Epoch


class NotReady(Exception):
    """DATA_DIR cannot be written; the message says what to do."""


class OlderDatabase(NotReady):
    """A backup of the database was put back; the message says what to do."""


def check() -> Path:
    """Return DATA_DIR. Raises NotReady; of that, OlderDatabase where DATA_DIR knows a later epoch."""
    folder = current_app.config["DATA_DIR"]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise NotReady(f"DATA_DIR ({folder}) must be a folder we can write in: {error.strerror}") from error
    epoch = db.session.get(Epoch, 1)
    if epoch and epoch.number < _seen(epoch):
        is_of, saw = (dt.datetime.fromtimestamp(n, clock.AMSTERDAM) for n in (epoch.number, _seen(epoch)))
        raise OlderDatabase(
            f"a backup was put back: this database is of {is_of:%Y-%m-%d %H:%M:%S}, and {_file(epoch)} saw it at"
            f" {saw:%Y-%m-%d %H:%M:%S}; stop web and worker, run `flask restored`, and start them again"
        )
    return folder


def keep() -> None:
    """Write down in DATA_DIR how far the database is and who was forgotten, and let its epoch grow.

    Raises as `check` does. The file never says more than was committed: it is written before the epoch grows.
    """
    epoch = _epoch()
    check()
    forgotten.write_down()
    unfinished = _file(epoch).with_suffix(f".{os.getpid()}")
    unfinished.write_text(str(epoch.number), encoding="ascii")
    unfinished.replace(_file(epoch))
    epoch.number = max(epoch.number + 1, int(clock.machine_now().timestamp()))


def put_in_order() -> dict[str, int]:
    """Let nothing go twice and nobody come back after a restore; returns what was done, and how often.

    Mail that waits is held and mail on its way uncertain, since it may have gone after the backup was made; so are
    today's reminders. Who was erased and what was withdrawn since is so again.
    """
    epoch = _epoch()
    epoch.number = max(epoch.number, _seen(epoch))
    done = {"uncertain": outbox.sweep(all_leases=True)}
    for one in (one for one in rounds.running() if one.reminder_days):
        list(reminding.queue(one))
        one.reminded_on = clock.today()
    runs = db.session.scalars(sa.select(Message.run_id).where(WAITING).distinct()).all()
    held = [batches.pause(batch) for batch in db.session.scalars(sa.select(Batch).where(Batch.id.in_(runs)))]
    done |= {"held": sum(held) + outbox.hold(None), "batches_paused": len(held)} | forgetting.again()
    audit.record("database_restored", **done)  # type: ignore[arg-type]
    return done


def _epoch() -> Epoch:
    """Return the row, made when missing, and locked."""
    row = {"id": 1, "database": new_version(), "number": 0}
    db.session.execute(insert_into(Epoch).values(row).on_conflict_do_nothing())
    return db.session.scalars(sa.select(Epoch).with_for_update(), execution_options={"populate_existing": True}).one()


def _seen(epoch: Epoch) -> int:
    """Return the last epoch of this database that this machine wrote down."""
    return int(_file(epoch).read_text(encoding="ascii") or 0) if _file(epoch).exists() else 0  # empty: power failed


def _file(epoch: Epoch) -> Path:
    return current_app.config["DATA_DIR"] / f"epoch-{epoch.database}.txt"
