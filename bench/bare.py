"""The floor: a bare Flask application with the same pages, and one durable write for each POST.

Its pages are ours as a respondent saw them, with the link put in; nothing is checked, nothing is rendered.
`BARE_PAGES` is a JSON file of path → text, and of the paths in their order; `BARE_DATABASE` a database URL.
"""

import json
import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask, redirect, request

URL = os.environ["BARE_DATABASE"]
SAVED = json.loads(Path(os.environ["BARE_PAGES"]).read_text())
PAGES, ORDER, TOKEN = SAVED["pages"], SAVED["order"], SAVED["token"]
TABLE = "CREATE TABLE IF NOT EXISTS bare (token text, page text, answers text)"
app = Flask(__name__)
kept = threading.local()


def connection() -> Any:
    """Return this thread's connection."""
    if not hasattr(kept, "connection"):
        kept.connection = _connect()
    return kept.connection


def _connect() -> Any:
    if URL.startswith("postgresql"):
        return psycopg.connect(URL, autocommit=True)
    opened = sqlite3.connect(URL.removeprefix("sqlite:///"), timeout=30, isolation_level=None)
    opened.execute("PRAGMA journal_mode=WAL")
    opened.execute("PRAGMA synchronous=FULL")
    return opened


def write(token: str, page: str) -> None:
    mark = "%s" if URL.startswith("postgresql") else "?"
    values = (token, page, json.dumps(request.form.to_dict()))
    connection().execute(f"INSERT INTO bare VALUES ({mark}, {mark}, {mark})", values)


@app.get("/s/<token>")
def show_start(token: str):
    return PAGES["start"].replace(TOKEN, token)


@app.post("/s/<token>")
def start(token: str):
    write(token, "start")
    return PAGES[ORDER[0]].replace(TOKEN, token)


@app.get("/s/<token>/<page>")
def show(token: str, page: str):
    return PAGES[page].replace(TOKEN, token)


@app.post("/s/<token>/<page>")
def save(token: str, page: str):
    write(token, page)
    if page == "summary":
        return PAGES["thanks"].replace(TOKEN, token)
    return redirect(f"/s/{token}/{ORDER[ORDER.index(page) + 1]}", 303)


_connect().execute(TABLE)
