# SPDX-License-Identifier: GPL-3.0-or-later
"""What training shares with the program: how a field is made small and its light is evened out,
step by step as app/imaging/hemo-detect-field.c does it, and how labelled sets are read."""

import csv
import functools
import pathlib

import numpy as np
from PIL import Image

RED_CELL = 28.0  # pixels that a red cell has across when the network sees it
RED_CELL_MICROMETRES = 7.5
TILE = 14  # pixels of the tiles in which the light is measured
TERMS = [(i, j) for i in range(5) for j in range(5 - i)]
EXPECTILE = 0.95
ROUNDS = 12
RIDGE = 1e-3
CLASSES = ["RBC", "WBC", "Platelets"]

# Pixels that a red cell has across in each set, as its README says or as was measured on it.
SETS = {"bccd": 104.0, "ood_ankara": 53.0, "ood_pbc": 79.0, "ood_chula": 45.0, "wbc5": 80.0}


@functools.cache
def area_weights(size, wanted):
    """How much each of `size` pixels gives to each of `wanted` ones: overlap of their areas."""
    weights = np.zeros((wanted, size))
    step = size / wanted
    for i in range(wanted):
        low, high = i * step, (i + 1) * step
        for j in range(int(low), min(size, int(np.ceil(high)))):
            weights[i, j] = max(0.0, min(high, j + 1) - max(low, j))
    return weights / weights.sum(axis=1, keepdims=True)


@functools.cache
def bilinear_weights(size, wanted):
    weights = np.zeros((wanted, size))
    for i in range(wanted):
        at = min(max((i + 0.5) * size / wanted - 0.5, 0.0), size - 1.0)
        low = min(int(at), size - 1)
        weights[i, low] += 1.0 - (at - low)
        weights[i, min(low + 1, size - 1)] += at - low
    return weights


def resample(pixels, width, height):
    """Area average where it becomes smaller, bilinear where larger; float, same range."""
    rows = (area_weights if height <= pixels.shape[0] else bilinear_weights)(pixels.shape[0], height)
    columns = (area_weights if width <= pixels.shape[1] else bilinear_weights)(pixels.shape[1], width)
    half = np.tensordot(rows.astype(np.float32), pixels.astype(np.float32), (1, 0))
    return np.tensordot(half, columns.astype(np.float32), (1, 1)).transpose(0, 2, 1)


def to_scale(pixels, factor):
    height = max(1, int(pixels.shape[0] * factor + 0.5))
    width = max(1, int(pixels.shape[1] * factor + 0.5))
    return np.clip(resample(pixels, width, height) + 0.5, 0, 255).astype(np.uint8)


def to_scale_quickly(pixels, factor):
    """Nearly the same, for what is changed at random afterwards anyway."""
    size = max(1, int(pixels.shape[1] * factor + 0.5)), max(1, int(pixels.shape[0] * factor + 0.5))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.BOX if factor <= 1 else Image.BILINEAR))


def polynomial(width, height, xs, ys):
    u = (2.0 * xs / width - 1.0)
    v = (2.0 * ys / height - 1.0)
    return np.stack([u ** i * v ** j for i, j in TERMS], axis=-1)


def measure_tiles(pixels):
    """Of each tile: its middle, and the mean of its pixels that are not below its 60th hundredth of
    green, as logarithm."""
    height, width = pixels.shape[:2]
    columns, rows = max(1, int(width / TILE + 0.5)), max(1, int(height / TILE + 0.5))
    xs, ys, light = [], [], []
    for j in range(rows):
        y0, y1 = j * height // rows, (j + 1) * height // rows
        ends = [i * width // columns for i in range(columns + 1)]
        for x0, x1 in zip(ends, ends[1:]):
            tile = pixels[y0:y1, x0:x1].reshape(-1, 3)
            rank = len(tile) * 6 // 10
            least = np.partition(tile[:, 1], rank)[rank]
            chosen = tile[tile[:, 1] >= least]
            xs.append((x0 + x1) * 0.5)
            ys.append((y0 + y1) * 0.5)
            light.append(chosen.sum(axis=0, dtype=np.int64) / len(chosen))
    return np.array(xs), np.array(ys), np.log(np.array(light) + 1.0)


def fit_light(pixels):
    """Coefficients, a column a channel, of the logarithm of the light between the cells."""
    height, width = pixels.shape[:2]
    xs, ys, light = measure_tiles(pixels)
    basis = polynomial(width, height, xs, ys)
    ridge = np.diag([RIDGE * len(xs) * (i + j) for i, j in TERMS])
    ridge[0, 0] = 1e-9
    weights = np.ones(len(xs))
    for _ in range(ROUNDS):
        normal = basis.T @ (basis * weights[:, None]) + ridge * weights.mean()
        fit = np.linalg.solve(normal, basis.T @ (light * weights[:, None]))
        left = light[:, 1] - basis @ fit[:, 1]
        weights = np.where(left > 0, EXPECTILE, 1 - EXPECTILE)
        weights = weights * np.minimum(1.0, 0.3 / np.maximum(np.abs(left), 1e-9))
    return fit


def light_of(fit, width, height):
    """The light at each pixel, 0 to 255."""
    us = (2.0 * (np.arange(width) + 0.5) / width - 1.0)[:, None] ** np.arange(5)
    vs = (2.0 * (np.arange(height) + 0.5) / height - 1.0)[:, None] ** np.arange(5)
    light = np.empty((height, width, 3))
    for channel in range(3):
        table = np.zeros((5, 5))
        for (i, j), value in zip(TERMS, fit[:, channel]):
            table[i, j] = value
        light[..., channel] = vs @ table.T @ us.T
    return np.clip(np.exp(light) - 1.0, 4.0, 400.0)


def normalise(pixels, fit=None):
    """What the network sees: how much of the light each pixel lets through, less 1; in float."""
    height, width = pixels.shape[:2]
    if fit is None:
        fit = fit_light(pixels)
    through = pixels / light_of(fit, width, height)
    near = np.abs(np.log(np.maximum(through[..., 1], 1e-3))) < 0.1
    if near.sum() >= 16:
        through = through / np.median(through[near], axis=0)
    return np.clip(through - 1.0, -1.0, 0.5).astype(np.float32)


def read_boxes(path):
    """{file: [(class, x0, y0, x1, y1)]}"""
    boxes = {}
    for row in csv.DictReader(open(path, newline="")):
        box = [int(row[key]) for key in ("xmin", "ymin", "xmax", "ymax")]
        boxes.setdefault(row["file"], []).append((CLASSES.index(row["label"]), *box))
    return boxes


def refuse_held_out(path):
    """Nothing that is kept for judging is ever opened."""
    for part in pathlib.Path(path).parts:
        if "heldout" in part.lower() or part.lower().startswith("test") or "_test" in part.lower():
            raise SystemExit(f"{part}: is kept for judging")


def open_picture(path):
    refuse_held_out(path)
    return np.asarray(Image.open(path).convert("RGB"))
