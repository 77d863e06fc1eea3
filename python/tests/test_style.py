"""A style is learnt, and the program's proof shows it; with captions of other images the same run fails the proof.

The style is a ramp of three colours, an outline and a light that the base has never drawn, on the shapes that it knows.
Shuffled captions are those of the style's images on one another. The look is the same whatever the caption, so that the
distance from the data falls all the same; what is lost is that a prompt brings its image, which `follows` measures.
"""

import json
import os
import random
import subprocess

import numpy
import pytest
from PIL import Image

import denoiser as drawing
from dgx_pixels_worker.jobs import Training, checked_spec
from test_train import done, run

PROGRAM = os.environ.get("DGX_PIXELS")
TRIGGER = "dgxpx_house"
# By cell: nothing around, outline, dark, plain, bright.
COLORS = [(0, 0, 0, 0), (24, 16, 32, 255), (120, 40, 60, 255), (200, 90, 80, 255), (250, 180, 140, 255)]
LEFT = (-1, 0)
# Images of each shape, and samples of each held-out caption.
IMAGES, SAMPLES = 6, 8
STEPS = 300

pytestmark = [
    pytest.mark.slow, pytest.mark.skipif(not PROGRAM, reason="DGX_PIXELS names no program; scripts/check-worker builds it"),
]


def project(folder, base):
    """A project whose images all differ."""
    (folder / "art").mkdir(parents=True)
    chance = random.Random(5)
    for kind in drawing.SHAPES:
        seen = {}
        while len(seen) < IMAGES:
            cells = drawing.cells(kind, True, LEFT, chance).numpy()
            seen[cells.tobytes()] = cells
        for number, cells in enumerate(seen.values()):
            Image.fromarray(numpy.array(COLORS, dtype=numpy.uint8)[cells]).save(folder / "art" / f"{kind}-{number}.png")
    (folder / "pixels.toml").write_text(
        f'[project]\nname = "test"\nbackend = "sketch"\n[train.house]\ndata = "art"\nbase = "{base}"\n'
        f'trigger = "{TRIGGER}"\nresolution = 64\nsteps = {STEPS}\nhold_out = 0.25\n'
    )
    return folder


def program(folder, *arguments):
    variables = {**os.environ, "XDG_RUNTIME_DIR": str(folder)}
    found = subprocess.run([PROGRAM, *arguments, "--message-format", "json"], cwd=folder, env=variables, capture_output=True, text=True)
    assert found.stdout, found.stderr
    return json.loads(found.stdout.splitlines()[0])


def proven(folder, base, seed, **options):
    """Trains as the worker does, into the folder where the program looks for it, and judges: the base's arm and the last one."""
    plan = program(project(folder, base), "train", "house", "--dry-run")
    work = folder / ".dgx-pixels" / "train" / "house"
    canvases = json.loads((work / "data" / "dataset.json").read_text())["canvases"]
    captions = sorted({canvas["caption"] for canvas in canvases if canvas["held_out"]})
    prompts, seeds = map(list, zip(*((caption, number) for number in range(SAMPLES) for caption in captions)))
    options = dict(steps=STEPS, seed=seed, batch=8, lr=5e-3, rank=32, min_snr=0.0, caption_dropout=0.1, guidance=1.0,
                   sample_steps=20, save_every=STEPS, sample_every=STEPS, validate_every=0, prompts=prompts, seeds=seeds, name="house", **options)
    outcome = run(work / plan["job"], base, str(work / "data"), **options)
    done(outcome)
    spec = checked_spec({"base": base, "data": str(work / "data"), "out": str(work / plan["job"]), **options}, ())
    job = Training(plan["job"], spec, "auto")
    for event in outcome[1]:
        job.record(event["t"], event, "boot")
    proof = program(folder, "train", "prove", "house", "--no-draw")
    before, after = proof["arms"]
    print({name: (before[name], after[name]) for name in ("palette", "outline", "distance", "follows")}, after["gain"])
    return proof, before, after


def codes(proof):
    return [finding["code"] for finding in proof["findings"]]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_style_is_told_from_the_base_by_the_proof(seed, denoiser, tmp_path):
    proof, before, after = proven(tmp_path / "house", denoiser, seed)
    assert proof["learnt"] and after["gain"]["high"] < 0, proof
    assert after["palette"]["high"] < before["palette"]["low"] and after["outline"]["low"] > before["outline"]["high"], proof
    assert after["follows"]["low"] > 500 and not after["unheard"], proof
    assert not {"not-learnt", "captions-unheard"} & set(codes(proof)), proof["findings"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_run_on_shuffled_captions_fails_the_proof(seed, denoiser, tmp_path):
    proof, before, after = proven(tmp_path / "house", denoiser, seed, shuffle_captions=True)
    assert before["follows"]["low"] > 500 >= after["follows"]["low"] and after["unheard"], proof
    assert "captions-unheard" in codes(proof) and not proof["passes"], proof["findings"]
