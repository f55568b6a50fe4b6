"""All steps and all promises together."""

from tests.model.asking import Asking
from tests.model.files import Files
from tests.model.holds import Holds
from tests.model.people import People


class Walk(Files, Asking, People, Holds):
    """A walk through the model's world, step by step."""
