"""Draws a sample with the adapter in training, from a fixed seed."""

import hashlib
import os


def draw(trainer, prompt, seed, path):
    """Writes a PNG and returns its digest; a random generator of its own keeps the training as it is."""
    import numpy
    from diffusers import EulerDiscreteScheduler
    from PIL import Image

    torch, guidance = trainer.torch, trainer.spec["guidance"]
    scheduler = EulerDiscreteScheduler.from_config(trainer.pipe.scheduler.config)
    scheduler.set_timesteps(trainer.spec["sample_steps"])
    # Without guidance the empty text has no part in it.
    texts = [trainer._text(prompt)] + [trainer.empty] * (guidance != 1.0)
    side = trainer.dataset.resolution // 2 ** (len(trainer.pipe.vae.config.block_out_channels) - 1)
    chance = torch.Generator().manual_seed(seed)
    latents = torch.randn((1, 4, side, side), generator=chance) * scheduler.init_noise_sigma
    hidden = torch.cat([text[0] for text in texts]).to(trainer.device, trainer.dtype)
    pooled = torch.cat([text[1] for text in texts]).to(trainer.device, trainer.dtype)
    size = trainer.dataset.resolution
    ids = torch.tensor([[size, size, 0, 0, size, size]] * len(texts), device=trainer.device, dtype=trainer.dtype)
    trainer.unet.eval()
    with torch.no_grad():
        for moment in scheduler.timesteps:
            scaled = scheduler.scale_model_input(torch.cat([latents] * len(texts)), moment).to(trainer.device, trainer.dtype)
            with torch.autocast(trainer.device.type, trainer.dtype, enabled=trainer.half):
                noise = trainer.unet(scaled, moment.to(trainer.device), hidden,
                                     added_cond_kwargs={"text_embeds": pooled, "time_ids": ids}).sample
            with_text, *without = noise.float().cpu().chunk(len(texts))
            for plain in without:
                with_text = plain + guidance * (with_text - plain)
            latents = scheduler.step(with_text, moment, latents).prev_sample
        vae = trainer.pipe.vae.to(trainer.device, torch.float32)
        pixels = vae.decode(latents.to(trainer.device) / vae.config.scaling_factor).sample[0].cpu()
        vae.to("cpu")
    trainer.unet.train()
    values = ((pixels.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(1, 2, 0).numpy()
    Image.fromarray(numpy.ascontiguousarray(values)).save(f"{path}.tmp", format="PNG")
    os.replace(f"{path}.tmp", path)
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()
