"""The desk's menu. Features own the pages; here stands only their order. Who may open a page finds it in the menu."""

from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l

from app import security

MENU = (
    ("portal.list_schools", _l("Your schools")),
    ("invitations.show_desk", _l("Home")),
    ("invitations.list_rounds", _l("Rounds")),
    ("placements.list_placements", _l("Placements")),
    ("invitations.list_mails", _l("Mails")),
    ("worklist.list_reports", _l("Worklist")),
    ("invitations.search", _l("Search")),
    ("agreements.list_agreements", _l("Agreements")),
    ("results.show_start", _l("Results")),
    ("invitations.show_coverage", _l("Coverage")),
    ("questionnaires.list_questionnaires", _l("Questionnaires")),
    ("privacy.show_overview", _l("Privacy")),
    ("accounts.list_accounts", _l("Accounts")),
)


def menu() -> list[tuple[str, Any]]:
    """Return endpoint and label of what the account that is signed in may open."""
    return [(endpoint, label) for endpoint, label in MENU if security.may_open(endpoint)]


def init_app(app: Flask) -> None:
    app.jinja_env.globals["desk_menu"] = menu
    app.jinja_env.globals["may_open"] = security.may_open
