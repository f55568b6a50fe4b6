"""The portal's one blueprint; its pages stand under /desk/schools/<brin>/, so that access is checked by the school."""

from flask import Blueprint

blueprint = Blueprint("portal", __name__)
