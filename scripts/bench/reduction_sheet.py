#!/usr/bin/env python3
"""Sheet of reductions that fill a frame: the restored picture, the nearest pixel at the same size, and ours.

    reduction_sheet.py SHEET.png IMAGE:SIZE ...       # SIZE is the frame: 48 or 48x32
    reduction_sheet.py docs/reduction.png             # the drawings of this repository

Every picture is enlarged by a whole factor.
"""
import argparse, json, subprocess, tempfile
from pathlib import Path
import numpy as np
from PIL import Image, ImageDraw
import more_subjects, subjects
from reduction import ROOT, cropped, load, nearest

RAWS = [("knight.jpg", 64), ("dragon.jpg", 80), ("mushroom-house.jpg", 64), ("ship.jpg", 80), ("sword.jpg", 48), ("potion-1.jpg", 48)]
DRAWN = [(subjects.knight, 64, 48), (subjects.skull, 64, 40), (subjects.fish, 48, 32), (more_subjects.wizard, 48, 40),
         (more_subjects.robot, 64, 44), (more_subjects.cat, 48, 28)]
TALL, GAP, TEXT = 192, 8, 14


def drawn(folder):
    """The raws of the example, and drawings of the bench at their own size."""
    items = [(ROOT / "examples/restore/raw" / name, size) for name, size in RAWS]
    for i, (subject, large, size) in enumerate(DRAWN):
        path = folder / f"{subject.__name__}.png"
        Image.fromarray(subjects.draw(subject, large, ["fine", "bold"][i % 2], i % 3)[0]).save(path)
        items.append((path, size))
    return items


def restored(binary, image, out, *options):
    done = subprocess.run([binary, "process", str(image), "--out", str(out), "--json", "-q", *options], capture_output=True, text=True)
    line = json.loads(done.stdout.splitlines()[0])
    assert "error" not in line, line
    return cropped(load(out / (image.stem + ".png")))


def row(binary, image, size, work):
    """The three pictures with their captions."""
    whole = restored(binary, image, work / "whole")
    ours = restored(binary, image, work / "ours", "--size", str(size))
    width, height = (int(side) for side in (str(size).split("x") * 2)[:2])
    factor = max(whole.shape[1] / width, whole.shape[0] / height, 1)
    shape = tuple(max(round(side / factor), 1) for side in whole.shape[:2])
    caption = lambda art: f"{art.shape[1]}x{art.shape[0]}"
    near = nearest(whole, shape)
    return [(whole, f"{image.stem[:16]} {caption(whole)}"), (near, f"nearest {caption(near)}"), (ours, f"ours {caption(ours)}")]


def enlarged(art):
    image = Image.fromarray(art)
    by = max(TALL // max(image.size), 1)
    return image.resize((image.width * by, image.height * by), Image.NEAREST)


def sheet(path, rows, across):
    cell = [TALL + GAP, TALL + TEXT + GAP]
    down = -(-len(rows) // across)
    picture = Image.new("RGB", (3 * across * cell[0], down * cell[1]), (72, 100, 90))
    pen = ImageDraw.Draw(picture)
    for i, cells in enumerate(rows):
        for column, (art, caption) in enumerate(cells):
            x, y = (i % across * 3 + column) * cell[0], i // across * cell[1]
            image = enlarged(art)
            picture.paste(image, (x + GAP // 2, y + TEXT), image)
            pen.text((x + GAP // 2, y), caption, fill="white")
    picture.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sheet")
    parser.add_argument("images", nargs="*", metavar="IMAGE:SIZE")
    parser.add_argument("--binary", default=str(ROOT / "target/release/dgx-pixels"))
    parser.add_argument("--across", type=int, default=2, help="pictures side by side")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        pairs = [item.rsplit(":", 1) for item in args.images]
        items = [(Path(image), size) for image, size in pairs] or drawn(work)
        sheet(args.sheet, [row(args.binary, image, size, work) for image, size in items], args.across)


if __name__ == "__main__":
    main()
