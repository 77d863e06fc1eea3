#!/usr/bin/env python3
"""Pictures of ours that real users' files are like, each with its truth, against `process`.

    restore_cases.py BINARY SCRATCH [--only KIND] [--keep]

Prints a line a picture and a table by kind; exit 0 only if every picture is right. Needs numpy and Pillow. `README.md` lists the
rules.
"""
import collections, json, os, shutil, subprocess, sys
import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from draw import *

KEY, WHITE, GREEN = (255, 0, 255), (255, 255, 255), (120, 200, 160)
CASES = []      # kind, name, picture, truth, options, rule


def case(kind, name, picture, truth, rule, *options):
    picture = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    CASES.append((kind, name, picture, truth, options, rule))


def hills(seed, w, h):
    """A background as pixel-art games have it at their own resolution: dithered sky, flat hills, two dozen colours."""
    rng = np.random.default_rng(seed)
    a = np.zeros((h, w, 4), np.uint8)
    a[..., 3] = 255
    yy, xx = np.mgrid[0:h, 0:w]
    for k in range(8):
        lo = k * h // 16
        c = (90 + 12 * k, 140 + 9 * k, 220 - 3 * k)
        a[lo:, :, :3] = c
        if k:
            a[((xx + yy) % 2 == 0) & (yy >= lo - 2) & (yy < lo), :3] = c
    for k in range(4):
        f = np.cumsum(rng.integers(-1, 2, w))
        f = np.clip(h * (7 + 2 * k) // 16 + f - f.mean(), h // 6, h - 1).astype(int)
        col = np.clip((70 - 10 * k, 120 - 16 * k, 80 - 8 * k), 0, 255)
        m = yy >= f[None, :]
        a[m, :3] = col
        a[yy == f[None, :], :3] = np.clip(col * 1.3, 0, 255).astype(int)
        a[m & (rng.random((h, w)) < .04), :3] = (col * .8).astype(int)
    return a


def sparks(size, arm, at):
    """A star with four squares round it: the same distance between all edges, by chance of the drawing."""
    a = np.zeros((size, size, 4), np.uint8)
    tones = [(20, 160, 20), (110, 225, 110), (200, 250, 200)]
    c = size // 2
    for cx in (c - at, c + at):
        for cy in (c - at, c + at):
            for k, tone in enumerate(tones):
                z = arm - 2 * k
                if z > 0:
                    a[cy - z // 2:cy + (z + 1) // 2, cx - z // 2:cx + (z + 1) // 2] = tone + (255,)
    yy, xx = np.mgrid[0:size, 0:size]
    d = abs(xx - c) + abs(yy - c)
    for k, tone in enumerate(tones):
        a[d < 9 - 3 * k] = tone + (255,)
    return a


def painterly(seed, n=32):
    """A tile in the painterly way of many roguelikes: hardly two pixels are equal."""
    rng = np.random.default_rng(seed)
    a = np.zeros((n, n, 4), np.uint8)
    a[..., 3] = 255
    a[..., :3] = rng.random((n // 4, n // 4, 3)).repeat(4, 0).repeat(4, 1) * 90 + rng.random((n, n, 3)) * 60 + 60
    return a


def checkered(a, scale, square, light, dark, seed):
    big, alpha = np.array(up(a[..., :3], scale)), a[..., 3].repeat(scale, 0).repeat(scale, 1) > 0
    y, x = np.mgrid[0:big.shape[0], 0:big.shape[1]]
    board = np.where((((x // square) + (y // square)) % 2 == 0)[..., None], light, dark).astype(np.uint8)
    return spoil(Image.fromarray(np.where(alpha[..., None], big, board)), seed)


def tight(a):
    ys, xs = np.where(a[..., 3] > 0)
    return a[ys.min():ys.max() + 1, xs.min():xs.max() + 1]


def draw_all():
    big = lambda name: doubled(sprite(ALL[name], 4))
    # Pixel art as it is, one pixel a cell: every pixel stays.
    for s in (0, 1):
        case('native-layers', f'hair-832x1344-{s}', t := sheet(lambda k: lock_of_hair(k), 13, 21, s), t, 'same', '--keep-background')
        case('native-layers', f'hair-512x320-{s}', t := sheet(lambda k: lock_of_hair(k, 32), 16, 10, s), t, 'same', '--keep-background')
        case('native-sheet', f'critters-384x320-{s}', t := sheet(lambda k: np.pad(critter(k, 24), ((4, 4), (4, 4), (0, 0))), 12, 10, s), t, 'same', '--keep-background')
        case('native-sheet', f'critters-480x320-{s}', t := sheet(lambda k: np.pad(critter(k, 14, 5), ((1, 1), (1, 1), (0, 0))), 30, 20, s), t, 'same', '--keep-background')
        case('native-tiles', f'bricks-160x128-{s}', t := sheet(tile, 10, 8, s), t, 'same', '--keep-background')
        case('native-tiles', f'bricks-320x608-{s}', t := sheet(tile, 20, 38, s), t, 'same', '--keep-background')
        case('native-tiles-sure', f'plain-384x320-{s}', t := sheet(lambda k: tile(k, 16, 'plain'), 24, 20, s), t, 'same', '--keep-background')
        case('native-tiles-sure', f'holes-336x624-{s}', t := sheet(lambda k: tile(k) if k * 7 % 3 else np.zeros((16, 16, 4), np.uint8), 21, 39, s), t, 'same', '--keep-background')
        case('native-scene', f'hills-320x180-{s}', t := hills(s, 320, 180), t, 'same', '--keep-background')
        case('native-scene', f'hills-480x270-{s}', t := hills(s, 480, 270), t, 'same', '--keep-background')
        case('native-painterly', f'painterly-32-{s}', t := painterly(s), t, 'same', '--keep-background')
    case('native-regular', 'sparks-64-a', t := sparks(64, 4, 14), t, 'same', '--keep-background')
    case('native-regular', 'sparks-64-b', t := sparks(64, 6, 14), t, 'same', '--keep-background')
    # Small in a wide empty picture: right, and to be known as right, or a project's gate fails.
    for name in ('ghost', 'slime'):
        t = np.pad(doubled(sprite(ALL[name], 0)), ((48, 48), (48, 48), (0, 0)))
        case('native-doubted', f'{name}-128', t, t, 'given')
    # Pixel art as it is in a frame of its own size: nothing is to move, or what the artist aligned is lost.
    for name, (y, x) in (('ghost', (2, 3)), ('sword', (9, 14))):
        t = np.zeros((32, 32, 4), np.uint8)
        t[y:y + 16, x:x + 16] = sprite(ALL[name], 0)
        case('native-in-place', f'{name}-32', t, t, 'same', '--size', '32')
    # Enlarged by no whole number, nearest, without loss: browser zoom, 150 % of Windows, a window that was dragged.
    for scale in (2.5, 3.3, 3.5, 3.75):
        for s in (0, 1):
            t = on(np.pad(critter(s, 24), ((4, 4), (4, 4), (0, 0))), GREEN)
            case('nearest-uneven', f'x{scale}-{s}', up(t, scale), t, 'near', '--keep-background')
    # The grid is given: it is kept to, and nobody doubts it.
    for scale in (2.5, 3.3):
        for s in (0, 1):
            t = on(np.pad(critter(s, 24), ((4, 4), (4, 4), (0, 0))), GREEN)
            case('given-grid', f'pixel-size-{scale}-{s}', up(t, scale), t, 'given', '--keep-background', '--pixel-size', str(scale))
    case('given-grid', 'pixel-size-1-hair', t := sheet(lambda k: lock_of_hair(k, 32), 16, 10, 0), t, 'given', '--pixel-size', '1')
    case('given-grid', 'pixel-size-1-hills', t := hills(0, 320, 180), t, 'given', '--pixel-size', '1', '--keep-background')
    # Enlarged softly: right, or not sure of it.
    for s in (0, 1, 2):
        t = on(np.pad(critter(s, 16), ((2, 2), (2, 2), (0, 0))), GREEN)
        case('soft-small', f'bilinear-x4-{s}', up(t, 4, Image.BILINEAR), t, 'honest', '--keep-background')
    dot = np.zeros((24, 24, 4), np.uint8)
    dot[12, 12] = (200, 48, 56, 255)
    case('soft-small', 'one-pixel-x8', spoil(up(on(dot, KEY), 8)), dot, 'honest')
    # Painted transparency.
    for i, name in enumerate(('mushroom', 'sword')):
        case('checkerboard', f'16-white-{name}', checkered(big(name), 8, 16, (255, 255, 255), (204, 204, 204), i), big(name), 'cut')
        case('checkerboard', f'20-white-{name}', checkered(big(name), 8, 20, (255, 255, 255), (191, 191, 191), i), big(name), 'cut')
        case('checkerboard', f'16-dark-{name}', checkered(big(name), 8, 16, (153, 153, 153), (102, 102, 102), i), big(name), 'cut')
    # A key colour that nobody draws in, and a subject that fills the picture.
    for i, name in enumerate(('mushroom', 'potion', 'slime')):
        t = tight(big(name))
        case('touching-key', f'{name}', spoil(up(on(t, KEY), 8), i), t, 'cut')
        case('touching-key', f'{name}-native', on(t, KEY), t, 'cut')
    # What models draw besides.
    for i, name in enumerate(('mushroom', 'potion')):
        im = up(on(big(name), WHITE), 8)
        d = ImageDraw.Draw(im)
        for k in range(8):
            d.rectangle([k, k, im.width - 1 - k, im.height - 1 - k], outline=(60, 40, 30))
        case('frame', f'flush-{name}', spoil(im, i), big(name), 'cut')
        im = up(on(big(name), WHITE), 8)
        ImageDraw.Draw(im).text((im.width - 90, im.height - 16), 'artbot.example', fill=(120, 120, 120))
        case('watermark', name, spoil(im, i), big(name), 'subject')
    # Half-transparent on purpose.
    yy, xx = np.mgrid[0:16, 0:16]
    shadow = np.zeros((16, 16, 4), np.uint8)
    shadow[((xx - 7.5) / 7) ** 2 + ((yy - 11) / 3) ** 2 < 1] = (0, 0, 0, 96)
    case('soft-alpha', 'shadow-16', shadow, shadow, 'hint')
    # Controls: right now, to stay so. Raws that are none of the above, though some have few colours.
    for i, name in enumerate(ALL):
        raw = spoil(up(on(big(name), KEY), 8), i)
        case('control', f'raw-{name}', raw, big(name), 'cut')
        case('control', f'raw-quantised-{name}', raw.quantize(48).convert('RGB'), big(name), 'cut')
        case('control', f'native-{name}', big(name), big(name), 'same')
        case('control', f'x8-{name}', up(big(name)[..., :3], 8), big(name)[..., :3], 'near', '--keep-background')
    # And what is no pixel art is not called so.
    for s, w, h, colors in ((40, 400, 300, 32), (41, 240, 200, 64), (42, 512, 512, 16)):
        im = painted(s, w, h, colors)
        case('not-pixel-art', f'painted-{w}x{h}-{colors}', im, np.array(im), 'unsure', '--keep-background')


def painted(seed, w, h, colors):
    """No pixel art at all: soft shapes with smooth edges, of few colours since somebody quantised it."""
    rng = np.random.default_rng(seed)
    im = Image.new('RGB', (w * 2, h * 2), (200, 190, 170))
    d = ImageDraw.Draw(im)
    for _ in range(24):
        x, y, r = rng.integers(0, w * 2), rng.integers(0, h * 2), int(rng.integers(20, w // 2))
        d.ellipse([x - r, y - r * 2 // 3, x + r, y + r * 2 // 3], fill=tuple(int(v) for v in rng.integers(30, 230, 3)))
    im = im.filter(ImageFilter.GaussianBlur(3)).resize((w, h), Image.LANCZOS)
    return im.quantize(colors, dither=Image.Dither.NONE).convert('RGB')


def rgba(path):
    a = np.array(Image.open(path).convert('RGBA'))
    a[a[..., 3] == 0] = 0
    return a


def judge(rule, truth, got, report):
    """Whether it is right, and what it is."""
    t = truth if truth.shape[-1] == 4 else np.dstack([truth, np.full(truth.shape[:2], 255, np.uint8)])
    t = t.copy()
    t[t[..., 3] == 0] = 0
    size, sure = got.shape == t.shape, report['verdict'] == 'pass' and report['confidence'] >= 600
    said = f"{got.shape[1]}x{got.shape[0]} for {t.shape[1]}x{t.shape[0]}, confidence {report['confidence']}"
    if rule == 'same':
        return size and bool((got == t).all()), said + (f", {(got == t).all(-1).mean():.3f} of the pixels" if size else '')
    if rule == 'given':
        share = (abs(got.astype(int) - t.astype(int)).max(-1) <= 8).mean() if size else 0
        return share >= .99 and report['verdict'] == 'pass', said + f", {share:.3f} of the pixels, verdict {report['verdict']}"
    if rule == 'near':
        share = (abs(got.astype(int) - t.astype(int)).max(-1) <= 24).mean() if size else 0
        return share >= .97, said + f', {share:.3f} of the pixels'
    if rule == 'honest':
        share = (abs(got.astype(int) - t.astype(int)).max(-1) <= 32).mean() if size else 0
        return share >= .9 or not sure, said + f', {share:.3f} of the pixels'
    if rule == 'cut':
        if not size:
            g, w = tight(got), tight(t)
            share = (abs(g.astype(int) - w.astype(int)).max(-1) <= 32).mean() if g.shape == w.shape else 0
            return share >= .95, said + f', {share:.3f} of the subject'
        A, B = t[..., 3] > 0, got[..., 3] > 0
        iou = (A & B).sum() / max(1, (A | B).sum())
        return iou >= .95, said + f', alpha IoU {iou:.3f}'
    if rule == 'unsure':
        return not sure, said
    if rule == 'subject':
        g, w = tight(got).shape[:2], tight(t).shape[:2]
        return max(abs(g[0] - w[0]), abs(g[1] - w[1])) <= 1, f'subject {g[1]}x{g[0]} for {w[1]}x{w[0]}'
    return True, said


def main():
    binary, scratch = os.path.abspath(sys.argv[1]), sys.argv[2]
    only = sys.argv[sys.argv.index('--only') + 1] if '--only' in sys.argv else None
    draw_all()
    folder = os.path.join(scratch, 'restore')
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    counts, bad = collections.OrderedDict(), 0
    for kind, name, picture, truth, options, rule in CASES:
        if only and kind != only:
            continue
        path = os.path.join(folder, f'{kind}-{name}.png')
        picture.save(path)
        Image.fromarray(truth).save(path[:-4] + '.truth.png')
        run = subprocess.run([binary, 'process', path, '--out', os.path.join(folder, 'out'), '--json', *options], capture_output=True, text=True)
        if rule == 'hint':
            right = run.returncode == 0 or 'matte' not in run.stderr
            said = run.stderr.strip().replace('\n', ' | ').replace(folder, '..') or 'made'
        elif run.returncode:
            right, said = False, run.stderr.strip().replace('\n', ' | ').replace(folder, '..')
        else:
            report = json.loads(run.stdout)
            right, said = judge(rule, truth, rgba(report['out']), report)
        counts.setdefault(kind, [0, 0])
        counts[kind][0] += right
        counts[kind][1] += 1
        bad += not right
        print(f"{'right' if right else 'WRONG'}  {kind:18} {name:24} {said}")
    print()
    for kind, (right, all_) in counts.items():
        print(f'{kind:18} {right} of {all_}')
    sys.exit(1 if bad else 0)


if __name__ == '__main__':
    main()
