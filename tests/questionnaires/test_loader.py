"""From file to questionnaire: refusing with all mistakes at once, digests, and reading once."""

import pytest

from app.questionnaires.definition import Questionnaire
from app.questionnaires.loader import DefinitionError, load, load_all

from .samples import SAMPLE, write


def digest_of(folder, content):
    return load(write(folder, content)).digest


def test_a_good_file_becomes_a_questionnaire(tmp_path):
    questionnaire = load(write(tmp_path))
    assert isinstance(questionnaire, Questionnaire)
    assert (questionnaire.id, questionnaire.role, questionnaire.year) == ("sample-2026", "student", 2026)
    assert questionnaire.minutes == 5


def test_a_follow_up_of_a_follow_up_carries_both_conditions(tmp_path):
    conditions = load(write(tmp_path)).question("distance").show_if
    assert [condition.question for condition in conditions] == ["reason", "status"]


def test_all_mistakes_of_a_file_come_in_one_error(tmp_path):
    broken = SAMPLE.replace('kind = "amount"', 'kind = "amuont"').replace('id = "extra"', 'id = "start"')
    with pytest.raises(DefinitionError) as caught:
        load(write(tmp_path, broken))
    assert len(caught.value.mistakes) == 2
    assert "question distance: kind 'amuont' is not known" in str(caught.value)
    assert "page start: id 'start' is used twice" in str(caught.value)


def test_a_file_that_is_not_toml_is_refused_by_name_and_line(tmp_path):
    with pytest.raises(DefinitionError, match=r"sample-2026\.toml: this is not TOML in UTF-8 \(.*line 1"):
        load(write(tmp_path, "id = =\n"))


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "sample-2026.toml"
    path.write_bytes(SAMPLE.replace("Gestopt", "Geëindigd").encode("cp1252"))
    with pytest.raises(DefinitionError, match="not TOML in UTF-8"):
        load(path)


def test_the_digest_is_a_sha_256(tmp_path):
    digest = digest_of(tmp_path, SAMPLE)
    assert len(digest) == 64
    assert set(digest) <= set("0123456789abcdef")


def test_comments_and_layout_do_not_change_the_digest(tmp_path):
    relaid = SAMPLE.replace("# A comment.", "").replace(
        'role = "student"\nyear = 2026', 'year   =  2026 # now\n\nrole = "student"'
    )
    assert digest_of(tmp_path, relaid) == digest_of(tmp_path, SAMPLE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Welk cijfer?", "Welk cijfer geef je?"),
        ("What grade?", "Which grade?"),
        ('id = "pay"', 'id = "paid"'),
        ('"BOL", "OVO"', '"OVO", "BOL"'),
        ("minutes = 5", "minutes = 6"),
    ],
)
def test_wording_ids_and_order_change_the_digest(tmp_path, old, new):
    assert old in SAMPLE
    assert digest_of(tmp_path, SAMPLE.replace(old, new)) != digest_of(tmp_path, SAMPLE)


def test_load_all_finds_every_definition_by_id(tmp_path):
    write(tmp_path)
    write(tmp_path, SAMPLE.replace("2026", "2027"), "sample-2027.toml")
    (tmp_path / "notes.txt").write_text("not a definition")
    assert list(load_all(tmp_path)) == ["sample-2026", "sample-2027"]


def test_load_all_reads_the_files_once():
    assert load_all() is load_all()


def test_nobody_can_change_what_load_all_keeps():
    with pytest.raises(TypeError):
        load_all()["student-2026"] = None
