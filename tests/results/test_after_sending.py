"""Own answers beside those of others, right after sending."""

from app.results import files


def send(person, link: str, **answers) -> None:
    person.go(link).press("go", "start")
    while person.page != "summary":
        asked = {name: value for name, value in answers.items() if person.html.find(attrs={"name": name})}
        person.press("go", "next", **asked)
    person.press("go", "send")


def test_a_student_sees_own_answers_beside_the_country(results, world, visitor):
    link = world.place().copy
    student = visitor()
    send(student, link + "?lang=en", grade="7", guidance_school="4")
    assert "Report grade 7 In the whole country: 8.0 on average" in student.text
    assert "Of 146 students who answered lately." in student.text
    assert "Guidance by the school Satisfied In the whole country" in student.text


def test_a_trainer_sees_the_sector_too(results, world, visitor):
    place = world.place()
    trainer = visitor()
    send(trainer, place.part + "?lang=en", grade="7")
    assert "in your sector: 8.0 on average" in trainer.text


def test_while_few_answered_there_is_nothing_beside(world, visitor):
    student = visitor()
    send(student, world.place().copy + "?lang=en", grade="7")
    assert student.page == "thanks"
    assert "Your answers beside" not in student.text


def test_what_fails_beside_the_thanks_costs_nobody_the_receipt(results, world, visitor, monkeypatch):
    def full(*_arguments):
        raise OSError("no space left on device")

    monkeypatch.setattr(files, "_fetch", full)
    student = visitor()
    send(student, world.place().copy + "?lang=en", grade="7")
    assert student.page == "thanks"
    assert "Your receipt" in student.text
