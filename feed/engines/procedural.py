"""The embedded image engine: a program that draws, without any model trained on other people's images."""

import hashlib

import numpy as np

from feed.engines import scenes
from feed.engines.palettes import palette_for, words_of
from feed.engines.ports import Pixels

_SKIES = {"galaxy", "space", "cosmos", "nebula", "universe", "smoke", "marble", "dream"}
_THREADS = {"abstract", "flow", "wind", "silk", "hair", "music", "thread", "pattern", "energy", "current", "texture"}
_WATERS = {"sea", "ocean", "lake", "river", "water", "harbour", "harbor", "fjord", "bay", "reflection", "wave", "waves"}


class ProceduralPainter:
    """Draws a landscape, a nebula or a flow field whose colours and form come from the prompt's words and the seed.

    It does not understand the prompt beyond a few dozen words, and is labelled `algorithmicMedia` for what it is.
    """

    name = "Humankind procedural painter 1"
    digital_source_type = "algorithmicMedia"

    def paint(self, *, prompt: str, width: int, height: int, seed: int) -> Pixels:
        """The same prompt, size and seed give the same pixels."""
        words = words_of(prompt)
        digest = hashlib.sha256(f"{seed}\n{' '.join(words)}".encode()).digest()
        random = np.random.default_rng(int.from_bytes(digest, "big"))
        palette = palette_for(words, random)
        named = set(words)
        if named & _THREADS:
            canvas = scenes.currents(random, width=width, height=height, palette=palette)
        elif named & _SKIES:
            canvas = scenes.nebula(random, width=width, height=height, palette=palette)
        else:
            water = bool(named & _WATERS) or bool(random.random() < 0.3)
            canvas = scenes.landscape(random, width=width, height=height, palette=palette, water=water)
        # A little grain hides the steps of a smooth gradient.
        grain = random.normal(0, 0.012, canvas.shape[:2])[..., None]
        return (np.clip(canvas + grain, 0, 1) * 255).astype(np.uint8)
