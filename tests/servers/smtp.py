"""A real SMTP server for the tests. It keeps every mail, and answers as the recipient's address asks for.

`later451@…` is put off, `unknown550@…` refused, `denied571@…` refused by policy, `spam554@…` refused after the data,
`bye421@…` hung up on, `gone@…` hung up on without a word, `silent@…` hung up on after the final dot, and `slow@…` takes
a second. With `refuse_all` it answers so to every recipient, and with `silence_all` it hangs up after every mail.
"""

import asyncio
import email
import email.policy
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.ports import free_port


@dataclass(frozen=True)
class Received:
    """A mail as it came in, with its envelope."""

    sender: str
    recipient: str
    content: bytes

    @property
    def mail(self) -> EmailMessage:
        return email.message_from_bytes(self.content, policy=email.policy.default)  # type: ignore[return-value]

    @property
    def text(self) -> str:
        return self.mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]

    @property
    def html(self) -> str:
        return self.mail.get_body(("html",)).get_content()  # type: ignore[union-attr]


class Handler:
    """Decides by recipient."""

    def __init__(self) -> None:
        self.mails: list[Received] = []
        self.connections = 0
        self.answer_as: dict[str, str] = {}  # the name before the @, and the name it is answered as
        self.refuse_all: str | None = None
        self.silence_all = False
        self.asked = 0  # recipients that were named
        self.watchers: list[Callable[[], None]] = []  # called in the middle of each dialogue

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        for watch in self.watchers:
            watch()
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 this sender is not welcome"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options):
        self.asked += 1
        name = self._name(address)
        if self.refuse_all:
            return self.refuse_all
        if name.endswith("451"):
            return "451 4.3.0 later please"
        if name.endswith("550"):
            return "550 5.1.1 no such address"
        if name.endswith("571"):
            return "554 5.7.1 relay access denied"
        if name.startswith("gone"):
            server.transport.abort()
        if name.endswith("421"):
            server.transport.write(b"421 4.3.2 closing\r\n")
            server.transport.close()
            return "421 closing"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope):
        recipient = envelope.rcpt_tos[0]
        name = self._name(recipient)
        if name.endswith("554"):
            return "554 5.7.1 looks like spam"
        if name.startswith("slow"):
            await asyncio.sleep(1)
        for watch in self.watchers:
            watch()
        self.mails.append(Received(envelope.mail_from or "", recipient, envelope.content or b""))  # type: ignore[arg-type]
        if name.startswith("silent") or self.silence_all:
            server.transport.abort()
        return "250 OK"

    def _name(self, address: str) -> str:
        name = address.partition("@")[0]
        return self.answer_as.get(name, name)


class MailServer:
    """The server on a free loopback port."""

    def __init__(self) -> None:
        self.handler = Handler()
        self.port = free_port()
        self.controller = Controller(self.handler, hostname="127.0.0.1", port=self.port, enable_SMTPUTF8=False)

    def start(self) -> None:
        self.controller.start()

    def stop(self) -> None:
        self.controller.stop()

    @property
    def mails(self) -> list[Received]:
        return self.handler.mails

    @property
    def connections(self) -> int:
        """How many connections there have been."""
        return self.handler.connections

    def to(self, recipient: str) -> list[Received]:
        return [mail for mail in self.mails if mail.recipient == recipient]
