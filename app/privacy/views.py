"""Privacy at the desk: what would go today, what went, what persons ask. No address is ever in a page's address."""

import datetime as dt
import json
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app import clock, confirming, security
from app.accounts import audit
from app.accounts.models import AuditEntry, Role
from app.extensions import db
from app.mailing import opt_outs
from app.placements import objections
from app.privacy import erasing, finding, forgetting, requests
from app.privacy.forms import TITLES, WISHES, PersonForm, RequestForm
from app.privacy.models import PersonRequest, Wish

blueprint = Blueprint("privacy", __name__)
SHOWN = 20


@blueprint.get("/desk/privacy")
@security.role(Role.ADMIN)
def show_overview():
    return _overview(RequestForm(received_on=clock.today()))


@blueprint.post("/desk/privacy/requests")
@security.role(Role.ADMIN)
def receive():
    form = RequestForm()
    if not form.validate_on_submit():
        return _overview(form), 422
    try:
        person = finding.find(form.words.data or "")
    except finding.SeveralPersons as error:
        return _refused(PersonForm(), error), 422
    requests.receive(person.hash, Wish(form.wish.data), form.received_on.data, current_user.id)
    db.session.commit()
    flash(_("Written down, without the address. Look the person up to answer."), "success")
    return redirect(url_for("privacy.show_overview"))


@blueprint.post("/desk/privacy/requests/<int:request_id>/done")
@security.role(Role.ADMIN)
def finish(request_id: int):
    requests.finish(db.get_or_404(PersonRequest, request_id), current_user.id)
    db.session.commit()
    return redirect(url_for("privacy.show_overview"))


@blueprint.get("/desk/privacy/person")
@security.role(Role.ADMIN)
def ask_person():
    return render_template("privacy/ask_person.html", form=PersonForm())


@blueprint.post("/desk/privacy/person")
@security.role(Role.ADMIN)
def show_person():
    return _for_person("person_looked_up", lambda person, words: _page(person, words))


@blueprint.post("/desk/privacy/person/export")
@security.role(Role.ADMIN)
def export_person():
    return _for_person("person_exported", lambda person, _words: _as_file(person))


@blueprint.post("/desk/privacy/person/<any(erase, object, pause, again):act>")
@security.role(Role.ADMIN)
def act_on_person(act: str):
    def do(person: finding.Person, words: str) -> Any:
        until = opt_outs.pause_until() if act == "pause" else None
        about = "object" if act == "pause" and until is None else act
        told = {"person": words.strip(), "until": until, "guides": bool(person.trainers)}
        confirming.require("privacy/confirm_person.html", act=about, **told)
        return _act(person, act, until)

    objections.hold()
    return _for_person(None, do)


def _overview(form: RequestForm) -> str:
    went = audit.entries().where(AuditEntry.action == "erased").limit(SHOWN)
    return render_template(
        "privacy/show_overview.html",
        due=erasing.count_due(),
        went=db.session.scalars(went).all(),
        waiting=requests.waiting(),
        wishes=WISHES,
        today=clock.today(),
        form=form,
    )


def _for_person(looking: str | None, do: Any) -> Any:
    """Find the person a form names, note in the audit log that somebody looked, and answer with what `do` returns."""
    form = PersonForm()
    if not form.validate_on_submit():
        return render_template("privacy/ask_person.html", form=form), 422
    words = form.words.data or ""
    try:
        person = finding.find(words)
    except finding.SeveralPersons as error:
        return _refused(form, error), 422
    if looking:
        forgetting.record(looking, person)
    answer = do(person, words)
    db.session.commit()
    return answer


def _refused(form: PersonForm, error: finding.SeveralPersons) -> str:
    words = _("More than one student has this number (%(brins)s). Write the BRIN before it, or use the mail address.")
    form.words.errors = [words % {"brins": str(error)}]
    return render_template("privacy/ask_person.html", form=form)


def _page(person: finding.Person, words: str) -> str:
    return render_template(
        "privacy/show_person.html",
        held=finding.held(person),
        is_named=bool(finding.hashes(person)),
        until=opt_outs.pause_until(),
        form=PersonForm(words=words),
        titles=TITLES,
    )


def _as_file(person: finding.Person) -> Response:
    requests.answer(person.hash, Wish.ACCESS, current_user.id)
    told = {"held": finding.held(person), "answers": "kept without a person; only the receipt finds them"}
    body = json.dumps(told, indent=2, ensure_ascii=False)
    disposition = {"Content-Disposition": 'attachment; filename="held.json"'}
    return Response(body, 200, disposition, mimetype="application/json")


def _act(person: finding.Person, act: str, until: dt.date | None) -> Any:
    if act == "erase":
        forgetting.forget(person)
    elif act == "again":
        forgetting.ask_again(person)
    else:
        forgetting.object_to(person, until)
    if act != "again":
        requests.answer(person.hash, Wish.ERASE if act == "erase" else Wish.OBJECT, current_user.id)
    db.session.commit()
    if act == "erase":
        erasing.empty_log()
    flash(_("Done. It holds for the next files, too."), "success")
    return redirect(url_for("privacy.show_overview"))
