#!/usr/bin/env python3
"""Whether the clean-up steps help: spoiled drawings of `subjects.py`, restored at their own size with and without each step.

    cleanup.py --level hard --sizes 32,64

 dE     mean OKLab distance (x100) from the drawing, over the union of both silhouettes
 kept   share of the drawing's features of at most 2 px (eyes, glints, limbs) that are there in their colour
 spots  opaque pixels with no like neighbour among eight, per mille; of the drawing itself: row `truth`
"""
import argparse, tempfile
from pathlib import Path
import numpy as np
from PIL import Image
import reduction, subjects

STEPS = {"none": [], "orphans": ["orphans"], "jaggies": ["jaggies"], "dust": ["dust"], "all": ["orphans", "jaggies", "dust"]}


def spots(art):
    """Opaque pixels that are alone in their colour."""
    flat = np.where(art[..., 3] > 0, (art[..., :3].astype(int) * [1 << 16, 1 << 8, 1]).sum(2), -1)
    p = np.pad(flat, 1, constant_values=-1)
    h, w = flat.shape
    same = [p[1 + dy:1 + dy + h, 1 + dx:1 + dx + w] == flat for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dy or dx]
    return 1000 * (~np.any(same, axis=0) & (flat >= 0)).sum() / max((flat >= 0).sum(), 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(reduction.ROOT / "target/release/dgx-pixels"))
    parser.add_argument("--level", default="hard", choices=["easy", "medium", "hard"])
    parser.add_argument("--sizes", default="32,64")
    args = parser.parse_args()
    all_cases = []
    for size in map(int, args.sizes.split(",")):
        all_cases += reduction.cases({1: [(size, size)]}, ["fine", "bold"], True)
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        (work / "in").mkdir()
        for case in all_cases:
            reduction.spoiled(case, args.level).save(work / "in" / f"{case['name']}.png")
        print("| step | dE | kept | spots |\n|---|---|---|---|")
        truth = np.mean([spots(case["native"]) for case in all_cases])
        print(f"| truth | 0 | 1 | {truth:.1f} |")
        for step, names in STEPS.items():
            reduction.run(args.binary, sorted((work / "in").iterdir()), work / step, f"cleanup = {names}\n")
            arts = [reduction.load(work / step / f"{case['name']}.png") for case in all_cases]
            rows = [reduction.score(art, case) for art, case in zip(arts, all_cases)]
            dE, kept = (np.nanmean([row[name] for row in rows]) for name in ("dE", "kept"))
            print(f"| {step} | {dE:.2f} | {kept:.3f} | {np.mean([spots(art) for art in arts]):.1f} |")


if __name__ == "__main__":
    main()
