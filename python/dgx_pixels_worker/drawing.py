"""Jobs that draw a picture, and the process that keeps a pipeline loaded for them. Nothing here imports torch."""

import contextlib
import json
import os
import time

from .jobs import Job, Process, path_of
from .protocol import Refused

# Names of ComfyUI that `sampling` has.
SAMPLERS = ("euler", "euler_ancestral", "dpmpp_2m", "lcm")
SCHEDULERS = ("normal", "sgm_uniform", "simple", "karras")
MOST_LORAS = 16
MOST_TEXT = 20_000

NUMBERS = {
    "seed": (int, 0, 2**64 - 1), "steps": (int, 1, 1000), "cfg": (float, 0.0, 100.0), "w": (int, 64, 4096),
    "h": (int, 64, 4096),
}


class Drawing(Job):
    """One picture. A worker that ends forgets it: the same request draws the same again."""

    def __init__(self, job_id, spec, seq=0):
        super().__init__(job_id, spec)
        self.seq = seq

    def note(self, event):
        super().note(event)
        if self.is_over():
            with contextlib.suppress(OSError):
                os.remove(preview_of(self.id, self.spec))


def preview_of(job_id, spec):
    """The file of a job's newest preview; it goes with the end of the job."""
    return os.path.join(spec["out"], f"{job_id}.preview.png")


class Artist:
    """The process that draws; it starts with the first picture and ends when there is nothing to draw for long."""

    def __init__(self, folder, keep):
        self.errors = os.path.join(folder, "draw.log")
        self.keep = keep
        self.process = None
        self.drew = time.monotonic()

    def draw(self, job):
        if self.process is None:
            self.process = Process("generate", [], self.errors)
        self.process.write(json.dumps({"job_id": job.id, "spec": job.spec}).encode())

    def cancel(self, job):
        if self.process is not None:
            self.process.write(json.dumps({"cancel": job.id}).encode())

    def is_idle(self):
        return self.process is not None and self.keep > 0 and time.monotonic() - self.drew > self.keep

    def end(self):
        """Gives its memory back; there is nothing to save."""
        status = None if self.process is None else self.process.end()
        self.process = None
        return status


def checked_drawing(request, roots):
    """What a request wants drawn, with every field checked; paths lie in the roots of the worker."""
    spec = {"base": path_of(request, "base", None), "out": path_of(request, "out_dir", roots)}
    for name in ("vae", "tokenizers"):
        if request.get(name) is not None:
            spec[name] = path_of(request, name, None)
    for name in ("prompt", "negative"):
        text = request.get(name, "")
        if not isinstance(text, str) or len(text) > MOST_TEXT:
            raise Refused("bad_request", f"`{name}` is no text of at most {MOST_TEXT} characters")
        spec[name] = text
    for name, (kind, least, most) in NUMBERS.items():
        spec[name] = _number(request.get(name), name, kind, least, most)
    if spec["w"] % 8 or spec["h"] % 8:
        raise Refused("bad_request", "`w` and `h` are no multiples of 8")
    for name, known in (("sampler", SAMPLERS), ("scheduler", SCHEDULERS)):
        if request.get(name) not in known:
            raise Refused("bad_request", f"`{name}` is none of {', '.join(known)}")
        spec[name] = request[name]
    loras = request.get("loras", [])
    if not isinstance(loras, list) or len(loras) > MOST_LORAS or not all(isinstance(lora, dict) for lora in loras):
        raise Refused("bad_request", f"`loras` is no list of at most {MOST_LORAS}")
    spec["loras"] = [{"path": path_of(lora, "path", None), "weight": _number(lora.get("weight"), "weight", float, -10.0, 10.0)}
                     for lora in loras]
    return spec


def _number(value, name, kind, least, most):
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, kind) or isinstance(value, bool) or not least <= value <= most:
        raise Refused("bad_request", f"`{name}` is no number from {least} to {most}")
    return value
