#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes trained networks as the file of weights that the program is built with:

  python3 export.py --detector detector.pt --types types.pt --version 1 --out cells.weights"""

import argparse
import hashlib
import struct

import numpy as np
import torch

from network import Detector, TypeTeller

STAGES = ["stem", "down1", "block1.first", "block1.second", "down2", "block2.first", "block2.second",
          "down3", "block3.first", "block3.second"]
LAYERS = STAGES + ["lateral3", "merge2", "lateral2", "merge1", "head", "out"]
BLOCK = 16


def fold(module):
    """Weights and bias of a convolution with the normalisation after it taken into it."""
    if isinstance(module, torch.nn.Sequential):
        convolution, norm = module[0], module[1]
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        weights = convolution.weight * scale.view(-1, 1, 1, 1)
        bias = norm.bias - norm.running_mean * scale
    else:
        convolution, weights, bias = module, module.weight, module.bias
    return weights.detach().double().numpy(), bias.detach().double().numpy(), convolution.stride[0]


def pack(module):
    weights, bias, step = fold(module)
    made, taken, size, _ = weights.shape
    full = -(-made // BLOCK) * BLOCK
    weights = np.concatenate([weights, np.zeros((full - made, taken, size, size))])
    bias = np.concatenate([bias, np.zeros(full - made)])
    # Block, row, column, channel taken, channel made within the block.
    weights = weights.reshape(full // BLOCK, BLOCK, taken, size, size).transpose(0, 3, 4, 2, 1)
    head = struct.pack("<4I", taken, full, size, step)
    return head + bias.astype("<f4").tobytes() + np.ascontiguousarray(weights).astype("<f4").tobytes()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--detector", required=True)
    parser.add_argument("--types", default="", help="without it no type is more probable than another")
    parser.add_argument("--version", type=int, required=True)
    parser.add_argument("--thresholds", type=float, nargs=3, default=[0.35, 0.4, 0.35])
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    detector, types = Detector(), TypeTeller()
    detector.load_state_dict(torch.load(args.detector))
    temperature = 1.0
    if args.types:
        kept = torch.load(args.types)
        types.load_state_dict(kept["model"])
        temperature = kept["temperature"]
    else:
        torch.nn.init.zeros_(types.out.weight)
        torch.nn.init.zeros_(types.out.bias)
    detector.eval()
    types.eval()
    layers = [pack(detector.get_submodule(name)) for name in LAYERS]
    layers += [pack(types.get_submodule(name)) for name in STAGES + ["out"]]
    data = b"HEMOCELL" + struct.pack("<3I", 1, args.version, len(layers))
    data += struct.pack("<4f", *args.thresholds, temperature) + b"".join(layers)
    data += hashlib.sha256(data).digest()
    with open(args.out, "wb") as file:
        file.write(data)
    print(f"{args.out}: {len(data)} bytes, SHA-256 of what is hashed {hashlib.sha256(data[:-32]).hexdigest()}")


if __name__ == "__main__":
    main()
