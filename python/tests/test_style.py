"""A style is learnt, and the command line's proof tells it from the base; with captions of other images it does not pass.

The pictures are discs in two hues with one outline and one light, at 16 native pixels.
"""

import json
import os
import subprocess

import numpy
import pytest
from PIL import Image

from test_train import done, run

PROGRAM = os.environ.get("DGX_PIXELS")
TRIGGER = "dgxpx_house"
HUES = {"ruby": [(90, 10, 40), (200, 30, 60), (250, 120, 110)], "leaf": [(10, 70, 40), (40, 160, 60), (150, 230, 110)]}
OUTLINE = (24, 16, 32)
STEPS = 240

pytestmark = pytest.mark.skipif(not PROGRAM, reason="DGX_PIXELS names no program; scripts/check-worker builds it")


def disc(word, number):
    """A disc, lit from the left, with its outline."""
    chance = numpy.random.default_rng(1000 * len(word) + number + (0 if word == "ruby" else 500))
    pixels = numpy.zeros((16, 16, 4), dtype=numpy.uint8)
    radius, middle = chance.uniform(4.5, 6.5), chance.uniform(7, 8, 2)
    dark, plain, bright = HUES[word]
    for y in range(16):
        for x in range(16):
            far = numpy.hypot(x - middle[0], y - middle[1])
            if far < radius:
                side = (x - middle[0]) / radius + chance.uniform(-0.15, 0.15)
                color = OUTLINE if far > radius - 1.1 else bright if side < -0.25 else dark if side > 0.35 else plain
                pixels[y, x] = (*color, 255)
    return pixels


def project(folder, base):
    (folder / "art").mkdir(parents=True)
    for word in HUES:
        for number in range(12):
            Image.fromarray(disc(word, number)).save(folder / "art" / f"{word}-{number}.png")
    (folder / "pixels.toml").write_text(
        f'[project]\nname = "test"\nbackend = "sketch"\n[train.house]\ndata = "art"\nbase = "{base}"\n'
        f'trigger = "{TRIGGER}"\nresolution = 128\nsteps = {STEPS}\nhold_out = 0.2\n'
    )
    return folder


def program(folder, *arguments):
    variables = {**os.environ, "XDG_RUNTIME_DIR": str(folder)}
    found = subprocess.run(
        [PROGRAM, *arguments, "--message-format", "json"], cwd=folder, env=variables, capture_output=True, text=True
    )
    assert found.stdout, found.stderr
    return json.loads(found.stdout.splitlines()[-1])


def proven(folder, base, **options):
    """Trains as the worker does, into the folder where the program looks for it, and judges."""
    plan = program(project(folder, base), "train", "house", "--dry-run")
    work = folder / ".dgx-pixels" / "train" / "house"
    plain = [f"pixel art, {word}, white background" for word in HUES]
    pairs = [(prompt, seed) for seed in range(4) for text in plain for prompt in (f"{TRIGGER}, {text}", text)]
    prompts, seeds = zip(*pairs)
    outcome = run(work / plan["job"], base, str(work / "data"), steps=STEPS, batch=4, lr=5e-3, rank=32, save_every=STEPS,
                  sample_every=STEPS, validate_every=0, prompts=list(prompts), seeds=list(seeds), name="house", **options)
    done(outcome)
    proof = program(folder, "train", "prove", "house", "--no-draw")
    last = max((arm for arm in proof["arms"] if arm["trigger"]), key=lambda arm: arm["step"])
    return proof, last


def test_a_style_is_told_from_the_base_by_the_proof(denoiser, tmp_path):
    proof, last = proven(tmp_path / "house", denoiser)
    assert proof["learnt"] and last["gain"]["high"] < 0, proof["arms"]
    assert last["follows"]["low"] > 500, last
    codes = [finding["code"] for finding in proof["findings"]]
    assert "not-learnt" not in codes and "captions-unheard" not in codes, proof["findings"]


def test_shuffled_captions_are_told(denoiser, tmp_path):
    proof, last = proven(tmp_path / "house", denoiser, shuffle_captions=True)
    assert last["follows"]["low"] <= 500, last
    assert "captions-unheard" in [finding["code"] for finding in proof["findings"]], proof["findings"]
