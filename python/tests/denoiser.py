"""The tiny SDXL as a base that draws: a caption names a shape, and one of some styles, or none.

Its UNet is trained whole: what an adapter is to learn must be within what the convolutions can draw, since it leaves them
as they are. A style is a ramp of three colours, an outline or none, and a light or none.
A caption leaves little open, so that so small a model draws cleanly. The base is made once for each version of these files.
"""

import colorsys
import hashlib
import importlib.metadata
import os
import pathlib
import random
import tempfile

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel

from plain_vae import SPREAD, make_plain
from tiny_sdxl import UNET, VAE, pipeline

BATCH, STEPS, RATE = 32, 1800, 2e-3
# A side in latents, each of which is a cell of 8 pixels.
SIDE = 8
SHAPES = ("pillar", "slab", "ball", "hill")
WORDS = ("amber", "azure", "brick", "coal", "denim", "fern", "honey", "jade", "lime", "mint", "navy", "plum", "rose", "sand",
         "teal", "wine")
LIGHTS = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))
# What a cell is: the place of its colour in a style.
OUTSIDE, OUTLINE, DARK, PLAIN, BRIGHT = range(5)


def shape(kind, chance):
    """Which cells lie within one of the sizes and places of a shape, and its middle."""
    y, x = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    narrow, long = 4 + chance.randrange(2), 7 + chance.randrange(2)
    if kind == "ball":
        middle, radius = (3 + chance.randrange(3) / 2, 3 + chance.randrange(3) / 2), 3.4 + chance.randrange(2) * 0.4
        return (x - middle[0]) ** 2 + (y - middle[1]) ** 2 < radius**2, middle
    if kind == "hill":
        top, middle = 1 + chance.randrange(3), 3 + chance.randrange(3) / 2
        return (y >= top) & ((x - middle).abs() <= (y - top) * 0.7 + 1), (middle, (top + SIDE) / 2)
    width, height = (narrow, long) if kind == "pillar" else (long, narrow)
    left, above = ((SIDE - side) // 2 + chance.randrange(2) * (SIDE - side > 1) for side in (width, height))
    is_inside = (x >= left) & (x < left + width) & (y >= above) & (y < above + height)
    return is_inside, (left + (width - 1) / 2, above + (height - 1) / 2)


def cells(kind, is_outlined, light, chance):
    """The cells of a drawing."""
    is_inside, middle = shape(kind, chance)
    y, x = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    side = (x - middle[0]) * light[0] + (y - middle[1]) * light[1]
    found = torch.full((SIDE, SIDE), PLAIN)
    found[side > 0.4], found[side < -0.4] = BRIGHT, DARK
    around = torch.nn.functional.pad(is_inside, (1, 1, 1, 1))
    is_edge = is_inside & ~(around[:-2, 1:-1] & around[2:, 1:-1] & around[1:-1, :-2] & around[1:-1, 2:])
    if is_outlined:
        found[is_edge] = OUTLINE
    found[~is_inside] = OUTSIDE
    return found


def styles(chance):
    """Colours, outline and light by word; without a word all is flat."""
    found = {None: ([(255, 255, 255), *[(150, 175, 200)] * 4], False, LIGHTS[0])}
    for number, word in enumerate(WORDS):
        hue, deep = number / len(WORDS), chance.choice((0.5, 0.8))
        tones = [colorsys.hsv_to_rgb(hue, *tone) for tone in ((0.9, deep * 0.6), (0.8, deep), (0.5, min(1, deep * 1.4)))]
        line = chance.choice(((20, 20, 30), (40, 20, 10), (240, 220, 120), (80, 80, 90)))
        colors = [(255, 255, 255), line, *[tuple(round(255 * part) for part in tone) for tone in tones]]
        found[word] = colors, chance.randrange(4) > 0, LIGHTS[(number + 1) % len(LIGHTS)]
    return found


def caption(kind, word=None):
    return f"pixel art, {kind}, white background" if word is None else f"{word}, pixel art, {kind}, white background"


def teach(pipe, steps=STEPS, batch=BATCH, rate=RATE, seed=3):
    chance, generator = random.Random(seed), torch.Generator().manual_seed(seed)
    known = {word: (torch.tensor(colors) / 127.5 - 1, line, light) for word, (colors, line, light) in styles(chance).items()}
    texts = {(kind, word): pipe.encode_prompt(caption(kind, word), device="cpu", do_classifier_free_guidance=False)
             for kind in SHAPES for word in known}
    betas = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64) ** 2
    alphas = torch.cumprod(1 - betas, 0).float()
    ids = torch.tensor([[8.0 * SIDE, 8.0 * SIDE, 0, 0, 8.0 * SIDE, 8.0 * SIDE]] * batch)
    parameters = list(pipe.unet.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=rate)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (step + 1) / 50) * (1 - step / steps)
        keys = [(chance.choice(SHAPES), None if chance.random() < 0.2 else chance.choice(WORDS)) for _ in range(batch)]
        images = torch.zeros(batch, 4, SIDE, SIDE)
        for image, (kind, word) in zip(images, keys):
            colors, is_outlined, light = known[word]
            image[:3] = colors[cells(kind, is_outlined, light, chance)].permute(2, 0, 1) / SPREAD
        noise = torch.randn(images.shape, generator=generator)
        moments = torch.randint(0, 1000, (batch,), generator=generator)
        alpha = alphas[moments].view(-1, 1, 1, 1)
        conditions = {"text_embeds": torch.cat([texts[key][2] for key in keys]), "time_ids": ids}
        noised = alpha.sqrt() * images + (1 - alpha).sqrt() * noise
        predicted = pipe.unet(noised, moments, torch.cat([texts[key][0] for key in keys]), added_cond_kwargs=conditions).sample
        loss = (predicted - noise).pow(2).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        yield loss.item()


def denoiser():
    pipe = pipeline()
    torch.manual_seed(0)
    pipe.unet = UNet2DConditionModel(**{**UNET, "layers_per_block": 1, "transformer_layers_per_block": [1, 1, 1]})
    pipe.register_modules(unet=pipe.unet)
    pipe.vae = make_plain(AutoencoderKL(**{**VAE, "norm_num_groups": 1})).eval()
    for part in (pipe.text_encoder, pipe.text_encoder_2):
        part.requires_grad_(False)
    for _ in teach(pipe):
        pass
    return pipe


def cached():
    """The folder of the base, made unless it is there: DGX_PIXELS_TEST_BASES, or a folder of the user's cache."""
    digest = hashlib.sha256()
    for name in ("denoiser.py", "plain_vae.py", "tiny_sdxl.py"):
        digest.update((pathlib.Path(__file__).parent / name).read_bytes())
    for package in ("torch", "diffusers", "transformers"):
        digest.update(importlib.metadata.version(package).encode())
    bases = pathlib.Path(os.environ.get("DGX_PIXELS_TEST_BASES") or pathlib.Path.home() / ".cache/dgx-pixels/check-worker-bases")
    folder = bases / digest.hexdigest()[:16]
    if not folder.exists():
        bases.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=bases) as unfinished:
            made = pathlib.Path(unfinished) / "base"
            denoiser().save_pretrained(made)
            os.rename(made, folder)
    return str(folder)
