"""What may stand in an address: numbers that a column can hold. Any other number is a page that does not exist."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1


class ColumnNumber(IntegerConverter):
    """The `int` of our routes."""

    def __init__(self, map: Map, **options: Any):
        super().__init__(map, **({"max": LARGEST} | options))


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = ColumnNumber
