"""Jobs of the control process, and the child processes that do them."""

import collections
import json
import os
import subprocess
import sys
import time

from .protocol import VERSION, Refused

# The last lines of a child's stderr that an error carries.
TAIL = 50
ENDED = frozenset(["done", "failed", "cancelled", "interrupted"])


class Job:
    """One job. Its events are numbered without gaps."""

    def __init__(self, job_id, spec):
        self.id, self.spec = job_id, spec
        self.state, self.step, self.steps = "queued", 0, spec["steps"]
        self.last = {}
        self.result = None
        self.error = None
        self.stopping = None
        self.events = collections.deque(maxlen=4096)
        self.seq = 0

    def is_over(self):
        return self.state in ENDED

    def is_there(self):
        """Whether it is done and nobody took its file away."""
        return self.state == "done" and self.result is not None and os.path.exists(self.result.get("path") or "")

    def note(self, event):
        kind = event["t"]
        if kind == "state":
            self.state = event["state"]
            self.steps = event.get("steps", self.steps)
        elif kind == "val":
            self.last["val_loss"] = event["loss"]
        elif kind in ("step", "progress"):
            self.last.update({key: event[key] for key in event if key in STATUS})
            self.step = event.get("step", self.step)
        elif kind == "checkpoint":
            self.last["checkpoint"] = event["path"]
        elif kind == "done":
            self.state, self.result = "done", {key: event.get(key) for key in ("path", "sha256", "metrics")}
            self.step = self.steps
        elif kind == "failed":
            self.state, self.error = "failed", {key: event.get(key) for key in ("code", "msg")}

    def record(self, kind, values, boot_id):
        """Numbers an event and keeps it."""
        self.seq += 1
        event = {"v": VERSION, "seq": self.seq, "ts_ns": time.time_ns(), "boot_id": boot_id, "job_id": self.id, "t": kind}
        event.update({key: value for key, value in values.items() if key not in event})
        self.events.append(event)
        self.note(event)
        return event

    def since(self, seq, most):
        """Events after a number."""
        return [event for event in self.events if event["seq"] > seq][:most]

    def status(self):
        status = {"job_id": self.id, "state": self.state, "step": self.step, "steps": self.steps, **self.last}
        if self.result is not None:
            status["result"] = self.result
        if self.error is not None:
            status["error"] = self.error
        return status


class Process:
    """A child process that takes lines and answers in lines; its stderr goes to a file."""

    def __init__(self, module, arguments, errors):
        self.errors, self.buffer = errors, b""
        with open(errors, "wb") as file:
            self.child = subprocess.Popen(
                [sys.executable, "-m", f"{__package__}.{module}", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=file, start_new_session=True,
            )
        os.set_blocking(self.child.stdout.fileno(), False)

    def fileno(self):
        return self.child.stdout.fileno()

    def lines(self):
        """Whole lines that it wrote; `None` at its end."""
        try:
            read = os.read(self.fileno(), 1 << 16)
        except BlockingIOError:
            return []
        if not read:
            return None
        *lines, self.buffer = (self.buffer + read).split(b"\n")
        return [line for line in lines if line]

    def write(self, line):
        try:
            self.child.stdin.write(line + b"\n")
            self.child.stdin.flush()
        except (BrokenPipeError, OSError):
            pass  # its end is heard

    def end(self, patience=5.0):
        """Closes its input, on which it ends, and waits for it; returns its exit status."""
        try:
            self.child.stdin.close()
        except OSError:
            pass
        try:
            status = self.child.wait(patience)
        except subprocess.TimeoutExpired:
            self.child.kill()
            status = self.child.wait()
        self.child.stdout.close()
        return status

    def tail(self):
        try:
            with open(self.errors, "rb") as file:
                return file.read()[-8192:].decode("utf-8", "replace").splitlines()[-TAIL:]
        except OSError:
            return []


class Training(Job):
    """A job that trains, with a folder for its events, states and results: its numbers outlast the worker."""

    def __init__(self, job_id, spec, resume):
        super().__init__(job_id, spec)
        self.resume = resume
        self.folder = spec["out"]
        self.process = None
        os.makedirs(self.folder, exist_ok=True)
        self.log = os.path.join(self.folder, "events.jsonl")
        self._recover()

    def _recover(self):
        """Takes up the events of an earlier process; a line that a kill cut off is dropped."""
        try:
            with open(self.log, "rb") as file:
                lines = file.read().split(b"\n")
        except FileNotFoundError:
            return
        whole = 0
        for line in lines[:-1]:
            try:
                event = json.loads(line)
                self.seq = event["seq"]
            except (ValueError, KeyError, TypeError):
                break
            whole += len(line) + 1
            self.events.append(event)
            self.note(event)
        with open(self.log, "r+b") as file:
            file.truncate(whole)
        if not self.is_over():
            self.state = "queued"
        elif not self.is_there():
            self.state, self.result, self.error = "queued", None, None

    def record(self, kind, values, boot_id):
        event = super().record(kind, values, boot_id)
        try:
            with open(self.log, "ab") as file:
                file.write(json.dumps(event).encode() + b"\n")
        except OSError:
            pass  # the disk is full: subscribers still see the event
        return event

    def since(self, seq, most):
        """Events after a number, from the log where memory no longer has them."""
        if not self.events or self.events[0]["seq"] <= seq + 1:
            return super().since(seq, most)
        events = []
        with open(self.log, "rb") as file:
            for line in file:
                try:
                    event = json.loads(line)
                except ValueError:
                    break
                if event["seq"] > seq:
                    events.append(event)
                if len(events) == most:
                    break
        return events

    def start(self):
        with open(os.path.join(self.folder, "spec.json.tmp"), "w") as file:
            json.dump({"job_id": self.id, "spec": self.spec, "resume": self.resume}, file)
        os.replace(os.path.join(self.folder, "spec.json.tmp"), os.path.join(self.folder, "spec.json"))
        self.process = Process("train", [self.folder], os.path.join(self.folder, "stderr.log"))

    def stop(self, save):
        """Asks the process to end; with `save` it writes its state first."""
        self.stopping = "cancelled" if self.stopping is None else self.stopping
        if self.process is not None:
            self.process.write(b"save" if save else b"cancel")


STATUS = ("loss", "val_loss", "lr", "s_per_step", "eta_s", "mem")

# What a spec may set: its type and its least and largest value.
OPTIONS = {
    "steps": (int, 3000, 1, 100_000),
    "rank": (int, 16, 1, 256),
    "batch": (int, 1, 1, 64),
    "lr": (float, 1e-4, 1e-8, 1.0),
    "seed": (int, 42, 0, 2**53),
    "warm_up": (int, 100, 0, 10_000),
    "save_every": (int, 250, 1, 100_000),
    "sample_every": (int, 250, 0, 100_000),
    "lora_every": (int, 0, 0, 100_000),
    "validate_every": (int, 100, 0, 100_000),
    "min_snr": (float, 5.0, 0.0, 100.0),
    "noise_offset": (float, 0.0, 0.0, 1.0),
    "caption_dropout": (float, 0.05, 0.0, 1.0),
    "guidance": (float, 5.0, 1.0, 30.0),
    "sample_steps": (int, 20, 1, 200),
}

MOST_PROMPTS = 256

# For tests: captions of other images, and the same noise at each step.
FLAGS = ("shuffle_captions", "fixed_noise")


def checked_spec(spec, roots):
    """A spec with every default filled in; paths lie in the roots of the worker."""
    if not isinstance(spec, dict):
        raise Refused("bad_request", "`spec` is no map")
    checked = {}
    for name in ("base", "data", "out"):
        checked[name] = path_of(spec, name, roots if name == "out" else None)
    if spec.get("tokenizers"):
        checked["tokenizers"] = path_of(spec, "tokenizers", None)
    for name, (kind, default, least, most) in OPTIONS.items():
        value = spec.get(name, default)
        value = float(value) if kind is float and isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(value, kind) or isinstance(value, bool) or not least <= value <= most:
            raise Refused("bad_request", f"`{name}` is no number from {least} to {most}")
        checked[name] = value
    name = spec.get("name", "lora")
    if not isinstance(name, str) or not name or len(name) > 100 or not all(c.isalnum() or c in "-_." for c in name):
        raise Refused("bad_request", "`name` is no file name")
    prompts = spec.get("prompts", [])
    if not isinstance(prompts, list) or len(prompts) > MOST_PROMPTS or not all(isinstance(p, str) and len(p) < 4096 for p in prompts):
        raise Refused("bad_request", f"`prompts` is no list of at most {MOST_PROMPTS} texts")
    seeds = spec.get("seeds", [checked["seed"] + number for number in range(len(prompts))])
    is_seed = lambda seed: isinstance(seed, int) and not isinstance(seed, bool) and 0 <= seed < 2**53  # noqa: E731
    if not isinstance(seeds, list) or len(seeds) != len(prompts) or not all(map(is_seed, seeds)):
        raise Refused("bad_request", "`seeds` has no seed for each prompt")
    if spec.get("proof") is not None:
        checked["proof"] = _proof(spec["proof"])
    return {**checked, "name": name, "prompts": prompts, "seeds": seeds, **{name: spec.get(name) is True for name in FLAGS}}


def _proof(proof):
    """Which saved LoRAs are drawn, and at which strengths per mille."""
    loras, strengths = (proof.get(key) if isinstance(proof, dict) else None for key in ("loras", "strengths"))
    if not isinstance(loras, list) or not 1 <= len(loras) <= 64 or not all(isinstance(lora, dict) for lora in loras):
        raise Refused("bad_request", "`proof` has no list of `loras`")
    is_whole = lambda value: isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 10**6  # noqa: E731
    if not isinstance(strengths, list) or not 1 <= len(strengths) <= 16 or not all(map(is_whole, strengths)):
        raise Refused("bad_request", "`strengths` is no list of numbers per mille")
    if not all(is_whole(lora.get("step")) for lora in loras):
        raise Refused("bad_request", "a LoRA of the proof has no step")
    found = [{"step": lora["step"], "path": path_of(lora, "path", None)} for lora in loras]
    return {"loras": found, "strengths": strengths}


def path_of(spec, name, roots):
    path = spec.get(name)
    if not isinstance(path, str) or not os.path.isabs(path) or "\0" in path:
        raise Refused("bad_request", f"`{name}` is no absolute path")
    real = os.path.realpath(path)
    if roots and not any(os.path.commonpath([real, root]) == root for root in roots):
        raise Refused("bad_request", f"`{name}` lies outside of the folders of this worker")
    return real
