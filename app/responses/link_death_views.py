"""The desk's page on where links die."""

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from app import security
from app.accounts.models import Role
from app.extensions import db
from app.forwarding.worklist import WORDS
from app.invitations.forms import RoundChoice
from app.invitations.words import CHANNELS
from app.listing import choices
from app.reference.models import Sector
from app.responses import link_deaths
from app.responses.link_deaths import Chosen
from app.responses.models import CompletionCounter

blueprint = Blueprint("link_deaths", __name__)


class Filters(RoundChoice):
    """A round, and of it a school or a sector; anything unknown narrows nothing."""

    brin = StringField("BRIN", render_kw={"size": 6})
    sector = SelectField(_l("Sector"))

    def chosen(self) -> Chosen | None:
        sectors = {one.code: one.name for one in db.session.scalars(db.select(Sector).order_by(Sector.code))}
        self.sector.choices = choices(sectors)
        if self.chosen_round is None:
            return None
        brin = (self.brin.data or "").strip().upper()
        return Chosen(self.chosen_round, brin, self.sector.data if self.sector.data in sectors else "")


@blueprint.get("/desk/where-links-die")
@security.role(Role.ADMIN)
def show():
    filters = Filters(request.args)
    chosen = filters.chosen()
    looks = {"ways": link_deaths.ways, "reasons": link_deaths.reasons, "forwarded": link_deaths.through_trainers}
    shown = {name: look(chosen) for name, look in looks.items()} if chosen else {}
    words = {"channels": CHANNELS, "reports": WORDS, "longest": CompletionCounter.LONGEST}
    return render_template("responses/link_deaths.html", filters=filters, chosen=chosen, **shown, **words)
