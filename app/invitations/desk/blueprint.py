"""The blueprint that the pages of the desk hang on."""

from flask import Blueprint

blueprint = Blueprint("invitations", __name__)
