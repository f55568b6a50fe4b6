"""What is wrong in a questionnaire whose shape is right: names of ours, answers that read alike, conditions that nobody
meets, and ids that mean something else than in an earlier file. In words its author can act on.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from app.questionnaires.definition import Condition, Page, Question, Questionnaire

# Fields and columns of ours that stand beside questions, and words that SPSS takes for its own.
QUESTION_NAMES = {
    *("go", "asked", "draft", "lang", "receipt", "change", "again", "code", "address", "csrf_token", "carried"),
    *("action", "elements", "length", "method", "name", "reset", "submit", "target"),  # of a form in a browser
    *("month", "role", "channel", "questionnaire", "brin", "crebo", "sector", "pathway", "level", "first", "weight"),
    *("increment", "block", "dossier", "is_first", "is_first_in_round"),
    *("all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"),
}
PAGE_NAMES = {"summary", "later"}
OPTION_NAMES = {"skipped", "not_asked"}
LONGEST_VARIABLE = 64  # in SPSS
WITHOUT_FIGURE = ("choice", "multi", "text")


def mistakes_of(asked: Questionnaire) -> list[str]:
    """List what is wrong in this questionnaire by itself, each with file, page and question."""
    return [*_of_head(asked), *_of_names(asked), *_of_questions(asked)]


def mistakes_between(questionnaires: Iterable[Questionnaire]) -> list[str]:
    """List what means something else than in an earlier file: a question, or a column of the microdata."""
    seen: dict[str, list[tuple[Questionnaire, Question]]] = defaultdict(list)
    columns: dict[str, str] = {}
    found = []
    for one in sorted(questionnaires, key=lambda one: (one.year, one.id)):
        for place, _page, question in _placed(one):
            changes = (list(_changed(question, *before, one.role)) for before in seen[question.id])
            found += [f"{place}: {mistake}" for mistake in next(filter(None, changes), [])]
            seen[question.id].append((one, question))
            for name in _variables(question):
                if columns.setdefault(name, question.id) != question.id:
                    found.append(f"{place}: '{name}' is a column of '{columns[name]}' in an earlier file; rename it")
    return found


def sensitive_in(questionnaires: Iterable[Questionnaire]) -> set[str]:
    """Return the questions that any of these protects."""
    return {question.id for one in questionnaires for question in one.questions() if question.sensitive}


def variable(question: Question, option: str = "") -> str:
    """Return the name of a question, or of one of its several answers, in the microdata."""
    return f"{question.id}_{option}" if question.kind == "multi" else question.id


def _placed(asked: Questionnaire) -> Iterator[tuple[str, Page, Question]]:
    for page in asked.pages:
        for question in page.questions:
            yield f"{asked.id}.toml, page {page.id}, question {question.id}", page, question


def _of_head(asked: Questionnaire) -> Iterator[str]:
    if str(asked.year) not in asked.id:
        yield f"{asked.id}.toml: the id names another year than {asked.year}; make them one"
    if not any(page.module is None for page in asked.pages):
        yield f"{asked.id}.toml: all pages belong to modules, which may be off; keep one that is always asked"
    always = [one for _place, page, one in _placed(asked) if not page.module]
    with_figure = {one.id for one in always if one.kind not in WITHOUT_FIGURE}
    for key in ("headline", "first_trend"):
        named = getattr(asked, key)
        if named and named not in with_figure:
            yield f"{asked.id}.toml: {key} '{named}' is not asked in all rounds, or has not one figure; name another"


def _of_names(asked: Questionnaire) -> Iterator[str]:
    for page in asked.pages:
        if page.id in PAGE_NAMES:
            yield f"{asked.id}.toml, page {page.id}: id '{page.id}' is a page of ours; choose another"
    names = Counter(name for _place, _page, question in _placed(asked) for name in _variables(question))
    for place, _page, question in _placed(asked):
        if question.id in QUESTION_NAMES:
            yield f"{place}: id '{question.id}' is a name that forms or files need themselves; choose another"
        for name in _variables(question):
            if names[name] > 1:
                yield f"{place}: '{name}' names two columns of the microdata; rename the question or the option"
            if len(name) > LONGEST_VARIABLE:
                yield f"{place}: '{name}' is longer than {LONGEST_VARIABLE} characters; shorten question or option"


def _variables(question: Question) -> list[str]:
    return [variable(question, option.id) for option in question.options] if question.kind == "multi" else [question.id]


def _of_questions(asked: Questionnaire) -> Iterator[str]:
    modules = {question.id: page.module for _place, page, question in _placed(asked)}
    for place, page, question in _placed(asked):
        yield from (f"{place}: {mistake}" for mistake in _of_options(question))
        if page.module and not question.sensitive:
            yield f"{place}: what a module asks is sensitive; add sensitive = true"
        for condition in question.show_if[:1]:
            yield from (f"{place}: {mistake}" for mistake in _of_condition(condition, page, modules))
        pathways = [set(condition.pathway) for condition in question.show_if if condition.pathway]
        if pathways and not set.intersection(*pathways):
            yield f"{place}: show_if excludes the pathways of the question it follows; nobody would see it"


def _of_condition(condition: Condition, page: Page, modules: Mapping[str, str | None]) -> Iterator[str]:
    module = modules.get(condition.question or "")
    if module and module != page.module:
        yield f"show_if waits for '{condition.question}' of module '{module}', which may be off; ask it in that module"


def _of_options(question: Question) -> Iterator[str]:
    for option in question.options:
        if option.id in OPTION_NAMES:
            yield f"option '{option.id}' is a name that files need themselves; choose another"
        if (option.code is None) == (question.kind == "choice"):
            cure = "give it a code that no other has in any year" if option.code is None else "remove its code"
            yield f"option '{option.id}': only those of kind 'choice' have a code, and all of them; {cure}"
        if option.exclusive and question.kind != "multi":
            yield f"option '{option.id}' is the only answer anyway; remove exclusive"
    for read in (lambda one: one.code, lambda one: one.label.nl.casefold(), lambda one: one.label.en.casefold()):
        for value, n in Counter(read(option) for option in question.options).items():
            if n > 1 and value is not None:
                yield f"two options have '{value}'; make them differ"


def _changed(question: Question, asked: Questionnaire, earlier: Question, role: str) -> Iterator[str]:
    file = f"{asked.id}.toml"
    if question.kind != earlier.kind:
        yield f"kind was '{earlier.kind}' in {file}; what is asked in another way gets a new id"
        return
    if earlier.sensitive and not question.sensitive:
        yield f"was sensitive in {file} and stays so; add sensitive = true"
    said = {option.label.nl.casefold(): option.id for option in earlier.options if asked.role == role}
    codes = {option.id: option.code for option in earlier.options}
    owners: dict[int | None, str] = {option.code: option.id for option in earlier.options if option.code}
    for option in question.options:
        if codes.get(option.id, option.code) != option.code:
            yield f"option '{option.id}' has code {codes[option.id]} in {file}; it keeps that code"
        if owners.get(option.code, option.id) != option.id:
            yield f"code {option.code} is that of option '{owners[option.code]}' in {file}; take one never used"
        if said.get(option.label.nl.casefold(), option.id) != option.id:
            yield f"option '{option.id}' reads like '{said[option.label.nl.casefold()]}' in {file}; give it a new id"
