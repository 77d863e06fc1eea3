"""Samplers and noise schedules under ComfyUI's names and with its formulas, so that a style means the same in both."""

import bisect
import math

import torch

TIMESTEPS = 1000


def model_sigmas():
    """The noise of each timestep of SDXL, least first."""
    betas = torch.linspace(0.00085**0.5, 0.012**0.5, TIMESTEPS, dtype=torch.float64) ** 2
    alphas = torch.cumprod(1 - betas, 0)
    return ((1 - alphas) / alphas).sqrt().tolist()


def _between(sigmas, timestep):
    low, high, part = math.floor(timestep), math.ceil(timestep), timestep % 1
    return math.exp((1 - part) * math.log(sigmas[low]) + part * math.log(sigmas[high]))


def _even(sigmas, count, steps):
    last = len(sigmas) - 1
    return [_between(sigmas, last - last * number / max(1, count - 1)) for number in range(steps)] + [0.0]


def _simple(sigmas, steps):
    return [sigmas[-(1 + int(number * len(sigmas) / steps))] for number in range(steps)] + [0.0]


def _karras(sigmas, steps, rho=7.0):
    low, high = sigmas[0] ** (1 / rho), sigmas[-1] ** (1 / rho)
    return [(high + number / max(1, steps - 1) * (low - high)) ** rho for number in range(steps)] + [0.0]


SCHEDULERS = {
    "normal": lambda sigmas, steps: _even(sigmas, steps, steps),
    "sgm_uniform": lambda sigmas, steps: _even(sigmas, steps + 1, steps),
    "simple": _simple,
    "karras": _karras,
}


def _euler(denoise, x, sigmas, noise):
    for sigma, following in zip(sigmas, sigmas[1:]):
        x = x + (x - denoise(x, sigma)) / sigma * (following - sigma)
    return x


def _euler_ancestral(denoise, x, sigmas, noise):
    for sigma, following in zip(sigmas, sigmas[1:]):
        denoised = denoise(x, sigma)
        up = min(following, math.sqrt(following**2 * (sigma**2 - following**2)) / sigma)
        down = math.sqrt(following**2 - up**2)
        x = x + (x - denoised) / sigma * (down - sigma) if following else denoised
        if following:
            x = x + noise() * up
    return x


def _dpmpp_2m(denoise, x, sigmas, noise):
    earlier = last_step = None
    for sigma, following in zip(sigmas, sigmas[1:]):
        denoised = denoise(x, sigma)
        if not following:
            return denoised
        step = math.log(sigma / following)
        towards = denoised
        if earlier is not None:
            weight = step / (2 * last_step)
            towards = (1 + weight) * denoised - weight * earlier
        x = following / sigma * x - math.expm1(-step) * towards
        earlier, last_step = denoised, step
    return x


def _lcm(denoise, x, sigmas, noise):
    for sigma, following in zip(sigmas, sigmas[1:]):
        x = denoise(x, sigma)
        if following:
            x = x + noise() * following
    return x


SAMPLERS = {"euler": _euler, "euler_ancestral": _euler_ancestral, "dpmpp_2m": _dpmpp_2m, "lcm": _lcm}


def nearest(rising, value):
    """The index of the nearest of some rising values, the first of equals."""
    above = bisect.bisect_left(rising, value)
    return min((at for at in (above - 1, above) if 0 <= at < len(rising)), key=lambda at: abs(rising[at] - value))


def sample(sampler, scheduler, steps, shape, seed, device, predict):
    """Latents from a seed. `predict(x, timestep)` is the noise that the model sees in scaled latents.

    Random numbers come from the CPU: every device draws the same ones.
    """
    known = model_sigmas()
    logarithms = [math.log(sigma) for sigma in known]
    chance = torch.Generator().manual_seed(seed)

    def noise():
        return torch.randn(shape, generator=chance).to(device)

    def denoise(x, sigma):
        place = nearest(logarithms, math.log(sigma))
        return x - sigma * predict(x / math.sqrt(sigma**2 + 1), place)

    sigmas = SCHEDULERS[scheduler](known, steps)
    return SAMPLERS[sampler](denoise, noise() * math.sqrt(1 + sigmas[0] ** 2), sigmas, noise)
