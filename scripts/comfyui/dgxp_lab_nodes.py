"""Nodes for trials of clients on a real ComfyUI without a model: a job of a fixed length, one that hears nothing, one that
fails, and a picture made of a seed. This file alone goes into <ComfyUI>/custom_nodes/."""

import os
import time

import torch

import comfy.model_management as management
from comfy.utils import ProgressBar

SALT = ("STRING", {"default": ""})  # other text, other node: defeats the cache


def seconds(default):
    return ("FLOAT", {"default": default, "min": 0.0, "max": 3600.0, "step": 0.05})


class Lab:
    CATEGORY = "dgxp_lab"
    FUNCTION = "run"
    RETURN_TYPES = ("IMAGE",)


class DgxpSleep(Lab):
    """Hands the picture on after a while, with a frame of progress every `tick`; can be interrupted."""

    @classmethod
    def INPUT_TYPES(cls):
        tick = ("FLOAT", {"default": 0.1, "min": 0.01, "max": 60.0})
        return {"required": {"image": ("IMAGE",), "seconds": seconds(2.0), "tick": tick, "salt": SALT}}

    def run(self, image, seconds, tick, salt):
        count = max(1, round(seconds / tick))
        bar, end = ProgressBar(count), time.monotonic() + seconds
        for left in reversed(range(count)):
            management.throw_exception_if_processing_interrupted()
            time.sleep(max(0.0, end - left * seconds / count - time.monotonic()))
            bar.update(1)
        return (image,)


class DgxpBlock(Lab):
    """Hands the picture on after a while in which it hears no interrupt, as a long kernel does."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"image": ("IMAGE",), "seconds": seconds(2.0), "salt": SALT}}

    def run(self, image, seconds, salt):
        time.sleep(seconds)
        return (image,)


class DgxpFail(Lab):
    """Fails: `value` and `oom` end the job, `exit` the whole server."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"image": ("IMAGE",), "kind": (["value", "oom", "exit"],), "salt": SALT}}

    def run(self, image, kind, salt):
        if kind == "exit":
            os._exit(137)
        if kind == "oom":
            raise management.OOM_EXCEPTION("Allocation on device (made by DgxpFail)")
        raise ValueError("made to fail by DgxpFail")


class DgxpPattern(Lab):
    """8 x 8 coloured fields that follow from the seed."""

    @classmethod
    def INPUT_TYPES(cls):
        side = ("INT", {"default": 64, "min": 1, "max": 8192})
        return {
            "required": {
                "width": side,
                "height": side,
                "batch_size": ("INT", {"default": 1, "min": 1, "max": 4096}),
                "seed": ("INT", {"default": 0, "min": 0, "max": 2**64 - 1}),
                "text": ("STRING", {"default": "", "multiline": True}),
            }
        }

    def run(self, width, height, batch_size, seed, text):
        random = torch.Generator().manual_seed(seed % 2**63)
        fields = torch.rand((batch_size, 3, 8, 8), generator=random)
        picture = torch.nn.functional.interpolate(fields, size=(height, width), mode="nearest")
        return (picture.movedim(1, -1).contiguous(),)


NODE_CLASS_MAPPINGS = {node.__name__: node for node in (DgxpSleep, DgxpBlock, DgxpFail, DgxpPattern)}
