"""A mail server that says exactly what a test wrote down, for what no real server does on demand."""

import contextlib
import socket
import ssl
import threading

from tests.servers.ports import free_port

SILENCE = "…"  # says nothing, and waits until the client leaves
HANG_UP = "hang up"
STARTTLS = "starttls"


class ScriptedServer:
    """Serves one connection per script; a script is the answers to greeting and commands, in order.

    After DATA was answered with 354 the whole text, up to its final dot, counts as one command.
    """

    def __init__(self, *scripts: list[str], context: ssl.SSLContext | None = None) -> None:
        self.port = free_port()
        self.heard: list[bytes] = []
        self._context = context
        self._connection: socket.socket | None = None
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._thread = threading.Thread(target=self._serve, args=(scripts,))
        self._thread.start()

    def stop(self) -> None:
        _shut(self._listener)
        if self._connection:
            _shut(self._connection)
        self._thread.join()

    def _serve(self, scripts: tuple[list[str], ...]) -> None:
        for script in scripts:
            try:
                self._connection, _peer = self._listener.accept()
                self._follow(script)
            except OSError:  # the client left, or the test is over
                pass
            if self._connection:
                _shut(self._connection)

    def _follow(self, script: list[str]) -> None:
        assert self._connection
        self._connection.settimeout(20)
        for answer in script:
            if answer == HANG_UP:
                return
            if answer == SILENCE:
                self._connection.recv(1)
                return
            self._connection.sendall(answer.removeprefix(STARTTLS).encode() + b"\r\n")
            if answer.startswith(STARTTLS) and self._context:
                self._connection = self._context.wrap_socket(self._connection, server_side=True)
            with self._connection.makefile("rb") as reader:
                self._hear(reader, text=answer.startswith("354"))

    def _hear(self, reader, text: bool) -> None:
        line = reader.readline()
        self.heard.append(line)
        while text and line not in (b".\r\n", b""):
            line = reader.readline()
            self.heard[-1] += line


def _shut(used: socket.socket) -> None:
    """Close a socket for good, also where another thread or file still holds it."""
    with contextlib.suppress(OSError):
        used.shutdown(socket.SHUT_RDWR)
    used.close()
