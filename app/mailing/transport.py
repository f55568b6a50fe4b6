"""What Flask-Mail's Message and Connection do, with five faults cured.

As they come: no timeout, STARTTLS accepts any certificate, line breaks in extra headers inject headers, long lines
are sent raw, and a 421 breaks the connection for good. Here the dialogue is also taken step by step, since what a
failure means depends on the step it happened in. The mail is written by hand: it has one shape, and the email
package takes two milliseconds for it.
"""

import binascii
import functools
import secrets
import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.header import Header
from email.utils import formataddr, formatdate, parseaddr

import flask_mail
from flask import current_app

from app.mailing.verdicts import Answer, Stage

CRLF = "\r\n"
SHORT_LINE = 76
HANGS_UP = 421


class ServerUnavailable(Exception):
    """The server cannot be reached, or refuses us or our sender: no mail is at fault, the connection pauses."""


@dataclass(frozen=True)
class OutgoingMail:
    """A mail in two parts, both quoted-printable, whose headers cannot be injected."""

    to: str
    sender: str
    subject: str
    message_id: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_bytes(self) -> bytes:
        """Return the mail with CRLF line ends; raises BadHeaderError."""
        boundary = f"=_{secrets.token_hex(12)}"  # quoted-printable never writes "=_", so neither part holds it
        headers = {
            "Subject": self.subject,
            "From": self.sender,
            "To": self.envelope_recipient(),
            "Date": formatdate(),
            "Message-ID": self.message_id,
            **self.headers,
            "MIME-Version": "1.0",
            "Content-Type": f'multipart/alternative; boundary="{boundary}"',
        }
        lines = [
            *(_header(name, value) for name, value in headers.items()),
            "",
            f"--{boundary}",
            *_part(self.text, "plain"),
            f"--{boundary}",
            *_part(self.html, "html"),
            f"--{boundary}--",
            "",
        ]
        return "\r\n".join(lines).encode("ascii")

    def envelope_recipient(self) -> str:
        """Return the recipient's address as SMTP takes it: a domain beyond ASCII in its encoded form.

        Raises UnicodeError when the part before the @ is beyond ASCII, which few servers take.
        """
        name, at, domain = self.to.rpartition("@")
        encoded = domain if domain.isascii() else domain.encode("idna").decode()
        return name.encode("ascii").decode() + at + encoded


def _header(name: str, value: str) -> str:
    """Write one header, encoded and folded where need be; one that would start a second header is refused."""
    if len(f"{name}|{value}|".splitlines()) > 1:
        raise flask_mail.BadHeaderError
    if value.isascii() and (len(name) + len(value) < SHORT_LINE or " " not in value):  # an address cannot be folded
        return f"{name}: {value}"
    return f"{name}: {Header(value, maxlinelen=SHORT_LINE - 1, header_name=name).encode(linesep=CRLF)}"


def _part(text: str, subtype: str) -> tuple[str, ...]:
    lines = CRLF.join(line.rstrip() for line in text.splitlines()) + CRLF  # encoded, a last space may be one too many
    return (
        f'Content-Type: text/{subtype}; charset="utf-8"',
        "Content-Transfer-Encoding: quoted-printable",
        "",
        binascii.b2a_qp(lines.encode()).decode("ascii"),
    )


def sender_address() -> str:
    """Return the bare address of MAIL_DEFAULT_SENDER, the envelope's sender."""
    return _parsed(current_app.config["MAIL_DEFAULT_SENDER"])[1]


def sender_header() -> str:
    """Return the From header; a sender without a name is called BPV Monitor."""
    name, address = _parsed(current_app.config["MAIL_DEFAULT_SENDER"])
    return formataddr((name or "BPV Monitor", address))


_parsed = functools.cache(parseaddr)


class KeptConnection(flask_mail.Connection):
    """One connection, opened when first needed, kept, and opened anew when the server hung up."""

    host: smtplib.SMTP | None

    def __init__(self) -> None:
        super().__init__(current_app.extensions["mail"])

    def configure_host(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        host = self._reach(context)
        try:
            if self.mail.use_tls:
                host.starttls(context=context)
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
            host.ehlo_or_helo_if_needed()
            assert host.sock is not None
            host.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a mail's end waits for no ACK
        except (OSError, smtplib.SMTPException):
            host.close()
            raise
        return host

    def _reach(self, context: ssl.SSLContext) -> smtplib.SMTP:
        timeout = current_app.config["MAIL_TIMEOUT"]
        if self.mail.use_ssl:
            return smtplib.SMTP_SSL(self.mail.server, self.mail.port, timeout=timeout, context=context)
        return smtplib.SMTP(self.mail.server, self.mail.port, timeout=timeout)

    def open(self) -> None:
        """Make sure there is a connection; raises ServerUnavailable."""
        if self.host is not None:
            return
        try:
            self.host = self.configure_host()
        except (OSError, smtplib.SMTPException) as error:
            raise ServerUnavailable(_in_words(error)) from error
        self.num_emails = 0

    def close(self) -> None:
        """End the connection politely; a server that is gone already is no error."""
        host, self.host = self.host, None
        if host is not None:
            try:
                host.quit()
            except (OSError, smtplib.SMTPException):
                host.close()

    def hand_over(
        self, sender: str, recipient: str, content: bytes, meanwhile: Callable[[], None] = lambda: None
    ) -> Answer:
        """Take one mail through the dialogue and return its last answer; do `meanwhile` as the server thinks about it.

        Code 0 means that the line broke, or that what came back was no answer. Raises ServerUnavailable when the server
        does not take our sender: that concerns every mail alike.
        """
        self._name_sender(sender)
        assert self.host is not None
        self.num_emails += 1
        stage = Stage.RCPT
        try:
            code, text = self.host.docmd("RCPT", f"TO:<{recipient}>")  # rcpt() would parse the address once more
            if code in (250, 251):
                stage = Stage.DATA
                code, text = self.host.docmd("DATA")
            if stage is Stage.DATA and code == 354:
                self.host.send(_stuffed(content))
                stage = Stage.DOT
                meanwhile()
                code, text = self.host.getreply()
            if code // 100 not in ((2, 4, 5) if stage is Stage.DOT else (4, 5)):
                raise smtplib.SMTPServerDisconnected("the dialogue is out of step")
        except (OSError, smtplib.SMTPServerDisconnected):
            self._drop()
            return Answer(stage, 0)
        if code >= 400:
            self._prepare_next(code)
        return Answer(stage, code, text.decode(errors="replace"))

    def _name_sender(self, sender: str) -> None:
        """Begin a mail; where the server ended a kept connection meanwhile, on a new one."""
        self.open()
        code, answer = self._mail_from(sender)
        if code == HANGS_UP and self.num_emails:
            self._drop()
            self.open()
            code, answer = self._mail_from(sender)
        if code != 250:
            self.close()
            said = answer.decode(errors="replace")[:100]
            raise ServerUnavailable(f"the mail server does not take our sender ({code} {said})")

    def _mail_from(self, sender: str) -> tuple[int, bytes]:
        assert self.host is not None
        try:
            return self.host.docmd("MAIL", f"FROM:<{sender}>")
        except (OSError, smtplib.SMTPServerDisconnected):
            return HANGS_UP, b"it hung up"

    def _prepare_next(self, code: int) -> None:
        """Get the connection ready for the next mail; after 421 the server closes it."""
        if code == HANGS_UP:
            self._drop()
        elif self.host is not None:
            try:
                self.host.rset()
            except (OSError, smtplib.SMTPServerDisconnected):
                self._drop()

    def _drop(self) -> None:
        if self.host is not None:
            self.host.close()
        self.host = None


def _stuffed(content: bytes) -> bytes:
    """Double leading dots and add the final one (RFC 5321, 4.5.2); `content` has CRLF line ends already."""
    body = content.replace(b"\r\n.", b"\r\n..")
    if body.startswith(b"."):
        body = b"." + body
    return body.removesuffix(b"\r\n") + b"\r\n.\r\n"


def _in_words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "the mail server refuses our user name and password"
    if isinstance(error, ssl.SSLError):
        return f"the mail server's certificate or encryption cannot be trusted ({error.reason})"
    return f"the mail server cannot be reached ({error})"
