#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains what tells the types of white cells apart, and sets its temperature on a part kept aside:

  python3 train_types.py --white-cells WBC_Samples/train --data DATA --drawn FOLDER --out types.pt"""

import argparse
import glob
import json
import math
import os
import pathlib
import platform
import time

import numpy as np
import torch
import torch.nn.functional as F

import smear
from network import TypeTeller
from train import blur

TYPES = ["neutrophil", "eosinophil", "basophil", "lymphocyte", "monocyte", "other"]
SIDE = 96
RED_CELL = 40.0
KEPT = 48.0
WINDOW = 184  # pixels of what is kept of each, with room to turn and shift it


def cut(through, x, y):
    """The neighbourhood of a place; what lies beyond the field is empty."""
    half = WINDOW // 2
    padded = np.pad(through, ((half, half), (half, half), (0, 0)), constant_values=1.0)
    x, y = int(x), int(y)
    return padded[y : y + WINDOW, x : x + WINDOW].astype(np.float16)


def see(pixels, red_cell):
    """How much light each pixel lets through at the size at which it is kept, evened out by the
    light as the detector measures it, on the small field."""
    fit = smear.fit_light(smear.to_scale_quickly(pixels, smear.RED_CELL / red_cell))
    kept = smear.to_scale_quickly(pixels, KEPT / red_cell)
    return np.clip(smear.normalise(kept, fit) + 1, 0, 1.5), kept.shape[1] / pixels.shape[1]


def load(args):
    """[(crop, type, source)]"""
    cells, rng = [], np.random.default_rng(args.seed)
    for path in sorted(glob.glob(args.white_cells + "/images/*")):
        label = path.replace("/images/", "/labels/").rsplit(".", 1)[0] + ".txt"
        if not os.path.exists(label):
            continue
        pixels = smear.open_picture(path)
        through, factor = see(pixels, smear.SETS["wbc5"])
        places = []
        for line in open(label):
            kind, x, y, _, _ = map(float, line.split())
            places.append((x * pixels.shape[1] * factor, y * pixels.shape[0] * factor))
            cells.append((cut(through, *places[-1]), int(kind), "wbc5"))
        x, y = rng.integers(0, through.shape[1]), rng.integers(0, through.shape[0])
        if min(math.hypot(x - a, y - b) for a, b in places) > 90:
            cells.append((cut(through, x, y), 5, "wbc5"))
    folder = pathlib.Path(args.data) / "bccd"
    for name, boxes in list(sorted(smear.read_boxes(folder / "boxes_train_relabel_txl.csv").items()))[::2]:
        through, factor = see(smear.open_picture(folder / "images" / name), smear.SETS["bccd"])
        others = [b for b in boxes if b[0] == 2] + [b for b in boxes if b[0] == 0][:1]
        for _, a, b, c, d in others[:2]:
            cells.append((cut(through, (a + c) / 2 * factor, (b + d) / 2 * factor), 5, "bccd"))
    for path in sorted(glob.glob(args.drawn + "/*.jpg")) if args.drawn else []:
        through, factor = see(smear.open_picture(path), float(open(path[:-4] + ".red").read()))
        for line in open(path[:-4] + ".csv").read().splitlines()[1:]:
            label, a, b, c, d, kind = line.split(",")
            if label == "WBC" and kind in TYPES:
                x, y = (int(a) + int(c)) / 2 * factor, (int(b) + int(d)) / 2 * factor
                cells.append((cut(through, x, y), TYPES.index(kind), "drawn"))
    return cells


def change(crop, rng):
    """The same cell turned, a little off its place, and of another stain and camera."""
    part = torch.from_numpy(crop.astype(np.float32)).permute(2, 0, 1)[None]
    angle, zoom = rng.uniform(0, 2 * math.pi), math.exp(rng.normal(0, 0.1)) * RED_CELL / KEPT
    scale = SIDE / zoom / WINDOW
    c, s = math.cos(angle) * scale, math.sin(angle) * scale
    mirror = 1 if rng.random() < 0.5 else -1
    dx, dy = rng.normal(0, 5, 2) * 2 / WINDOW
    theta = torch.tensor([[c * mirror, -s, dx], [s * mirror, c, dy]], dtype=torch.float32)[None]
    part = F.grid_sample(part - 1, F.affine_grid(theta, (1, 3, SIDE, SIDE), align_corners=False),
                         align_corners=False) + 1
    density = -torch.log(part.clamp(min=0.02))
    strength = math.exp(rng.normal(0, 0.2))
    mix = np.diag(np.exp(rng.normal(0, 0.12, 3))) + rng.uniform(-0.05, 0.08, (3, 3)) * (1 - np.eye(3))
    density = torch.einsum("oc,nchw->nohw", torch.tensor(mix * strength, dtype=torch.float32), density)
    tilt = torch.linspace(-1, 1, SIDE)
    for axis in (1, SIDE):
        density = density + tilt.view(1, 1, -1, axis if axis == 1 else 1).reshape(
            (1, 1, SIDE, 1) if axis == 1 else (1, 1, 1, SIDE)) * rng.normal(0, 0.04)
    part = torch.exp(-density)
    if rng.random() < 0.4:
        part = blur(part, rng.uniform(0.4, 1.2))
    if rng.random() < 0.3:
        part = part + rng.uniform(0, 1) * (part - blur(part, 1.5))
    part = part + torch.randn(part.shape) * rng.uniform(0, 0.03)
    return (part - 1).clamp(-1, 0.5)[0]


def keep(crop):
    """As the program sees it."""
    part = torch.from_numpy(crop.astype(np.float32)).permute(2, 0, 1)[None]
    theta = torch.tensor([[1.0, 0, 0], [0, 1, 0]])[None] * (SIDE * KEPT / RED_CELL / WINDOW)
    part = F.grid_sample(part - 1, F.affine_grid(theta, (1, 3, SIDE, SIDE), align_corners=False),
                         align_corners=False)
    return part.clamp(-1, 0.5)[0]


class Samples(torch.utils.data.IterableDataset):
    def __init__(self, cells, seed):
        self.seed = seed
        self.pools = {}
        for crop, kind, source in cells:
            self.pools.setdefault((kind, source == "drawn"), []).append(crop)

    def __iter__(self):
        torch.set_num_threads(1)
        rng = np.random.default_rng([self.seed, 7])
        torch.manual_seed(self.seed)
        while True:
            kind = int(rng.choice(6, p=[0.17, 0.17, 0.17, 0.17, 0.17, 0.15]))
            pool = self.pools.get((kind, True), []) if rng.random() < 0.1 else []
            pool = pool or self.pools[(kind, False)]
            yield change(pool[rng.integers(len(pool))], rng), kind


def logits_of(model, cells):
    """Mean over the four mirror images, as the program takes it."""
    model.eval()
    x = torch.stack([keep(crop) for crop, _, _ in cells])
    with torch.no_grad():
        return sum(model(x.flip(dims)) for dims in ((), (2,), (3,), (2, 3))) / 4


def calibrate(logits, kinds):
    """The temperature (Guo et al., 'On calibration of modern neural networks', 2017) that makes what
    is kept aside the most probable."""
    temperatures = np.exp(np.linspace(math.log(0.2), math.log(5), 97))
    losses = [float(F.cross_entropy(logits / t, kinds)) for t in temperatures]
    return float(temperatures[int(np.argmin(losses))])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--white-cells", required=True)
    parser.add_argument("--drawn", default="")
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--aside", type=int, default=5, help="one of so many is kept aside; 0: none")
    parser.add_argument("--temperature", type=float, default=0, help="from a run that kept some aside")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    started = time.time()
    cells = load(args)
    real = [i for i, cell in enumerate(cells) if cell[2] == "wbc5"]
    aside = set(np.random.default_rng(args.seed).permutation(real)[: len(real) // args.aside]) if args.aside else set()
    held = [cells[i] for i in sorted(aside)]
    kept = [cell for i, cell in enumerate(cells) if i not in aside]
    print(json.dumps({"torch": torch.__version__, "python": platform.python_version(), "cells": len(kept),
                      "aside": len(held), **vars(args)}), f"loaded in {time.time() - started:.0f} s", flush=True)
    model = TypeTeller()
    optimiser = torch.optim.AdamW(model.parameters(), lr=args.rate, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, args.rate, args.steps, pct_start=0.1)
    loader = torch.utils.data.DataLoader(Samples(kept, args.seed), args.batch, num_workers=1, prefetch_factor=4)
    total = 0.0
    for step, (x, kinds) in zip(range(1, args.steps + 1), loader):
        model.train()
        loss = F.cross_entropy(model(x), kinds, label_smoothing=0.03)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        total += float(loss)
        if step % 100 == 0:
            print(f"{step} loss {total / 100:.3f} {time.time() - started:.0f} s", flush=True)
            total = 0.0
        if (step % 500 == 0 or step == args.steps) and held:
            logits, truth = logits_of(model, held), torch.tensor([k for _, k, _ in held])
            right = logits.argmax(1) == truth
            five = [float(right[truth == k].float().mean()) for k in range(5)]
            print(f"  aside: {np.mean(five):.3f} balanced over five", dict(zip(TYPES, [round(v, 2) for v in five])), flush=True)
    temperature = args.temperature or 1.0
    if held:
        temperature = calibrate(logits, truth)
        sure, right = torch.softmax(logits / temperature, 1).max(1)[0], logits.argmax(1) == truth
        for low, high in ((0, 0.6), (0.6, 0.85), (0.85, 0.95), (0.95, 1.01)):
            these = (sure >= low) & (sure < high)
            print(f"  said {low:.2f} to {high:.2f}: {int(these.sum())}, of them right {float(right[these].float().mean()):.2f}")
    torch.save({"model": model.state_dict(), "temperature": temperature}, args.out)
    print("temperature", temperature)


if __name__ == "__main__":
    main()
