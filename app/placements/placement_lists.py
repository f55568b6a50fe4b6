"""The list of placements: what it can be narrowed to, and what it shows."""

from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload
from wtforms import Form, SelectField, StringField

from app.extensions import db
from app.listing import Column, Listing, Order, choices
from app.placements.models import Placement
from app.placements.values import STATUSES

PATHWAYS = {name: name for name in ("BOL", "BBL", "OVO")}
CANONICAL = {status: status for status in STATUSES.values()}


class PlacementFilters(Form):
    """What the list is narrowed to; anything unknown narrows nothing."""

    brin = StringField("BRIN", render_kw={"size": 6})
    pathway = SelectField(_l("Pathway"), choices=choices(PATHWAYS))
    status = SelectField(_l("Status"), choices=choices(CANONICAL))


def _reached(row: Any) -> str:
    if row.Placement.student and row.Placement.student.address:
        return _("student")
    return _("through the trainer") if row.Placement.trainer else _("nobody")


LISTING = Listing(
    columns=(
        Column(
            _l("Agreement number"),
            lambda row: row.Placement.agreement_number or _("no number"),
            href=lambda row: url_for("invitations.show_placement", placement_id=row.Placement.id),
        ),
        Column(_l("School"), lambda row: row.Placement.school.name),
        Column(_l("Programme"), lambda row: row.Placement.programme.name),
        Column(_l("Pathway"), lambda row: row.Placement.pathway),
        Column(_l("Company"), lambda row: row.Placement.company.name),
        Column(_l("Begin"), lambda row: row.Placement.begins_on),
        Column(_l("Ends on"), lambda row: row.Placement.ends_on, order="end"),
        Column(_l("Status"), lambda row: row.Placement.status),
        Column(_l("Can be reached"), _reached),
        Column(_l("Loaded"), lambda row: row.Placement.loaded_at, order="loaded"),
    ),
    orders={
        "end": Order(Placement.ends_on, Placement.id),
        "loaded": Order(Placement.loaded_at, Placement.id),
    },
    usual="-loaded",
)


def placements(filters: PlacementFilters) -> sa.Select:
    """Return a SELECT of the placements that pass the filters."""
    wanted = sa.select(Placement).options(
        joinedload(Placement.school),
        joinedload(Placement.programme),
        joinedload(Placement.company),
        joinedload(Placement.trainer),
        joinedload(Placement.student),
    )
    if filters.brin.data:
        wanted = wanted.where(Placement.brin == filters.brin.data.strip().upper())
    if filters.pathway.data in PATHWAYS:
        wanted = wanted.where(Placement.pathway == filters.pathway.data)
    if filters.status.data in CANONICAL:
        wanted = wanted.where(Placement.status == filters.status.data)
    return wanted


def total() -> int:
    return db.session.scalar(sa.select(sa.func.count(Placement.id))) or 0
