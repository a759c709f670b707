"""Colours for words: a prompt's own where it names some, else colours drawn from the seed."""

import colorsys
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Colours = NDArray[np.float32]


@dataclass(frozen=True)
class Palette:
    """Colours from dark to light, each (red, green, blue) in 0..1, and whether they are those of a night."""

    colours: Colours
    dark: bool


# Dark to light.
_MOODS: dict[str, tuple[str, ...]] = {
    "sunset sunrise dusk dawn evening golden": ("#1d1a3a", "#5b2a5c", "#b23a5a", "#f07f4f", "#ffd29a"),
    "sea ocean lake river water wave waves rain harbour harbor": (
        "#06202e",
        "#0f4c5c",
        "#2a8fa3",
        "#7fcfd1",
        "#e8f6ef",
    ),
    "forest wood woods tree trees jungle meadow garden spring": ("#0e1f17", "#1f4a34", "#4d8b57", "#a9c77b", "#f3f1cf"),
    "desert sand dune dunes canyon savanna mars": ("#2b1612", "#7a3b22", "#c9743b", "#ecb877", "#fbeecb"),
    "snow ice winter arctic glacier frost cold": ("#16243b", "#41618a", "#86a9c9", "#c9dfee", "#fbfdff"),
    "night midnight moon moonlit star stars galaxy space cosmos nebula": (
        "#05060f",
        "#141a3c",
        "#3a2f72",
        "#8a5fb0",
        "#f2d8f0",
    ),
    "fire lava volcano flame ember": ("#120607", "#4a0f12", "#a8261c", "#f06a23", "#ffe08a"),
    "autumn fall harvest october": ("#241310", "#6b2c1a", "#b5562a", "#e0a03f", "#f8e6b9"),
    "mist fog cloud clouds storm grey gray": ("#20262c", "#4a555f", "#7f8c96", "#b5bfc6", "#eceff1"),
    "flower flowers blossom cherry rose pink": ("#2a1430", "#74305f", "#c7588b", "#f09db3", "#fdeaea"),
}
_HUES = {
    "red": 0.0, "orange": 0.07, "yellow": 0.14, "green": 0.35, "turquoise": 0.48, "cyan": 0.5, "blue": 0.6,
    "indigo": 0.69, "violet": 0.75, "purple": 0.78, "magenta": 0.85, "crimson": 0.96,
}  # fmt: skip
_NIGHT = {"night", "midnight", "moon", "moonlit", "star", "stars", "galaxy", "space", "cosmos", "nebula"}


def words_of(prompt: str) -> list[str]:
    """The prompt's words, in lower case."""
    return re.findall(r"\w+", prompt.lower())


def palette_for(words: list[str], random: np.random.Generator) -> Palette:
    """The first mood or colour that the words name, or one drawn by `random`."""
    dark = bool(_NIGHT.intersection(words))
    for word in words:
        for names, colours in _MOODS.items():
            if word in names.split():
                return Palette(np.array([_rgb(colour) for colour in colours], dtype=np.float32), dark)
        if word in _HUES:
            return Palette(_from_hue(_HUES[word], random), dark)
    return Palette(_from_hue(float(random.random()), random), dark)


def gradient(palette: Colours, positions: NDArray[np.float32]) -> Colours:
    """The palette's colour at each position in 0..1, dark to light; one more dimension than `positions`."""
    stops = np.linspace(0, 1, len(palette))
    return np.stack([np.interp(positions, stops, palette[:, channel]) for channel in range(3)], axis=-1).astype(
        np.float32
    )


def _rgb(code: str) -> tuple[float, ...]:
    return tuple(int(code[place : place + 2], 16) / 255 for place in (1, 3, 5))


def _from_hue(hue: float, random: np.random.Generator) -> Colours:
    turn = float(random.choice([0.08, -0.08, 0.14, 0.45]))
    steps = [(0.14, 0.75), (0.34, 0.7), (0.62, 0.6), (0.85, 0.42), (0.98, 0.15)]
    made = [
        colorsys.hsv_to_rgb((hue + turn * place / 4) % 1, saturation, value)
        for place, (value, saturation) in enumerate(steps)
    ]
    return np.array(made, dtype=np.float32)
