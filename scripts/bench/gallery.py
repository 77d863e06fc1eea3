#!/usr/bin/env python3
"""Contact sheets of any pictures: each raw beside what the tools make of it.

    gallery.py PICTURES --out OUT [--tools ours,perfect-med,ppa-t,snapper-32] [--names a,b] [--rows 4]

PICTURES is a folder of PNG, JPEG and WebP files. real.json names those that docs/restoration.md speaks of, with the repository and the
path of each: save them as NAME with their ending. For these it is told, too, which tool gives the cells that are seen by eye (within
2 or 2.5 %; `null`: no one grid is right). OUT/sheet-N.png has four raws a sheet; under each result its size, its colours
and, for ours, the confidence in the grid. Transparent pixels show the checkerboard. Results of other tools are kept in OUT and
not made again. BENCH_OURS, BENCH_SNAPPER and --python as in ../bench-peers.
"""
import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from PIL import Image, ImageDraw

HERE = Path(__file__).resolve().parent
SIDE, TEXT = 330, 16


def gathered(pictures, out):
    """The pictures as PNGs, as run_peers.py wants them."""
    (out / "input").mkdir(parents=True, exist_ok=True)
    names = []
    for path in sorted(pictures.iterdir()):
        if path.suffix.lower() not in (".png", ".jpg", ".jpeg", ".webp"):
            continue
        try:
            image = Image.open(path)
            image.load()
        except OSError as error:
            print(f"{path.name}: {error}", file=sys.stderr)
            continue
        Image.Image.save(image.convert("RGBA" if "A" in image.getbands() else "RGB"), out / "input" / f"{path.stem}.png")
        names.append(path.stem)
    images = [{"name": name} for name in names]
    (out / "manifest.json").write_text(json.dumps({"images": images}))
    return names


def run_ours(names, out):
    binary = os.environ.get("BENCH_OURS", str(HERE / "../../target/release/dgx-pixels"))
    pictures = [str(out / "input" / f"{name}.png") for name in names]
    done = subprocess.run([binary, "process", *pictures, "--out", str(out / "ours"), "--json"], capture_output=True, text=True, check=False)
    print(done.stderr, end="", file=sys.stderr)
    told = (json.loads(line) for line in done.stdout.splitlines())
    return {Path(line["image"]).stem: line for line in told}


def run_peer(tool, names, out, python):
    missing = [name for name in names if not (out / tool / f"{name}.png").exists()]
    if missing and not (out / tool / "stats.json").exists():
        subprocess.run([python, str(HERE / "run_peers.py"), "--split", str(out), "--out", str(out), "--tools", tool], check=False)


def shown(path):
    """A picture in the square of a sheet, its pixels whole, over a checkerboard."""
    image = Image.open(path).convert("RGBA")
    scale = SIDE / max(image.size)
    size = [max(1, round(length * scale)) for length in image.size]
    board = Image.new("RGBA", size, (92, 92, 100, 255))
    draw = ImageDraw.Draw(board)
    for y in range(0, size[1], 12):
        for x in range(y // 12 % 2 * 12, size[0], 24):
            draw.rectangle([x, y, x + 11, y + 11], fill=(120, 120, 130, 255))
    board.alpha_composite(image.resize(size, Image.LANCZOS if scale < 1 else Image.NEAREST))
    return board.convert("RGB"), image


def label(tool, image, told):
    text = f"{tool} {image.width}x{image.height}"
    if tool != "raw":
        text += f" {len({pixel for pixel in image.get_flattened_data() if pixel[3] > 0})}c"
    return text + (f" conf {told['confidence']}" if tool == "ours" and told else "")


def sheet(names, tools, out, told):
    columns = ["raw", *tools]
    board = Image.new("RGB", (SIDE * len(columns), (SIDE + TEXT) * len(names)), (30, 30, 36))
    draw = ImageDraw.Draw(board)
    for row, name in enumerate(names):
        for column, tool in enumerate(columns):
            path = out / ("input" if tool == "raw" else tool) / f"{name}.png"
            x, y = column * SIDE, row * (SIDE + TEXT)
            if not path.exists():
                draw.text((x + 4, y + SIDE), f"{tool}: nothing", fill=(255, 90, 90))
                continue
            picture, image = shown(path)
            board.paste(picture, (x, y))
            text = label(tool, image, told.get(name))
            draw.text((x + 4, y + SIDE + 2), f"{name} {text}" if tool == "raw" else text, fill=(230, 230, 230))
    return board


def compared(names, tools, out, told):
    """How many grids are those that are seen by eye, and whether ours knows which."""
    seen = {picture["name"]: picture["cells"] for picture in json.loads((HERE / "real.json").read_text())}
    wanted = {name: seen[name] for name in names if seen.get(name)}
    for tool in tools if wanted else []:
        sizes = {name: Image.open(out / tool / f"{name}.png").size for name in wanted if (out / tool / f"{name}.png").exists()}
        near = lambda size, cells: all(abs(a - b) <= max(2, b / 40) for a, b in zip(size, cells))
        wrong = [f"{name} {'x'.join(map(str, sizes.get(name, '-')))}" for name, cells in wanted.items() if not near(sizes.get(name, (0, 0)), cells)]
        print(f"{tool}: {len(wanted) - len(wrong)} of {len(wanted)} grids as seen; not {', '.join(wrong) or 'one'}")
        if tool == "ours":
            missed = {text.split()[0] for text in wrong}
            for low, high in ((0, 300), (300, 600), (600, 800), (800, 1001)):
                inside = [name for name in wanted if name in told and low <= told[name]["confidence"] < high]
                print(f"  confidence {low} to {high - 1}: {sum(name not in missed for name in inside)} of {len(inside)} as seen")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tools", default="ours,perfect-med,ppa-t,snapper-32")
    parser.add_argument("--names", default="")
    parser.add_argument("--rows", type=int, default=4)
    parser.add_argument("--python", default=sys.executable)
    args = parser.parse_args()
    names = gathered(args.pictures, args.out)
    tools = args.tools.split(",")
    told = run_ours(names, args.out) if "ours" in tools else {}
    for tool in tools:
        if tool != "ours":
            run_peer(tool, names, args.out, args.python)
    names = [name for name in names if not args.names or name in args.names.split(",")]
    for i in range(0, len(names), args.rows):
        path = args.out / f"sheet-{i // args.rows:02}.png"
        sheet(names[i : i + args.rows], tools, args.out, told).save(path)
        print(path)
    compared(names, tools, args.out, told)


if __name__ == "__main__":
    main()
