"""The local mailbox of `make run`: a real SMTP server that keeps what it gets, and a page to read it.

For development only, and on the loopback interface only. Run as `python -m app.demo.mailbox FOLDER SMTP_PORT PORT`.
"""

import email
import email.policy
import mailbox
import sys
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from flask import Flask, abort, render_template
from werkzeug.serving import WSGIRequestHandler, make_server

LOOPBACK = "127.0.0.1"
HTML_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-top-navigation-by-user-activation"
)


@dataclass(frozen=True)
class Line:
    """One mail in the list."""

    key: str
    to: str
    subject: str
    date: str


def create_mailbox(folder: Path) -> Flask:
    """Return the page's application, over the mails in a Maildir."""
    root = Path(__file__).parents[1]
    app = Flask(__name__, template_folder=str(root / "templates/demo"), static_folder=str(root / "static"))

    @app.get("/")
    def list_mails():
        return render_template("mailbox.html", mails=_lines(folder))

    @app.get("/mail/<key>")
    def show_mail(key: str):
        mail = _mail(folder, key)
        text = mail.get_body(("plain",))
        return render_template("mail.html", mail=mail, key=key, text=text.get_content() if text else "")

    @app.get("/mail/<key>/html")
    def show_html(key: str):
        html = _mail(folder, key).get_body(("html",))
        return html.get_content() if html else "", 200, {"Content-Security-Policy": HTML_POLICY}

    return app


def _lines(folder: Path) -> list[Line]:
    """Return the newest 200 mails, newest first."""
    box = mailbox.Maildir(folder, create=True)
    newest = sorted(box.iteritems(), key=lambda item: item[1].get_date(), reverse=True)[:200]
    return [Line(key, mail["To"], _header(mail["Subject"]), mail["Date"]) for key, mail in newest]


def _header(text: str) -> str:
    return str(email.header.make_header(email.header.decode_header(text or "")))


def _mail(folder: Path, key: str) -> EmailMessage:
    try:
        content = mailbox.Maildir(folder, create=True).get_bytes(key)
    except KeyError:
        abort(404)
    return email.message_from_bytes(content, policy=email.policy.default)  # type: ignore[return-value]


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the page is a tool, its visits are no news."""


def main(folder: Path, smtp_port: int, page_port: int) -> None:
    """Receive mails on one port and show them on another, until stopped."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    receiver = Controller(Mailbox(folder), hostname=LOOPBACK, port=smtp_port, enable_SMTPUTF8=False)
    receiver.start()
    try:
        make_server(LOOPBACK, page_port, create_mailbox(folder), threaded=True, request_handler=_Quiet).serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        receiver.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
