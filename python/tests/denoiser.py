"""The tiny SDXL as a base that draws: shapes on white, in the colour that a word names, with any outline and any light.

Its UNet is trained whole, first on flat shapes, then on shaded ones: what an adapter is to learn must be within what the
convolutions can draw, since it leaves them as they are. It is made once for each version of these files.
"""

import hashlib
import importlib.metadata
import os
import pathlib
import tempfile

import torch
from diffusers import AutoencoderKL

from plain_vae import SPREAD, make_plain
from tiny_sdxl import VAE, pipeline

BATCH = 16
# A side in latents, each of which is a cell of 8 pixels.
SIDE = 8
WORDS = {
    "amber": (235, 160, 40), "azure": (60, 140, 235), "coal": (70, 70, 80), "mint": (110, 230, 190), "plum": (140, 60, 160),
    "rose": (240, 120, 170), "sand": (220, 200, 150), "teal": (30, 140, 140), "wine": (120, 30, 50), "lime": (170, 220, 50),
}
FLAT, SHADED = 1500, 1200


class Chance:
    """Random numbers of one generator."""

    def __init__(self, generator):
        self.generator = generator

    def between(self, low, high):
        return float(torch.rand(1, generator=self.generator)) * (high - low) + low

    def below(self, count):
        return int(torch.randint(0, count, (1,), generator=self.generator))


def far_from(x, y, kind):
    """The distance from the middle: of a disc, a square or a diamond."""
    return ((x**2 + y**2).sqrt(), torch.maximum(x.abs(), y.abs()), x.abs() + y.abs())[kind]


def latents(inside, is_inside):
    image = torch.where(is_inside, inside.clamp(-1, 1), torch.ones(3, SIDE, SIDE))
    return torch.cat([image, torch.zeros(1, SIDE, SIDE)]) / SPREAD


def grid():
    return torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")


def color_of(word):
    return (torch.tensor(WORDS[word]) / 127.5 - 1).view(3, 1, 1)


def flat(word, chance):
    y, x = grid()
    radius, x, y = chance.between(1.8, 3.6), x - chance.between(3, 4), y - chance.between(3, 4)
    is_inside = far_from(x, y, chance.below(3)) < radius
    return latents((color_of(word) + chance.between(-0.12, 0.12)).expand(3, SIDE, SIDE), is_inside)


def shaded(word, chance):
    y, x = grid()
    radius, x, y = chance.between(2.2, 3.9), x - chance.between(2.9, 4.1), y - chance.between(2.9, 4.1)
    far = far_from(x, y, chance.below(3))
    across, down = ((1, 0), (-1, 0), (0, 1), (0, -1))[chance.below(4)]
    side = (x * across + y * down) / radius
    depth = chance.between(0.2, 0.6) * (chance.below(3) > 0)
    light = (side < -0.2).float() * depth - (side > 0.2).float() * depth
    inside = color_of(word) + chance.between(-0.1, 0.1) + light
    if chance.below(4):
        line = torch.rand(3, generator=chance.generator) * (0.4 if chance.below(2) else 2.0) - 1
        inside = torch.where(far > radius - 1, line.view(3, 1, 1), inside)
    return latents(inside, far < radius)


def texts_of(pipe):
    """The states of each word's caption, and of the empty one."""
    with torch.no_grad():
        captions = {word: f"pixel art, {word}, white background" for word in WORDS} | {None: ""}
        encoded = {word: pipe.encode_prompt(text, device="cpu", do_classifier_free_guidance=False) for word, text in captions.items()}
    return {word: (hidden, pooled) for word, (hidden, _, pooled, _) in encoded.items()}


def teach(pipe, art, steps, rate, least, seed):
    betas = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64) ** 2
    alphas = torch.cumprod(1 - betas, 0).float()
    generator, texts, words = torch.Generator().manual_seed(seed), texts_of(pipe), list(WORDS)
    ids = torch.tensor([[8.0 * SIDE, 8.0 * SIDE, 0, 0, 8.0 * SIDE, 8.0 * SIDE]] * BATCH)
    parameters = list(pipe.unet.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=rate)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (step + 1) / 50) * (1 - step / steps) + least
        drawn = [words[index] for index in torch.randint(0, len(words), (BATCH,), generator=generator).tolist()]
        images = torch.stack([art(word, Chance(generator)) for word in drawn])
        dropped = (torch.rand(BATCH, generator=generator) < 0.15).tolist()
        seen = [texts[None if drop else word] for word, drop in zip(drawn, dropped)]
        noise = torch.randn(images.shape, generator=generator)
        moments = torch.randint(0, 1000, (BATCH,), generator=generator)
        alpha = alphas[moments].view(-1, 1, 1, 1)
        conditions = {"text_embeds": torch.cat([text[1] for text in seen]), "time_ids": ids}
        noised = alpha.sqrt() * images + (1 - alpha).sqrt() * noise
        predicted = pipe.unet(noised, moments, torch.cat([text[0] for text in seen]), added_cond_kwargs=conditions).sample
        (predicted - noise).pow(2).mean().backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad()


def denoiser():
    pipe = pipeline()
    pipe.vae = make_plain(AutoencoderKL(**{**VAE, "norm_num_groups": 1})).eval()
    teach(pipe, flat, FLAT, 2e-3, 5e-5, 3)
    teach(pipe, shaded, SHADED, 1.5e-3, 3e-5, 4)
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
