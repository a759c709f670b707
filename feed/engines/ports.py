"""What an image engine must offer; `settings.IMAGE_ENGINE` names one by dotted path."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


class EngineRefusedError(Exception):
    """The engine will not make this image, now or later; its text is a sentence for the person who asked."""


class ImageEngine(Protocol):
    """Makes an image from words."""

    @property
    def name(self) -> str:
        """The engine and its version, as shown to people and written into the credentials."""
        ...

    @property
    def digital_source_type(self) -> str:
        """The last part of the IPTC term for what it makes: `algorithmicMedia`, `trainedAlgorithmicMedia`."""
        ...

    def paint(self, *, prompt: str, width: int, height: int, seed: int) -> Pixels:
        """An RGB image of shape (height, width, 3).

        The same arguments give the same image where the engine can promise that. Raises EngineRefusedError; any other
        exception means that trying again may help.
        """
        ...
