"""Logging: one line per request, with the route and never the path, so that no link reaches a log."""

import logging
import re
import sys
import time
from typing import Any

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger()
LINKS = re.compile(r"(/(?:s|t|opt-out|password)/)[^\s'\"]+")
VALUES = re.compile(r"(DETAIL:|CONTEXT:).*")


def without_secrets(_logger: Any, _method: str, entry: Any) -> Any:
    """Take links, and the values a database names, out of an error's text."""
    if "exception" in entry:
        entry["exception"] = VALUES.sub(r"\1…", LINKS.sub(r"\1…", entry["exception"]))
    return entry


def set_up(stream=None) -> None:
    """Write log lines as key=value to standard error, which leaves standard output to commands."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            without_secrets,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
    )


def start_timer() -> None:
    g.started = time.perf_counter()


def log_request(response: Response) -> Response:
    """Log method, route, status and milliseconds; the path, address and form stay out."""
    took = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
    route = request.url_rule.rule if request.url_rule else "-"
    log.info("request", method=request.method, route=route, status=response.status_code, ms=round(took, 1))
    return response


def log_failure(exc_info: Any) -> None:
    """Log an unexpected error by route; Flask's own line would name the path, and with it a personal link."""
    route = request.url_rule.rule if request.url_rule else "-"
    log.error("failure", method=request.method, route=route, exc_info=exc_info)


def init_app(app: Flask) -> None:
    set_up()
    app.log_exception = log_failure  # type: ignore[method-assign]
    if app.config["BPV_ENV"] == "development" and not app.testing:
        log.warning("DEVELOPMENT MODE: not for real people's data", business_time=app.config["BPV_NOW"] or "now")
    app.after_request(log_request)
