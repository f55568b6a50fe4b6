"""Long work that somebody waits for, such as loading a file; any worker takes it up.

A job is a function that claims its own work under a lease, does it piece by piece, and yields after each piece; the
piece is committed then. It yields nothing where no work waits. What a worker left, the next takes up.
"""

import threading
from collections.abc import Callable, Generator

import structlog

from app.database import Unavailable
from app.extensions import db
from app.forwarding import reminding
from app.invitations import counting
from app.placements import upload_work

log = structlog.get_logger()
JOBS: tuple[Callable[[], Generator[None, None, None]], ...] = (upload_work.work, counting.work, reminding.work)


def work(stopping: threading.Event) -> bool:
    """Do one thing of each job that waits; tell whether there was any. Raises Unavailable."""
    worked = [_do(job, stopping) for job in JOBS]
    return any(worked)


def _do(job: Callable[[], Generator[None, None, None]], stopping: threading.Event) -> bool:
    worked = False
    pieces = job()
    try:
        for _piece in pieces:
            db.session.commit()
            worked = True
            if stopping.is_set():
                break
        pieces.close()
        db.session.commit()
    except Unavailable:  # the database's fault: the worker pauses, and the lease runs out
        raise
    except Exception:  # one job that fails must stop neither the others nor the mail; its lease runs out
        db.session.rollback()
        log.exception("job failed", job=job.__module__)
    finally:
        db.session.remove()
    return worked
