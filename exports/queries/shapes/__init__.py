"""Every kind of dataset that can be made, by its purpose."""

from exports.queries.shapes.port import Context, Fresh, Shape
from exports.queries.shapes.text import Text

__all__ = ["SHAPES", "Context", "Fresh", "Shape"]

SHAPES: dict[str, Shape] = {shape.purpose: shape for shape in (Text(),)}
