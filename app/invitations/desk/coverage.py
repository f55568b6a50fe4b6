"""Coverage at the desk: the share of placements under an agreement, per sector and per school."""

import sqlalchemy as sa
from flask import render_template, request
from flask_login import current_user

from app import security
from app.accounts.models import Role
from app.extensions import db
from app.invitations import counting, coverage
from app.invitations.desk.blueprint import blueprint
from app.invitations.forms import RoundChoice
from app.reference.models import School, Sector


@blueprint.get("/desk/coverage")
@security.role(Role.ADMIN, Role.ADVISER, Role.ANALYST)
def show_coverage():
    choice = RoundChoice(request.args)
    chosen = choice.chosen_round
    covers, counted_at = counting.covers(chosen, current_user.reach) if chosen else ({}, None)
    names = sa.union_all(sa.select(School.brin, School.name), sa.select(Sector.code, Sector.name))  # no code is both
    return render_template(
        "agreements/coverage.html",
        choice=choice,
        schools=coverage.together(covers, 0),
        sectors=coverage.together(covers, 1),
        total=sum(covers.values(), coverage.Cover()),
        counted_at=counted_at,
        names={row[0]: row[1] for row in db.session.execute(names)},
        own=current_user.reach is not None,
    )
