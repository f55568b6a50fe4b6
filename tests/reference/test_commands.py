"""`flask reference load`."""

import shutil

from app.reference import loading


def test_our_own_tables_are_loaded(flask):
    assert flask.json("reference", "load") == {"sectors": 10, "schools": 57, "regions": 35, "programmes": 103}


def test_a_folder_of_ones_own_is_loaded(flask, tmp_path):
    shutil.copytree(loading.OWN_FOLDER, tmp_path / "own")
    (tmp_path / "own" / "regions.csv").write_text("name\nNieuwland\n", encoding="utf-8")
    assert flask.json("reference", "load", tmp_path / "own")["regions"] == 1


def test_a_folder_without_the_files_cannot_be_used(flask, tmp_path):
    assert "sectors.csv" in flask.refuses("reference", "load", tmp_path)


def test_a_folder_that_is_not_there_cannot_be_used(flask, tmp_path):
    assert "does not exist" in flask.refuses("reference", "load", tmp_path / "nowhere")


def test_a_text_the_database_has_no_room_for_is_refused(flask, tmp_path):
    shutil.copytree(loading.OWN_FOLDER, tmp_path / "own")
    (tmp_path / "own" / "regions.csv").write_text(f"name\n{'x' * 300}\n", encoding="utf-8")
    assert "line 2: name is too long" in flask.refuses("reference", "load", tmp_path / "own")
