"""Counts what each step of a journey asks of the database: statements, and commits that wrote.

Each of those waits for the disk once.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from flask import Flask

from app.extensions import db
from bench import client

WRITES = ("INSERT", "UPDATE", "DELETE")


@contextmanager
def counted(app: Flask) -> Iterator[Counter]:
    """Count "statements" and "writing commits" on the application's database."""
    counts: Counter = Counter()

    def saw_statement(connection, _cursor, statement, *_rest) -> None:
        counts["statements"] += 1
        if statement.lstrip().upper().startswith(WRITES):
            connection.info["wrote"] = True

    def saw_commit(connection) -> None:
        counts["writing commits"] += connection.info.pop("wrote", False)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", saw_statement)
    sa.event.listen(engine, "commit", saw_commit)
    try:
        yield counts
    finally:
        sa.event.remove(engine, "before_cursor_execute", saw_statement)
        sa.event.remove(engine, "commit", saw_commit)


def of_journey(app: Flask, token: str) -> list[tuple[str, Counter]]:
    """Walk one link in this process; returns each request with its counts."""
    browser, steps = app.test_client(), []
    method, path, body = "GET", f"/s/{token}", ""
    while path:
        with counted(app) as counts:
            answer = browser.open(path, method=method, data=body, content_type="application/x-www-form-urlencoded")
        shown, page = client.PAGE.search(answer.text), answer.text
        steps.append((f"{method} {shown[1] if shown else answer.status_code}", counts))
        if answer.status_code == 303:
            method, path, body = "GET", answer.location, ""
        elif shown and shown[1] in client.BUTTON:
            action = client.FORM.search(page)
            method, path, body = "POST", action[1] if action else "", client.fill(page, shown[1])
        else:
            path = ""
    return steps
