"""Own answers beside those of others, right after sending."""


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
    [table] = [one for one in student.html.find_all("table") if one.caption.get_text(strip=True) == "You and others"]
    [row] = [one for one in table.tbody("tr") if one.th.get_text(strip=True) == "Report grade"]
    assert [one.get_text(" ", strip=True) for one in row("td")] == ["7", "8.0 on average"]
    assert "Satisfied" in table.get_text()


def test_a_trainer_sees_the_sector_too(results, world, visitor):
    place = world.place()
    trainer = visitor()
    send(trainer, place.part + "?lang=en", grade="7")
    assert "In your sector" in trainer.text


def test_while_few_answered_there_is_nothing_beside(world, visitor):
    student = visitor()
    send(student, world.place().copy + "?lang=en", grade="7")
    assert student.page == "thanks"
    assert "Your answers beside" not in student.text
