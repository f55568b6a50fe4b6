"""An SMTP server that takes every mail at once, or after a delay, and counts what it took. Runs in its own process.

`XRESET` starts a count afresh, `XCOUNT` returns it as JSON; the product never says either.
"""

import argparse
import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import time
from collections import Counter

from tests.servers.ports import free_port, wait_for_port

END = b"\r\n.\r\n"
REPLIES = {b"EHLO": b"250 sink", b"DATA": b"354 go on", b"QUIT": b"221 bye"}


class Count:
    """What came in since the last reset; `first` and `last` are the moments of the first MAIL and the last reply."""

    def __init__(self) -> None:
        self.ids: Counter[bytes] = Counter()
        self.size = 0
        self.first = self.last = 0.0

    def take(self, content: bytes) -> None:
        self.ids[content.partition(b"Message-ID: ")[2].partition(b"\r\n")[0]] += 1
        self.size += len(content)
        self.last = time.monotonic()

    def as_json(self) -> bytes:
        seconds = self.last - self.first
        found = {"mails": self.ids.total(), "different": len(self.ids), "size": self.size, "seconds": seconds}
        return json.dumps(found).encode()


class Session(asyncio.Protocol):
    """One connection."""

    count = Count()

    def __init__(self, delay: float, quickack: bool):
        self.delay, self.quickack = delay, quickack
        self.buffer = b""
        self.in_text = False

    def connection_made(self, transport) -> None:
        self.transport = transport
        self._say(b"220 sink")

    def data_received(self, data: bytes) -> None:
        if self.quickack:  # Linux forgets it again, so it is said each time
            self.transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        self.buffer += data
        while (end := self.buffer.find(END if self.in_text else b"\r\n")) >= 0:
            piece, self.buffer = self.buffer[:end], self.buffer[end + len(END if self.in_text else b"\r\n") :]
            self._text(piece) if self.in_text else self._command(piece)

    def _text(self, content: bytes) -> None:
        self.in_text = False
        asyncio.get_running_loop().call_later(self.delay, self._accept, content)

    def _accept(self, content: bytes) -> None:
        self.count.take(content)
        self._say(b"250 taken")

    def _command(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"XRES":
            Session.count = Count()
        elif verb == b"MAIL":
            self.count.first = self.count.first or time.monotonic()
        self.in_text = verb == b"DATA"
        self._say(b"250 " + self.count.as_json() if verb == b"XCOU" else REPLIES.get(verb, b"250 ok"))

    def _say(self, reply: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(reply + b"\r\n")


class Sink:
    """A sink in a process of its own, until `stop`."""

    def __init__(self, delay: float, quickack: bool):
        self.port = free_port()
        options = [f"--port={self.port}", f"--delay={delay}", *(["--quickack"] if quickack else [])]
        self.process = subprocess.Popen([sys.executable, "-m", "bench.sink", *options])
        wait_for_port(self.port)

    def reset(self) -> None:
        self._ask("XRESET")

    def count(self) -> dict[str, float]:
        return json.loads(self._ask("XCOUNT").removeprefix("250 "))

    def _ask(self, command: str) -> str:
        with socket.create_connection(("127.0.0.1", self.port)) as line, line.makefile("rw", newline="\r\n") as both:
            both.readline()
            both.write(f"{command}\n")
            both.flush()
            return both.readline()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


async def serve(port: int, delay: float, quickack: bool) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Session(delay, quickack), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="bench.sink")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before a mail is accepted")
    parser.add_argument("--quickack", action="store_true")
    given = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(given.port, given.delay, given.quickack))
