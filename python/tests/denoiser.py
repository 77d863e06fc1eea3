"""The tiny SDXL as a base that draws: it takes the noise from pictures of random blocks."""

import torch
from diffusers import AutoencoderKL

from plain_vae import SPREAD, make_plain
from tiny_sdxl import VAE, pipeline

STEPS = 400
BATCH = 4
SIDE = 16


def pictures(chance):
    """Latents of blocks in few colours."""
    made = []
    for _ in range(BATCH):
        colors = torch.rand(int(torch.randint(2, 9, (1,), generator=chance)), 3, generator=chance) * 2 - 1
        block = 2 ** int(torch.randint(0, 3, (1,), generator=chance))
        cells = torch.randint(0, len(colors), (SIDE // block, SIDE // block), generator=chance)
        cells = cells.repeat_interleave(block, 0).repeat_interleave(block, 1)
        made.append(torch.cat([colors[cells].permute(2, 0, 1), torch.zeros(1, SIDE, SIDE)]) / SPREAD)
    return torch.stack(made)


def denoiser(steps=STEPS):
    pipe = pipeline()
    pipe.vae = make_plain(AutoencoderKL(**{**VAE, "norm_num_groups": 1})).eval()
    betas = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64) ** 2
    alphas = torch.cumprod(1 - betas, 0).float()
    chance = torch.Generator().manual_seed(3)
    with torch.no_grad():
        hidden, _, pooled, _ = pipe.encode_prompt("pixel art", device="cpu", do_classifier_free_guidance=False)
    side = 8.0 * SIDE
    conditions = {"text_embeds": pooled.repeat(BATCH, 1), "time_ids": torch.tensor([[side, side, 0, 0, side, side]] * BATCH)}
    optimizer = torch.optim.AdamW(pipe.unet.parameters(), lr=2e-3)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * (1 - step / steps) + 1e-4
        latents = pictures(chance)
        noise = torch.randn(latents.shape, generator=chance)
        moments = torch.randint(0, 1000, (BATCH,), generator=chance)
        alpha = alphas[moments].view(-1, 1, 1, 1)
        noised = alpha.sqrt() * latents + (1 - alpha).sqrt() * noise
        predicted = pipe.unet(noised, moments, hidden.repeat(BATCH, 1, 1), added_cond_kwargs=conditions).sample
        (predicted - noise).pow(2).mean().backward()
        torch.nn.utils.clip_grad_norm_(pipe.unet.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
    return pipe
