"""The process that draws: `python -m dgx_pixels_worker.generate`. It keeps the last base and its LoRAs loaded.

Each line of stdin is a job or its cancellation, each line of stdout an event of a job. It ends with its stdin.
"""

import functools
import json
import math
import os
import queue
import sys
import threading
import time

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch  # noqa: E402

from .data import check_base, check_lora, image_digest  # noqa: E402
from .drawing import preview_of  # noqa: E402
from .device import device_of, failure  # noqa: E402
from .protocol import Refused  # noqa: E402
from .sampling import model_sigmas, sample  # noqa: E402

# A step event at most so often, in seconds.
STEP_EVERY = 0.2
# A preview at most so often, in seconds.
PREVIEW_EVERY = 0.5
# Red, green and blue of SDXL's four latent channels, and of none: an approximation that other programs use as well.
RGB = [[0.3651, 0.4232, 0.4341], [-0.2533, -0.0042, 0.1068], [0.1076, 0.1111, -0.0362], [-0.3165, -0.2492, -0.2188]]
RGB_OF_NONE = [0.1084, -0.0175, -0.0011]
# Tokens of a text that the encoders take at a time, beside the first and the last one.
CHUNK = 75


class Cancelled(Exception):
    """The job that is drawn was cancelled."""


class Drawer:
    """A pipeline on its device, with the LoRAs that are fused into it."""

    def __init__(self):
        self.device = device_of(torch)
        fast = self.device.type == "cuda"
        # As ComfyUI computes: fp16, and bf16 for the VAE, whose values leave the range of fp16.
        self.dtype = torch.float16 if fast else torch.float32
        self.vae_dtype = torch.bfloat16 if fast else torch.float32
        self.pipe, self.loaded = None, None
        self.fused, self.unfused = [], {}

    def use(self, pipe):
        """Takes a pipeline."""
        self.fused, self.unfused = [], {}
        for part in (pipe.unet, pipe.text_encoder, pipe.text_encoder_2):
            part.to(self.device, self.dtype).requires_grad_(False).eval()
        pipe.vae.to(self.device, self.vae_dtype).requires_grad_(False).eval()
        self.pipe = pipe

    def load(self, spec):
        """Loads base and VAE unless they are loaded, and fuses the LoRAs; files that changed are read again."""
        from .base import load, load_vae

        wanted = [stamp(spec["base"]), stamp(spec.get("vae")), spec.get("tokenizers")]
        if self.loaded != wanted:
            # Two bases at a time may be more than there is memory for.
            self.pipe = self.loaded = None
            empty_cache()
            check_base(spec["base"])
            pipe = load(spec["base"], spec.get("tokenizers"), self.dtype)
            if spec.get("vae"):
                pipe.vae = load_vae(spec["vae"], self.vae_dtype)
            self.use(pipe)
            self.loaded = wanted
        loras = [(stamp(lora["path"]), lora["weight"]) for lora in spec["loras"] if lora["weight"]]
        if self.fused != loras:
            self.restore()
            try:
                self.fuse(loras)
            except BaseException:
                self.pipe = self.loaded = None
                raise

    def parts(self):
        return (self.pipe.unet, self.pipe.text_encoder, self.pipe.text_encoder_2)

    def fuse(self, loras):
        """Adds LoRAs to the weights, which a picture needs no time for; what they change is kept to be restored."""
        from peft.tuners.tuners_utils import BaseTunerLayer

        names = [f"lora{number}" for number in range(len(loras))]
        for name, ((path, *_), _) in zip(names, loras):
            check_lora(path)
            try:
                self.pipe.load_lora_weights(path, adapter_name=name, local_files_only=True)
            except (ValueError, KeyError, RuntimeError) as error:
                raise Refused("data_invalid", f"`{os.path.basename(path)}` does not fit the base: {error}") from None
            if not any(name in adapters for adapters in self.pipe.get_list_adapters().values()):
                raise Refused("data_invalid", f"`{os.path.basename(path)}` changes nothing of the base")
        if names:
            for number, part in enumerate(self.parts()):
                for path, module in part.named_modules():
                    if isinstance(module, BaseTunerLayer):
                        self.unfused[number, path] = module.base_layer.weight.detach().to("cpu", copy=True)
            self.pipe.set_adapters(names, [weight for _, weight in loras])
            self.pipe.fuse_lora(adapter_names=names)
            self.pipe.unload_lora_weights()
        self.fused = loras

    def restore(self):
        """Takes all LoRAs away: the weights are those of the base, bit for bit."""
        for (number, path), weight in self.unfused.items():
            self.parts()[number].get_submodule(path).weight.data.copy_(weight)
        self.fused, self.unfused = [], {}

    def texts(self, texts):
        """Hidden states and pooled ones of texts of any length, a chunk after the other."""
        pipe = self.pipe
        tokens = [[tokenizer(text, add_special_tokens=False)["input_ids"] for text in texts]
                  for tokenizer in (pipe.tokenizer, pipe.tokenizer_2)]
        chunks = max(1, *(-(-len(ids) // CHUNK) for both in tokens for ids in both))
        hidden, pooled = [], None
        for chunk in range(chunks):
            found = []
            for tokenizer, encoder, all_ids in zip((pipe.tokenizer, pipe.tokenizer_2), self.parts()[1:], tokens):
                rows = []
                for ids in all_ids:
                    row = [tokenizer.bos_token_id, *ids[chunk * CHUNK : (chunk + 1) * CHUNK], tokenizer.eos_token_id]
                    rows.append(row + [tokenizer.pad_token_id] * (CHUNK + 2 - len(row)))
                seen = encoder(torch.tensor(rows, device=self.device), output_hidden_states=True)
                found.append(seen.hidden_states[-2])
            if pooled is None:
                pooled = seen[0]
            hidden.append(torch.cat(found, dim=-1))
        return torch.cat(hidden, dim=1), pooled

    @torch.no_grad()
    def draw(self, spec, on_step=lambda step, preview: None):
        """The pixels of one picture. `on_step` hears of each step; what it raises ends the drawing. `preview()` are the
        pixels that the last step expects, one for each latent; before the first step it is `None`."""
        width, height, guidance = spec["w"], spec["h"], spec["cfg"]
        # Without guidance the negative prompt has no part in it.
        guided = guidance != 1.0
        hidden, pooled = self.texts([spec["prompt"], spec["negative"]] if guided else [spec["prompt"]])
        ids = torch.tensor([[height, width, 0, 0, height, width]] * len(hidden), device=self.device, dtype=self.dtype)
        conditions = {"text_embeds": pooled, "time_ids": ids}
        unet, vae = self.pipe.unet, self.pipe.vae
        scale = 2 ** (len(vae.config.block_out_channels) - 1)
        done, preview, sigmas = 0, None, model_sigmas()

        def predict(x, timestep):
            nonlocal done, preview
            on_step(done, preview)
            done += 1
            seen = noise_in(x, timestep)
            sigma = sigmas[timestep]
            preview = functools.partial(approximate, x * math.sqrt(sigma**2 + 1) - sigma * seen)
            return seen

        def noise_in(x, timestep):
            latents = torch.cat([x] * len(hidden)).to(self.dtype)
            seen = unet(latents, torch.tensor(timestep, device=self.device), hidden, added_cond_kwargs=conditions).sample.float()
            if not guided:
                return seen
            with_text, without = seen.chunk(2)
            return without + guidance * (with_text - without)

        shape = (1, 4, height // scale, width // scale)
        latents = sample(spec["sampler"], spec["scheduler"], spec["steps"], shape, spec["seed"], self.device, predict)
        on_step(done, preview)
        pixels = vae.decode((latents / vae.config.scaling_factor).to(self.vae_dtype)).sample[0].float()
        if not torch.isfinite(pixels).all():
            raise Refused("internal", "the model's numbers are not finite: base, VAE or LoRAs do not go together")
        return ((pixels.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(1, 2, 0).cpu().numpy()

    def name(self):
        return torch.cuda.get_device_name() if self.device.type == "cuda" else "cpu"


def approximate(latents):
    """The pixels of latents, roughly and without a VAE: one for each."""
    factors, none = (torch.tensor(values, device=latents.device) for values in (RGB, RGB_OF_NONE))
    pixels = torch.einsum("chw,cr->hwr", latents[0].float(), factors) + none
    return ((pixels.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).cpu().numpy()


def stamp(path):
    """A path with what changes when its file does."""
    if not path:
        return None
    try:
        found = os.stat(path)
    except OSError as error:
        raise Refused("not_found", f"`{path}` cannot be read: {error.strerror}") from None
    return path, found.st_size, found.st_mtime_ns


def empty_cache():
    import gc

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def write_png(pixels, path):
    """Writes the file whole and returns its digest."""
    from PIL import Image

    unfinished = f"{path}.tmp"
    Image.fromarray(pixels).save(unfinished, format="PNG", compress_level=1)
    os.replace(unfinished, path)
    return image_digest(path)


class Channel:
    """Jobs and cancellations from the control process, and events to it."""

    def __init__(self):
        self.jobs, self.cancelled = queue.Queue(), set()
        self.events = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in sys.stdin:
            command = json.loads(line)
            if "cancel" in command:
                self.cancelled.add(command["cancel"])
            else:
                self.jobs.put(command)
        # The control process is gone, or wants the memory back.
        os._exit(0)

    def send(self, job, kind, **values):
        self.events.write(json.dumps({"t": kind, "job_id": job, **values}) + "\n")


def answer(drawer, channel, job, spec):
    """Draws one job; whatever happens is its last event."""
    began, said, shown = time.monotonic(), 0.0, time.monotonic()

    def on_step(step, preview=None):
        nonlocal said, shown
        if job in channel.cancelled:
            raise Cancelled
        now = time.monotonic()
        if now - said >= STEP_EVERY:
            said = now
            channel.send(job, "progress", step=step, steps=spec["steps"])
        if preview is not None and now - shown >= PREVIEW_EVERY:
            shown, path = now, preview_of(job, spec)
            channel.send(job, "preview", step=step, path=path, sha256=write_png(preview(), path))

    try:
        on_step(0)
        drawer.load(spec)
        channel.send(job, "state", state="running", steps=spec["steps"])
        os.makedirs(spec["out"], exist_ok=True)
        path = os.path.join(spec["out"], f"{job}.png")
        digest = write_png(drawer.draw(spec, on_step), path)
        metrics = {"device": drawer.name(), "torch": torch.__version__, "seconds": round(time.monotonic() - began, 3)}
        channel.send(job, "done", path=path, sha256=digest, metrics=metrics)
    except Cancelled:
        channel.cancelled.discard(job)
        channel.send(job, "state", state="cancelled", steps=spec["steps"])
    except Refused as refused:
        channel.send(job, "failed", **refused.as_map())
    except Exception as error:
        import traceback

        traceback.print_exc()
        failed = failure(error)
        channel.send(job, "failed", **failed.as_map())
        if failed.code == "out_of_memory":
            drawer.pipe = drawer.loaded = None
            empty_cache()


def main():
    channel, drawer = Channel(), None
    while True:
        command = channel.jobs.get()
        try:
            drawer = drawer or Drawer()
        except Refused as refused:
            channel.send(command["job_id"], "failed", **refused.as_map())
            continue
        answer(drawer, channel, command["job_id"], command["spec"])


if __name__ == "__main__":
    main()
