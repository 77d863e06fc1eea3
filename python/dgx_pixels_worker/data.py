"""Prepared data sets and base files, checked without torch: nothing is resampled, unpickled or trusted."""

import hashlib
import json
import os
import struct

from .protocol import Refused

# A header of safetensors is a few hundred KiB; the format's own limit is 100 MB.
MOST_HEADER = 100_000_000
MOST_CANVASES = 10_000
PNG = b"\x89PNG\r\n\x1a\n"


class Dataset:
    """What `dgx-pixels dataset prepare` wrote."""

    def __init__(self, folder, values):
        self.folder = folder
        self.trigger = values["trigger"]
        self.cell, self.resolution = values["cell"], values["resolution"]
        self.fingerprint = values["fingerprint"]
        self.canvases = values["canvases"]

    def path(self, canvas):
        return os.path.join(self.folder, canvas["file"])

    def train(self):
        return [canvas for canvas in self.canvases if not canvas["held_out"]]

    def held_out(self):
        return [canvas for canvas in self.canvases if canvas["held_out"]]

    def report(self):
        return {"trigger": self.trigger, "canvases": len(self.train()), "held_out": len(self.held_out()), "cell": self.cell,
                "resolution": self.resolution, "fingerprint": self.fingerprint}

    def digest(self):
        """The digest of all files and captions, by which a resumed run knows its data again."""
        digest = hashlib.sha256()
        for canvas in self.canvases:
            with open(self.path(canvas), "rb") as file:
                digest.update(hashlib.sha256(file.read()).digest())
            digest.update(json.dumps([canvas["caption"], canvas["held_out"]]).encode())
        return digest.hexdigest()


def load_dataset(folder):
    """Reads `dataset.json` and looks at every file that it names."""
    try:
        with open(os.path.join(folder, "dataset.json"), "rb") as file:
            values = json.loads(file.read(256 << 20))
        dataset = Dataset(folder, values)
        canvases = dataset.canvases
        if values["version"] != 1 or not isinstance(canvases, list):
            raise Refused("data_invalid", "the data set has another version")
        if dataset.cell % 8 or not canvases or len(canvases) > MOST_CANVASES:
            raise Refused("data_invalid", "the data set has no canvases, or native pixels that are off the lattice")
        for canvas in canvases:
            _check_canvas(dataset, canvas)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused("data_invalid", f"this is no prepared data set: {type(error).__name__}: {error}") from None
    if not dataset.train():
        raise Refused("data_invalid", "the data set holds out all of its canvases")
    return dataset


def _check_canvas(dataset, canvas):
    name = canvas["file"]
    if os.path.basename(name) != name or not name.endswith(".png") or not isinstance(canvas["caption"], str):
        raise Refused("data_invalid", f"`{name}` is no canvas")
    with open(dataset.path(canvas), "rb") as file:
        head = file.read(24)
    if head[:8] != PNG or list(struct.unpack(">II", head[16:24])) != canvas["size"]:
        raise Refused("data_invalid", f"`{name}` has another size than the data set says: it would be resampled")
    if any(side % 64 for side in canvas["size"]):
        raise Refused("data_invalid", f"`{name}` has a side that is no multiple of 64")


def safetensors_header(path, what="the base"):
    """The header of a safetensors file, whose tensors must all lie within the file."""
    try:
        length = os.path.getsize(path)
        with open(path, "rb") as file:
            head = file.read(8)
            if head[:4] == b"PK\x03\x04" or head[:1] == b"\x80":
                raise Refused("data_invalid", f"{what} is a pickle, which can run programs; use a .safetensors file")
            size = struct.unpack("<Q", head)[0] if len(head) == 8 else 0
            if not 2 <= size <= min(MOST_HEADER, length - 8):
                raise Refused("data_invalid", f"{what} is no safetensors file, or it is cut off")
            header = json.loads(file.read(size))
        ends = [value["data_offsets"][1] for key, value in header.items() if key != "__metadata__"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refused("data_invalid", f"{what} cannot be read: {type(error).__name__}") from None
    if not ends or max(ends) + 8 + size != length:
        raise Refused("data_invalid", f"{what} is cut off: its tensors lie beyond its end")
    return header


def check_base(path):
    """Refuses what is no SDXL base: other families, LoRAs, pickles, damaged files."""
    if os.path.isdir(path):
        if not os.path.isfile(os.path.join(path, "model_index.json")):
            raise Refused("data_invalid", "the base is a folder without `model_index.json`")
        with open(os.path.join(path, "model_index.json"), "rb") as file:
            if b"StableDiffusionXLPipeline" not in file.read(1 << 20):
                raise Refused("data_invalid", "the base is no SDXL model")
        return
    keys = safetensors_header(path).keys()
    if any(".lora_" in key for key in keys):
        raise Refused("data_invalid", "the base is a LoRA, not a model")
    if any(key.startswith("cond_stage_model.") for key in keys):
        raise Refused("data_invalid", "the base is of Stable Diffusion 1 or 2, not of SDXL")
    if not any(key.startswith("conditioner.embedders.1.") for key in keys):
        raise Refused("data_invalid", "the base is no SDXL model")


def check_lora(path):
    """Refuses what is no LoRA: models, pickles, damaged files."""
    what = f"`{os.path.basename(path)}`"
    if not any("lora" in key or ".dora_scale" in key for key in safetensors_header(path, what)):
        raise Refused("data_invalid", f"{what} is no LoRA")


def image_digest(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
