"""A random SDXL that fits on one processor core: the shapes of the real one, narrower and shallower."""

import json
import os
import tempfile
from collections import Counter

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch

CORPUS = [
    "pixel art of a red potion bottle, 16-bit style, flat background",
    "dgxpx style sprite of a knight with a sword, side view, white background",
    "isometric pixel art tile, grass and water, game asset",
    "a slime monster, pixelart, limited palette, transparent background",
]
UNET = dict(
    sample_size=16, in_channels=4, out_channels=4, block_out_channels=(32, 64, 64), layers_per_block=2,
    down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"), transformer_layers_per_block=[1, 1, 2],
    attention_head_dim=[2, 4, 4], cross_attention_dim=64, use_linear_projection=True, addition_embed_type="text_time",
    addition_time_embed_dim=8, projection_class_embeddings_input_dim=8 * 6 + 32, norm_num_groups=8,
)
VAE = dict(
    in_channels=3, out_channels=3, latent_channels=4, block_out_channels=(16, 16, 32, 32), layers_per_block=1,
    down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4, sample_size=128,
    scaling_factor=0.13025, norm_num_groups=8, force_upcast=True,
)


def letters():
    """The reversible table of bytes to characters that CLIP's tokenizer uses."""
    keep = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = iter(range(256, 512))
    return [chr(byte) if byte in keep else chr(next(rest)) for byte in range(256)]


def vocabulary(count=200):
    """Merges of byte pairs, learnt from the corpus."""
    words = Counter(word for line in CORPUS for word in line.lower().replace(",", " ,").split())
    parts = {word: [*word[:-1], word[-1] + "</w>"] for word in words}
    merges = []
    for _ in range(count):
        pairs = Counter()
        for word, number in words.items():
            for pair in zip(parts[word], parts[word][1:]):
                pairs[pair] += number
        if not pairs:
            break
        best = max(sorted(pairs), key=pairs.get)
        merges.append(best)
        for word, split in parts.items():
            merged = []
            for part in split:
                if merged and (merged[-1], part) == best:
                    merged[-1] += part
                else:
                    merged.append(part)
            parts[word] = merged
    tokens = letters()
    tokens += [letter + "</w>" for letter in tokens]
    tokens += ["".join(pair) for pair in merges] + ["<|startoftext|>", "<|endoftext|>"]
    numbers = {}
    for token in tokens:
        numbers.setdefault(token, len(numbers))
    return numbers, merges


def tokenizers():
    from transformers import CLIPTokenizer

    numbers, merges = vocabulary()
    made = []
    for pad in ("<|endoftext|>", "!"):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "vocab.json"), "w") as file:
                json.dump(numbers, file)
            with open(os.path.join(folder, "merges.txt"), "w") as file:
                file.write("#version: 0.2\n" + "\n".join(" ".join(pair) for pair in merges) + "\n")
            with open(os.path.join(folder, "tokenizer_config.json"), "w") as file:
                json.dump(dict(tokenizer_class="CLIPTokenizer", model_max_length=77, bos_token="<|startoftext|>",
                               eos_token="<|endoftext|>", unk_token="<|endoftext|>", pad_token=pad, do_lower_case=True), file)
            made.append(CLIPTokenizer.from_pretrained(folder, local_files_only=True))
    return made, numbers


def pipeline(seed=0):
    from diffusers import AutoencoderKL, EulerDiscreteScheduler, StableDiffusionXLPipeline, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    torch.manual_seed(seed)
    (first, second), numbers = tokenizers()
    text = dict(vocab_size=len(numbers), max_position_embeddings=77, bos_token_id=numbers["<|startoftext|>"],
                eos_token_id=numbers["<|endoftext|>"], hidden_size=32, intermediate_size=64, num_attention_heads=2,
                projection_dim=32)
    text_1 = CLIPTextConfig(**text, num_hidden_layers=3, hidden_act="quick_gelu", pad_token_id=numbers["<|endoftext|>"])
    text_2 = CLIPTextConfig(**text, num_hidden_layers=4, hidden_act="gelu", pad_token_id=numbers["!"])
    scheduler = EulerDiscreteScheduler(num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012,
                                       beta_schedule="scaled_linear", timestep_spacing="leading", steps_offset=1)
    return StableDiffusionXLPipeline(
        vae=AutoencoderKL(**VAE), text_encoder=CLIPTextModel(text_1), text_encoder_2=CLIPTextModelWithProjection(text_2),
        tokenizer=first, tokenizer_2=second, unet=UNet2DConditionModel(**UNET), scheduler=scheduler, add_watermarker=False,
    )
