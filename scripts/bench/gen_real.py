#!/usr/bin/env python3
"""Second corruption generator, after what raws of SDXL, Flux, Qwen and GPT-image show.

  gen_real.py --params params_real_dev.json [--sources DIR] --out DATA

Without --sources all sprites and tiles are drawn by procart.py. Same layout as gen.py (input/, truth/, manifest.json; score.py reads it), other degradation:

 sdxl    exact pitch (canvas / cells is whole, usually 8), soft edges of about 1 px, chroma bleeding over 2-3 px, latent
         noise (correlated over 4-8 px, 1-2 levels), flat areas not quite flat, near copies of colours; WebP/JPEG or none
 gpt     pitch that is no whole number, straight lines, edges of 1-2 px WITH overshoot on both sides (a halo of a tenth to a
         fifth of the step, in pixels, whatever the cell), noise under 1 level, background with a vignette, a glow
         or a contact shadow under the subject
 own     sheets whose objects have grids of their own: pitch +-5 % and phase at random, each
 fine    part of the subject (a box) drawn in cells of half the size: truth is drawn at the coarse size by majority
 resize  the picture resampled by .75..1.35 (lanczos, bilinear) after drawing: upscalers and exports
 dark    the palette scaled to a night scene (L * .45)
 alpha   RGBA with a soft alpha edge (1-3 px) and a fringe of the old background's colour
 paper   background of grain (noise of 6-12 levels, correlated over 2-3 px) or checkerboard (the fake transparency that models paint)
Every picture takes one style and some of the extras of its level.
"""
import argparse, hashlib, io, json, os
import numpy as np
from PIL import Image, ImageFilter

import gen
import score
from pxlib import oklab, oklab_to_rgb


def args():
    ap = argparse.ArgumentParser()
    ap.add_argument("--params", required=True)
    ap.add_argument("--sources")
    ap.add_argument("--out", required=True)
    return ap.parse_args()


def blur(a, s):
    return gen.gaussian(a.astype(np.float32), s)


def field(rng, h, w, n, amp):
    return gen.smooth_noise(rng, h, w, n, amp)


def lines(rng, C, N, p, wobble):
    """cut positions of N cells on C pixels; wobble: slow drift in cells"""
    u0, u1 = rng.uniform(-p["edge"], p["edge"], 2)
    t = np.arange(C * 3) / (C * 3.0)
    u = u0 + t * (N + u1 - u0)
    if wobble > 0:
        u = u + wobble / 2 * np.sin(2 * np.pi * (rng.uniform(.3, 1.2) * t + rng.uniform()))
    return u


def draw(truth, CW, CH, rng, p, bg, style):
    """nearest drawing at 3x, then box down: float RGB, and the subject's coverage"""
    H, W = truth.shape[:2]
    wob = p["wobble"] if style == "gpt" else 0.0
    q = dict(edge=0.0 if style == "sdxl" else p["edge"])
    u, v = lines(rng, CW, W, q, wob), lines(rng, CH, H, q, wob)
    iu, iv = np.clip(np.floor(u).astype(int), 0, W - 1), np.clip(np.floor(v).astype(int), 0, H - 1)
    rgb = np.where(truth[..., 3:] > 0, truth[..., :3], bg).astype(np.float32)
    # near copies: each cell a hair off
    rgb = rgb + rng.standard_normal(rgb.shape[:2] + (1,)) * p["cell_jitter"] * (truth[..., 3:] > 0) + rng.standard_normal(rgb.shape) * p["cell_jitter"] * .5 * (truth[..., 3:] > 0)
    a = rgb[iv][:, iu]
    m = (truth[..., 3] > 0).astype(np.float32)[iv][:, iu]
    return a.reshape(CH, 3, CW, 3, 3).mean((1, 3)), m.reshape(CH, 3, CW, 3).mean((1, 3))


def backdrop(rng, CH, CW, bg, kind, mask, p):
    yy, xx = np.mgrid[0:CH, 0:CW] / max(CH, CW)
    im = np.broadcast_to(np.asarray(bg, np.float32), (CH, CW, 3)).copy()
    if kind == "vignette":
        d = np.hypot(xx - .5, yy - .5)
        im += (-(d / .7) ** 2 * rng.uniform(8, 26))[..., None]
    elif kind == "glow":
        d = np.hypot(xx - rng.uniform(.4, .6), yy - rng.uniform(.35, .6))
        im += (np.exp(-(d / rng.uniform(.15, .3)) ** 2) * rng.uniform(6, 18))[..., None] * np.array([1, .95, .8])
    elif kind == "shadow":
        ys, xs = np.where(mask > .5)
        if len(ys):
            cy, cx, rx = ys.max() / max(CH, CW), xs.mean() / max(CH, CW), (xs.max() - xs.min()) / 2.2 / max(CH, CW)
            d = np.sqrt(((xx - cx) / max(rx, .05)) ** 2 + ((yy - cy) / max(rx * .22, .012)) ** 2)
            im -= (np.clip(1.25 - d, 0, 1) * rng.uniform(18, 45))[..., None]
    elif kind == "grain":
        n = rng.standard_normal((CH, CW)).astype(np.float32)
        n = blur(n[..., None], rng.uniform(.8, 1.6))[..., 0]
        im += (n / n.std() * rng.uniform(3, 7))[..., None]
    elif kind == "checker":
        s = int(rng.integers(10, 26))
        im = np.where(((np.mgrid[0:CH, 0:CW] // s).sum(0) % 2 == 0)[..., None], 255.0, 204.0) * np.ones(3)
    return im.astype(np.float32)


def finish(im, rng, p, style):
    if style == "sdxl":
        im = blur(im, rng.uniform(.55, .95))
        y = im @ np.array([.299, .587, .114], np.float32)
        c = im - y[..., None]
        im = y[..., None] + blur(c, rng.uniform(1.2, 2.4))
        n = field(rng, im.shape[0], im.shape[1], im.shape[1] // 8, 1.0)
        im = im + n[..., None] * rng.uniform(1.0, p["latent"])
        im = im + p["ring"] * .5 * (blur(im, .6) - blur(im, 1.6))
    else:
        im = blur(im, rng.uniform(.35, .6))
        im = im + p["ring"] * (blur(im, .45) - blur(im, rng.uniform(1.0, 1.7)))
    im = im + blur(rng.standard_normal(im.shape), .6) * p["noise"] * 1.8
    return im


def codec(img, rng, p):
    r = rng.random()
    if r < p["jpeg_prob"]:
        b = io.BytesIO(); img.save(b, "JPEG", quality=int(rng.integers(*p["q"])), subsampling=2)
        return Image.open(b).convert("RGB"), "jpeg"
    if r < p["jpeg_prob"] + p["webp_prob"]:
        b = io.BytesIO(); img.save(b, "WEBP", quality=int(rng.integers(*p["q"])))
        return Image.open(b).convert("RGB"), "webp"
    return img, None


def main():
    a = args()
    cfg = json.load(open(a.params))
    src = gen.load_sources(a.sources) if a.sources else gen.own_sources(cfg["seed"])
    os.makedirs(a.out + "/input", exist_ok=True); os.makedirs(a.out + "/truth", exist_ok=True)
    BG = [(255, 255, 255), (248, 244, 232), (240, 240, 240), (255, 0, 255), (0, 255, 0), (30, 30, 38), (0, 0, 0), (198, 214, 226), (46, 60, 74)]
    man = []
    for li, level in enumerate(["easy", "medium", "hard"]):
        p = cfg["levels"][level]
        for i in range(cfg["per_level"]):
            rng = np.random.default_rng([cfg["seed"], li, i]); name = f"{level}_{i:02d}"
            kind = cfg["kinds"][i % len(cfg["kinds"])]
            style = p["styles"][i % len(p["styles"])]
            extras = [e for e, pr in p["extras"].items() if rng.random() < pr]
            for _ in range(200):
                t, s = gen.make_truth(kind, src, rng, cfg["family"])
                if min(t.shape[:2]) >= 14 and max(t.shape[:2]) <= 128: break
            opaque = t[..., 3].min() > 0
            if "dark" in extras and opaque:
                lab = oklab(t[..., :3].astype(float)); lab[..., 0] *= rng.uniform(.4, .6); lab[..., 1:] *= .8
                t[..., :3] = np.clip(np.rint(oklab_to_rgb(lab)), 0, 255)
            H, W = t.shape[:2]
            if not opaque:
                side = max(H, W); t = np.pad(t, (((side - H) // 2, side - H - (side - H) // 2), ((side - W) // 2, side - W - (side - W) // 2), (0, 0))); H = W = side
            C = int(cfg["canvas"][int(rng.integers(len(cfg["canvas"])))])
            if style == "sdxl":
                px = max(3, C // max(H, W)); CW, CH = W * px, H * px
            else:
                k = C / max(H, W); CW, CH = int(round(W * k)), int(round(H * k * (1 + rng.uniform(-p["aspect"], p["aspect"]))))
            pal = oklab(np.unique(t[t[..., 3] > 0][:, :3], axis=0).astype(float))
            order = rng.permutation(len(BG))
            bg = BG[max(order, key=lambda j: min(np.linalg.norm(pal - oklab(np.array(BG[j], float)), axis=1).min(), .14))]
            truth = t.copy()
            if "own" in extras and kind == "sheet":
                im = np.broadcast_to(np.asarray(bg, np.float32), (CH, CW, 3)).copy(); mask = np.zeros((CH, CW), np.float32)
                for y0, y1, x0, x1 in score.blocks(t[..., 3] > 0):
                    k = CW / W * (1 + rng.uniform(-.05, .05)); w, h = int(round((x1 - x0) * k)), int(round((y1 - y0) * k))
                    part, m = draw(t[y0:y1, x0:x1], w, h, rng, dict(p, edge=0), bg, style)
                    ox, oy = int((x0 + x1) / 2 * CW / W - w / 2 + rng.uniform(-4, 4)), int((y0 + y1) / 2 * CH / H - h / 2 + rng.uniform(-4, 4))
                    ox, oy = int(np.clip(ox, 0, max(0, CW - w))), int(np.clip(oy, 0, max(0, CH - h)))
                    hh, ww = im[oy:oy + h, ox:ox + w].shape[:2]
                    mm = m[:hh, :ww, None]
                    im[oy:oy + h, ox:ox + w] = np.where(mm > 0, part[:hh, :ww], im[oy:oy + h, ox:ox + w])
                    mask[oy:oy + h, ox:ox + w] = np.maximum(mask[oy:oy + h, ox:ox + w], mm[..., 0])
            elif "fine" in extras and not opaque and max(H, W) <= 64:
                big = np.repeat(np.repeat(t, 2, 0), 2, 1)
                ys, xs = np.where(t[..., 3] > 0); cy, cx = int(np.quantile(ys, .3)), int(xs.mean())
                y0, x0 = max(0, 2 * cy - 8), max(0, 2 * cx - 8); box = big[y0:y0 + 16, x0:x0 + 16]
                n = rng.random(box.shape[:2]) < .18
                box[n & (box[..., 3] > 0), :3] = np.clip(box[n & (box[..., 3] > 0), :3].astype(int) + rng.choice([-40, 40]), 0, 255)
                im, mask = draw(big, CW, CH, rng, p, bg, style)
            else:
                im, mask = draw(t, CW, CH, rng, p, bg, style)
            kb = None
            if not opaque:
                kb = rng.choice(p["backdrops"])
                if kb != "flat":
                    b = backdrop(rng, CH, CW, bg, kb, mask, p); m = mask[..., None]
                    im = im + (b - np.asarray(bg, np.float32)) * (1 - m)
            else:
                im = im + field(rng, CH, CW, 2, p["shade"])[..., None]
            im = finish(im, rng, p, style)
            out = Image.fromarray(np.clip(np.rint(im), 0, 255).astype(np.uint8))
            if "resize" in extras:
                f = rng.uniform(.75, 1.35); out = out.resize((int(out.width * f), int(out.height * f)), Image.LANCZOS if rng.random() < .6 else Image.BILINEAR)
            out, cod = codec(out, rng, p)
            if "alpha" in extras and not opaque:
                m = Image.fromarray(np.clip(mask * 255, 0, 255).astype(np.uint8)).resize(out.size, Image.BILINEAR).filter(ImageFilter.GaussianBlur(rng.uniform(.8, 2.0)))
                out = out.convert("RGBA"); out.putalpha(m)
            out.save(f"{a.out}/input/{name}.png"); Image.fromarray(truth).save(f"{a.out}/truth/{name}.png")
            man.append(dict(name=name, level=level, kind=kind, source=s, style=style, extras=extras, backdrop=kb, codec=cod, logical=[W, H], canvas=list(out.size),
                            cell=[round(out.width / W, 3), round(out.height / H, 3)], colors=len(pal), alpha=not opaque, bg=None if opaque else list(bg), jpeg=cod,
                            sha256=hashlib.sha256(np.asarray(out).tobytes()).hexdigest()[:16]))
    json.dump(dict(params=cfg, images=man), open(a.out + "/manifest.json", "w"), indent=1)
    print(len(man), "images in", a.out)

if __name__ == "__main__":
    main()
