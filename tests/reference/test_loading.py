"""The reference tables: our own copy, fuller ones, and files that cannot be used."""

import shutil

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.reference import loading
from app.reference.loading import ReferenceFault
from app.reference.models import Programme, School, Sector


@pytest.fixture
def folder(tmp_path):
    """A copy of our own folder, to be changed."""
    copy = tmp_path / "reference"
    shutil.copytree(loading.OWN_FOLDER, copy)
    return copy


def load(folder=loading.OWN_FOLDER) -> dict[str, int]:
    return loading.load(db.session.connection(), folder)


def test_loading_again_changes_nothing(context):
    before = db.session.scalar(sa.select(sa.func.count(Programme.crebo)))
    assert load()["programmes"] == before
    assert db.session.scalar(sa.select(sa.func.count(Programme.crebo))) == before


def test_a_fuller_folder_adds_and_updates_and_deletes_nothing(context, folder):
    (folder / "schools.csv").write_text("brin,name\n04CY,A new name\n99XX,New school\n", encoding="utf-8")
    assert load(folder)["schools"] == 2
    assert db.session.get(School, "04CY").name == "A new name"
    assert db.session.get(School, "99XX").name == "New school"
    assert db.session.get(School, "25PM") is not None


def test_columns_may_stand_in_any_order_and_be_more(context, folder):
    (folder / "sectors.csv").write_text(
        "\ufeffname,note,code\n" + "".join(f"Sector {n},x,{n}\n" for n in SECTORS), encoding="utf-8"
    )
    load(folder)
    assert db.session.get(Sector, "01").name == "Sector 01"


SECTORS = [f"{n:02d}" for n in range(1, 10)] + ["99"]
PROGRAMMES = "crebo,name,level,pathways,dossier,dossier_name,sector\n"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("schools.csv", None, "schools.csv"),
        ("schools.csv", b"brin\n04CY\n", "column name"),
        ("schools.csv", b"brin,name\n04CY\n", "line 2: name is empty"),
        ("schools.csv", b"brin,name\n,School\n", "line 2: brin is empty"),
        ("schools.csv", b"brin,name\n04CY,Caf\xe9\n", "UTF-8"),
        ("programmes.csv", f"{PROGRAMMES}25786,Baker,five,BOL,23310,Bakers,09\n".encode(), "level"),
        ("programmes.csv", f"{PROGRAMMES}25786,Baker,2,BOL,23310,Bakers,77\n".encode(), "77"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_nothing_is_written(context, folder, name, content, words):
    (folder / "sectors.csv").write_text("code,name\n" + "".join(f"{n},Changed\n" for n in SECTORS), encoding="utf-8")
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    with pytest.raises(ReferenceFault, match=words) as caught:
        load(folder)
    assert name in str(caught.value)
    assert db.session.get(Sector, "01").name != "Changed"
