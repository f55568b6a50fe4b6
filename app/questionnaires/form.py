"""From a page to a form class, and from a filled form to answers. Skipping a question is always allowed."""

from collections.abc import Iterable
from typing import Any

from wtforms import Form

from app.questionnaires.definition import Page, Question
from app.questionnaires.kinds import KINDS


def page_form(questions: Iterable[Question], language: str, pathway: str | None) -> type[Form]:
    """Return a form class with one field per question, named by its id.

    Bind it to stored answers (`data=`) to show the page, or to what was posted to read it; never to both,
    because a radio that is absent from the post would then keep the stored answer.
    """
    fields = {question.id: KINDS[question.kind].field(question, language, pathway) for question in questions}
    return type("PageForm", (Form,), fields)


def values(form: Form, page: Page) -> dict[str, Any]:
    """Return question id → cleaned answer of a validated form; skipped and refused answers are absent."""
    cleaned = {
        question.id: KINDS[question.kind].clean(question, form[question.id].data)
        for question in page.questions
        if question.id in form and not form[question.id].errors
    }
    return {question_id: value for question_id, value in cleaned.items() if value is not None}
