"""What answers of real servers say about a mail: only an address that is certainly none may be called dead."""

import itertools

import pytest

from app.mailing.verdicts import Answer, Stage, Verdict, judge, readable

CERTAIN = "certainly dead"
DEAD, LATER, OURS, NONE = Verdict.DEAD, Verdict.LATER, Verdict.OURS, Verdict.NONE
UNCERTAIN, COMPLAINT = Verdict.UNCERTAIN, Verdict.COMPLAINT

ANSWERS = [
    # accepted
    (Stage.RCPT, 250, "2.1.5 Ok", NONE),
    (Stage.RCPT, 251, "User not local; will forward to <a@b.example>", NONE),
    (Stage.DATA, 354, "Enter message, ending with \".\" on a line by itself", NONE),
    (Stage.DOT, 250, "2.0.0 Ok: queued as 4ABC12", NONE),
    (Stage.DOT, 250, "OK id=1tHq2x-0000xx-AB", NONE),
    # addresses that do not exist
    (Stage.RCPT, 550, "5.1.1 <a@b.nl>: Recipient address rejected: User unknown in local recipient table", CERTAIN),
    (Stage.RCPT, 550, "5.1.1 <a@b.nl>: Recipient address rejected: User unknown in virtual mailbox table", CERTAIN),
    (Stage.RCPT, 550, "5.1.1 <a@b.nl>: Recipient address rejected: User unknown in relay recipient table", CERTAIN),
    (Stage.RCPT, 550, "5.1.1 <relay.sender@spam.example>: Recipient address rejected: User unknown", CERTAIN),
    (Stage.RCPT, 550, "5.1.1 The email account that you tried to reach does not exist. Please try\n5.1.1 "
     "double-checking the recipient's email address for typos or\n5.1.1 unnecessary spaces. For more information, "
     "go to\n5.1.1  https://support.google.com/mail/?p=NoSuchUser a640c23a62f3a-aa5 - gsmtp", CERTAIN),
    (Stage.RCPT, 550, "5.1.1 a@b.example User unknown", CERTAIN),
    (Stage.RCPT, 550, "5.1.1 User Unknown - http://www.barracudanetworks.com", CERTAIN),
    (Stage.RCPT, 550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient a@b.example not found by SMTP address lookup",
     CERTAIN),
    (Stage.RCPT, 551, "5.1.6 The address has moved and left no forwarding address", CERTAIN),
    (Stage.RCPT, 553, "5.1.1 sorry, that mailbox does not exist here", CERTAIN),
    (Stage.DOT, 550, "5.1.1 User unknown", DEAD),
    (Stage.RCPT, 550, "Unknown user", DEAD),
    (Stage.RCPT, 550, "No such user here", DEAD),
    (Stage.RCPT, 550, "no such user (#5.1.1)", DEAD),
    (Stage.RCPT, 550, "sorry, no mailbox here by that name. (#5.7.17)", DEAD),
    (Stage.RCPT, 550, "<a@b.example> No such user here", DEAD),
    (Stage.RCPT, 550, "User does not exist.", DEAD),
    (Stage.RCPT, 550, "Invalid recipient", DEAD),
    (Stage.RCPT, 554, "5.0.0 Recipient unknown", DEAD),
    (Stage.RCPT, 550, "5.1.0 Address rejected: mailbox not found", DEAD),
    # our own fault: relaying
    (Stage.RCPT, 550, "relay not permitted", OURS),
    (Stage.RCPT, 550, "relay not permitted, authentication required", OURS),
    (Stage.RCPT, 554, "5.7.1 <a@b.example>: Relay access denied", OURS),
    (Stage.RCPT, 454, "4.7.1 <a@b.example>: Relay access denied", OURS),
    (Stage.RCPT, 550, "5.1.1 <a@b.example>: Relaying denied", OURS),
    (Stage.RCPT, 550, "5.7.54 SMTP; Unable to relay recipient in non-accepted domain", OURS),
    (Stage.RCPT, 553, "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", OURS),
    (Stage.RCPT, 530, "5.7.1 Client was not authenticated", OURS),
    (Stage.RCPT, 530, "5.7.0 Authentication required", OURS),
    # our own fault: the sender
    (Stage.RCPT, 504, "5.5.2 <monitor@localhost>: Sender address rejected: need fully-qualified address", OURS),
    (Stage.RCPT, 550, "5.1.8 <m@none.example>: Sender address rejected: Domain not found", OURS),
    (Stage.RCPT, 450, "4.1.8 <m@none.example>: Sender address rejected: Domain not found", OURS),
    (Stage.RCPT, 550, "Sender verify failed", OURS),
    (Stage.RCPT, 550, "5.1.0 <m@bpv.example> sender rejected", OURS),
    (Stage.RCPT, 553, "5.7.1 <m@bpv.example>: Sender address rejected: not owned by user bpv", OURS),
    (Stage.RCPT, 504, "5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname", OURS),
    (Stage.RCPT, 450, "4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.1]", OURS),
    (Stage.RCPT, 550, "5.7.25 The IP address sending this message does not have a PTR record", OURS),
    # our own fault: policy, blacklists, syntax
    (Stage.RCPT, 554, "5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", OURS),
    (Stage.RCPT, 550, "5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your Internet "
     "service provider since part of their network is on our block list (S3150).", OURS),
    (Stage.RCPT, 550, "5.1.1 rejected by policy", OURS),
    (Stage.RCPT, 550, "JunkMail rejected - host [192.0.2.1] is in an RBL: blacklisted", OURS),
    (Stage.RCPT, 550, "Administrative prohibition", OURS),
    (Stage.RCPT, 501, "5.1.3 Bad recipient address syntax", OURS),
    (Stage.RCPT, 503, "5.5.1 Bad sequence of commands", OURS),
    (Stage.RCPT, 550, "5.7.1 Access denied", OURS),
    (Stage.RCPT, 550, "no", OURS),
    (Stage.RCPT, 550, "Unrouteable address", OURS),
    (Stage.DATA, 554, "5.5.1 Error: no valid recipients", OURS),
    (Stage.DOT, 554, "5.7.1 Message rejected as spam", OURS),
    (Stage.DOT, 550, "5.7.26 This mail has been blocked because the sender is unauthenticated (SPF, DKIM)", OURS),
    (Stage.DOT, 550, "5.7.509 Access denied, sending domain bpv.example does not pass DMARC verification", OURS),
    (Stage.DOT, 554, "5.7.9 Message not accepted for policy reasons", OURS),
    (Stage.DOT, 552, "5.3.4 Message size exceeds fixed limit", OURS),
    (Stage.DOT, 550, "5.6.0 Lone CR or LF in body (see RFC2822 section 2.3)", OURS),
    # full boxes, disabled ones, other people's domains
    (Stage.RCPT, 552, "5.2.2 <a@b.example>: Recipient address rejected: Mailbox full", LATER),
    (Stage.RCPT, 552, "5.2.2 The email account that you tried to reach is over quota", LATER),
    (Stage.RCPT, 550, "5.1.1 mailbox full, user unknown to delivery", LATER),
    (Stage.RCPT, 550, "mailbox is full", LATER),
    (Stage.RCPT, 452, "4.2.2 The email account that you tried to reach is out of storage space", LATER),
    (Stage.RCPT, 550, "5.2.1 The email account that you tried to reach is disabled", LATER),
    (Stage.RCPT, 550, "Requested action not taken: mailbox unavailable", LATER),
    (Stage.RCPT, 550, "5.4.1 Recipient address rejected: Access denied. AS(201806281)", LATER),
    (Stage.RCPT, 550, "5.4.4 Host or domain name not found", LATER),
    (Stage.RCPT, 550, "5.1.2 <a@b.example>: Recipient address rejected: Domain not found", LATER),
    # later
    (Stage.RCPT, 450, "4.2.0 <a@b.nl>: Recipient address rejected: Greylisted, see http://postgrey.example", LATER),
    (Stage.RCPT, 451, "4.7.1 Greylisting in action, sender will be accepted in 5 minutes", LATER),
    (Stage.RCPT, 421, "4.7.0 Try again later, closing connection.", LATER),
    (Stage.RCPT, 451, "4.7.500 Server busy. Please try again later from [192.0.2.1]. (S77719)", LATER),
    (Stage.RCPT, 450, "4.1.1 <a@b.example>: Recipient address rejected: unverified address", LATER),
    (Stage.RCPT, 452, "4.3.1 Insufficient system resources", LATER),
    (Stage.RCPT, 452, "4.5.3 Too many recipients", LATER),
    (Stage.RCPT, 450, "4.7.1 Error: too many authentication attempts, try again later", LATER),
    (Stage.DOT, 451, "4.3.0 Temporary lookup failure", LATER),
    (Stage.DOT, 421, "4.3.2 Service shutting down", LATER),
    # nothing said
    (Stage.RCPT, 0, "", LATER),
    (Stage.DATA, 0, "", LATER),
    (Stage.DOT, 0, "", UNCERTAIN),
    # who wants none
    (Stage.RCPT, 550, "5.7.1 Recipient has unsubscribed from this sender", COMPLAINT),
]  # fmt: skip


@pytest.mark.parametrize(
    ("stage", "code", "text", "expected"), ANSWERS, ids=[f"{one[0]}-{one[1]}-{one[2][:60]}" for one in ANSWERS]
)
def test_each_answer_of_a_real_server_has_its_verdict(stage, code, text, expected):
    verdict, certain = judge(Answer(stage, code, text))
    assert (CERTAIN if certain else verdict) == expected


DEADLY = ("5.1.1", "5.1.6", "5.1.10")


@pytest.mark.parametrize("stage", Stage)
def test_only_three_codes_are_certainly_dead_and_only_at_the_recipient(stage):
    dead = set()
    for code, detail in itertools.product((450, 500, 550, 553, 571), itertools.product((4, 5), range(8), range(30))):
        enhanced = ".".join(map(str, detail))
        if judge(Answer(stage, code, f"{enhanced} no")) == (DEAD, True):
            dead.add(enhanced)
            assert code >= 500
    assert dead == (set(DEADLY) if stage is Stage.RCPT else set())


@pytest.mark.parametrize("word", ["relay", "Sender", "policy", "blacklisted", "SPF", "spam", "mailbox full", "HELO"])
@pytest.mark.parametrize("code", DEADLY)
def test_a_word_against_it_makes_no_address_dead(code, word):
    assert judge(Answer(Stage.RCPT, 550, f"{code} User unknown: {word}"))[0] is not DEAD


@pytest.mark.parametrize("address", ["spam@relay.example", "policy.sender@blocklist.example", "quota@full.example"])
def test_what_an_address_is_called_says_nothing(address):
    assert judge(Answer(Stage.RCPT, 550, f"5.1.1 <{address}>: User unknown")) == (DEAD, True)


def test_a_servers_words_are_shown_without_anybodys_address_but_ours():
    said = "504 5.5.2 <monitor@localhost>: Sender address\nrejected for jan.jansen (<Jan.Jansen@company.example>)"
    shown = readable(said, "jan.jansen@company.example", "monitor@localhost")
    assert shown == "504 5.5.2 <monitor@localhost>: Sender address rejected for … (<…>)"
    assert readable("550 <other@company.example> moved to new@company.example") == "550 <…> moved to …"
    assert len(readable("x" * 900)) == 200
