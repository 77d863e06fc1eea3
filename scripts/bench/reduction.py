#!/usr/bin/env python3
"""How well a large picture is reduced, measured against the same subject drawn natively at the small size.

    reduction.py                        # clean sources: the table of all methods
    reduction.py --fill                 # factors that are not whole: the subject's box at the size of the native one
    reduction.py --subjects more        # the subjects on which the reduction was not developed
    reduction.py --raw medium           # sources spoiled as a model spoils them, then restored and reduced by ours
    reduction.py --sheet sheet.png      # and a contact sheet: source, native, every method

The subjects are drawn by `subjects.py`. Ours is `dgx-pixels process` on the whole picture; the others get whole blocks from the
canvas's corner on. Where on the canvas the subject lies is chance, since no raw tells where an artist would lay the blocks;
with --aligned it lies where blocks are those of the native drawing. On spoiled sources the others reduce what ours restored.

 dE       mean OKLab distance (x100) over the union of both silhouettes, at the shift of up to 2 px that fits best; a pixel that
          only one of them covers counts 50
 closed   share of the silhouette's boundary (4 ways) that has the outline's colour, where the native drawing has an outline
 kept     share of the native drawing's features of at most 2 px (eyes, glints, limbs, poles) whose pixels are within 1 px in
          their colour (half of them for a dot, three quarters for a line)
 ink      outline-coloured pixels per those of the native drawing: 1 is right, 2 a doubled outline
 IoU      of the silhouettes
 new      colours that the source does not have
"""
import argparse, json, subprocess, tempfile
from pathlib import Path
import numpy as np
from PIL import Image, ImageDraw
from pxlib import oklab, oklab_to_rgb
import subjects, more_subjects

ROOT = Path(__file__).resolve().parents[2]
CASES = {2: [(128, 64), (64, 32), (32, 16)], 3: [(96, 32), (48, 16)], 4: [(128, 32), (64, 16)], 8: [(128, 16)]}
FACTORS = [1.1, 1.25, 1.5, 1.75, 2.5, 3.3]
FILL_CASES = {factor: [(round(small * factor), small) for small in ((24, 32, 48) if factor < 2 else (24, 32))] for factor in FACTORS}
RAW_CASES = {2: [(64, 32)], 3: [(96, 32)], 4: [(128, 32), (64, 16)]}


# ---------------------------------------------------------------- the other methods: a picture at a smaller shape
def lines(length, blocks):
    return [(2 * i * length + blocks) // (2 * blocks) for i in range(blocks + 1)]


def tiles(art, shape):
    """The pixels of every block, row by row."""
    ys, xs = lines(art.shape[0], shape[0]), lines(art.shape[1], shape[1])
    return [art[y0:y1, x0:x1].reshape(-1, 4) for y0, y1 in zip(ys, ys[1:]) for x0, x1 in zip(xs, xs[1:])]


def nearest(art, shape):
    at = [(2 * np.arange(n) + 1) * length // (2 * n) for n, length in zip(shape, art.shape)]
    return art[at[0]][:, at[1]].copy()


def majority(art, shape):
    out = []
    for tile in tiles(art, shape):
        colors, counts = np.unique(tile, axis=0, return_counts=True)
        out.append(colors[counts.argmax()])
    return np.array(out).reshape(*shape, 4)


def k_centroid(art, shape):
    """Two means of each block; the mean of the larger one (Astropulse)."""
    out = np.zeros((shape[0] * shape[1], 4), np.uint8)
    for i, tile in enumerate(tiles(art, shape)):
        points = tile.astype(float)
        far = np.abs(points - points[0]).sum(1).argmax()
        centres = points[[0, far]]
        for _ in range(8):
            near = ((points[:, None] - centres) ** 2).sum(2).argmin(1)
            centres = np.array([points[near == j].mean(0) if (near == j).any() else centres[j] for j in (0, 1)])
        mean = centres[np.bincount(near, minlength=2).argmax()]
        if mean[3] >= 128:
            out[i] = (*np.rint(mean[:3] * 255 / max(mean[3], 1)).clip(0, 255), 255)
    return out.reshape(*shape, 4)


def box(art, shape):
    """The mean of each block, mapped to the source's colours."""
    mean, alpha = [], []
    for tile in tiles(art, shape):
        own = tile[:, 3:] / 255
        mean.append((tile[:, :3] * own).sum(0) / np.maximum(own.sum(), 1e-9))
        alpha.append(own.mean())
    return mapped(np.array(mean), np.array(alpha), art).reshape(*shape, 4)


def mapped(rgb, alpha, art):
    palette = np.unique(art[art[..., 3] > 0][:, :3], axis=0)
    far = ((oklab(rgb)[:, None] - oklab(palette)) ** 2).sum(2)
    out = np.zeros((len(rgb), 4), np.uint8)
    out[:, :3], out[:, 3] = palette[far.argmin(1)], 255
    out[alpha < .5] = 0
    return out


def content_adaptive(art, shape, rounds=12):
    """Content-adaptive downscaling (Kopf, Shamir, Peers 2013): one Gaussian kernel in space and colour per pixel, fitted by
    expectation maximisation over the pixels near it. Simplified: isotropic in colour, no shape constraints but bounded
    covariances and means, alpha as a fourth channel."""
    (h, w), k = shape, art.shape[0] // shape[0]
    color = np.dstack([oklab(art[..., :3]), art[..., 3] / 255.]) * [1, 1, 1, .7]
    color[art[..., 3] == 0, :3] = 0
    jj, ii = (v.ravel() for v in np.mgrid[0:h, 0:w])
    home = np.stack([(ii + .5) * k, (jj + .5) * k], 1)
    offset = np.arange(-k, 2 * k)
    px = (ii[:, None, None] * k + offset[None, None, :]).repeat(3 * k, 1).reshape(h * w, -1)
    py = (jj[:, None, None] * k + offset[None, :, None]).repeat(3 * k, 2).reshape(h * w, -1)
    inside = (px >= 0) & (px < w * k) & (py >= 0) & (py < h * k)
    flat = np.where(inside, py * w * k + px, 0)
    place, c = np.stack([px, py], 2) + .5, color.reshape(-1, 4)[flat]
    mean, cov = home.copy(), np.tile(np.eye(2) * (k / 3.) ** 2, (h * w, 1, 1))
    nu, sigma = np.full((h * w, 4), .5), np.full(h * w, .1)
    for _ in range(rounds):
        d = place - mean[:, None]
        space = np.einsum("npi,nij,npj->np", d, np.linalg.inv(cov), d)
        gauss = np.exp(-.5 * space - ((c - nu[:, None]) ** 2).sum(2) / (2 * sigma[:, None] ** 2)) * inside + 1e-12 * inside
        gauss /= gauss.sum(1, keepdims=True)
        total = np.bincount(flat.ravel(), gauss.ravel(), art.shape[0] * art.shape[1])
        gamma = gauss / np.maximum(total[flat], 1e-12) * inside
        weight = np.maximum(gamma.sum(1), 1e-9)
        mean = np.clip((gamma[..., None] * place).sum(1) / weight[:, None], home - k / 4, home + k / 4)
        nu = (gamma[..., None] * c).sum(1) / weight[:, None]
        d = place - mean[:, None]
        cov = np.einsum("np,npi,npj->nij", gamma, d, d) / weight[:, None, None]
        values, axes = np.linalg.eigh(cov)
        cov = axes @ (np.clip(values, (.2 * k) ** 2, (.5 * k) ** 2)[..., None] * axes.swapaxes(1, 2))
        sigma = np.maximum(sigma * .9, .02)
    rgb = oklab_to_rgb(nu[:, :3] / np.maximum(nu[:, 3:] / .7, 1e-3))
    out = np.zeros((h * w, 4), np.uint8)
    out[:, :3], out[:, 3] = np.rint(rgb).clip(0, 255), 255
    out[nu[:, 3] < .35] = 0
    return out.reshape(h, w, 4)


METHODS = {"nearest": nearest, "majority": majority, "k-centroid": k_centroid, "content-adaptive": content_adaptive, "box": box}


# ---------------------------------------------------------------- figures
def bounds(art):
    ys, xs = np.where(art[..., 3] > 0)
    return (ys.min(), xs.min()) if len(ys) else (0, 0)


def shifted(art, dy, dx, shape):
    out = np.zeros((*shape, 4), art.dtype)
    h, w = art.shape[:2]
    y0, x0, y1, x1 = max(dy, 0), max(dx, 0), min(dy + h, shape[0]), min(dx + w, shape[1])
    if y1 > y0 and x1 > x0:
        out[y0:y1, x0:x1] = art[y0 - dy:y1 - dy, x0 - dx:x1 - dx]
    return out


def with_lab(art):
    """OKLab, and how opaque."""
    return np.dstack([oklab(art[..., :3]), art[..., 3] > 0])


def distance(a, b):
    both, either = (a[..., 3] > 0) & (b[..., 3] > 0), (a[..., 3] > 0) | (b[..., 3] > 0)
    far = np.sqrt(((a[..., :3] - b[..., :3]) ** 2).sum(2))
    return 100 * np.where(both, far, .5)[either].mean()


def alike(art, color):
    return (art[..., 3] > 0) & (np.linalg.norm(oklab(art[..., :3]) - oklab(np.array(color)), axis=2) < .06)


def near(mask):
    p = np.pad(mask, 1)
    h, w = mask.shape
    return np.any([p[dy:dy + h, dx:dx + w] for dy in range(3) for dx in range(3)], axis=0)


def rim(art):
    m = np.pad(art[..., 3] > 0, 1)
    return m[1:-1, 1:-1] & ~(m[:-2, 1:-1] & m[2:, 1:-1] & m[1:-1, :-2] & m[1:-1, 2:])


def closure(art, native, outline):
    """Limbs that have no outline in the native drawing need none."""
    bare = rim(native) & ~alike(native, outline)
    mine = rim(art) & ~near(bare)
    return alike(art, outline)[mine].mean() if mine.any() else 0


def score(art, case):
    """All figures of one reduced picture."""
    native, (label, features) = case["native"], case["features"]
    pad = 4
    native, label = np.pad(native, ((pad, pad), (pad, pad), (0, 0))), np.pad(label, pad)
    (y, x), (v, u) = bounds(native), bounds(art)
    shifts = [(y - v + dy, x - u + dx) for dy in range(-2, 3) for dx in range(-2, 3)]
    mine, truth = with_lab(art), with_lab(native)
    far = [distance(shifted(mine, *shift, native.shape[:2]), truth) for shift in shifts]
    art = shifted(art, *shifts[int(np.argmin(far))], native.shape[:2])
    kept = []
    for i, (kind, color) in enumerate(features, 1):
        mine = label == i
        if mine.any():
            kept.append(near(alike(art, color))[mine].mean() >= (.5 if kind == "dot" else .75))
    a, b = art[..., 3] > 0, native[..., 3] > 0
    colors = lambda im: {tuple(c) for c in im[im[..., 3] > 0][:, :3].tolist()}
    ink = alike(art, case["outline"]).sum() / max(alike(native, case["outline"]).sum(), 1)
    bare = case["subject"] in subjects.BARE | more_subjects.BARE
    return dict(dE=min(far), closed=np.nan if bare else closure(art, native, case["outline"]), kept=np.mean(kept) if kept else np.nan,
                ink=np.nan if bare else ink, IoU=(a & b).sum() / (a | b).sum(), new=len(colors(art) - colors(case["source"])))


# ---------------------------------------------------------------- cases
def cases(pairs, drawn, hands, aligned):
    for k, sizes in pairs.items():
        for big, small in sizes:
            for i, subject in enumerate(drawn):
                for hand in hands:
                    palette = (i + (hand == "bold")) % 3
                    native, label, features = subjects.draw(subject, small, hand, palette)
                    source = subjects.draw(subject, big, hand, palette)[0]
                    if k != int(k):
                        source = cropped(source)
                    elif not aligned:
                        top, left = np.random.default_rng([big, small, i, len(hand), hand == "bold"]).integers(0, k, 2)
                        source = np.pad(source, ((top, k - top), (left, k - left), (0, 0)))
                    yield dict(k=k, big=big, small=small, subject=subject.__name__, hand=hand, native=native, features=(label, features),
                               source=source, shape=cropped(native).shape[:2] if k != int(k) else tuple(-(-n // k) for n in source.shape[:2]),
                               outline=subjects.PALETTES[palette]["o"], name=f"{big}-{small}-{subject.__name__}-{hand}")


def cropped(art):
    ys, xs = np.where(art[..., 3] > 0)
    return art[ys.min():ys.max() + 1, xs.min():xs.max() + 1]


def run(binary, files, out, recipe):
    out.mkdir(parents=True, exist_ok=True)
    path = out / "recipe.toml"
    path.write_text(recipe)
    return restored(binary, files, out, ["--recipe", str(path)])


def restored(binary, files, out, options):
    done = subprocess.run([binary, "process", *map(str, files), "--out", str(out), *options, "--json", "-q"], capture_output=True, text=True)
    assert done.returncode in (0, 3), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def filled(all_cases, args, work):
    """Reduced by ours to the size of the native subject, by case name."""
    small = {}
    (work / "in").mkdir(exist_ok=True)
    for case in all_cases:
        path = work / "in" / f"{case['name']}.png"
        Image.fromarray(case["source"]).save(path)
        sizes = ["x".join(map(str, shape[::-1])) for shape in (case["source"].shape[:2], case["shape"])]
        restored(args.binary, [path], work / "out", ["--grid", sizes[0], "--size", sizes[1]])
        small[case["name"]] = load(work / "out" / path.name)
    return small


def ours(all_cases, args, work):
    """Reduced by ours, and as ours found it before reduction, by case name."""
    small, found = {}, {}
    groups = {}
    for case in all_cases:
        groups.setdefault((case["k"], case["big"], case["small"]), []).append(case)
    for (k, big, size), group in groups.items():
        folder = work / f"in-{big}-{size}"
        folder.mkdir(exist_ok=True)
        for case in group:
            path = folder / f"{big}-{case['subject']}-{case['hand']}.png"
            if not path.exists():
                (spoiled(case, args.raw) if args.raw else Image.fromarray(case["source"])).save(path)
            case["path"] = path
        files, side = [case["path"] for case in group], group[0]["source"].shape[0]
        grid = "" if args.raw else f"grid = [{side}, {side}]\n"
        run(args.binary, files, work / f"{big}-{size}", f"{grid}size = {size}\nscale = {k}\n{args.extra}\n")
        if args.raw:
            run(args.binary, files, work / f"found-{big}-{size}", "")
        for case in group:
            small[case["name"]] = load(work / f"{big}-{size}" / case["path"].name)
            found[case["name"]] = load(work / f"found-{big}-{size}" / case["path"].name) if args.raw else case["source"]
    return small, found


def load(path):
    return np.asarray(Image.open(path).convert("RGBA")).copy()


def spoiled(case, level):
    import gen
    params = json.load(open(Path(__file__).parent / "params_dev.json"))["levels"][level]
    seed = [len(case["subject"]), sum(map(ord, case["name"].split("-", 2)[2])), case["big"]]
    return gen.corrupt(case["source"], (case["source"].shape[0] * 8,) * 2, params, np.random.default_rng(seed))[0]


def sheet(path, shown, results):
    """One case per subject, in two halves side by side."""
    side, names = 132, ["source", "native", *results]
    rows = -(-len(shown) // 2)
    picture = Image.new("RGB", (2 * side * len(names), (side + 12) * rows), (96, 128, 110))
    pen = ImageDraw.Draw(picture)
    for i, case in enumerate(shown):
        for column, name in enumerate(names, i // rows * len(names)):
            row = i % rows
            art = case["source"] if name == "source" else case["native"] if name == "native" else results[name][case["name"]]
            im = Image.fromarray(art)
            by = max(128 // max(im.size), 1)
            im = im.resize((im.width * by, im.height * by), Image.NEAREST)
            picture.paste(im, (column * side, row * (side + 12) + 12), im)
            pen.text((column * side + 2, row * (side + 12)), name if column % len(names) else f"{case['subject']} {case['big']}>{case['small']}", fill="white")
    picture.save(path)


def padded(art, case):
    """To whole blocks; what is missing at the end is clear."""
    if case["k"] != int(case["k"]):
        return art
    return np.pad(art, (*((0, n * case["k"] - length) for n, length in zip(case["shape"], art.shape)), (0, 0)))


def table(all_cases, results):
    names = ["dE", "closed", "kept", "ink", "IoU", "new"]
    print("| step | method | " + " | ".join(names) + " |\n|---|---|" + "---|" * len(names))
    for k in [*sorted({case["k"] for case in all_cases}), "all"]:
        for method, arts in results.items():
            rows = [score(arts[case["name"]], case) for case in all_cases if k in ("all", case["k"])]
            mean = {name: np.nanmean([row[name] for row in rows]) for name in names}
            cells = [f"{mean[name]:.{1 if name in ('dE', 'new') else 3}f}" for name in names]
            print(f"| {k} | {method} | " + " | ".join(cells) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(ROOT / "target/release/dgx-pixels"))
    parser.add_argument("--raw", choices=["easy", "medium", "hard"], help="spoil the sources first")
    parser.add_argument("--fill", action="store_true", help="factors that are not whole")
    parser.add_argument("--subjects", choices=["first", "more"], default="first")
    parser.add_argument("--methods", default=",".join(METHODS), help="the others, by name")
    parser.add_argument("--aligned", action="store_true", help="lay the subjects where the native drawing has its blocks")
    parser.add_argument("--hands", default="fine,bold")
    parser.add_argument("--extra", default="", help="more lines of the recipe")
    parser.add_argument("--worst", type=int, default=0, help="list the cases that ours does worst")
    parser.add_argument("--by", default="dE", choices=["dE", "closed", "kept", "IoU"], help="the figure that tells the worst")
    parser.add_argument("--sheet", help="contact sheet of one case per subject")
    parser.add_argument("--step", type=float, default=4, help="of the contact sheet")
    parser.add_argument("--work", help="a folder to keep the pictures in")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(args.work or temporary)
        work.mkdir(parents=True, exist_ok=True)
        pairs = FILL_CASES if args.fill else RAW_CASES if args.raw else CASES
        drawn = more_subjects.SUBJECTS if args.subjects == "more" else subjects.SUBJECTS
        all_cases = list(cases(pairs, drawn, args.hands.split(","), args.aligned))
        if args.fill:
            small, found = filled(all_cases, args, work), {case["name"]: case["source"] for case in all_cases}
        else:
            small, found = ours(all_cases, args, work)
        results = {"ours": small}
        for name in filter(None, args.methods.split(",")):
            if args.fill and name == "content-adaptive":
                continue
            results[name] = {case["name"]: METHODS[name](padded(found[case["name"]], case), case["shape"]) for case in all_cases}
    table(all_cases, results)
    rows = sorted(((score(small[case["name"]], case), case["name"]) for case in all_cases), key=lambda row: row[0][args.by] * (-1 if args.by == "dE" else 1))
    for row, name in rows[:args.worst]:
        print(name, {key: round(float(value), 3) for key, value in row.items()})
    if args.sheet:
        hands = args.hands.split(",")
        wanted = {subject.__name__: hands[i % len(hands)] for i, subject in enumerate(drawn)}
        shown = {case["subject"]: case for case in reversed(all_cases) if case["k"] == args.step and case["hand"] == wanted[case["subject"]]}
        sheet(args.sheet, [shown[name] for name in wanted], results)


if __name__ == "__main__":
    main()
