"""Steps of schools: files that are loaded and undone, agreements, and what a school does at its portal."""

import datetime as dt
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.agreements import register
from app.agreements.models import Category
from app.extensions import db
from app.placements import upload_work, uploads
from app.placements.models import Upload
from app.portal import students
from tests.model.afterwards import Afterwards
from tests.model.cast import PLACES, Line, sheet
from tests.model.ledger import Load
from tests.model.life import see


class Files(Afterwards):
    """What schools do."""

    def load(self, number: str, **changes: Any) -> None:
        """Something of a placement changes in its school's administration, which hands its file in."""
        files = self.ledger.files[PLACES[number].brin]
        files[number] = replace(files.get(number, Line()), **changes)
        self.load_again(PLACES[number].brin)

    def load_again(self, brin: str) -> None:
        """A school hands its file in as its administration stands; somebody says yes."""
        lines = dict(self.ledger.files[brin])
        if not lines:
            return
        before = self.act(self._facts)
        upload = self.act(lambda: uploads.hand_in(sheet(lines), self.admin, "nl").id)
        self._work()
        self.act(lambda: uploads.confirm(db.session.get_one(Upload, upload)))
        self._work()
        loaded = self.act(lambda: db.session.get_one(Upload, upload).state)
        assert loaded == "loaded", loaded
        read_before = {number: self.ledger.read[number] for number in lines}
        self._read(lines)
        self.ledger.loads.append(Load(upload, lines, before, self.act(self._facts), read_before))
        self.look(lambda: self.hold_same_contacts(lines))

    def drop(self, number: str, complete: bool) -> None:
        """A placement is in its school's file no more; a complete file says so."""
        brin = PLACES[number].brin
        lines = self.ledger.files[brin]
        lines.pop(number, None)
        if not complete:
            self.load_again(brin)
            return
        if not lines:
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "export.csv"
            path.write_bytes(sheet(lines))
            with self.app.app_context():
                done = self.app.test_cli_runner().invoke(args=["placements", "load", str(path), "--complete", brin])
        assert done.exit_code == 0, done.output
        self._read(lines)
        self.look(lambda: self.hold_same_contacts(lines))
        self.look(lambda: self.hold_gone(brin, lines))

    def undo(self, back: int) -> None:
        """Somebody undoes a load: the last, or the one `back` before it."""
        load = self.ledger.loads[-1 - back % len(self.ledger.loads)]
        now = self.act(self._facts)
        if not self.act(lambda: uploads.ask_undo(db.session.get_one(Upload, load.upload))):
            return
        self._work()
        taken_back = self.act(lambda: _is_taken_back(db.session.get_one(Upload, load.upload)))
        self.look(lambda: self.hold_undone(load, now, taken_back))
        if taken_back:
            self.ledger.loads.remove(load)
            for number, line in load.read_before.items():
                if self.ledger.read[number] == load.lines[number]:
                    self.ledger.read[number] = line

    def agree(self, brin: str, categories: frozenset[str], days: int | None) -> None:
        """An agreement ends, and a new one begins today, for these categories of data and so many days."""
        until = self.today + dt.timedelta(days=days) if days is not None else None
        if self.ledger.shared(brin, self.today):
            self.act(lambda: register.end(brin))
        self.ledger.agreements.pop(brin, None)
        if categories:
            self.act(lambda: register.sign(brin, self.today, until, categories=[Category(one) for one in categories]))
            self.ledger.agreements[brin] = categories, until

    def deliver_student(self, number: str, address: str) -> None:
        """A school gives a student's address at its portal."""
        self._at_portal(number, {Category.ADDRESS: address})

    def empty_student(self, number: str) -> None:
        """A school takes away at its portal what we hold of a student."""
        self._at_portal(number, None)

    def _at_portal(self, number: str, values: dict[Category, str] | None) -> None:
        brin = PLACES[number].brin

        def say() -> None:
            sight = see().get(number)
            there = students.found(brin, None, [sight.placement.id] if sight else [])
            for placement in there.values():
                if values is None:
                    students.erase(brin, placement)
                elif Category.ADDRESS in students.allowed(brin) and not students.fault(placement, values):
                    students.save(brin, {placement: values})
                self.ledger.students_word.add(number)

        self.act(say)

    def _work(self) -> None:
        """Do what uploads wait for, as the worker does."""
        with self.app.app_context():
            for _piece in upload_work.work():
                db.session.commit()
            db.session.commit()

    def _read(self, lines: dict[str, Line]) -> None:
        self.ledger.read.update(lines)
        self.ledger.named.update({one: self.ledger.keys_of(one, line, self.today) for one, line in lines.items()})

    def _facts(self) -> dict[str, Any]:
        return {number: sight.facts() for number, sight in see().items()}


def _is_taken_back(upload: Upload) -> bool:
    """Tell whether an upload was undone, all of it."""
    return upload.undone_at is not None and not upload.summary.get("left")
