#!/usr/bin/env python3
"""How far the confidence in a grid can be trusted.

  reliability.py --run RUN.jsonl --score SCORE.json [--run .. --score ..] [--none NONE.jsonl] [--bins 10] [--json OUT.json] [--plot OUT.png]

RUN.jsonl   lines of `dgx-pixels process --json`
SCORE.json  `score.py --json` of the same pictures
NONE.jsonl  lines of `dgx-pixels process --json` for pictures without a grid: every one of them is wrong

A grid is right if its size is within one cell both ways and at least 95 % of the pixels are right. The table shows, per
bin of confidence, how many pictures there are, the mean confidence and the share of right grids; `ece` is the mean
distance of the two, weighted by pictures.
"""
import argparse, json, os


def name_of(path):
    return os.path.splitext(os.path.basename(path))[0]


def lines(path):
    with open(path) as f:
        return [json.loads(line) for line in f if line.strip()]


def pairs(run, score):
    images = json.load(open(score))["images"]
    found = {name_of(line["image"]): line.get("confidence") or 0 for line in lines(run)}
    return [(found.get(name, 0), bool(r["grid1"] and r["rec"] >= .95)) for name, r in images.items()]


def table(points, bins):
    rows = []
    for b in range(bins):
        low, high = 1000 * b // bins, 1000 * (b + 1) // bins
        part = [p for p in points if low <= p[0] < high or (b == bins - 1 and p[0] == high)]
        if part:
            rows.append(dict(low=low, high=high, n=len(part), stated=sum(p[0] for p in part) / len(part) / 1000,
                             right=sum(p[1] for p in part) / len(part)))
    error = sum(r["n"] * abs(r["stated"] - r["right"]) for r in rows) / max(1, len(points))
    return rows, error


def plot(rows, path):
    """The share of right grids over the stated confidence; a dot's area is the number of pictures. Needs Pillow."""
    from PIL import Image, ImageDraw
    side, edge = 480, 48
    image = Image.new("RGB", (side + 2 * edge, side + 2 * edge), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    at = lambda x, y: (edge + x * side, edge + side - y * side)
    for tenth in range(11):
        for line in ((at(tenth / 10, 0), at(tenth / 10, 1)), (at(0, tenth / 10), at(1, tenth / 10))):
            draw.line(line, fill=(228, 228, 232))
    draw.line((at(0, 0), at(1, 1)), fill=(150, 150, 160), width=2)
    for row in rows:
        x, y = at(row["stated"], row["right"])
        radius = 2 + 1.6 * row["n"] ** .5
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(65, 105, 180))
    draw.text((edge, edge + side + 10), "0", fill=(60, 60, 70))
    draw.text((edge + side - 150, edge + side + 10), "stated confidence  1000", fill=(60, 60, 70))
    draw.text((edge, edge - 20), "share of grids that are right (top: all)", fill=(60, 60, 70))
    image.save(path)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--run", action="append", default=[])
    ap.add_argument("--score", action="append", default=[])
    ap.add_argument("--none", action="append", default=[])
    ap.add_argument("--bins", type=int, default=10)
    ap.add_argument("--json")
    ap.add_argument("--plot")
    a = ap.parse_args()
    if len(a.run) != len(a.score):
        ap.error("every --run needs its --score")
    points = [p for run, score in zip(a.run, a.score) for p in pairs(run, score)]
    points += [(line.get("confidence") or 0, False) for path in a.none for line in lines(path)]
    rows, error = table(points, a.bins)
    print("%11s %4s %7s %6s" % ("confidence", "n", "stated", "right"))
    for r in rows:
        bar = "#" * round(40 * r["right"])
        print("%5d..%-4d %4d %7.3f %6.3f  %s" % (r["low"], r["high"], r["n"], r["stated"], r["right"], bar))
    print("%d pictures, ece %.3f" % (len(points), error))
    if a.plot:
        plot(rows, a.plot)
    if a.json:
        json.dump(dict(bins=rows, ece=error, n=len(points)), open(a.json, "w"), indent=1)


if __name__ == "__main__":
    main()
