"""The desk's menu: what an administrator can go to. Features own the pages; here stands only their order."""

from flask import Flask
from flask_babel import lazy_gettext as _l

MENU = (
    ("invitations.show_desk", _l("Home")),
    ("invitations.list_rounds", _l("Rounds")),
    ("placements.list_placements", _l("Placements")),
    ("invitations.list_mails", _l("Mails")),
    ("worklist.list_reports", _l("Worklist")),
    ("invitations.search", _l("Search")),
    ("agreements.list_agreements", _l("Agreements")),
    ("questionnaires.list_questionnaires", _l("Questionnaires")),
)


def init_app(app: Flask) -> None:
    app.jinja_env.globals["desk_menu"] = MENU
