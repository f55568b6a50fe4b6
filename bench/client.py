"""A small load client: people who each walk one personal link after another, over a kept connection of their own.

Raw sockets and a few regular expressions, so that the client costs less than what it measures; loopback only.
"""

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

STEPS = 30  # more pages than any questionnaire has: whoever needs more goes round in circles
FORM = re.compile(r'<form method="post" action="([^"]*)"')
INPUT = re.compile(r"<input [^>]*>")
ATTRIBUTE = re.compile(r'(type|name|value)="([^"]*)"')
TEXTAREA = re.compile(r'<textarea [^>]*name="([^"]*)"|<textarea[^>]*name="([^"]*)"')
PAGE = re.compile(r'data-page="(\w+)"')
BUTTON = {"start": "start", "theme": "next", "summary": "send"}
STEP = {"start": "start", "theme": "save", "summary": "send"}


class Unexpected(Exception):
    """The server answered something a respondent would not get."""


@dataclass
class Load:
    """What a run of the client saw: journeys done, seconds per step, the client's own share of the processor."""

    done: int = 0
    requests: int = 0
    seconds: float = 0
    busy: float = 0  # processor seconds of the client per second
    steps: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    pages: dict[str, str] = field(
        default_factory=dict
    )  # of the first journey, by name: start, each theme, summary, thanks


class Connection:
    """One kept connection to a loopback port, with the cookies of one journey."""

    def __init__(self, port: int):
        self.port = port
        self.cookies: dict[str, str] = {}

    async def open(self) -> "Connection":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        return self

    async def request(self, method: str, path: str, body: str = "") -> tuple[int, dict[str, str], str]:
        """Return status, headers (the last of each name) and text."""
        head = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        if self.cookies:
            head.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if method == "POST":
            head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        self.writer.write(("\r\n".join(head) + "\r\n\r\n" + body).encode())
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {}
        for line in lines[1:-2]:
            name, _colon, value = line.partition(": ")
            headers[name.lower()] = value
            if name.lower() == "set-cookie":
                cookie, _equals, rest = value.partition("=")
                self.cookies[cookie] = rest.partition(";")[0]
        text = await self.reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection") == "close":
            self.writer.close()
            await self.open()
        return int(lines[0].split()[1]), headers, text.decode()


def fill(page: str, kind: str) -> str:
    """Return the body of the page's form: hidden fields as they are, the middle answers, a few words.

    The middle answers bring up no follow-up questions, so that every journey has the same pages.
    """
    given: dict[str, str] = {}
    options: dict[str, list[str]] = defaultdict(list)
    form = page[page.index('<form method="post"') :]
    for tag in INPUT.findall(form):
        found = dict(ATTRIBUTE.findall(tag))
        if found.get("type") == "radio":
            options[found["name"]].append(found["value"])
        elif found.get("type") == "hidden":
            given[found["name"]] = found["value"]
    given |= {name: values[len(values) // 2] for name, values in options.items()}
    given |= dict.fromkeys((first or second for first, second in TEXTAREA.findall(form)), "Goede uitleg, fijne mensen.")
    return urlencode(given | {"go": BUTTON[kind]})


async def journey(connection: Connection, token: str, load: Load, number: int) -> None:
    """Walk one link from its first page to the thanks. Raises Unexpected."""
    connection.cookies.clear()
    method, path, body, kind = "GET", f"/s/{token}", "", "open"
    for _step in range(STEPS):
        begun = time.perf_counter()
        status, headers, page = await connection.request(method, path, body)
        load.requests += 1
        if status == 303:
            path = headers["location"]
            status, headers, page = await connection.request("GET", path)
            load.requests += 1
        load.steps[kind].append(time.perf_counter() - begun)
        if status != 200:
            raise Unexpected(f"{kind} answered {status}")
        shown = PAGE.search(page)
        action = FORM.search(page)
        name = action[1].partition("?")[0].rpartition("/")[2] if action else ""
        if number == 0:
            load.pages[name if shown and shown[1] == "theme" else shown[1] if shown else ""] = page
        if shown is None or action is None or shown[1] not in BUTTON:
            break
        kind = STEP[shown[1]]
        method, path, body = "POST", action[1], fill(page, shown[1])
    if 'data-page="thanks"' not in page:
        raise Unexpected(f"ended after {kind} without thanks")
    load.done += 1


async def opening(connection: Connection, token: str, load: Load, _number: int) -> None:
    """Open one link and look no further. Raises Unexpected."""
    begun = time.perf_counter()
    status, _headers, page = await connection.request("GET", f"/s/{token}")
    load.steps["open"].append(time.perf_counter() - begun)
    if status != 200 or 'data-page="start"' not in page:
        raise Unexpected(f"opening answered {status}")
    load.done += 1
    load.requests += 1


def run(port: int, tokens: Iterable[str], people: int, walk=journey) -> Load:
    """Let `people` at a time walk these links and return what they saw."""
    load, queue = Load(), iter(enumerate(tokens))
    begun, processor = time.perf_counter(), time.process_time()
    asyncio.run(_people(port, queue, people, walk, load))
    load.seconds = time.perf_counter() - begun
    load.busy = (time.process_time() - processor) / load.seconds
    return load


async def _people(port: int, queue: Iterator[tuple[int, str]], people: int, walk, load: Load) -> None:
    await asyncio.gather(*(_person(port, queue, walk, load) for _n in range(people)))


async def _person(port: int, queue: Iterator[tuple[int, str]], walk, load: Load) -> None:
    connection = await Connection(port).open()
    for number, token in queue:
        await walk(connection, token, load, number)
    connection.writer.close()
