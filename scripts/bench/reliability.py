#!/usr/bin/env python3
"""How far the confidence in a grid can be trusted.

  reliability.py --run RUN.jsonl --score SCORE.json [--run .. --score ..] [--none NONE.jsonl] [--bins 10] [--json OUT.json]

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


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--run", action="append", default=[])
    ap.add_argument("--score", action="append", default=[])
    ap.add_argument("--none", action="append", default=[])
    ap.add_argument("--bins", type=int, default=10)
    ap.add_argument("--json")
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
    if a.json:
        json.dump(dict(bins=rows, ece=error, n=len(points)), open(a.json, "w"), indent=1)


if __name__ == "__main__":
    main()
