"""How gunicorn serves the product; every value can be overridden on its command line."""

import gc
import os
import socket
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.workers import gthread

REQUEST_SECONDS = int(os.environ.get("WEB_REQUEST_SECONDS", "30"))


class PathlessLogger(Logger):
    """Leaves out what a request beyond the application said: its first line may hold a personal link."""

    def warning(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        unreadable = str(msg).startswith("Invalid request")  # and what follows is the request
        super().warning("A request that cannot be read was refused" if unreadable else msg, *args, **kwargs)

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        words, _percent, _values = str(msg).partition("%")
        if "request" not in words:
            return super().exception(msg, *args, **kwargs)
        kind, _error, trace = sys.exc_info()
        where = " < ".join(f"{Path(one.filename).name}:{one.lineno}" for one in reversed(traceback.extract_tb(trace)))
        return super().error("%s: %s at %s", words.strip(), kind and kind.__name__, where)


class BoundedWorker(gthread.ThreadWorker):
    """Threads that wait for nobody: each would otherwise stand still for as long as a visitor stalls in a request.

    A connection gets a thread once something arrives on it. What is not whole after REQUEST_SECONDS, headers and body
    together, is taken as if its sender had hung up; an answer in the making goes on. The many slow ones are the
    proxy's to hold: see docs/production.md.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.begun: dict[gthread.TConn, float] = {}

    def handle(self, conn: gthread.TConn) -> Any:
        if not conn.initialized and not conn.wait_for_data(0):
            return gthread._DEFER
        self.begun[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            del self.begun[conn]

    def murder_pending(self) -> None:
        """End what takes too long; gunicorn calls this every second."""
        super().murder_pending()
        for conn, begun in self.begun.copy().items():
            if time.monotonic() - begun > REQUEST_SECONDS:
                with suppress(OSError):  # it went meanwhile
                    conn.sock.shutdown(socket.SHUT_RD)


logger_class = PathlessLogger
bind = os.environ.get("BIND", "127.0.0.1:5000")
worker_class = BoundedWorker
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# Our own log line names the route; gunicorn's would print the path, and with it a personal link.
accesslog = None
errorlog = "-"
# A proxy's headers are the application's to believe (PROXIES); gunicorn itself would take an address from one.
forwarded_allow_ips = ""
loglevel = os.environ.get("WEB_LOG_LEVEL", "warning")
control_socket_disable = True
# Loaded once, before the workers: a setting that is wrong is said once and ends the start.
preload_app = True


def pre_request(_worker: Any, _request: Any) -> None:
    """Log nothing; gunicorn's own would print the path when it logs most."""


def when_ready(server: Any) -> None:
    """Refuse to serve a round whose questionnaires changed, or a database that was not migrated."""
    from app import checks  # noqa: PLC0415 the product's folder is on the path from here on only

    checks.refuse_start(server.app.wsgi())


def pre_fork(_server: Any, _worker: Any) -> None:
    """Keep what is loaded out of the garbage collector's rounds, which would copy its memory in every worker."""
    gc.collect()
    gc.freeze()
