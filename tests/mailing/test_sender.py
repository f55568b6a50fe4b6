"""One sender against a real mail server, on both databases: whatever the server answers, nothing is lost or doubled."""

import contextlib
import datetime as dt
import sqlite3
import threading
from dataclasses import replace

import psycopg
import pytest
import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.hashing import address_hash
from app.mailing import kinds, opt_outs, outbox, pausing
from app.mailing import sender as sender_module
from app.mailing.kinds import Kind
from app.mailing.models import Message
from app.mailing.pausing import SendingPaused
from app.mailing.sender import AT_ONCE, Sender, Tally
from app.mailing.states import MailStatus
from app.mailing.transport import ServerUnavailable
from tests.builders import deliver
from tests.mailing.notes import put, queue, queue_one, status_of, stored
from tests.servers.ports import free_port

COUNTS = {"sent": 0, "failed": 0, "dropped": 0, "uncertain": 0, "deferred": 0}


def counts(**changed: int) -> dict[str, int]:
    return COUNTS | changed


# What the server answers


def test_an_accepted_mail_is_sent(notes, mail_server):
    message_id = queue_one("ada@example.org")
    assert deliver() == counts(sent=1)
    assert status_of(message_id) == MailStatus.SENT
    assert notes.sent == ["ada@example.org"]
    (received,) = mail_server.mails
    assert (received.sender, received.recipient) == ("monitor@bpv.example", "ada@example.org")


def test_a_mail_the_server_puts_off_waits_in_the_queue(notes):
    message_id = queue_one("later451@example.org")
    assert deliver() == counts(deferred=1)
    row = stored(message_id)
    assert (row.status, row.attempts, row.reason) == ("queued", 1, "server_later")
    assert not notes.sent


def test_an_unknown_address_fails_and_its_kind_is_told(notes):
    message_id = queue_one("unknown550@example.org")
    assert deliver() == counts(failed=1)
    assert (stored(message_id).status, stored(message_id).reason) == ("failed", "no_such_address")
    assert notes.bounced == ["unknown550@example.org"]


@pytest.mark.parametrize("trouble", ["denied571", "spam554"])
def test_our_own_fault_says_nothing_about_the_address_and_counts_no_attempt(notes, trouble):
    message_id = queue_one(f"{trouble}@example.org")
    assert deliver() == counts(deferred=1)
    row = stored(message_id)
    assert (row.status, row.reason, row.attempts) == ("queued", "refused_us", 0)
    assert row.answer.startswith("554 5.7.1 ")
    assert not notes.bounced


@pytest.mark.parametrize("trouble", ["denied571", "spam554"])
def test_what_is_refused_for_a_day_by_our_own_fault_fails_without_a_bounce(notes, trouble):
    message_id = queue_one(f"{trouble}@example.org")
    pauses = []
    for hours in (0, 1, 12, 23, 25):
        pausing.passed()  # as when other mail goes
        put(message_id, not_before=long_ago(0), refused_since=long_ago(hours) if hours else None)
        deliver()
        row = stored(message_id)
        pauses.append(round((row.not_before - row.refused_since).total_seconds() / 3600) - hours)
    assert (row.status, row.reason, row.to) == ("failed", "refused_us", None)
    assert pauses[:4] == [0, 1, 4, 4]
    assert not notes.bounced


def test_an_address_that_is_perhaps_none_is_asked_about_once_more_tomorrow(notes, mail_server):
    mail_server.handler.refuse_all = "550 No such user here"
    message_id = queue_one("ada@example.org")
    assert deliver() == counts(deferred=1)
    row = stored(message_id)
    assert (row.status, row.reason, row.attempts) == ("queued", "perhaps_no_such_address", 0)
    assert dt.timedelta(hours=23) < row.not_before.replace(tzinfo=dt.UTC) - clock.machine_now() < dt.timedelta(hours=25)
    assert not notes.bounced
    put(message_id, not_before=long_ago(0), refused_since=long_ago(24))
    assert deliver() == counts(failed=1)
    assert stored(message_id).reason == "no_such_address"
    assert notes.bounced == ["ada@example.org"]


def test_an_address_found_to_be_good_tomorrow_is_sent_to(notes, mail_server):
    mail_server.handler.refuse_all = "550 No such user here"
    message_id = queue_one("ada@example.org")
    deliver()
    put(message_id, not_before=long_ago(0), refused_since=long_ago(24))
    mail_server.handler.refuse_all = None
    assert deliver() == counts(sent=1)
    assert not notes.bounced


@pytest.mark.parametrize("said", ["552 5.2.2 mailbox full", "450 4.2.0 greylisted", "452 4.3.1 out of memory"])
def test_a_full_box_is_tried_later(notes, mail_server, said):
    mail_server.handler.refuse_all = said
    message_id = queue_one("ada@example.org")
    assert deliver() == counts(deferred=1)
    assert (stored(message_id).reason, stored(message_id).attempts) == ("server_later", 1)


def test_what_the_server_said_is_kept_without_the_address(notes, mail_server):
    mail_server.handler.refuse_all = "550 5.1.1 <Ada.Lace@example.org>: user ada.lace unknown"
    message_id = queue_one("ada.lace@example.org")
    deliver()
    assert stored(message_id).answer == "550 5.1.1 <…>: user … unknown"


# Trouble that pauses the sending


@pytest.mark.parametrize("said", ["550 relay not permitted", "504 5.5.2 <monitor@x>: Sender address rejected: no"])
def test_five_refusals_of_us_in_a_row_pause_the_sending(notes, mail_server, said):
    mail_server.handler.refuse_all = said
    queued = queue(*[f"a{n}@example.org" for n in range(30)])
    with pytest.raises(SendingPaused, match=said[:9]):
        deliver()
    assert mail_server.handler.asked == 5
    assert {(stored(id_).status, stored(id_).attempts) for id_ in queued} == {("queued", 0)}
    assert not notes.bounced
    with pytest.raises(SendingPaused):
        deliver()
    assert mail_server.handler.asked == 5


def test_five_hang_ups_after_the_final_dot_pause_the_sending(notes, mail_server):
    mail_server.handler.silence_all = True
    queued = queue(*[f"a{n}@example.org" for n in range(30)])
    with pytest.raises(SendingPaused):
        deliver()
    assert [status_of(id_) for id_ in queued] == ["uncertain"] * 5 + ["queued"] * 25


def test_a_mail_that_passes_ends_the_row(notes, mail_server):
    queue(*["denied571@example.org"] * 4, "ada@example.org", *["denied571@example.org"] * 4)
    assert deliver() == counts(sent=1, deferred=8)
    assert pausing.trouble().in_a_row == 4


def test_while_paused_one_mail_tries_per_growing_pause_until_one_passes(notes, mail_server):
    mail_server.handler.refuse_all = "550 relay not permitted"
    queue(*[f"a{n}@example.org" for n in range(30)])
    pauses = []
    for _turn in range(6):
        with pytest.raises(SendingPaused):
            deliver()
        pauses.append(round((pausing.trouble().next_try - clock.machine_now()).total_seconds() / 60))
        db.session.rollback()
        try_again()
    assert pauses == [1, 5, 25, 60, 60, 60]
    assert mail_server.handler.asked == 10
    mail_server.handler.refuse_all = None
    assert deliver()["sent"] >= 20
    assert pausing.trouble() is None


def test_few_mails_are_spent_however_long_it_takes(notes, mail_server):
    mail_server.handler.refuse_all = "550 relay not permitted"
    queued = queue(*[f"a{n}@example.org" for n in range(40)])
    for _turn in range(20):
        with pytest.raises(SendingPaused):
            deliver()
        try_again()
    assert mail_server.handler.asked == 24
    refused = [stored(id_).reason for id_ in queued]
    assert refused.count("refused_us") == 10
    assert notes.bounced == []


def test_many_connections_spend_one_more_mail_each(notes, mailing_app, mail_server):
    mail_server.handler.refuse_all = "550 relay not permitted"
    queue(*[f"a{n}@example.org" for n in range(100)])

    def send(name: str) -> None:
        with mailing_app.app_context(), pytest.raises(SendingPaused):
            sender = Sender(name, Tally())
            try:
                while True:
                    sender.work()
            finally:
                sender.close()

    threads = [threading.Thread(target=send, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 5 <= mail_server.handler.asked <= 10 + len(threads)


def test_a_try_with_nothing_to_send_is_not_spent(notes, mail_server):
    pausing.note("550 no")
    for _n in range(5):
        pausing.count("550 no", uncertain=False)
    try_again()
    assert deliver() == counts()
    queue_one("ada@example.org")
    assert deliver() == counts(sent=1)


def test_one_domain_that_refuses_us_does_not_keep_the_others_waiting(notes, mail_server):
    refused = queue(*[f"a{n}.denied571@example.org" for n in range(40)])
    others = queue(*[f"a{n}@example.net" for n in range(200)])
    for _turn in range(40):
        with contextlib.suppress(SendingPaused):
            deliver()
        try_again()
    assert {status_of(id_) for id_ in others} == {"sent"}
    assert {status_of(id_) for id_ in refused} == {"queued"}


def test_what_is_refused_again_and_again_does_not_keep_a_new_mail_waiting(notes, mail_server):
    for id_ in queue(*[f"a{n}.denied571@example.org" for n in range(30)]):
        put(id_, reason="refused_us")
    for _n in range(5):
        pausing.count("554 no", uncertain=False)
    new = queue_one("ada@example.net", priority=outbox.BULK)
    try_again()
    with contextlib.suppress(SendingPaused):
        deliver()
    assert status_of(new) == "sent"


def test_a_turn_of_a_mail_that_is_not_wanted_goes_to_the_next(notes, mail_server):
    mail_server.handler.refuse_all = "550 relay not permitted"
    queue(*[f"a{n}@example.org" for n in range(5)])
    with contextlib.suppress(SendingPaused):
        deliver()
    put(queue_one("ada@example.org"), reason="refused_us")
    notes.unwanted = {f"a{n}@example.org" for n in range(5)} | {"ada@example.org"}
    db.session.execute(sa.update(Message).values(not_before=long_ago(1)))
    try_again()
    assert deliver() == counts(dropped=6)
    assert (pausing.trouble().tries, mail_server.handler.asked) == (0, 5)


def test_a_server_that_is_away_while_paused_makes_no_pause_longer(notes, mailing_app, mail_server):
    mail_server.handler.refuse_all = "550 relay not permitted"
    queue(*[f"a{n}@example.org" for n in range(9)])
    with contextlib.suppress(SendingPaused):
        deliver()
    try_again()
    mailing_app.extensions["mail"].port = free_port()
    for _turn in range(3):
        with pytest.raises(ServerUnavailable):
            deliver()
    assert pausing.trouble().tries == 0


def test_what_goes_by_day_does_not_try_at_night(notes, mailing_app, monkeypatch):
    kinds.register(mailing_app, replace(mailing_app.extensions["mail_kinds"]["note"], by_day=True))
    for id_ in queue(*[f"a{n}@example.org" for n in range(10)]):
        put(id_, reason="refused_us")
    monkeypatch.setattr(clock, "is_daytime", lambda: False)
    assert outbox.claim(1, "ada", turn=9) == []


def try_again() -> None:
    pausing.try_now()
    db.session.commit()


def long_ago(hours: float) -> dt.datetime:
    return clock.machine_now() - dt.timedelta(hours=hours)


@pytest.mark.parametrize("trouble", ["later451", "unknown550", "denied571", "spam554"])
def test_after_a_refusal_the_next_mail_goes_over_the_same_connection(notes, mail_server, trouble):
    queue(f"{trouble}@example.org", "ada@example.org")
    assert deliver()["sent"] == 1
    assert mail_server.connections == 1


@pytest.mark.parametrize("trouble", ["bye421", "gone"])
def test_after_a_hang_up_the_mail_waits_and_the_next_goes_over_a_new_connection(notes, mail_server, trouble):
    hung_up_on, next_one = queue(f"{trouble}@example.org", "ada@example.org")
    assert deliver() == counts(sent=1, deferred=1)
    assert status_of(hung_up_on) == MailStatus.QUEUED
    assert status_of(next_one) == MailStatus.SENT
    assert mail_server.connections == 2


def test_silence_after_the_final_dot_is_uncertain_and_is_not_sent_again(notes, mail_server):
    message_id = queue_one("silent@example.org")
    assert deliver() == counts(uncertain=1)
    assert (stored(message_id).status, stored(message_id).reason) == ("uncertain", "no_answer_from_server")
    assert deliver() == counts()
    assert len(mail_server.mails) == 1


def test_many_mails_go_over_one_connection(notes, mail_server):
    queue(*[f"a{n}@example.org" for n in range(2 * AT_ONCE + 3)])
    assert deliver()["sent"] == 2 * AT_ONCE + 3
    assert mail_server.connections == 1


# Trouble that concerns every mail


def test_a_server_that_is_down_fails_nothing(notes, mailing_app):
    mailing_app.extensions["mail"].port = free_port()
    queued = queue("ada@example.org", "ben@example.org")
    with pytest.raises(ServerUnavailable, match="cannot be reached"):
        deliver()
    assert "cannot be reached" in pausing.trouble().words
    for message_id in queued:
        assert (status_of(message_id), stored(message_id).attempts) == (MailStatus.QUEUED, 0)


def test_a_refused_sender_fails_nothing(notes, mailing_app, mail_server):
    mailing_app.config["MAIL_DEFAULT_SENDER"] = "refused@bpv.example"
    message_id = queue_one()
    with pytest.raises(ServerUnavailable, match="does not take our sender"):
        deliver()
    assert (status_of(message_id), stored(message_id).attempts) == (MailStatus.QUEUED, 0)
    mailing_app.config["MAIL_DEFAULT_SENDER"] = "monitor@bpv.example"
    assert deliver() == counts(sent=1)


def test_mail_held_while_the_server_is_down_stays_held(notes, monkeypatch):
    message_id = queue_one(run_id=7)
    sender = Sender("me", Tally())

    def hold_and_fail() -> None:
        outbox.hold(7)
        db.session.commit()
        raise ServerUnavailable("down")

    monkeypatch.setattr(sender.connection, "open", hold_and_fail)
    with pytest.raises(ServerUnavailable):
        sender.work()
    assert status_of(message_id) == MailStatus.HELD


# Mail that need not go


def test_what_is_no_longer_wanted_is_dropped_with_its_reason(notes, mail_server):
    notes.unwanted.add("ada@example.org")
    message_id = queue_one("ada@example.org")
    assert deliver() == counts(dropped=1)
    assert (stored(message_id).status, stored(message_id).reason) == ("dropped", "answered")
    assert not mail_server.mails


def test_an_opt_out_between_queueing_and_sending_is_heeded(notes, mail_server):
    message_id = queue_one("Ada@Example.org")
    opt_outs.opt_out(address_hash("ada@example.org"))
    db.session.commit()
    assert deliver() == counts(dropped=1)
    assert stored(message_id).reason == "opted_out"
    assert not mail_server.mails


def test_mail_somebody_asked_for_goes_in_spite_of_an_opt_out(notes, mailing_app, mail_server):
    kinds.register(mailing_app, Kind("note", notes.render_many, opt_out=False))
    queue_one("ada@example.org")
    opt_outs.opt_out(address_hash("ada@example.org"))
    db.session.commit()
    assert deliver() == counts(sent=1)


def test_a_mail_found_wanted_too_long_ago_is_asked_about_again(notes, monkeypatch):
    monkeypatch.setattr(sender_module, "FRESH_SECONDS", 0.5)
    _slow, stale = queue("slow@example.org", "ada@example.org")
    sender = Sender("me", Tally())
    assert sender.work() == 1
    assert status_of(stale) == MailStatus.QUEUED
    notes.unwanted.add("ada@example.org")
    assert sender.work() == 1
    sender.close()
    assert status_of(stale) == MailStatus.DROPPED


def test_a_claim_is_asked_about_at_once(notes, mailing_app):
    asked: list[int] = []

    def render_many(messages):
        asked.append(len(messages))
        return notes.render_many(messages)

    kinds.register(mailing_app, Kind("note", render_many))
    queue(*[f"a{n}@example.org" for n in range(5)])
    assert deliver() == counts(sent=5)
    assert asked == [5]


# Mail that cannot be made


@pytest.mark.parametrize("address", ["broken@example.org", "jörg@example.org", "a@x.nl\r\nRCPT TO:<b@x.nl>"])
def test_a_mail_that_cannot_be_made_waits_and_stops_no_other(notes, address):
    notes.broken.add("broken@example.org")
    bad, good = queue(address, "ada@example.org")
    assert deliver() == counts(sent=1, deferred=1)
    row = stored(bad)
    assert (row.status, row.reason, row.attempts) == ("queued", "cannot_be_composed", 1)
    assert status_of(good) == MailStatus.SENT


def test_a_message_of_an_unknown_kind_waits_and_stops_no_other(notes):
    unknown = outbox.enqueue("forgotten", 1).id
    queue_one()
    assert deliver() == counts(sent=1, deferred=1)
    assert status_of(unknown) == MailStatus.QUEUED


def test_a_subject_that_would_add_a_header_is_not_sent(notes, mail_server):
    notes.subject = "Hallo\r\nBcc: eve@example.org"
    queue_one()
    assert deliver() == counts(deferred=1)
    assert not mail_server.mails


def test_a_domain_beyond_ascii_is_encoded(notes, mail_server):
    queue_one("ada@bücher.example")
    assert deliver() == counts(sent=1)
    assert mail_server.mails[0].recipient == "ada@xn--bcher-kva.example"


# What follows


def test_what_a_kind_does_when_sent_stands_in_the_same_transaction_as_the_fact(notes, mailing_app):
    def note_it(message: Message) -> None:
        db.session.execute(sa.update(Message).values(attempts=9))

    kinds.register(mailing_app, Kind("note", notes.render_many, on_sent=note_it))
    message_id = queue_one()
    deliver()
    assert (stored(message_id).status, stored(message_id).attempts) == ("sent", 9)


def test_an_accepted_mail_that_cannot_be_recorded_is_uncertain_and_never_sent_again(notes, mailing_app, mail_server):
    def fail(_message: Message) -> None:
        raise RuntimeError("the consequences cannot be drawn")

    kinds.register(mailing_app, Kind("note", notes.render_many, on_sent=fail))
    message_id = queue_one()
    queue_one("ben@example.org")
    assert deliver() == counts(uncertain=2)
    assert (stored(message_id).status, stored(message_id).reason) == ("uncertain", "not_recorded")
    assert len(mail_server.mails) == 2


def test_a_message_sent_again_keeps_its_message_id(notes, mail_server):
    message_id = queue_one("silent@example.org")
    deliver()
    put(message_id, status=MailStatus.QUEUED)
    deliver()
    first, second = mail_server.mails
    assert first.mail["Message-ID"] == second.mail["Message-ID"]


# Working beside others


def test_no_transaction_is_open_while_talking_to_the_server(notes, mail_server, database_url):
    watched: list[str] = []
    mail_server.handler.watchers.append(lambda: watched.append(_watch(database_url)))
    queue("ada@example.org", "later451@example.org", "ben@example.org")
    assert deliver() == counts(sent=2, deferred=1)
    assert watched == ["free"] * 3  # at the greeting and after the text of both mails


def test_while_a_mail_goes_over_the_line_it_is_sending_and_the_one_before_is_sent(notes, mailing_app, mail_server):
    queued = queue("ada@example.org", "ben@example.org", "cas@example.org")
    seen: list[list[str]] = []

    def look() -> None:
        with mailing_app.app_context():
            seen.append([stored(message_id).status for message_id in queued])

    mail_server.handler.watchers.append(look)
    assert deliver() == counts(sent=3)
    assert seen == [
        ["claimed", "claimed", "claimed"],  # at the greeting
        ["sending", "claimed", "claimed"],
        ["sent", "sending", "claimed"],
        ["sent", "sent", "sending"],
    ]


def _watch(database_url: str) -> str:
    """Tell whether the database is free: SQLite for another writer, PostgreSQL of open transactions."""
    if database_url.startswith("sqlite"):
        return _watch_sqlite(database_url.removeprefix("sqlite:///"))
    with psycopg.connect(database_url) as connection:
        wanted = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
        (n,) = connection.execute(wanted).fetchone()
    return "taken" if n else "free"


def _watch_sqlite(path: str) -> str:
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE messages SET attempts = attempts")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return "taken"
    finally:
        connection.close()
    return "free"


def test_two_senders_send_each_mail_once(notes, mailing_app, mail_server):
    queue(*[f"a{n}@example.org" for n in range(60)])
    tally = Tally()

    def send() -> None:
        with mailing_app.app_context():
            sender = Sender(threading.current_thread().name, tally)
            while sender.work():
                pass
            sender.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tally.as_dict() == counts(sent=60)
    assert len({mail.recipient for mail in mail_server.mails}) == len(mail_server.mails) == 60


def test_stopping_ends_after_the_mail_in_hand_and_gives_the_rest_back(notes, mailing_app):
    queued = queue("ada@example.org", "ben@example.org", "cas@example.org")
    stopping = threading.Event()
    kinds.register(mailing_app, Kind("note", notes.render_many, on_sent=lambda _message: stopping.set()))
    sender = Sender("me", Tally(), stopping)
    assert sender.work() == 1
    sender.close()
    assert [status_of(id_) for id_ in queued] == [MailStatus.SENT, MailStatus.QUEUED, MailStatus.QUEUED]


def test_what_a_dead_sender_left_is_swept_and_counted(notes, mailing_app):
    mailing_app.config["BPV_LEASE_SECONDS"] = 0
    message_id = queue_one()
    outbox.claim(1, "dead")
    outbox.start_sending(message_id, "dead")
    db.session.commit()
    assert deliver() == counts(uncertain=1)
    assert status_of(message_id) == MailStatus.UNCERTAIN
