"""A small questionnaire that the tests here read and break."""

from pathlib import Path

from app.questionnaires.definition import Question, Questionnaire
from app.questionnaires.loader import load

SAMPLE = """
# A comment.
id = "sample-2026"
role = "student"
year = 2026
minutes = 5
title = { nl = "Je {stage}", en = "Your {stage}" }

[[pages]]
id = "start"
title = { nl = "Begin", en = "Start" }

[[pages.questions]]
id = "status"
kind = "choice"
title = { nl = "nl status", en = "en status" }
text = { nl = "Ben je klaar met je {stage}?", en = "Have you finished your {stage}?" }
options = [
    { id = "busy", code = 1, label = { nl = "Nog bezig", en = "Still busy" } },
    { id = "stopped", code = 2, label = { nl = "Gestopt", en = "Stopped" } },
]

[[pages.questions]]
id = "reason"
kind = "multi"
title = { nl = "nl reason", en = "en reason" }
text = { nl = "Waarom?", en = "Why?" }
show_if = { question = "status", is = ["stopped"] }
options = [
    { id = "work", label = { nl = "Het werk", en = "The work" } },
    { id = "travel", label = { nl = "De reis", en = "The journey" } },
]

[[pages.questions]]
id = "distance"
kind = "amount"
title = { nl = "nl distance", en = "en distance" }
text = { nl = "Hoe ver was het?", en = "How far was it?" }
show_if = { question = "reason", is = ["travel"] }

[[pages]]
id = "finish"
title = { nl = "Eind", en = "End" }

[[pages.questions]]
id = "grade"
kind = "grade"
title = { nl = "nl grade", en = "en grade" }
text = { nl = "Welk cijfer?", en = "What grade?" }
help = { nl = "{Stage} als geheel.", en = "{Stage} as a whole." }

[[pages.questions]]
id = "why_low"
kind = "text"
title = { nl = "nl why_low", en = "en why_low" }
text = { nl = "Waarom dit cijfer?", en = "Why this grade?" }
show_if = { question = "grade", is = [1, 2, 3], pathway = ["BOL", "OVO"] }

[[pages.questions]]
id = "pay"
kind = "yes_no"
title = { nl = "nl pay", en = "en pay" }
text = { nl = "Kreeg je loon?", en = "Were you paid?" }
show_if = { pathway = ["BBL"] }

[[pages]]
id = "extra"
module = "safety"
title = { nl = "Veilig", en = "Safe" }

[[pages.questions]]
id = "safe"
kind = "satisfaction"
sensitive = true
title = { nl = "nl safe", en = "en safe" }
text = { nl = "Hoe veilig was het?", en = "How safe was it?" }
"""


def write(folder: Path, content: str = SAMPLE, name: str = "sample-2026.toml") -> Path:
    """Write a definition file and return its path."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def sample(folder: Path) -> Questionnaire:
    """Load the sample by way of this folder."""
    return load(write(folder))


def question(kind: str, *option_ids: str, exclusive: str | None = None) -> Question:
    """Return a question of this kind with these options; `exclusive` names the one that goes with no other."""
    words = {"nl": "Vraag?", "en": "Question?"}
    options = [
        {"id": one, "label": {"nl": f"nl {one}", "en": f"en {one}"}, "exclusive": one == exclusive}
        for one in option_ids
    ]
    return Question.model_validate({"id": "asked", "kind": kind, "title": words, "text": words, "options": options})
