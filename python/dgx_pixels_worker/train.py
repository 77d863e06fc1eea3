"""A training job, in a process of its own: `python -m dgx_pixels_worker.train FOLDER`. Events go to stdout, a line each."""

import fcntl
import json
import os
import random
import sys
import threading
import time

from . import schedule
from .data import check_base, load_dataset
from .device import device_of, failure
from .protocol import Refused

# A step event at most so often, in seconds.
STEP_EVERY = 0.2
VALIDATION_STEPS = (100, 300, 500, 700, 900)
# How long a job waits for an earlier process in its folder to end.
PATIENCE = 60


class Stopped(Exception):
    """The worker asked for the end."""


class Channel:
    """Events to the worker, and its wish to stop. A worker that is gone counts as that wish."""

    def __init__(self):
        self.stop = None
        self.events = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        line = sys.stdin.readline()
        self.stop = "cancel" if line.strip() == "cancel" else "save"

    def send(self, kind, **values):
        try:
            self.events.write(json.dumps({"t": kind, **values}) + "\n")
        except (BrokenPipeError, OSError):
            self.stop = self.stop or "save"


class Trainer:
    """A run: what is trained on, with what, how far."""

    def __init__(self, folder, spec, channel):
        import torch

        self.folder, self.spec, self.channel, self.torch = folder, spec, channel, torch
        self.dataset = load_dataset(spec["data"])
        check_base(spec["base"])
        self.device = device_of(torch)
        self.half = self.device.type == "cuda" and torch.cuda.is_bf16_supported()
        self.dtype = torch.bfloat16 if self.half else torch.float32
        self.step, self.curve = 0, []
        torch.manual_seed(spec["seed"])

    def load(self):
        """Loads the base; none of its own weights is trained."""
        from .base import load

        self.pipe = load(self.spec["base"], self.spec.get("tokenizers"))
        for part in (self.pipe.unet, self.pipe.vae, self.pipe.text_encoder, self.pipe.text_encoder_2):
            part.requires_grad_(False).eval()
        self.empty = self._text("")

    def prepare_to_draw(self):
        """What samples need: no data is encoded."""
        self.load()
        self._add_adapter()

    def prepare(self):
        """Caches latents and texts, then leaves the UNet with its adapter alone on the device."""
        self.load()
        canvases = self.dataset.train()
        captions = [canvas["caption"] for canvas in canvases]
        if self.spec["shuffle_captions"]:
            random.Random(self.spec["seed"]).shuffle(captions)
        self.sizes = [canvas["size"] for canvas in canvases]
        self.latents, self.texts = self._latents(canvases), [self._text(caption) for caption in captions]
        held = self.dataset.held_out()
        self.held = list(zip(self._latents(held), [self._text(canvas["caption"]) for canvas in held]))
        self._add_adapter()
        self.fingerprint = self._fingerprint()

    def _latents(self, canvases):
        """The mean of the VAE's posterior: flat colours stay flat, and each run has the same."""
        import numpy
        from PIL import Image

        torch, vae, latents = self.torch, self.pipe.vae.to(self.device, self.torch.float32), []
        for canvas in canvases:
            self._look_for_stop()
            with Image.open(self.dataset.path(canvas)) as image:
                pixels = numpy.asarray(image.convert("RGB"), dtype=numpy.float32)
            if list(pixels.shape[1::-1]) != canvas["size"]:
                raise Refused("data_invalid", f"`{canvas['file']}` would be resampled")
            pixels = torch.from_numpy(pixels / 127.5 - 1).permute(2, 0, 1)[None].to(self.device)
            with torch.no_grad():
                mean = vae.encode(pixels).latent_dist.mean
            latents.append((mean * vae.config.scaling_factor).cpu())
        vae.to("cpu")
        return latents

    def _text(self, caption):
        self._look_for_stop()
        with self.torch.no_grad():
            hidden, _, pooled, _ = self.pipe.encode_prompt(caption, device="cpu", do_classifier_free_guidance=False)
        return hidden, pooled

    def _add_adapter(self):
        from peft import LoraConfig

        from .lora import TARGETS

        unet = self.unet = self.pipe.unet.to(self.device, self.dtype)
        rank = self.spec["rank"]
        # The first weights do not depend on what else drew random numbers before.
        self.torch.manual_seed(self.spec["seed"])
        unet.add_adapter(LoraConfig(r=rank, lora_alpha=rank, target_modules=TARGETS, init_lora_weights="gaussian"))
        if self.device.type == "cuda" and self.torch.cuda.mem_get_info()[1] < 24 << 30:
            unet.enable_gradient_checkpointing()
        unet.train()
        self.weights = {name: weight for name, weight in unet.named_parameters() if weight.requires_grad}
        for weight in self.weights.values():
            weight.data = weight.data.to(self.torch.float32)
        self.optimizer = self.torch.optim.AdamW(
            self.weights.values(), lr=self.spec["lr"], betas=(0.9, 0.99), weight_decay=0.01, foreach=False
        )
        betas = self.torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=self.torch.float64) ** 2
        self.alphas = self.torch.cumprod(1 - betas, 0).to(self.torch.float32)

    def _fingerprint(self):
        keys = ("base", "rank", "batch", "lr", "seed", "steps", "warm_up", "min_snr", "noise_offset", "caption_dropout",
                "shuffle_captions", "fixed_noise")
        return {"data": self.dataset.digest(), **{key: self.spec[key] for key in keys}}

    def _look_for_stop(self):
        if self.channel.stop is not None:
            raise Stopped

    def predicted(self, latents, noise, steps, texts):
        """The noise that the UNet sees in noised latents."""
        torch = self.torch
        alpha = self.alphas[steps].view(-1, 1, 1, 1)
        noised = (alpha.sqrt() * latents + (1 - alpha).sqrt() * noise).to(self.device)
        hidden = torch.cat([text[0] for text in texts]).to(self.device, self.dtype)
        pooled = torch.cat([text[1] for text in texts]).to(self.device, self.dtype)
        height, width = (8 * side for side in latents.shape[-2:])
        scale = 2 ** (len(self.pipe.vae.config.block_out_channels) - 1)
        height, width = height * scale // 8, width * scale // 8
        # Canvases are neither cropped nor scaled: original and target size are equal, the corner is 0, 0.
        ids = torch.tensor([[height, width, 0, 0, height, width]] * len(texts), device=self.device, dtype=self.dtype)
        conditions = {"text_embeds": pooled, "time_ids": ids}
        with torch.autocast(self.device.type, self.dtype, enabled=self.half):
            return self.unet(noised.to(self.dtype), steps.to(self.device), hidden, added_cond_kwargs=conditions).sample

    def loss_of(self, step):
        torch, spec = self.torch, self.spec
        members = schedule.batch_of(self.sizes, spec["batch"], spec["seed"], step)
        moment = 0 if spec["fixed_noise"] else step
        chance = torch.Generator().manual_seed(schedule.mixed(spec["seed"], "step", moment))
        latents = torch.cat([self.latents[index] for index in members])
        noise = torch.randn(latents.shape, generator=chance)
        if spec["noise_offset"]:
            noise = noise + spec["noise_offset"] * torch.randn((*latents.shape[:2], 1, 1), generator=chance)
        steps = torch.randint(0, 1000, (len(members),), generator=chance)
        dropped = torch.rand(len(members), generator=chance) < spec["caption_dropout"]
        texts = [self.empty if drop else self.texts[index] for drop, index in zip(dropped.tolist(), members)]
        predicted = self.predicted(latents, noise, steps, texts)
        losses = (predicted.float() - noise.to(self.device)).pow(2).mean(dim=(1, 2, 3))
        if spec["min_snr"]:
            ratio = self.alphas[steps] / (1 - self.alphas[steps])
            losses = losses * (ratio.clamp(max=spec["min_snr"]) / ratio).to(self.device)
        return losses.mean()

    def train_step(self):
        torch, spec = self.torch, self.spec
        learning_rate = schedule.rate(self.step, spec["steps"], spec["lr"], spec["warm_up"])
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate
        loss = self.loss_of(self.step)
        if not torch.isfinite(loss):
            raise Refused("internal", f"the loss is not finite at step {self.step}: the learning rate is too high")
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.weights.values(), 1.0, foreach=False)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        self.curve.append(loss.item())
        return learning_rate, norm.item()

    def validation(self):
        """The loss on what is held out, with the same noise each time."""
        torch, total, count = self.torch, 0.0, 0
        with torch.no_grad():
            for index, (latents, text) in enumerate(self.held):
                for number in VALIDATION_STEPS:
                    chance = torch.Generator().manual_seed(schedule.mixed("validation", index, number))
                    noise = torch.randn(latents.shape, generator=chance)
                    predicted = self.predicted(latents, noise, torch.tensor([number]), [text])
                    total += (predicted.float() - noise.to(self.device)).pow(2).mean().item()
                    count += 1
        return total / count

    def save(self):
        from . import state

        tensors = {f"weight.{name}": weight.detach().cpu() for name, weight in self.weights.items()}
        for name, weight in self.weights.items():
            kept = self.optimizer.state.get(weight)
            if kept:
                tensors[f"mean.{name}"], tensors[f"square.{name}"] = kept["exp_avg"].cpu(), kept["exp_avg_sq"].cpu()
        tensors = {name: tensor.contiguous() for name, tensor in tensors.items()}
        values = {"fingerprint": self.fingerprint, "curve": self.curve}
        try:
            path = state.save(self.folder, self.step, tensors, values)
        except OSError as error:
            self.channel.send("log", level="error", msg=f"the state of step {self.step} cannot be saved: {error}")
            return
        self.channel.send("checkpoint", step=self.step, path=path)

    def resume(self):
        """Continues from the newest whole state, if it is of the same data and options."""
        from . import state

        found = state.newest(self.folder)
        if found is None:
            return
        tensors, values = found
        if values["fingerprint"] != self.fingerprint:
            raise Refused("data_invalid", "data or options changed since the state was saved: it cannot be resumed")
        for name, weight in self.weights.items():
            weight.data.copy_(tensors[f"weight.{name}"])
            if f"mean.{name}" in tensors:
                self.optimizer.state[weight] = {
                    "step": self.torch.tensor(float(values["step"])),
                    "exp_avg": tensors[f"mean.{name}"].to(self.device),
                    "exp_avg_sq": tensors[f"square.{name}"].to(self.device),
                }
        self.step, self.curve = values["step"], values["curve"]
        self.channel.send("log", level="info", msg=f"resumed at step {self.step}")

    def adapters(self):
        """The adapter's tensors by the path of their module."""
        found = {}
        for name, weight in self.weights.items():
            path, side = name.replace(".default", "").rsplit(".lora_", 1)
            found.setdefault(path, [None, None])[0 if side.startswith("A") else 1] = weight
        return found

    def export(self, name):
        """Writes the LoRA as it is at this step."""
        from . import lora
        from .data import image_digest

        spec = self.spec
        tensors = lora.tensors_of(self.adapters(), spec["rank"])
        extra = {"dgxpx.dataset": self.dataset.fingerprint, "dgxpx.cell": self.dataset.cell}
        values = lora.metadata(spec["name"], spec["rank"], spec["rank"], self.step, spec["seed"], self.dataset.resolution,
                               self.dataset.trigger, extra)
        path = os.path.join(self.folder, f"{name}.safetensors")
        lora.write(path, tensors, values)
        return {"path": path, "sha256": image_digest(path), "tensors": lora.digest_of(tensors)}

    def sample(self):
        from .sample import draw

        for number, (prompt, seed) in enumerate(zip(self.spec["prompts"], self.spec["seeds"])):
            self._look_for_stop()
            path = os.path.join(self.folder, "samples", f"{self.step:06d}-{number}.png")
            digest = draw(self, prompt, seed, path)
            self.channel.send("sample", step=self.step, prompt=prompt, seed=seed, path=path, sha256=digest)

    def run(self):
        spec, channel = self.spec, self.channel
        channel.send("state", state="running", steps=spec["steps"])
        if self.step == 0 and spec["sample_every"]:
            # The adapter is still zero: these are the samples of the base.
            self.sample()
        began, first, said = time.monotonic(), self.step, 0.0
        while self.step < spec["steps"]:
            self._look_for_stop()
            learning_rate, norm = self.train_step()
            now, last = time.monotonic(), self.step == spec["steps"]
            if now - said >= STEP_EVERY or last:
                said, pace = now, (now - began) / (self.step - first)
                recent = self.curve[-25:]
                channel.send("step", step=self.step, loss=self.curve[-1], loss_avg=sum(recent) / len(recent), lr=learning_rate,
                             gn=norm, s_per_step=pace, eta_s=pace * (spec["steps"] - self.step), mem=self.memory())
            if self.held and spec["validate_every"] and (self.step % spec["validate_every"] == 0 or last):
                channel.send("val", step=self.step, loss=self.validation())
            if self.step % spec["save_every"] == 0 or last:
                self.save()
            if spec["lora_every"] and self.step % spec["lora_every"] == 0 and not last:
                saved = self.export(f"{spec['name']}-{self.step:06d}")
                channel.send("lora", step=self.step, path=saved["path"], sha256=saved["sha256"])
            if spec["prompts"] and spec["sample_every"] and (self.step % spec["sample_every"] == 0 or last):
                self.sample()
        channel.send("state", state="finishing", steps=spec["steps"])
        result = self.export(spec["name"])
        metrics = {"loss_first": mean(self.curve[:25]), "loss_last": mean(self.curve[-25:]), "steps": self.step}
        channel.send("done", path=result["path"], sha256=result["sha256"], metrics={**metrics, "tensors": result["tensors"]})

    def memory(self):
        if self.device.type == "cuda":
            return self.torch.cuda.max_memory_allocated()
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def mean(values):
    return sum(values) / max(1, len(values))


def alone(folder):
    """Waits until no earlier process works in the folder."""
    lock = os.open(os.path.join(folder, "job.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    for _ in range(PATIENCE * 10):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except OSError:
            time.sleep(0.1)
    raise Refused("busy", "an earlier process still works in the folder of this job")


def main(folder):
    channel = Channel()
    trainer = None
    try:
        lock = alone(folder)
        with open(os.path.join(folder, "spec.json")) as file:
            request = json.load(file)
        os.makedirs(os.path.join(folder, "samples"), exist_ok=True)
        trainer = Trainer(folder, request["spec"], channel)
        if "proof" in request["spec"]:
            from .prove import prove

            trainer.prepare_to_draw()
            prove(trainer)
        else:
            trainer.prepare()
            if request["resume"] != "never":
                trainer.resume()
            trainer.run()
        os.close(lock)
    except Stopped:
        if channel.stop == "save" and trainer is not None and trainer.step and "proof" not in trainer.spec:
            trainer.save()
        return 3
    except Refused as refused:
        channel.send("failed", **refused.as_map())
        return 1
    except Exception as error:
        import traceback

        traceback.print_exc()
        channel.send("failed", **failure(error).as_map())
        return 1
    return 0


if __name__ == "__main__":
    # Without waiting for threads of libraries: what matters is on the disk.
    code = main(sys.argv[1])
    sys.stderr.flush()
    os._exit(code)
