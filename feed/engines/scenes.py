"""What the procedural painter can draw. Each scene gives (height, width, 3) colours in 0..1 and draws only on `random`."""

import cv2
import numpy as np
from numpy.typing import NDArray

from feed.engines.noise import fractal_noise, ridge, value_noise, warp
from feed.engines.palettes import Palette, gradient

Canvas = NDArray[np.float32]


def landscape(random: np.random.Generator, *, width: int, height: int, palette: Palette, water: bool) -> Canvas:
    """Mountain ranges fading into the distance under a sky, with a lake before them when `water`."""
    colours = palette.colours[:4] if palette.dark else palette.colours
    down = np.repeat(np.linspace(0, 1, height, dtype=np.float32)[:, None], width, axis=1)
    canvas = gradient(colours, np.clip(0.25 + 0.75 * down, 0, 1) if not palette.dark else 0.9 * down)
    if palette.dark:
        _add_stars(canvas, random, count=width * height // 1500)
    _add_sun(canvas, random, colour=palette.colours[-1])
    clouds = fractal_noise(random, width=width, height=height, cells=3, octaves=5)
    clouds = warp(clouds, shift_x=(clouds - 0.5) * width * 0.3, shift_y=np.zeros_like(clouds))
    veil = np.clip(clouds - 0.55, 0, 1)[..., None] * (1 - down[..., None]) * 1.1
    canvas = canvas * (1 - veil) + palette.colours[-1] * veil
    shore = round(height * (0.74 if water else 1.0))
    rows = np.arange(height)[:, None]
    ranges = int(random.integers(4, 7))
    for depth in range(ranges):
        near = (depth + 1) / ranges
        outline = ridge(random, width=width, cells=1.5 + 2.5 * near, roughness=0.45 + 0.08 * (1 - near))
        top = height * (0.34 + 0.4 * near) - outline * height * (0.3 - 0.14 * near)
        colour = palette.colours[0] * near + gradient(colours, np.array([0.75], dtype=np.float32)) * (1 - near)
        haze = np.clip((rows - top[None, :]) / (height * 0.5), 0, 1)[..., None] * 0.35 * (1 - near * 0.5)
        body = colour * (1 - haze) + palette.colours[-2] * haze
        # A one-pixel ramp at the edge instead of a staircase.
        covers = np.clip(rows - top[None, :] + 0.5, 0, 1)[..., None]
        canvas = canvas * (1 - covers) + body * covers
    if water:
        canvas = _with_water(canvas, random, shore=shore, tint=palette.colours[1])
    return canvas.astype(np.float32)


def nebula(random: np.random.Generator, *, width: int, height: int, palette: Palette) -> Canvas:
    """Clouds of gas: noise bent by noise, with stars behind."""
    canvas = np.zeros((height, width, 3), dtype=np.float32) + palette.colours[0] * 0.5
    _add_stars(canvas, random, count=width * height // 700)
    longest = max(width, height)
    first, second, base = (
        fractal_noise(random, width=width, height=height, cells=cells, octaves=6) for cells in (2, 2.5, 3)
    )
    bent = warp(base, shift_x=(first - 0.5) * longest * 0.7, shift_y=(second - 0.5) * longest * 0.7)
    light = np.clip((bent - 0.3) / 0.7, 0, 1) ** 1.4
    glow = gradient(palette.colours, np.clip(light + 0.25 * (first - 0.5), 0, 1))
    density = np.clip(light * 1.5, 0, 1)[..., None]
    mixed: Canvas = (canvas * (1 - density) + glow * density).astype(np.float32)
    return mixed


def currents(random: np.random.Generator, *, width: int, height: int, palette: Palette) -> Canvas:
    """Thousands of threads that follow a flow field."""
    angle = fractal_noise(random, width=width, height=height, cells=1.6, octaves=3) * np.pi * 4
    ground = fractal_noise(random, width=width, height=height, cells=1.5, octaves=2)
    canvas = gradient(palette.colours[:2], ground)
    count = width * height // 220
    x, y = random.random(count) * width, random.random(count) * height
    tone = value_noise(random, width=width, height=height, cells=4)
    starts = tone[y.astype(int) % height, x.astype(int) % width]
    shades = gradient(palette.colours[1:], np.clip(starts + random.normal(0, 0.12, count), 0, 1).astype(np.float32))
    step = max(width, height) / 160
    paths = [np.stack([x, y], axis=1)]
    for _ in range(22):
        column, row = np.clip(x, 0, width - 1).astype(int), np.clip(y, 0, height - 1).astype(int)
        x, y = x + np.cos(angle[row, column]) * step, y + np.sin(angle[row, column]) * step
        paths.append(np.stack([x, y], axis=1))
    lines = np.round(np.stack(paths, axis=1) * 16).astype(np.int32)
    for line, shade in zip(lines, shades.tolist(), strict=True):
        cv2.polylines(canvas, [line], isClosed=False, color=shade, thickness=1, lineType=cv2.LINE_AA, shift=4)
    return canvas


def _add_stars(canvas: Canvas, random: np.random.Generator, *, count: int) -> None:
    height, width, _ = canvas.shape
    rows, columns = random.integers(0, height, count), random.integers(0, width, count)
    canvas[rows, columns] = np.maximum(canvas[rows, columns], (random.random((count, 1)) ** 3 * 0.9 + 0.1))


def _add_sun(canvas: Canvas, random: np.random.Generator, *, colour: NDArray[np.float32]) -> None:
    height, width, _ = canvas.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = width * random.uniform(0.2, 0.8), height * random.uniform(0.14, 0.42)
    radius = min(width, height) * random.uniform(0.05, 0.1)
    distance = np.hypot(columns - x, rows - y)
    disc = np.clip(radius - distance + 0.5, 0, 1)
    halo = 0.55 * np.exp(-np.clip(distance - radius, 0, None) / (radius * 2.2))
    strength = np.maximum(disc, halo)[..., None]
    canvas[:] = canvas * (1 - strength) + colour * strength


def _with_water(canvas: Canvas, random: np.random.Generator, *, shore: int, tint: NDArray[np.float32]) -> Canvas:
    height, width, _ = canvas.shape
    depth = height - shore
    rows, columns = np.mgrid[0:depth, 0:width].astype(np.float32)
    near = rows / depth
    ripple = value_noise(random, width=width, height=depth, cells=70) - 0.5
    swell = np.sin(rows * 0.9 + ripple * 6) * (1 + near * 7) + ripple * (2 + near * 18)
    # The lake mirrors what stands above it, squeezed, since the shore hides its feet.
    mirrored = cv2.remap(
        canvas, columns + swell, shore - 1 - rows * 2.2, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    mixed = np.asarray(mirrored, dtype=np.float32) * 0.72 + tint * 0.28
    return np.concatenate([canvas[:shore], mixed * (1 - 0.25 * near[..., None])])
