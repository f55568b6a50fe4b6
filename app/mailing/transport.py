"""Flask-Mail's Message and Connection with five faults cured.

As they come: no timeout, STARTTLS accepts any certificate, line breaks in extra headers inject headers, long lines
are sent raw, and a 421 breaks the connection for good. Here the dialogue is also taken step by step, since what a
failure means depends on the step it happened in.
"""

import enum
import smtplib
import ssl
from email.charset import QP, Charset
from email.errors import HeaderParseError
from email.message import Message as MimeMessage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import formataddr, formatdate, parseaddr

import flask_mail
from flask import current_app

UTF8_QP = Charset("utf-8")
UTF8_QP.body_encoding = QP


class Handover(enum.StrEnum):
    """How handing over one mail ended."""

    ACCEPTED = "accepted"
    LATER = "later"  # 4xx: the server asks to come back
    NO_SUCH_ADDRESS = "no_such_address"  # 5xx for this recipient
    REFUSED = "refused"  # 5xx for this mail
    NOT_TAKEN = "not_taken"  # the line broke before the final dot: certainly not accepted
    SILENT = "silent"  # the line broke after it: nobody knows


class ServerUnavailable(Exception):
    """The server cannot be reached, or refuses us or our sender: no mail is at fault, the connection pauses."""


class OutgoingMail(flask_mail.Message):
    """A two-part mail in quoted-printable, whose headers cannot be injected."""

    def has_bad_headers(self) -> bool:
        extra = [text for pair in (self.extra_headers or {}).items() for text in pair]
        values = [self.subject or "", str(self.sender), self.msgId, *map(str, self.recipients), *extra]
        return any("\r" in value or "\n" in value for value in values)

    def as_bytes(self) -> bytes:
        if self.has_bad_headers():
            raise flask_mail.BadHeaderError
        mime = MIMEMultipart("alternative")
        mime["Subject"] = self.subject
        mime["From"] = str(self.sender)
        mime["To"] = ", ".join(map(str, self.recipients))
        mime["Date"] = formatdate(self.date)
        mime["Message-ID"] = self.msgId
        for name, value in (self.extra_headers or {}).items():
            mime[name] = value
        mime.attach(_part(self.body or "", "plain"))
        mime.attach(_part(self.html or "", "html"))
        return _with_crlf(mime)


def _part(text: str, subtype: str) -> MimeMessage:
    part = MIMENonMultipart("text", subtype)
    part.set_payload(text, UTF8_QP)
    return part


def _with_crlf(mime: MimeMessage) -> bytes:
    try:
        return mime.as_bytes(policy=mime.policy.clone(linesep="\r\n"))
    except HeaderParseError as error:
        raise flask_mail.BadHeaderError from error


def sender_address() -> str:
    """Return the bare address of MAIL_DEFAULT_SENDER, the envelope's sender."""
    return parseaddr(current_app.config["MAIL_DEFAULT_SENDER"])[1]


def sender_header() -> str:
    """Return the From header; a sender without a name is called BPV Monitor."""
    name, address = parseaddr(current_app.config["MAIL_DEFAULT_SENDER"])
    return formataddr((name or "BPV Monitor", address))


class KeptConnection(flask_mail.Connection):
    """One connection, opened when first needed, kept, and opened anew when the server hung up."""

    host: smtplib.SMTP | None

    def __init__(self) -> None:
        super().__init__(current_app.extensions["mail"])

    def configure_host(self) -> smtplib.SMTP:
        timeout = current_app.config["MAIL_TIMEOUT"]
        context = ssl.create_default_context()
        host: smtplib.SMTP
        if self.mail.use_ssl:
            host = smtplib.SMTP_SSL(self.mail.server, self.mail.port, timeout=timeout, context=context)
        else:
            host = smtplib.SMTP(self.mail.server, self.mail.port, timeout=timeout)
        if self.mail.use_tls:
            host.starttls(context=context)
        if self.mail.username and self.mail.password:
            host.login(self.mail.username, self.mail.password)
        host.ehlo_or_helo_if_needed()
        return host

    def open(self) -> None:
        """Make sure there is a connection; raises ServerUnavailable."""
        if self.host is not None:
            return
        try:
            self.host = self.configure_host()
        except (OSError, smtplib.SMTPException) as error:
            raise ServerUnavailable(_in_words(error)) from error

    def close(self) -> None:
        """End the connection politely; a server that is gone already is no error."""
        host, self.host = self.host, None
        if host is not None:
            try:
                host.quit()
            except (OSError, smtplib.SMTPException):
                host.close()

    def hand_over(self, sender: str, recipient: str, content: bytes) -> Handover:
        """Take one mail through the dialogue and tell how it ended.

        Raises ServerUnavailable when the server refuses the sender: that concerns every mail alike.
        """
        dotted = False
        try:
            assert self.host is not None, "open() comes first"
            code, answer = self.host.mail(sender)
            if code != 250:
                raise ServerUnavailable(f"the sender was refused: {code} {answer.decode(errors='replace')[:100]}")
            code, _answer = self.host.rcpt(recipient)
            if code not in (250, 251):
                outcome = self._refused(code)
                return Handover.NO_SUCH_ADDRESS if outcome is Handover.REFUSED else outcome
            code, _answer = self.host.docmd("DATA")
            if code != 354:
                return self._refused(code)
            dotted = True
            self.host.send(_stuffed(content))
            code, _answer = self.host.getreply()
            return Handover.ACCEPTED if code == 250 else self._refused(code)
        except (OSError, smtplib.SMTPServerDisconnected):
            self._drop()
            return Handover.SILENT if dotted else Handover.NOT_TAKEN
        except ServerUnavailable:
            self.close()
            raise

    def _refused(self, code: int) -> Handover:
        """Get the connection ready for the next mail; after 421 the server closes it."""
        if code == 421:
            self._drop()
        elif self.host is not None:
            try:
                self.host.rset()
            except (OSError, smtplib.SMTPServerDisconnected):
                self._drop()
        return Handover.REFUSED if code >= 500 else Handover.LATER

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
