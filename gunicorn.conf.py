"""How gunicorn serves the product; every value can be overridden on its command line."""

import gc
import os
from typing import Any

from gunicorn.glogging import Logger


class PathlessLogger(Logger):
    """Leaves out the address of a request that failed beyond the application: it may be a personal link."""

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        super().exception(str(msg).partition("%")[0], **kwargs)


logger_class = PathlessLogger
bind = os.environ.get("BIND", "127.0.0.1:5000")
worker_class = "gthread"
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
