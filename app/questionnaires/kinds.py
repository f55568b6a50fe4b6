"""One small class per kind of question: its values, its words, its field, and how an answer is cleaned."""

import unicodedata
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from wtforms import Field, Form, RadioField, SelectMultipleField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.questionnaires.definition import Option, Question, Words

TEXT_LIMIT = 500
BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"  # which Unicode counts as letters and signs, and nobody sees

NOT_TOGETHER = Words(
    nl="‘%(answer)s’ kan niet samen met andere antwoorden. Vink dat antwoord uit, of vink de andere uit.",
    en="“%(answer)s” cannot go together with other answers. Untick that answer, or untick the others.",
)
TOO_LONG = Words(
    nl=f"Deze tekst is te lang. Gebruik niet meer dan {TEXT_LIMIT} tekens.",
    en=f"This text is too long. Use no more than {TEXT_LIMIT} characters.",
)


def _scale(*rows: tuple[str, str, str]) -> tuple[Option, ...]:
    return tuple(Option(id=value, label=Words(nl=nl, en=en)) for value, nl, en in rows)


class Choice:
    """One answer out of the question's own options; the start of all other kinds."""

    needs_options = True
    note: Words | None = None
    refused = Words(nl="Kies een van de antwoorden.", en="Choose one of the answers.")
    field_of: Callable[..., Field] = RadioField

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return the answers to choose from, in order."""
        return question.options

    def values(self, question: Question) -> tuple[str | int, ...]:
        """Return what can stand in the answers, in order."""
        return tuple(option.id for option in self.options(question))

    def labels(self, question: Question, language: str, pathway: str | None) -> dict[str | int, str]:
        """Return value → words, in order."""
        words = [option.label.in_(language, pathway) for option in self.options(question)]
        return dict(zip(self.values(question), words, strict=True))

    def label(self, question: Question, value: Any, language: str, pathway: str | None) -> str:
        """Return a cleaned answer in words, or raise KeyError if it is no answer to this question."""
        return self.labels(question, language, pathway)[value]

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the answer to store, or None if the question was skipped or this is no answer to it."""
        return raw if raw in self.values(question) else None

    def description(self, question: Question, language: str, pathway: str | None) -> str:
        """Return the help of the question followed by the note of its kind."""
        parts = [words.in_(language, pathway) for words in (question.help, self.note) if words]
        return " ".join(parts)

    def validators(self, question: Question, language: str, pathway: str | None) -> list[Callable[[Form, Field], None]]:
        """Return what checks the form field beside its choices."""
        return [Optional()]

    def field(self, question: Question, language: str, pathway: str | None) -> Field:
        """Return the unbound form field, which may be left empty."""
        message, labels = self.refused.in_(language, pathway), self.labels(question, language, pathway)
        return self.field_of(
            question.text.in_(language, pathway),
            description=self.description(question, language, pathway),
            choices=[SelectChoice(str(value), words) for value, words in labels.items()],
            validators=self.validators(question, language, pathway),
            invalid_value_message=message,
            invalid_choice_message=message,
        )


class Scale(Choice):
    """A kind whose answers are the same in every question."""

    needs_options = False
    answers: tuple[Option, ...] = ()

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return the fixed answers of the scale."""
        return self.answers


class Satisfaction(Scale):
    """Five points and a way out; the published figures count the top two."""

    answers = _scale(
        ("1", "Zeer ontevreden", "Very dissatisfied"),
        ("2", "Ontevreden", "Dissatisfied"),
        ("3", "Niet tevreden, niet ontevreden", "Neither satisfied nor dissatisfied"),
        ("4", "Tevreden", "Satisfied"),
        ("5", "Zeer tevreden", "Very satisfied"),
        ("na", "Niet van toepassing of weet ik niet", "Not applicable or don't know"),
    )


class YesNo(Scale):
    """Yes, no, or not known."""

    answers = _scale(("yes", "Ja", "Yes"), ("no", "Nee", "No"), ("unknown", "Weet ik niet", "Don't know"))


class Held(Scale):
    """Whether something took place that may still come."""

    answers = _scale(
        ("yes", "Ja", "Yes"),
        ("planned", "Nog niet, maar het is wel gepland", "Not yet, but it is planned"),
        ("not_planned", "Nog niet, en ook nog niet gepland", "Not yet, and not planned yet"),
        ("no", "Nee, het is er niet van gekomen", "No, it did not happen"),
        ("unknown", "Weet ik niet", "Don't know"),
    )


class Amount(Scale):
    """Too little, just right, or too much."""

    answers = _scale(
        ("too_little", "Te weinig", "Too little"),
        ("right", "Precies goed", "Just right"),
        ("too_much", "Te veel", "Too much"),
    )


class Grade(Scale):
    """A report grade, stored as an int from 1 to 10."""

    answers = _scale(*((str(grade), str(grade), str(grade)) for grade in range(1, 11)))

    def values(self, question: Question) -> tuple[int, ...]:
        """Return 1 to 10."""
        return tuple(int(option.id) for option in self.answers)

    def clean(self, question: Question, raw: Any) -> int | None:
        """Return the grade as an int, from an int or its digits."""
        return int(raw) if str(raw) in {option.id for option in self.answers} else None


class Multi(Choice):
    """Any number of the question's own options, stored as a list in their order."""

    note = Words(nl="Meer antwoorden zijn mogelijk.", en="More than one answer is possible.")
    refused = Words(nl="Kies alleen antwoorden uit de lijst.", en="Choose only answers from the list.")
    field_of = staticmethod(
        partial(SelectMultipleField, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput())
    )

    def label(self, question: Question, value: Any, language: str, pathway: str | None) -> str:
        """Return the chosen answers in words, with semicolons between."""
        labels = self.labels(question, language, pathway)
        return "; ".join(labels[one] for one in value)

    def clean(self, question: Question, raw: Any) -> list[str | int] | None:
        """Return the chosen options in order and once each, or None if they are none or do not go together."""
        picked = raw if isinstance(raw, list | tuple) else [raw]
        chosen = [value for value in self.values(question) if value in picked]
        return None if self._out_of_place(question, chosen) else chosen or None

    def validators(self, question: Question, language: str, pathway: str | None) -> list[Callable[[Form, Field], None]]:
        """Return what refuses an exclusive answer beside others, by its name."""

        def check(_form: Form, field: Field) -> None:
            if option := self._out_of_place(question, field.data or ()):
                answer = option.label.in_(language, pathway)
                raise ValidationError(NOT_TOGETHER.in_(language, pathway) % {"answer": answer})

        return [check]

    def _out_of_place(self, question: Question, chosen: Collection[Any]) -> Option | None:
        """Return the exclusive option that was chosen beside others."""
        found = (option for option in question.options if option.exclusive and option.id in chosen)
        return next(found, None) if len(set(chosen)) > 1 else None


class Text(Choice):
    """A few sentences in the respondent's own words."""

    needs_options = False
    note = Words(nl="Noem geen namen van mensen.", en="Do not name any people.")

    def label(self, question: Question, value: Any, language: str, pathway: str | None) -> str:
        """Return the text itself."""
        return value

    def clean(self, question: Question, raw: Any) -> str | None:
        """Return the tidied text, or None if it is empty or over the limit."""
        text = tidy(raw)
        return text if text and len(text) <= TEXT_LIMIT else None

    def field(self, question: Question, language: str, pathway: str | None) -> Field:
        """Return the unbound text area; its length counts after tidying."""
        return TextAreaField(
            question.text.in_(language, pathway),
            description=self.description(question, language, pathway),
            filters=[tidy],
            validators=[Length(max=TEXT_LIMIT, message=TOO_LONG.in_(language, pathway))],
        )


def tidy(raw: Any) -> str:
    """Return the text with plain line ends and without outer space or characters a database refuses.

    A text in which nothing can be seen is none; what is invisible in a visible text stays, such as joiners in emoji.
    """
    if not isinstance(raw, str):
        return ""
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(one for one in text if one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cs"}).strip()
    return text if any(unicodedata.category(one)[0] in "LNPS" for one in text if one not in BLANK_LETTERS) else ""


KINDS: dict[str, Choice] = {
    "satisfaction": Satisfaction(),
    "yes_no": YesNo(),
    "held": Held(),
    "grade": Grade(),
    "choice": Choice(),
    "multi": Multi(),
    "amount": Amount(),
    "text": Text(),
}
