"""Draws what a proof compares: the same prompts and seeds with the base, and with each saved LoRA at each strength."""

import hashlib
import json
import os

from . import lora
from .sample import draw


def arms(proof):
    """Step, file and strength of each arm; the base is first."""
    yield 0, None, 0
    for saved in proof["loras"]:
        for strength in proof["strengths"]:
            yield saved["step"], saved["path"], strength


def prove(trainer):
    """Draws all samples; those of an earlier process are taken as they are."""
    spec, channel, proof = trainer.spec, trainer.channel, trainer.spec["proof"]
    adapters = trainer.adapters()
    pairs = list(zip(spec["prompts"], spec["seeds"]))
    total = len(pairs) * (1 + len(proof["loras"]) * len(proof["strengths"]))
    channel.send("state", state="running", steps=total)
    listed = []
    for step, path, strength in arms(proof):
        if path is None:
            for _, up in adapters.values():
                up.data.zero_()
        else:
            lora.load_into(path, adapters, strength)
        for number, (prompt, seed) in enumerate(pairs):
            trainer._look_for_stop()
            image = os.path.join(trainer.folder, "samples", f"{step:06d}-{strength:04d}-{number:03d}.png")
            digest = _digest(image) or draw(trainer, prompt, seed, image)
            listed.append({"step": step, "strength": strength, "prompt": prompt, "seed": seed, "sha256": digest})
            trainer.step = len(listed)
            channel.send("sample", step=step, strength=strength, prompt=prompt, seed=seed, path=image, sha256=digest)
    text = json.dumps(listed).encode()
    path = os.path.join(trainer.folder, "samples.json")
    with open(f"{path}.tmp", "wb") as file:
        file.write(text)
    os.replace(f"{path}.tmp", path)
    channel.send("done", path=path, sha256=hashlib.sha256(text).hexdigest(), metrics={"samples": total})


def _digest(path):
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except FileNotFoundError:
        return None
