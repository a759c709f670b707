"""The two public-domain photographs of the demo, from the packages that carry them (both by NASA and the US Navy)."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def grace_hopper() -> NDArray[np.uint8]:
    """RGB, (height, width, 3)."""
    return _load("matplotlib", "mpl-data/sample_data/grace_hopper.jpg")


def eileen_collins() -> NDArray[np.uint8]:
    """RGB, (height, width, 3)."""
    return _load("skimage", "data/astronaut.png")


def _load(package: str, path: str) -> NDArray[np.uint8]:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"The package {package} carries a photograph of the demo and is not installed.")
    with Image.open(Path(spec.origin).parent / path) as image:
        return np.asarray(image.convert("RGB"), dtype=np.uint8)
