"""One respondent's way through a questionnaire, as it stands in this browser: key, draft, pages, answers."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from wtforms import Form

from app import clock
from app.invitations.links import Channel
from app.questionnaires import form as forms
from app.questionnaires import loader
from app.questionnaires.definition import Page, Question, Questionnaire, drop_hidden, visible_questions
from app.questionnaires.kinds import KINDS
from app.responses import draft_keys, drafts
from app.responses.draft_keys import DraftKey
from app.responses.drafts import Begun
from app.responses.models import Response
from app.responses.seat_access import Opened

SUMMARY = "summary"
NOT_BY_TRAINER = {Channel.DIRECT, Channel.HELPDESK, Channel.REMINDER, Channel.PART}
PASSED_ON = set(Channel) - NOT_BY_TRAINER


@dataclass(frozen=True)
class ShownAnswer:
    """A question and its answer, both in words."""

    question: str
    answer: str


@dataclass(frozen=True)
class ShownPage:
    """A theme with the answers given in it; `state` is done, begun or unseen."""

    id: str
    title: str
    answers: list[ShownAnswer]
    state: str


@dataclass
class Journey:
    """`draft` is the seat's, whoever's browser holds its key; `answers` are only those this browser may see.

    `cookie` is what the browser keeps of the key, `began` tells that it took it just now.
    """

    opened: Opened
    draft: Begun | None
    key: DraftKey | None
    cookie: str | None = None
    began: bool = False
    answers: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, opened: Opened, posted: str | None, cookie: str | None) -> "Journey":
        """Return the way of a browser that posted this draft key, else keeps this one in a cookie."""
        key = draft_keys.read_any(opened.seat, posted, cookie)
        journey = cls(opened, drafts.of_seat(opened.seat), key, cookie)
        if journey.holds_draft:
            journey.answers = drafts.answers_in(journey.draft)
        return journey

    @property
    def pages(self) -> list[Page]:
        return list(self.opened.questionnaire.pages)

    @property
    def holds_draft(self) -> bool:
        """Tell whether a draft has begun that this browser may go on with."""
        return self.draft is not None and drafts.belongs(self.draft, self.opened, self.key)

    @property
    def is_elsewhere(self) -> bool:
        """Tell whether a draft has begun that this browser may neither go on with nor replace."""
        if self.draft is None or self.holds_draft:
            return False
        return self.key is None or self.key.replaces != self.draft.nonce

    @property
    def may_go_on(self) -> bool:
        """Tell whether pages may be shown and saved: the draft's own link, or a key and no draft elsewhere."""
        return self.is_private or (self.key is not None and not self.is_elsewhere)

    @property
    def is_here(self) -> bool:
        """Tell whether this is the trainer's device, which goes back to them."""
        return self.opened.channel is Channel.HERE

    @property
    def was_passed_on(self) -> bool:
        """Tell whether a student got this link from their trainer."""
        return self.opened.is_student and self.opened.channel in PASSED_ON

    @property
    def came_by_own_mail(self) -> bool:
        """Tell whether this is a link of our mail to the student, which most often goes on by itself on any device."""
        return self.opened.channel in (Channel.DIRECT, Channel.REMINDER)

    @property
    def is_private(self) -> bool:
        """Tell whether the link alone goes on with the draft."""
        return drafts.is_private(self.opened, self.draft)

    @property
    def may_leave_address(self) -> bool:
        """Tell whether this is a student whose own browser holds a draft that no mail of ours leads back to.

        After closing there is no later any more.
        """
        is_own = self.opened.is_student and self.holds_draft and not self.is_private and not self.is_here
        return is_own and clock.now() < self.opened.seat.closes_at

    @property
    def cookie_due(self) -> str | None:
        """Return what the browser is to keep of its key and does not keep yet.

        On the trainer's device it is renewed with each page, from Start on and never after it was idle for too long.
        """
        if self.key is None:
            return None
        if self.is_here:
            return self.key.here_token if self.began or self.cookie else None
        return self.key.token if self.key.token != self.cookie else None

    def code_on(self, page: Page) -> str | None:
        """Return the code for other devices, which stands on the first page."""
        return self.key.code if self.key and not self.is_here and page.id == self.pages[0].id else None

    @property
    def hidden(self) -> dict[str, str]:
        """Return what travels in the forms of this journey's pages."""
        return {"draft": self.key.token} if self.key else {}

    def take_over(self, code: str, *, again: bool) -> bool:
        """Let a browser in that holds no key: with the code, or to begin again. A wrong code counts as a try.

        Beginning again takes a fresh key that may replace the draft; until a page is saved the old one stays.
        """
        assert self.draft is not None
        if again:
            self.key = draft_keys.new_key(self.opened.seat, replaces=self.draft.nonce)
            return True
        key = draft_keys.key_for(self.opened.seat, self.draft.nonce)
        if not code.strip() or not drafts.try_code(self.draft, key, code):
            self.draft = drafts.of_seat(self.opened.seat)  # which now has one try less
            return False
        self.key, self.answers = key, drafts.answers_in(self.draft)
        return True

    def start(self) -> None:
        """Press Start: from here on this browser has a key, that of the draft if it may go on with one."""
        if self.draft is not None and self.holds_draft:
            self.key = draft_keys.key_for(self.opened.seat, self.draft.nonce)
        self.key, self.began = self.key or draft_keys.new_key(self.opened.seat), True
        drafts.start(self.opened)

    def hand_back(self) -> str | None:
        """Let nothing that this browser holds open the draft any more; returns the code that still does."""
        draft = drafts.of_seat(self.opened.seat)
        return draft_keys.key_for(self.opened.seat, drafts.renew(draft)).code if draft else None

    def tries_left(self) -> int:
        return max(0, drafts.WRONG_CODES - self.draft.wrong_codes) if self.draft else 0

    def page(self, page_id: str) -> Page | None:
        return next((page for page in self.pages if page.id == page_id), None)

    def page_to_resume(self) -> str:
        """Return the first page that is not done, else the summary."""
        return next((page.id for page in self.pages if self.state(page) != "done"), SUMMARY)

    def state(self, page: Page) -> str:
        """Tell whether a page is done, begun (something of it was saved) or unseen."""
        draft = self.draft if self.holds_draft else None
        if draft and page.id in draft.done:
            return "done"
        return "begun" if draft and page.id in draft.pages else "unseen"

    def number(self, page: Page) -> int:
        return self.pages.index(page) + 1

    def after(self, page: Page, go: str) -> str:
        """Return where a button leads: the next page or the summary, the one before, else the same page."""
        order = [one.id for one in self.pages] + [SUMMARY]
        step = {"next": 1, "back": -1}.get(go, 0)
        return order[max(0, order.index(page.id) + step)]

    def form(self, page: Page, language: str, posted: Any = None) -> Form:
        """Return the page's form, filled from what was posted, else from the draft.

        What was posted is read whole, with the questions that were on screen: a follow-up may have been there because
        of an answer that another tab has changed since.
        """
        pathway = self.opened.pathway
        if posted is None:
            return forms.page_form(visible_questions(page, self.answers, pathway), language, pathway)(data=self.answers)
        on_screen = {*posted, *posted.get("asked", "").split()}
        return forms.page_form([one for one in page.questions if one.id in on_screen], language, pathway)(posted)

    def take(self, page: Page, form: Form, asked: Collection[str]) -> None:
        """Take over what is valid on a page, and empty what was `asked` on screen and left empty.

        The answer to a question that was refused, or was not on screen, stays as it was.
        """
        emptied = {id_ for id_ in asked if id_ in form and not form[id_].errors}
        others = {id_: value for id_, value in self.answers.items() if id_ not in emptied}
        self.answers = others | forms.values(form, page)

    def save(self, page: Page, form: Form, asked: Collection[str], *, goes_on: bool) -> None:
        """Save what is valid on a page; who goes on has done it, unless something is wrong or a question comes up."""
        self.take(page, form, asked)
        done = not (form.errors or self.follow_ups(page, asked)) if goes_on else None
        own = {question.id: self.answers[question.id] for question in page.questions if question.id in self.answers}
        drafts.save_page(self.opened, self.draft, self.key, page.id, own, done)

    def follow_ups(self, page: Page, asked: Collection[str]) -> list[str]:
        """List the questions of a page that its answers bring up and that were not asked on screen yet."""
        visible = visible_questions(page, self.answers, self.opened.pathway)
        return [question.id for question in visible if question.id not in asked]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was answered that would be sent."""
        return not drop_hidden(self.opened.questionnaire, self.answers, self.opened.pathway)

    def answers_so_far(self, language: str) -> list[ShownPage]:
        return _shown(self.opened.questionnaire, self.answers, self.opened.pathway, language, self.state)


def sent_answers(response: Response, language: str) -> list[ShownPage]:
    """Return sent answers in words; empty when their questionnaire is no longer here."""
    questionnaire = loader.load_all().get(response.questionnaire)
    if questionnaire is None:
        return []
    return _shown(questionnaire, response.everything, response.pathway, language)


def _shown(
    questionnaire: Questionnaire,
    answers: dict[str, Any],
    pathway: str,
    language: str,
    state: Callable[[Page], str] | None = None,
) -> list[ShownPage]:
    """Return the answers theme by theme; with `state`, which tells that of a page, also what was not answered."""
    answers = drop_hidden(questionnaire, answers, pathway)
    pages = []
    for page in questionnaire.pages:
        questions = [q for q in visible_questions(page, answers, pathway) if state or q.id in answers]
        shown = [_shown_answer(question, answers, pathway, language) for question in questions]
        if shown:
            title = page.title.in_(language, pathway)
            pages.append(ShownPage(page.id, title, shown, state(page) if state else "done"))
    return pages


def _shown_answer(question: Question, answers: dict[str, Any], pathway: str, language: str) -> ShownAnswer:
    value = answers.get(question.id)
    words = "" if value is None else KINDS[question.kind].label(question, value, language, pathway)
    return ShownAnswer(question.text.in_(language, pathway), words)
