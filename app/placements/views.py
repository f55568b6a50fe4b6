"""Placements at the desk: the list of them."""

from flask import Blueprint, render_template, request

from app import security
from app.accounts.models import Role
from app.placements import placement_lists

blueprint = Blueprint("placements", __name__)


@blueprint.get("/desk/placements")
@security.role(Role.ADMIN)
def list_placements():
    filters = placement_lists.PlacementFilters(request.args)
    shown = placement_lists.LISTING.page(placement_lists.placements(filters))
    return render_template(
        "placements/list_placements.html", filters=filters, shown=shown, total=placement_lists.total()
    )


@blueprint.get("/desk/placements.csv")
@security.role(Role.ADMIN)
def download_placements():
    filters = placement_lists.PlacementFilters(request.args)
    return placement_lists.LISTING.csv(placement_lists.placements(filters), "placements")
