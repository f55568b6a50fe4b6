"""How gunicorn serves the product; every value can be overridden on its command line."""

import gc
import os
import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.workers import gthread

REQUEST_SECONDS = int(os.environ.get("WEB_REQUEST_SECONDS", "30"))


class PathlessLogger(Logger):
    """Leaves out the address of a request that failed beyond the application: it may be a personal link."""

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        super().exception(str(msg).partition("%")[0], **kwargs)


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
loglevel = os.environ.get("WEB_LOG_LEVEL", "warning")
control_socket_disable = True
# Loaded once, before the workers: a setting that is wrong is said once and ends the start.
preload_app = True


def when_ready(server: Any) -> None:
    """Refuse to serve a round whose questionnaires changed, or a database that was not migrated."""
    from app import checks  # noqa: PLC0415 the product's folder is on the path from here on only

    checks.refuse_start(server.app.wsgi())


def pre_fork(_server: Any, _worker: Any) -> None:
    """Keep what is loaded out of the garbage collector's rounds, which would copy its memory in every worker."""
    gc.collect()
    gc.freeze()
