"""Loads an SDXL base, from a folder of diffusers or from the one file that ComfyUI uses, without any network."""

import json
import os
import tempfile

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")

import torch  # noqa: E402
from diffusers import AutoencoderKL, StableDiffusionXLPipeline  # noqa: E402

from .data import safetensors_header  # noqa: E402
from .protocol import Refused  # noqa: E402

# The public configuration of SDXL 1.0: a single file has weights only.
UNET = {
    "_class_name": "UNet2DConditionModel", "sample_size": 128, "in_channels": 4, "out_channels": 4,
    "block_out_channels": [320, 640, 1280], "layers_per_block": 2,
    "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
    "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
    "transformer_layers_per_block": [1, 2, 10], "attention_head_dim": [5, 10, 20], "cross_attention_dim": 2048,
    "use_linear_projection": True, "addition_embed_type": "text_time", "addition_time_embed_dim": 256,
    "projection_class_embeddings_input_dim": 2816,
}
VAE = {
    "_class_name": "AutoencoderKL", "in_channels": 3, "out_channels": 3, "latent_channels": 4,
    "block_out_channels": [128, 256, 512, 512], "layers_per_block": 2, "down_block_types": ["DownEncoderBlock2D"] * 4,
    "up_block_types": ["UpDecoderBlock2D"] * 4, "sample_size": 1024, "scaling_factor": 0.13025, "force_upcast": True,
}
_TEXT = {"vocab_size": 49408, "max_position_embeddings": 77, "bos_token_id": 49406, "eos_token_id": 49407, "pad_token_id": 1}
TEXT_1 = {
    **_TEXT, "architectures": ["CLIPTextModel"], "model_type": "clip_text_model", "hidden_size": 768,
    "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12, "hidden_act": "quick_gelu",
    "projection_dim": 768,
}
TEXT_2 = {
    **_TEXT, "architectures": ["CLIPTextModelWithProjection"], "model_type": "clip_text_model", "hidden_size": 1280,
    "intermediate_size": 5120, "num_hidden_layers": 32, "num_attention_heads": 20, "hidden_act": "gelu",
    "projection_dim": 1280,
}
SCHEDULER = {
    "_class_name": "EulerDiscreteScheduler", "num_train_timesteps": 1000, "beta_start": 0.00085, "beta_end": 0.012,
    "beta_schedule": "scaled_linear", "timestep_spacing": "leading", "steps_offset": 1, "prediction_type": "epsilon",
}
INDEX = {
    "_class_name": "StableDiffusionXLPipeline", "force_zeros_for_empty_prompt": True,
    "scheduler": ["diffusers", "EulerDiscreteScheduler"], "text_encoder": ["transformers", "CLIPTextModel"],
    "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"], "tokenizer": ["transformers", "CLIPTokenizer"],
    "tokenizer_2": ["transformers", "CLIPTokenizer"], "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
}


def load(path, tokenizers=None, dtype=torch.float32):
    """The pipeline, on the CPU."""
    if os.path.isdir(path):
        return StableDiffusionXLPipeline.from_pretrained(
            path, local_files_only=True, use_safetensors=True, torch_dtype=dtype, add_watermarker=False
        )
    if tokenizers is None or not os.path.isfile(os.path.join(tokenizers, "vocab.json")):
        raise Refused("data_invalid", "the tokenizer of CLIP is missing: name the folder with its `vocab.json` and `merges.txt`")
    with tempfile.TemporaryDirectory(prefix="dgx-pixels-") as folder:
        _write_configuration(folder, tokenizers)
        return StableDiffusionXLPipeline.from_single_file(
            path, config=folder, local_files_only=True, torch_dtype=dtype, add_watermarker=False
        )


def load_vae(path, dtype=torch.float32):
    """A VAE of its own, from a folder of diffusers or from one file."""
    if os.path.isdir(path):
        return AutoencoderKL.from_pretrained(path, local_files_only=True, use_safetensors=True, torch_dtype=dtype)
    safetensors_header(path, "the VAE")
    with tempfile.TemporaryDirectory(prefix="dgx-pixels-") as folder:
        with open(os.path.join(folder, "config.json"), "w") as file:
            json.dump(VAE, file)
        return AutoencoderKL.from_single_file(path, config=folder, local_files_only=True, torch_dtype=dtype)


def _write_configuration(folder, tokenizers):
    files = {"model_index.json": INDEX, "unet/config.json": UNET, "vae/config.json": VAE, "text_encoder/config.json": TEXT_1,
             "text_encoder_2/config.json": TEXT_2, "scheduler/scheduler_config.json": SCHEDULER}
    for name, pad in (("tokenizer", "<|endoftext|>"), ("tokenizer_2", "!")):
        files[f"{name}/tokenizer_config.json"] = {
            "tokenizer_class": "CLIPTokenizer", "model_max_length": 77, "bos_token": "<|startoftext|>",
            "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>", "pad_token": pad, "do_lower_case": True,
        }
        os.makedirs(os.path.join(folder, name))
        for file in ("vocab.json", "merges.txt"):
            os.symlink(os.path.join(tokenizers, file), os.path.join(folder, name, file))
    for name, values in files.items():
        os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
        with open(os.path.join(folder, name), "w") as file:
            json.dump(values, file)
