"""Every kind of dataset that can be made, by its purpose."""

from exports.queries.shapes.bot_features import BotFeatures
from exports.queries.shapes.images import Images
from exports.queries.shapes.instruction import Instruction
from exports.queries.shapes.port import Context, Fresh, Shape
from exports.queries.shapes.preferences import Preferences
from exports.queries.shapes.text import Text

__all__ = ["SHAPES", "Context", "Fresh", "Shape"]

_MADE: tuple[Shape, ...] = (Text(), Images(), Instruction(), Preferences(), BotFeatures())
SHAPES: dict[str, Shape] = {shape.purpose: shape for shape in _MADE}
