#!/usr/bin/env python3
"""How much of a raw's colours there is to recover: an oracle that knows what no tool does.

  oracle.py --params params_dev_capped.json [--sources ART] [--level hard]

It draws the raws of gen.py again, with the true lines, the true bends of every line and the true palette. The colour of a cell is the
mean of the middle quarter of its pixels, and the nearest true colour is taken; the second figure takes the true shading of the
picture out of it first. Both are `rec` as in score.py: the share of the sprite's pixels with the right colour (true colours closer
than 0.02 OKLab or CIEDE2000 3 are the same). Numpy and Pillow only.
"""
import argparse
import json
from concurrent.futures import ProcessPoolExecutor

import gen
import numpy as np
import score


def shares(maps, shades, truth, image):
    """The share of right colours, first with the shading and then without it."""
    known = score.Truth(truth)
    height, width = truth.shape[:2]
    u, v = maps
    across, down = np.floor(u).astype(int), np.floor(v).astype(int)
    inside = (across >= 0) & (across < width) & (down >= 0) & (down < height)
    middle = inside & (abs(u - across - 0.5) <= 0.25) & (abs(v - down - 0.5) <= 0.25)
    cell = (down * width + across)[middle]
    count = np.bincount(cell, minlength=width * height)
    colors = gen.oklab(image)
    for shading in (0.0, shades):
        seen = (colors - shading)[middle]
        mean = np.stack([np.bincount(cell, seen[:, i], minlength=width * height) for i in range(3)], 1)
        mean /= np.maximum(count, 1)[:, None]
        nearest = ((mean[:, None] - known.plab[None]) ** 2).sum(2).argmin(1).reshape(height, width)
        right = known.same[nearest, known.idx] & (count.reshape(height, width) > 0)
        yield float(right[known.op].mean())


def recovered(job):
    params, sources, level, number = job
    cfg = json.load(open(params))
    art = gen.load_sources(sources) if sources else gen.own_sources(cfg["seed"])
    fields, lines = [], []
    smooth_noise, axis_map = gen.smooth_noise, gen.axis_map

    def noted_noise(*given):
        fields.append(smooth_noise(*given))
        return fields[-1]

    def noted_map(*given):
        lines.append(axis_map(*given))
        return lines[-1]

    gen.smooth_noise, gen.axis_map = noted_noise, noted_map
    truth, raw, _, _ = gen.draw_one(cfg, art, level, number)
    gen.smooth_noise, gen.axis_map = smooth_noise, axis_map
    image, p = np.asarray(raw).astype(float), cfg["levels"][level]
    height, width = image.shape[:2]
    u = np.broadcast_to(lines[0][None, 1::3], (height, width)).astype(np.float64)
    v = np.broadcast_to(lines[1][1::3, None], (height, width)).astype(np.float64)
    if p["warp"] > 0:
        u, v = u + fields.pop(0)[1::3, 1::3], v + fields.pop(0)[1::3, 1::3]
    shades = np.stack(fields[:3], 2) if p["shade"] > 0 else np.zeros((height, width, 3))
    return list(shares((u, v), shades, truth, image))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--params", required=True)
    parser.add_argument("--sources")
    parser.add_argument("--level", default="hard", choices=gen.LEVELS)
    args = parser.parse_args()
    count = json.load(open(args.params))["per_level"]
    with ProcessPoolExecutor() as pool:
        found = list(pool.map(recovered, [(args.params, args.sources, args.level, i) for i in range(count)]))
    plain, shaded = np.mean(found, 0)
    print(f"{args.level}: lines and palette known {plain:.3f}, shading known as well {shaded:.3f} ({count} raws)")


if __name__ == "__main__":
    main()
