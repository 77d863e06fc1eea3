"""States of a run: a folder each, written aside and renamed, without anything that could be executed."""

import json
import os
import re
import shutil

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

KEPT = 2


def _folders(folder):
    names = [name for name in os.listdir(folder) if re.fullmatch(r"state-\d{6}", name)]
    return sorted(names, reverse=True)


def save(folder, step, tensors, values):
    """Saves a state. Where the disk is full the earlier ones stay, and the error goes up."""
    name = os.path.join(folder, f"state-{step:06d}")
    unfinished = f"{name}.tmp"
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        os.mkdir(unfinished)
        try:
            save_file(tensors, os.path.join(unfinished, "tensors.safetensors"))
        except SafetensorError as error:
            raise OSError(f"the tensors cannot be written: {error}") from None
        with open(os.path.join(unfinished, "state.json"), "w") as file:
            json.dump({**values, "step": step}, file)
        for entry in ("tensors.safetensors", "state.json"):
            _flush(os.path.join(unfinished, entry))
        shutil.rmtree(name, ignore_errors=True)
        os.rename(unfinished, name)
        _flush(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    for old in _folders(folder)[KEPT:]:
        shutil.rmtree(os.path.join(folder, old), ignore_errors=True)
    return name


def newest(folder):
    """The newest state that can be read, or `None`."""
    for name in _folders(folder):
        try:
            with open(os.path.join(folder, name, "state.json")) as file:
                values = json.load(file)
            return load_file(os.path.join(folder, name, "tensors.safetensors")), values
        except Exception:
            continue
    return None


def _flush(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
