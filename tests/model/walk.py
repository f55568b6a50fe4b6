"""All steps and all promises together."""

from tests.model.asking import Asking
from tests.model.files import Files
from tests.model.holds import Holds


class Walk(Files, Asking, Holds):
    """A walk through the model's world, step by step."""
