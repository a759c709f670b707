"""Smooth seeded noise, the raw material of the procedural painter."""

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]


def value_noise(random: np.random.Generator, *, width: int, height: int, cells: float) -> Field:
    """One octave in 0..1 with about `cells` bumps across the longer side."""
    longest = max(width, height)
    columns = max(2, round(cells * width / longest)) + 2
    rows = max(2, round(cells * height / longest)) + 2
    grid = random.random((rows, columns), dtype=np.float32)
    smooth = cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(np.asarray(smooth, dtype=np.float32), 0, 1)


def fractal_noise(random: np.random.Generator, *, width: int, height: int, cells: float, octaves: int) -> Field:
    """Octaves of value noise, each twice as fine and half as strong, stretched to 0..1."""
    total = np.zeros((height, width), dtype=np.float32)
    for octave in range(octaves):
        total += value_noise(random, width=width, height=height, cells=cells * 2**octave) / 2**octave
    low, high = float(total.min()), float(total.max())
    return (total - low) / max(high - low, 1e-6)


def ridge(random: np.random.Generator, *, width: int, cells: float, roughness: float, octaves: int = 7) -> Field:
    """The outline of one mountain range: a height in 0..1 for each column."""
    positions = np.linspace(0, 1, width, dtype=np.float32)
    outline = np.zeros(width, dtype=np.float32)
    weight = 1.0
    for octave in range(octaves):
        knots = max(3, round(cells * 2**octave) + 2)
        heights = random.random(knots, dtype=np.float32)
        place = positions * (knots - 1)
        left = np.minimum(place.astype(np.int32), knots - 2)
        along = place - left
        along = along * along * (3 - 2 * along)
        outline += weight * (heights[left] * (1 - along) + heights[left + 1] * along)
        weight *= roughness
    low, high = float(outline.min()), float(outline.max())
    return (outline - low) / max(high - low, 1e-6)


def warp(field: Field, *, shift_x: Field, shift_y: Field) -> Field:
    """The field with every point fetched from (x + shift_x, y + shift_y), in pixels."""
    height, width = field.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    moved = cv2.remap(field, columns + shift_x, rows + shift_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(moved, dtype=np.float32)
