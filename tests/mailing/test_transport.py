"""The five cures, the dialogue step by step, and what goes over the line."""

import email
import email.policy
import shutil
import ssl
import subprocess
import time

import pytest
from flask_mail import BadHeaderError

from app.mailing.transport import KeptConnection, OutgoingMail, ServerUnavailable, sender_header
from app.mailing.verdicts import Answer, Stage
from tests.conftest import missing
from tests.mailing.scripted import HANG_UP, SILENCE, STARTTLS, ScriptedServer
from tests.servers.smtp import MailServer

READY = ["220 hello", "250 at your service"]
TAKEN = ["250 sender", "250 recipient", "354 go on", "250 accepted"]


def mail(**changes) -> OutgoingMail:
    values = {
        "to": "ada@example.org",
        "sender": "BPV Monitor <monitor@bpv.example>",
        "subject": "Stage",
        "message_id": "<1.abc@bpv.example>",
        "text": "Hallo",
        "html": "<p>Hallo</p>",
    }
    return OutgoingMail(**(values | changes))


def parsed(content: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def bodies(content: bytes) -> list[str]:
    return [part.get_content() for part in parsed(content).iter_parts()]


@pytest.fixture
def connect(bare_app):
    """Return a function that makes a connection to a port."""
    made = []

    def connect_to(port: int, **settings) -> KeptConnection:
        bare_app.config.update(settings)
        bare_app.extensions["mail"].port = port
        made.append(KeptConnection())
        return made[-1]

    yield connect_to
    for connection in made:
        connection.close()


@pytest.fixture
def scripted():
    """Return a function that starts a scripted server."""
    servers = []

    def start(*scripts: list[str], **options) -> ScriptedServer:
        servers.append(ScriptedServer(*scripts, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def hand_over(connection: KeptConnection, content: bytes | None = None) -> Answer:
    return connection.hand_over("monitor@bpv.example", "ada@example.org", content or mail().as_bytes())


# First cure: a timeout


def test_a_server_that_never_greets_is_given_up(connect, scripted):
    server = scripted([SILENCE])
    begun = time.monotonic()
    with pytest.raises(ServerUnavailable, match="timed out"):
        connect(server.port, MAIL_TIMEOUT=1).open()
    assert time.monotonic() - begun < 20


def test_a_server_that_never_answers_after_the_final_dot_leaves_it_unknown(connect, scripted):
    connection = connect(scripted([*READY, *TAKEN[:3], SILENCE]).port, MAIL_TIMEOUT=1)
    assert hand_over(connection) == Answer(Stage.DOT, 0)


# Second cure: certificates are checked


@pytest.fixture
def self_signed(tmp_path):
    """A server's TLS context with a certificate nobody vouches for."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    if shutil.which("openssl") is None:
        missing("openssl", "apt-get install openssl")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


def test_starttls_with_an_untrusted_certificate_is_refused(bare_app, connect, scripted, self_signed):
    script = ["220 hello", "250-at your service\r\n250 STARTTLS", STARTTLS + "220 go on", "250 at your service"]
    server = scripted(script, context=self_signed)
    bare_app.extensions["mail"].use_tls = True
    with pytest.raises(ServerUnavailable, match="certificate"):
        connect(server.port).open()


def test_a_server_without_starttls_is_not_spoken_to_in_the_clear(bare_app, connect, scripted):
    server = scripted([*READY, "500 what?"])
    bare_app.extensions["mail"].use_tls = True
    with pytest.raises(ServerUnavailable):
        connect(server.port).open()
    assert not any(line.startswith(b"MAIL") for line in server.heard)


# Third cure: headers cannot be injected


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
@pytest.mark.parametrize("field", ["subject", "sender", "to", "message_id"])
def test_a_line_break_in_a_header_is_refused(field, line_end):
    with pytest.raises((BadHeaderError, UnicodeError)):
        mail(**{field: f"ada{line_end}Bcc: eve@example.org"}).as_bytes()


@pytest.mark.parametrize("headers", [{"X-One": "1\r\nBcc: eve@example.org"}, {"X-One\r\nBcc": "eve@example.org"}])
def test_a_line_break_in_an_extra_header_is_refused(headers):
    with pytest.raises(BadHeaderError):
        mail(headers=headers).as_bytes()


# Fourth cure: no long lines


def test_long_lines_are_folded_and_read_the_same():
    text = "Één lange regel: " + "woord = é " * 500
    content = mail(text=text, html=f"<p>{text}</p>", subject="Één onderwerp " * 20).as_bytes()
    assert max(len(line) for line in content.split(b"\r\n")) <= 76
    assert [body.strip() for body in bodies(content)] == [text.strip(), f"<p>{text}</p>"]
    assert parsed(content)["Subject"].strip() == ("Één onderwerp " * 20).strip()


# Fifth cure: a 421 is survived


def test_after_421_the_next_mail_goes_over_a_new_connection(connect, scripted):
    server = scripted([*READY, "250 sender", "421 closing"], [*READY, *TAKEN, "221 bye"])
    connection = connect(server.port)
    assert hand_over(connection).code == 421
    assert hand_over(connection).code == 250


@pytest.mark.parametrize("ending", ["421 too long idle", HANG_UP])
def test_a_kept_connection_the_server_ended_meanwhile_costs_no_mail(connect, scripted, ending):
    server = scripted([*READY, *TAKEN, ending], [*READY, *TAKEN, "221 bye"])
    connection = connect(server.port)
    assert hand_over(connection).code == 250
    assert hand_over(connection).code == 250


# The dialogue


@pytest.mark.parametrize("said", ["421 busy", "451 later", "530 sign in first", "550 not you", HANG_UP])
def test_a_server_that_does_not_take_the_sender_is_unavailable(connect, scripted, said):
    connection = connect(scripted([*READY, said]).port)
    with pytest.raises(ServerUnavailable):
        hand_over(connection)


@pytest.mark.parametrize("greeting", ["554 go away", HANG_UP])
def test_a_server_that_refuses_the_connection_is_unavailable(connect, scripted, greeting):
    with pytest.raises(ServerUnavailable):
        connect(scripted([greeting]).port).open()


def test_a_refused_password_is_said_in_words(bare_app, connect, scripted):
    bare_app.extensions["mail"].username = bare_app.extensions["mail"].password = "wrong"
    server = scripted(["220 hello", "250-at your service\r\n250 AUTH PLAIN", "535 no", "221 bye"])
    with pytest.raises(ServerUnavailable, match="user name and password"):
        connect(server.port).open()


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        (TAKEN, Answer(Stage.DOT, 250, "accepted")),
        (["250 sender", "251 will forward", "354 go on", "250 accepted"], Answer(Stage.DOT, 250, "accepted")),
        (["250 sender", "452 mailbox full"], Answer(Stage.RCPT, 452, "mailbox full")),
        (["250 sender", "550-5.1.1 not\r\n550 5.1.1 known"], Answer(Stage.RCPT, 550, "5.1.1 not\n5.1.1 known")),
        (["250 sender", "354 what?"], Answer(Stage.RCPT, 0)),
        (["250 sender", "nonsense"], Answer(Stage.RCPT, 0)),
        (["250 sender", HANG_UP], Answer(Stage.RCPT, 0)),
        (["250 sender", "250 recipient", "451 later"], Answer(Stage.DATA, 451, "later")),
        (["250 sender", "250 recipient", "554 no"], Answer(Stage.DATA, 554, "no")),
        (["250 sender", "250 recipient", "250 what?"], Answer(Stage.DATA, 0)),
        (["250 sender", "250 recipient", HANG_UP], Answer(Stage.DATA, 0)),
        ([*TAKEN[:3], "451 later"], Answer(Stage.DOT, 451, "later")),
        ([*TAKEN[:3], "554 spam"], Answer(Stage.DOT, 554, "spam")),
        ([*TAKEN[:3], "354 what?"], Answer(Stage.DOT, 0)),
        ([*TAKEN[:3], "nonsense"], Answer(Stage.DOT, 0)),
        ([*TAKEN[:3], HANG_UP], Answer(Stage.DOT, 0)),
    ],
)
def test_each_step_of_the_dialogue_has_its_answer(connect, scripted, answers, outcome):
    connection = connect(scripted([*READY, *answers, "250 reset", "221 bye"]).port)
    assert hand_over(connection) == outcome


# Over the line


def test_lines_that_begin_with_a_dot_arrive_as_they_were(connect):
    server = MailServer()
    server.start()
    text = ".one\n..two\n.\nlast."
    assert hand_over(connect(server.port), mail(text=text, html=text).as_bytes()).code == 250
    server.stop()
    (received,) = server.mails
    assert received.text.splitlines() == received.html.splitlines() == text.splitlines()


def test_dots_are_doubled_and_one_dot_ends_the_mail(connect, scripted):
    server = scripted([*READY, *TAKEN, "221 bye"])
    connection = connect(server.port)
    assert hand_over(connection, b".first\r\n..second\r\nthird\r\n").code == 250
    connection.close()
    server.stop()
    assert server.heard[4] == b"..first\r\n...second\r\nthird\r\n.\r\n"


@pytest.mark.parametrize("length", range(60, 90))
def test_no_line_is_too_long_whatever_it_ends_with(length):
    content = mail(text="x" * length + " ", html="é" * length + "=").as_bytes()
    assert max(len(line) for line in content.split(b"\r\n")) <= 76


@pytest.mark.parametrize("text", ["one\ntwo", "one\r\ntwo", "one\rtwo"])
def test_every_line_ends_with_crlf(text):
    content = mail(text=text, html=text).as_bytes()
    assert content.count(b"\r") == content.count(b"\n") == content.count(b"\r\n")
    assert bodies(content)[0].split() == ["one", "two"]


def test_a_mail_has_two_parts_and_one_of_each_header():
    content = parsed(mail(headers={"X-BPV-Kind": "note"}).as_bytes())
    assert content.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in content.iter_parts()] == ["text/plain", "text/html"]
    assert not content.defects
    names = [name.lower() for name in content]
    assert sorted(names) == sorted(set(names))
    assert {"from", "to", "subject", "date", "message-id", "mime-version", "x-bpv-kind"} <= set(names)
    assert content["Message-ID"] == "<1.abc@bpv.example>"


def test_a_name_beyond_ascii_in_the_sender_is_encoded(bare_app):
    bare_app.config["MAIL_DEFAULT_SENDER"] = "Stage Één <monitor@bpv.example>"
    content = mail(sender=sender_header()).as_bytes()
    assert content.isascii()
    assert parsed(content)["From"] == "Stage Één <monitor@bpv.example>"


def test_a_sender_without_a_name_is_called_after_the_product(bare_app):
    assert sender_header() == "BPV Monitor <monitor@bpv.example>"


def test_closing_twice_or_after_the_server_left_is_no_error(connect, scripted):
    connection = connect(scripted([*READY, HANG_UP]).port)
    connection.open()
    connection.close()
    connection.close()
