# SPDX-License-Identifier: GPL-3.0-or-later
"""The two networks, their losses, and how marks are read off the maps."""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from smear import CLASSES, RED_CELL

STRIDE = 4
WIDTHS = (16, 32, 48, 64)


def unit(inputs, outputs, size=3, stride=1, active=True):
    layers = [nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, nn.ReLU(inplace=True)) if active else nn.Sequential(*layers)


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first = unit(width, width)
        self.second = unit(width, width, active=False)

    def forward(self, x):
        return F.relu(x + self.second(self.first(x)))


class Detector(nn.Module):
    """Heat of three classes, then for each of them the middle of its box beside the middle of the
    map's cell, in cells, and the logarithm of its sides in red cells."""

    def __init__(self):
        super().__init__()
        a, b, c, d = WIDTHS
        self.stem = unit(3, a, stride=2)
        self.down1 = unit(a, b, stride=2)
        self.block1 = Residual(b)
        self.down2 = unit(b, c, stride=2)
        self.block2 = Residual(c)
        self.down3 = unit(c, d, stride=2)
        self.block3 = Residual(d)
        self.lateral3 = unit(d, c, 1, active=False)
        self.merge2 = unit(c, c)
        self.lateral2 = unit(c, b, 1, active=False)
        self.merge1 = unit(b, b)
        self.head = unit(b, b)
        self.out = nn.Conv2d(b, 5 * len(CLASSES), 1)
        nn.init.constant_(self.out.bias[: len(CLASSES)], -3.0)

    def forward(self, x):
        fine = self.block1(self.down1(self.stem(x)))
        middle = self.block2(self.down2(fine))
        coarse = self.block3(self.down3(middle))
        middle = self.merge2(F.relu(middle + F.interpolate(self.lateral3(coarse), scale_factor=2)))
        fine = self.merge1(F.relu(fine + F.interpolate(self.lateral2(middle), scale_factor=2)))
        return self.out(self.head(fine))


class TypeTeller(nn.Module):
    """The first half of the detector, then the mean of its coarsest map."""

    def __init__(self, types=6):
        super().__init__()
        a, b, c, d = WIDTHS
        self.stem = unit(3, a, stride=2)
        self.down1 = unit(a, b, stride=2)
        self.block1 = Residual(b)
        self.down2 = unit(b, c, stride=2)
        self.block2 = Residual(c)
        self.down3 = unit(c, d, stride=2)
        self.block3 = Residual(d)
        self.drop = nn.Dropout(0.3)
        self.out = nn.Conv2d(d, types, 1)

    def forward(self, x):
        x = self.block1(self.down1(self.stem(x)))
        x = self.block3(self.down3(self.block2(self.down2(x))))
        return self.out(self.drop(x.mean((2, 3), keepdim=True))).flatten(1)


def draw_targets(boxes, width, height, size):
    """Of boxes (class, x0, y0, x1, y1) in a field of @width by @height pixels: heat, values and
    where values are known, on maps of @size (columns, rows)."""
    heat = np.zeros((len(CLASSES), size[1], size[0]), np.float32)
    values = np.zeros((4 * len(CLASSES), size[1], size[0]), np.float32)
    known = np.zeros((len(CLASSES), size[1], size[0]), np.float32)
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]]
    for kind, x0, y0, x1, y1 in boxes:
        x, y = (x0 + x1) / 2 / STRIDE, (y0 + y1) / 2 / STRIDE
        w, h = (x1 - x0) / STRIDE, (y1 - y0) / STRIDE
        sx, sy = max(0.6, 0.12 * w), max(0.6, 0.12 * h)
        dx, dy = columns + 0.5 - x, rows + 0.5 - y
        bump = np.exp(-(dx / sx) ** 2 / 2 - (dy / sy) ** 2 / 2)
        ci, cj = min(size[0] - 1, int(x)), min(size[1] - 1, int(y))
        bump[cj, ci] = 1.0
        here = bump > np.maximum(heat[kind], 0.25)
        heat[kind] = np.maximum(heat[kind], bump)
        known[kind][here] = bump[here]
        for offset, value in enumerate(
            (-dx, -dy, np.log((x1 - x0) / RED_CELL), np.log((y1 - y0) / RED_CELL))
        ):
            values[4 * kind + offset][here] = value[here] if np.ndim(value) else value
    return heat, values, known


def detector_loss(out, heat, values, known, mask):
    """Focal loss of the heat (Law and Deng, 'CornerNet', 2018) where @mask says that a class is
    labelled, and the absolute error of the values."""
    n = len(CLASSES)
    logits = out[:, :n]
    p = torch.sigmoid(logits)
    at = (heat >= 0.999).float()
    positive = -at * (1 - p) ** 2 * F.logsigmoid(logits)
    negative = -(1 - at) * (1 - heat) ** 4 * p ** 2 * F.logsigmoid(-logits)
    focal = ((positive + negative) * mask).sum() / (at * mask).sum().clamp(min=1)
    weight = known.repeat_interleave(4, dim=1)
    # Places in cells of the map are of the order of a quarter of a red cell.
    scale = out.new_tensor([0.3, 0.3, 1.0, 1.0]).repeat(n).view(1, -1, 1, 1)
    size = ((out[:, n:] - values).abs() * weight * scale).sum() / weight.sum().clamp(min=1)
    return focal + 4.0 * size, focal.detach(), size.detach()


def overlap(box, boxes):
    low = np.maximum(box[:2], boxes[:, :2])
    high = np.minimum(box[2:4], boxes[:, 2:4])
    inner = np.prod(np.clip(high - low, 0, None), axis=1)
    area = np.prod(box[2:4] - box[:2])
    return inner / np.maximum(area + np.prod(boxes[:, 2:4] - boxes[:, :2], axis=1) - inner, 1e-9)


def read_marks(out, width, height, least=0.1, limit=(0.55, 0.5, 0.4)):
    """Marks (x0, y0, x1, y1, confidence) for each class off one map, best first."""
    n = len(CLASSES)
    heat = 1 / (1 + np.exp(-out[:n]))
    padded = np.pad(heat, ((0, 0), (1, 1), (1, 1)))
    best = np.max(
        [padded[:, j : j + heat.shape[1], i : i + heat.shape[2]] for j in range(3) for i in range(3)],
        axis=0,
    )
    marks = []
    for kind in range(n):
        rows, columns = np.nonzero((heat[kind] >= best[kind]) & (heat[kind] >= least))
        dx, dy, lw, lh = out[n + 4 * kind : n + 4 * kind + 4][:, rows, columns]
        x, y = (columns + 0.5 + dx) * STRIDE, (rows + 0.5 + dy) * STRIDE
        w, h = np.exp(np.clip(lw, -4, 2)) * RED_CELL, np.exp(np.clip(lh, -4, 2)) * RED_CELL
        found = np.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2, heat[kind, rows, columns]], 1)
        found[:, [0, 2]] = found[:, [0, 2]].clip(0, width)
        found[:, [1, 3]] = found[:, [1, 3]].clip(0, height)
        found = found[np.argsort(-found[:, 4], kind="stable")]
        kept = np.zeros((0, 5))
        for mark in found:
            if not len(kept) or overlap(mark, kept).max() < limit[kind]:
                kept = np.vstack([kept, mark])
        marks.append(kept)
    return marks


def match(marks, truth):
    """How many of @marks, best first, find one of @truth at an overlap of half."""
    free = list(range(len(truth)))
    found = 0
    for mark in marks:
        if not free:
            break
        shares = overlap(mark, truth[free])
        if shares.max() >= 0.5:
            free.pop(int(shares.argmax()))
            found += 1
    return found
