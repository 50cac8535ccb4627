#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the detector of cells. On one core:

  python3 train.py --data DATA --white-cells WBC_Samples/train --drawn FOLDER --out detector.pt

DATA holds bccd/ with its relabelled boxes; FOLDER what hemo-draw-smear drew (see draw.sh). The
parts named ood_* are looked at only to print how it does on other microscopes."""

import argparse
import glob
import io
import json
import math
import os
import pathlib
import pickle
import platform
import time

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

import smear
from network import CLASSES, STRIDE, Detector, detector_loss, draw_targets, match, read_marks

KEPT = 36.0  # pixels of a red cell in what is kept in memory
SIDE = 128  # pixels of a training crop


class Field:
    def __init__(self, pixels, red_cell, boxes, source, labelled=(1, 1, 1)):
        factor = KEPT / red_cell
        small = smear.to_scale_quickly(pixels, factor)
        self.through = np.clip(smear.normalise(small) + 1, 0, 1.5).astype(np.float16)
        self.source, self.labelled = source, labelled
        sx, sy = small.shape[1] / pixels.shape[1], small.shape[0] / pixels.shape[0]
        self.boxes = [(k, a * sx, b * sy, c * sx, d * sy) for k, a, b, c, d in boxes]


def load_training(args):
    fields = []
    folder = pathlib.Path(args.data) / "bccd"
    for name, boxes in sorted(smear.read_boxes(folder / "boxes_train_relabel_txl.csv").items()):
        pixels = smear.open_picture(folder / "images" / name)
        fields.append(Field(pixels, smear.SETS["bccd"], boxes, "bccd"))
    if args.white_cells:
        for path in sorted(glob.glob(args.white_cells + "/images/*")):
            pixels = smear.open_picture(path)
            height, width = pixels.shape[:2]
            boxes = []
            label = path.replace("/images/", "/labels/").rsplit(".", 1)[0] + ".txt"
            if not os.path.exists(label):
                continue  # one name is misspelt in the set
            for line in open(label):
                _, x, y, w, h = map(float, line.split())
                boxes.append((1, (x - w / 2) * width, (y - h / 2) * height,
                              (x + w / 2) * width, (y + h / 2) * height))
            fields.append(Field(pixels, smear.SETS["wbc5"], boxes, "wbc5", (0, 1, 0)))
    if args.drawn:
        for path in sorted(glob.glob(args.drawn + "/*.jpg")):
            stem = path[:-4]
            boxes = []
            for line in open(stem + ".csv").read().splitlines()[1:]:
                label, *box, _ = line.split(",")
                if label in CLASSES:
                    boxes.append((CLASSES.index(label), *map(int, box)))
            fields.append(Field(smear.open_picture(path), float(open(stem + ".red").read()), boxes, "drawn"))
    for path in sorted(glob.glob(args.nothing + "/*")) if args.nothing else []:
        picture = Image.open(path).convert("RGB")
        picture.thumbnail((640, 640))
        fields.append(Field(np.asarray(picture), KEPT, [], "nothing"))
    return fields


SHARES = {"bccd": 0.66, "wbc5": 0.18, "drawn": 0.10, "nothing": 0.06}


def blur(x, sigma):
    size = int(3 * sigma + 1)
    at = torch.arange(-size, size + 1, dtype=torch.float32)
    kernel = torch.exp(-at ** 2 / (2 * sigma ** 2))
    kernel = (kernel / kernel.sum()).view(1, 1, 1, -1).repeat(3, 1, 1, 1)
    x = F.pad(x, (size, size, size, size), mode="replicate")
    return F.conv2d(F.conv2d(x, kernel, groups=3), kernel.transpose(2, 3), groups=3)


def crop_field(field, rng):
    """A part of it at a random scale, turned and mirrored: how much light it lets through, boxes."""
    zoom = math.exp(rng.uniform(-0.25, 0.25)) * smear.RED_CELL / KEPT
    zx, zy = zoom * math.exp(rng.uniform(-0.1, 0.1)), zoom * math.exp(rng.uniform(-0.1, 0.1))
    height, width = field.through.shape[:2]
    cw, ch = min(width, int(SIDE / zx)), min(height, int(SIDE / zy))
    x0, y0 = rng.integers(0, width - cw + 1), rng.integers(0, height - ch + 1)
    if field.boxes and (field.source == "wbc5" or rng.random() < 0.35):
        # Around what is rare.
        rare = [box for box in field.boxes if box[0] != 0] or field.boxes
        _, a, b, c, d = rare[rng.integers(len(rare))]
        x0 = int(np.clip((a + c) / 2 - rng.uniform(0, 1) * cw, 0, width - cw))
        y0 = int(np.clip((b + d) / 2 - rng.uniform(0, 1) * ch, 0, height - ch))
    part = torch.from_numpy(field.through[y0 : y0 + ch, x0 : x0 + cw].astype(np.float32))
    part = part.permute(2, 0, 1)[None]
    w, h = min(SIDE, max(8, round(cw * zx))), min(SIDE, max(8, round(ch * zy)))
    part = F.interpolate(part, (h, w), mode="bilinear", antialias=True, align_corners=False)
    boxes = []
    for kind, a, b, c, d in field.boxes:
        box = np.array([(a - x0) * w / cw, (b - y0) * h / ch, (c - x0) * w / cw, (d - y0) * h / ch])
        cut = np.array([max(0, box[0]), max(0, box[1]), min(w, box[2]), min(h, box[3])])
        if cut[2] - cut[0] < 2 or cut[3] - cut[1] < 2:
            continue
        share = (cut[2] - cut[0]) * (cut[3] - cut[1]) / ((box[2] - box[0]) * (box[3] - box[1]))
        if share > 0.12:
            boxes.append((kind, *cut))
    if rng.random() < 0.5:
        part = part.flip(3)
        boxes = [(k, w - c, b, w - a, d) for k, a, b, c, d in boxes]
    if rng.random() < 0.5:
        part = part.flip(2)
        boxes = [(k, a, h - d, c, h - b) for k, a, b, c, d in boxes]
    if rng.random() < 0.5:
        part = part.transpose(2, 3)
        boxes = [(k, b, a, d, c) for k, a, b, c, d in boxes]
    return part, boxes


def restain(part, rng):
    """Another stain and another microscope's sharpness: in optical density, then around edges."""
    density = -torch.log(part.clamp(min=0.02))
    strength = math.exp(rng.normal(0, 0.4))
    gains = np.exp(rng.normal(0, 0.25, 3)) * strength
    mix = np.diag(gains) + rng.uniform(-0.05, 0.25, (3, 3)) * (1 - np.eye(3)) * strength
    if rng.random() < 0.1:
        mix = np.tile(mix.mean(axis=0, keepdims=True), (3, 1)) * 0.8  # nearly grey
    density = torch.einsum("oc,nchw->nohw", torch.tensor(mix, dtype=torch.float32), density)
    part = torch.exp(-density.clamp(-0.4, 4))
    if rng.random() < 0.45:
        smooth = blur(part, rng.uniform(1.0, 4.0))
        part = part + rng.uniform(-0.4, 2.2) * (part - smooth)
    if rng.random() < 0.15:
        # Thick, unstained cells seen by their rims only.
        part = part + rng.uniform(0.3, 0.8) * (1 - blur(part, 3.0)).clamp(0, 1)
    if rng.random() < 0.5:
        part = blur(part, rng.uniform(0.4, 1.8))
    return part.clamp(0, 1.5)


def shade(part, rng):
    """The light of another lamp and camera, as bytes."""
    height, width = part.shape[2:]
    ys, xs = np.mgrid[0:height, 0:width]
    u, v = 2 * xs / width - 1 - rng.uniform(-0.5, 0.5), 2 * ys / height - 1 - rng.uniform(-0.5, 0.5)
    level = rng.uniform(70, 235) * np.exp(rng.normal(0, 0.15, 3))
    light = np.zeros((3, height, width))
    if rng.random() < 0.7:
        strength = rng.uniform(0, 0.6)
        for c in range(3):
            own = rng.normal(0, 0.3, 5) * strength
            light[c] = own[0] * u + own[1] * v + own[2] * u * v + own[3] * u ** 2 + own[4] * v ** 2
        light -= strength * rng.uniform(-0.3, 1.0) * (u ** 2 + v ** 2)
    light -= light.max()
    raw = part[0].numpy() * np.minimum(level, 250)[:, None, None] * np.exp(light)
    raw = raw + rng.normal(0, 1, raw.shape) * rng.uniform(0, 1) ** 2 * 9
    raw = np.clip(raw + 0.5, 0, 255).astype(np.uint8).transpose(1, 2, 0)
    if rng.random() < 0.4:
        store = io.BytesIO()
        Image.fromarray(raw).save(store, "JPEG", quality=int(rng.integers(35, 95)))
        raw = np.asarray(Image.open(store))
    return raw


def make_sample(field, rng, changed=0.85):
    part, boxes = crop_field(field, rng)
    if rng.random() < changed:
        part = restain(part, rng)
    raw = shade(part, rng)
    small = smear.normalise(raw)
    if rng.random() < 0.25:
        # A speck or a gap over a part of it; what it hides is still asked for unless nearly all is.
        w, h = rng.integers(4, 14, 2)
        x, y = rng.integers(0, small.shape[1] - 14), rng.integers(0, small.shape[0] - 14)
        small[y : y + h, x : x + w] = rng.uniform(-0.9, 0.2)
    full = np.zeros((SIDE, SIDE, 3), np.float32)
    height, width = small.shape[:2]
    full[:height, :width] = small
    heat, values, known = draw_targets(boxes, width, height, (SIDE // STRIDE, SIDE // STRIDE))
    mask = np.ones_like(heat) * np.array(field.labelled, np.float32)[:, None, None]
    return full.transpose(2, 0, 1), heat, values, known, mask


class Samples(torch.utils.data.IterableDataset):
    def __init__(self, fields, seed, changed):
        self.seed, self.changed = seed, changed
        self.by_source = {s: [f for f in fields if f.source == s] for s in SHARES}
        self.by_source = {s: f for s, f in self.by_source.items() if f}

    def __iter__(self):
        worker = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, worker.id if worker else 0])
        torch.set_num_threads(1)
        names = list(self.by_source)
        shares = np.array([SHARES[s] for s in names])
        while True:
            fields = self.by_source[names[rng.choice(len(names), p=shares / shares.sum())]]
            yield make_sample(fields[rng.integers(len(fields))], rng, self.changed)


def find(model, pixels, red_cell):
    """Marks in a picture's own pixels, for each class."""
    small = smear.to_scale(pixels, smear.RED_CELL / red_cell)
    ready = smear.normalise(small)
    height, width = ready.shape[:2]
    full = np.zeros((-(-height // 16) * 16, -(-width // 16) * 16, 3), np.float32)
    full[:height, :width] = ready
    with torch.no_grad():
        out = model(torch.from_numpy(full.transpose(2, 0, 1))[None])[0].numpy()
    marks = read_marks(out, width, height)
    back = np.array([pixels.shape[1] / width, pixels.shape[0] / height] * 2 + [1])
    return [m * back for m in marks]


def load_judged(args):
    """[(set, picture, {class: boxes}, classes that are labelled)] to measure on."""
    judged = []
    data = pathlib.Path(args.data)
    parts = [("bccd", "bccd/boxes_val_relabel_txl.csv", "bccd/images", (0, 1, 2)),
             ("ood_ankara", "ood_ankara/boxes.csv", "ood_ankara/images", (0, 1)),
             ("ood_pbc", "ood_pbc/boxes.csv", "ood_pbc/images", (0, 1, 2))]
    for name, table, folder, kinds in parts:
        listed = sorted(smear.read_boxes(data / table).items())
        for file, boxes in listed[:: 5 if name == "ood_pbc" else 1]:
            truth = [np.array([b[1:] for b in boxes if b[0] == k], float).reshape(-1, 4) for k in range(3)]
            judged.append((name, smear.open_picture(data / folder / file), truth, kinds))
    return judged


def judge(model, judged, thresholds=(0.35, 0.4, 0.35)):
    model.eval()
    tables = {}
    for name, pixels, truth, kinds in judged:
        marks = find(model, pixels, smear.SETS[name])
        for k in kinds:
            table = tables.setdefault((name, CLASSES[k]), [])
            shown = marks[k][marks[k][:, 4] >= thresholds[k]]
            table.append((match(shown, truth[k]), len(shown), len(truth[k])))
    lines = []
    for (name, kind), rows in tables.items():
        hit, shown, true = np.array(rows).sum(axis=0)
        off = np.mean([abs(s - t) / max(t, 1) for _, s, t in rows])
        p, r = hit / max(shown, 1), hit / max(true, 1)
        lines.append(f"  {name:11s}{kind:10s} P {p:.3f} R {r:.3f} F1 {2 * p * r / max(p + r, 1e-9):.3f} count off {off:.3f} ({shown}/{true})")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--white-cells", default="")
    parser.add_argument("--drawn", default="")
    parser.add_argument("--nothing", default="", help="folder of pictures that show no blood")
    parser.add_argument("--out", required=True)
    parser.add_argument("--start", default="", help="weights to go on from")
    parser.add_argument("--kept", default="", help="where the fields, made small, are kept between runs")
    parser.add_argument("--exact", action="store_true", help="all in single precision")
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--changed", type=float, default=0.85, help="share of samples of another stain")
    parser.add_argument("--look", type=int, default=1000, help="steps between measurements; 0: none")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    started = time.time()
    if args.kept and os.path.exists(args.kept):
        with open(args.kept, "rb") as file:
            fields = pickle.load(file)
    else:
        fields = load_training(args)
        if args.kept:
            with open(args.kept, "wb") as file:
                pickle.dump(fields, file)
    judged = load_judged(args) if args.look else []
    print(json.dumps({"torch": torch.__version__, "numpy": np.__version__, "python": platform.python_version(),
                      "fields": len(fields), **vars(args)}), flush=True)
    model, kept = Detector(), Detector()
    if args.start:
        model.load_state_dict(torch.load(args.start))
    kept.load_state_dict(model.state_dict())
    print("parameters", sum(p.numel() for p in model.parameters()), f"loaded in {time.time() - started:.0f} s", flush=True)
    model = model.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), lr=args.rate, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, args.rate, args.steps, pct_start=0.1)
    loader = torch.utils.data.DataLoader(Samples(fields, args.seed, args.changed), args.batch, num_workers=1, prefetch_factor=4)
    sums = np.zeros(2)
    for step, batch in zip(range(1, args.steps + 1), loader):
        model.train()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=not args.exact):
            out = model(batch[0].contiguous(memory_format=torch.channels_last))
        out = out.float()
        loss, focal, size = detector_loss(out, *batch[1:])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        schedule.step()
        sums += [float(focal), float(size)]
        share = min(0.995, 1 - 1 / (step + 1))
        with torch.no_grad():
            for mine, theirs in zip(kept.state_dict().values(), model.state_dict().values()):
                if mine.dtype.is_floating_point:
                    mine.mul_(share).add_(theirs, alpha=1 - share)
                else:
                    mine.copy_(theirs)
        if step % 100 == 0:
            print(f"{step} heat {sums[0] / 100:.3f} size {sums[1] / 100:.3f} {time.time() - started:.0f} s", flush=True)
            sums[:] = 0
        if step % 200 == 0 or step == args.steps:
            torch.save(kept.state_dict(), args.out + ".part")
            os.replace(args.out + ".part", args.out)
        if args.look and (step % args.look == 0 or step == args.steps):
            print(judge(kept, judged), flush=True)


if __name__ == "__main__":
    main()
