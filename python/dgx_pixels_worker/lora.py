"""The LoRA file: SGM names, as ComfyUI and all other tools read them; written only if each key is known there."""

import hashlib
import json
import os
import re
import time
from importlib import resources

import torch
from safetensors.torch import load_file, save_file

from .protocol import Refused

# Every Linear module within the transformers of the UNet.
TARGETS = ["to_q", "to_k", "to_v", "to_out.0", "ff.net.0.proj", "ff.net.2", "proj_in", "proj_out"]
TENSORS = ("lora_down.weight", "lora_up.weight", "alpha")
# Blocks have two layers, then a sampler: three numbers for each in SGM's count.
LAYERS = 2


def sgm_name(path):
    """The name of a UNet module in SGM's layout, from its path in diffusers."""
    match = re.fullmatch(r"(down|up)_blocks\.(\d+)\.attentions\.(\d+)\.(.+)", path)
    if match:
        side, block, layer, rest = match[1], int(match[2]), int(match[3]), match[4]
        number = block * (LAYERS + 1) + layer + (1 if side == "down" else 0)
        return f"{'input' if side == 'down' else 'output'}_blocks.{number}.1.{rest}"
    match = re.fullmatch(r"mid_block\.attentions\.0\.(.+)", path)
    if match:
        return f"middle_block.1.{match[1]}"
    raise Refused("internal", f"`{path}` has no name in the LoRA file")


def text_encoder_name(path):
    """transformers 5.6 dropped a level of the first text encoder's paths, which the file keeps."""
    return path if path.startswith("text_model.") else f"text_model.{path}"


def known_modules():
    """The modules that ComfyUI accepts for SDXL: 722 of the UNet, 72 and 192 of the text encoders."""
    return set(resources.files(__package__).joinpath("sdxl-keys.txt").read_text().split())


def tensors_of(adapters, alpha, part="unet"):
    """The tensors of a file from `{module path: (down, up)}`."""
    tensors = {}
    for path, (down, up) in adapters.items():
        name = sgm_name(path) if part == "unet" else text_encoder_name(path)
        module = f"lora_{part}_{name.replace('.', '_')}"
        for suffix, tensor in zip(TENSORS, (down, up, torch.tensor(float(alpha)))):
            tensor = tensor.detach().to("cpu", torch.float16).contiguous()
            if not torch.isfinite(tensor).all():
                raise Refused("internal", f"`{path}` has weights that fp16 cannot hold")
            tensors[f"{module}.{suffix}"] = tensor
    return tensors


def load_into(path, adapters, strength):
    """Puts the weights of a file into `{module path: (down, up)}`, at a strength per mille."""
    try:
        tensors = load_file(path)
    except Exception as error:
        raise Refused("data_invalid", f"the LoRA `{os.path.basename(path)}` cannot be read: {type(error).__name__}") from None
    names = {f"lora_unet_{sgm_name(path).replace('.', '_')}": parts for path, parts in adapters.items()}
    if set(tensors) != {f"{name}.{suffix}" for name in names for suffix in TENSORS}:
        raise Refused("data_invalid", f"the LoRA `{os.path.basename(path)}` has other modules than this run")
    for name, (down, up) in names.items():
        scale = tensors[f"{name}.alpha"].item() / down.shape[0] * strength / 1000
        down.data.copy_(tensors[f"{name}.lora_down.weight"].float())
        up.data.copy_(tensors[f"{name}.lora_up.weight"].float() * scale)


def left_over(keys, known=None):
    """The keys that ComfyUI would skip."""
    known = known_modules() if known is None else known
    left = []
    for key in keys:
        module, _, suffix = key.partition(".")
        if module not in known or suffix not in TENSORS:
            left.append(key)
    return sorted(left)


def metadata(name, rank, alpha, steps, seed, resolution, trigger, extra):
    """What tools show of the file. It has no paths and no captions."""
    values = {
        "ss_base_model_version": "sdxl_base_v1-0", "ss_network_module": "networks.lora", "ss_network_dim": rank,
        "ss_network_alpha": float(alpha), "ss_output_name": name, "ss_steps": steps, "ss_max_train_steps": steps,
        "ss_seed": seed, "ss_resolution": f"({resolution}, {resolution})", "ss_tag_frequency": json.dumps({}),
        "ss_training_finished_at": time.time(), "modelspec.sai_model_spec": "1.0.1",
        "modelspec.architecture": "stable-diffusion-xl-v1-base/lora",
        "modelspec.implementation": "https://github.com/Stability-AI/generative-models", "modelspec.title": name,
        "modelspec.date": time.strftime("%Y-%m-%dT%H:%M:%S"), "modelspec.resolution": f"{resolution}x{resolution}",
        "modelspec.prediction_type": "epsilon", "modelspec.trigger_phrase": trigger,
        "modelspec.usage_hint": f"begin the prompt with `{trigger}`",
    }
    values.update(extra)
    return {key: value if isinstance(value, str) else str(value) for key, value in values.items()}


def digest_of(tensors):
    """The digest of names and values, whatever the order of the file."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(name.encode())
        digest.update(tensors[name].detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def write(path, tensors, values, known=None):
    """Writes the file whole, reads it again and checks every key; a file that fails is removed."""
    left = left_over(tensors, known)
    if left:
        raise Refused("internal", f"{len(left)} keys of the LoRA are unknown to ComfyUI, such as `{left[0]}`")
    unfinished = f"{path}.tmp"
    try:
        save_file(tensors, unfinished, metadata={**values, "modelspec.hash_sha256": f"0x{digest_of(tensors)}"})
        # safetensors writes 0600, which ComfyUI of another user cannot read.
        os.chmod(unfinished, 0o644)
        again = load_file(unfinished)
        if left_over(again, known) or digest_of(again) != digest_of(tensors):
            raise Refused("internal", "the LoRA file differs from what was written")
        _flush(unfinished)
        os.replace(unfinished, path)
    finally:
        if os.path.exists(unfinished):
            os.remove(unfinished)


def _flush(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
