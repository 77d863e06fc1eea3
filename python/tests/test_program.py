"""The program beside its worker: builds and trainings on the random SDXL, kills of either, what is left running.

`scripts/check-worker` builds the program and names it in DGX_PIXELS.
"""

import hashlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest

PROGRAM = os.environ.get("DGX_PIXELS")
pytestmark = pytest.mark.skipif(not PROGRAM, reason="DGX_PIXELS names no program")

STYLE = """
[style.default]
checkpoint = "tiny"
vae = "none"
loras = []
canvas = [128, 128]
steps = 4
cfg = 2.0
sampler = "dpmpp_2m"
scheduler = "karras"
"""
ASSETS = """
[sprite.knight]
prompt = "a knight"
size = 16
matte = "none"
[sprite.potion]
prompt = "a potion"
size = 16
matte = "none"
"""
TRAIN = """
[train.house]
data = "art"
base = "tiny"
steps = 40
rank = 4
resolution = 512
hold_out = 0.0
"""


class Project:
    """A project with an installation and sockets of its own; this process's packages are the worker's."""

    def __init__(self, folder, base, extra=""):
        self.folder = folder / "game"
        self.folder.mkdir()
        models = folder / "models" / "checkpoints"
        models.mkdir(parents=True)
        (models / "tiny").symlink_to(base)
        (self.folder / "pixels.toml").write_text(f'[project]\nname = "game"\nbackend = "worker"\ncandidates = 2\nreroll = 0\n{STYLE}{extra}')
        (folder / "run").mkdir(mode=0o700)
        self.env = {**os.environ, "XDG_RUNTIME_DIR": str(folder / "run"), "DGX_PIXELS_WORKER": str(folder / "worker"),
                    "DGX_PIXELS_MODELS": str(folder / "models"), "OMP_NUM_THREADS": "1", "DGX_PIXELS_SERVERS": "http://127.0.0.1:9"}
        self.run("worker", "install", "--environment", sys.prefix)

    def start(self, *arguments, **options):
        return subprocess.Popen([PROGRAM, *arguments, "--message-format", "json"], cwd=self.folder, env=self.env,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    def run(self, *arguments, codes=(0, 3)):
        process = self.start(*arguments)
        out, errors = process.communicate(timeout=400)
        assert process.returncode in codes, (arguments, process.returncode, out[-3000:], errors[-3000:])
        return [json.loads(line) for line in out.splitlines() if line.startswith("{")]

    def worker(self):
        """The process of the worker, if one runs."""
        running = value(self.run("worker", "status"), "worker-status").get("running")
        return running and running["pid"]

    def end(self):
        self.run("worker", "stop")
        until = time.monotonic() + 60
        while self.processes() and time.monotonic() < until:
            time.sleep(0.1)
        assert self.processes() == []

    def processes(self):
        """What runs of the worker of this project."""
        found = []
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes().decode().split("\0")
                env = (entry / "environ").read_bytes().decode("utf-8", "replace")
                state = (entry / "stat").read_text().rsplit(") ", 1)[1][0]
            except OSError:
                continue
            if "dgx_pixels_worker" in " ".join(command) and self.env["XDG_RUNTIME_DIR"] + "\0" in env and state != "Z":
                found.append(int(entry.name))
        return found


@pytest.fixture
def build(tmp_path, base):
    project = Project(tmp_path, base, ASSETS)
    yield project
    project.end()


def value(events, name):
    """The one value of this name."""
    return next(event for event in events if event.get("event") == name)


def asked(events):
    return sum(event.get("event") == "asked" for event in events)


def raws(project):
    lock = (project.folder / "pixels.lock").read_text()
    return sorted(line.split('raw = "')[1][:64] for line in lock.splitlines() if "{ ask = " in line)


def test_a_build_is_drawn_once_and_again_the_same(build):
    assert asked(build.run("build")) == 4
    assert asked(build.run("build")) == 0
    first = raws(build)
    pictures = {path.name: path.read_bytes() for path in build.folder.glob("assets/sprites/*.png")}
    assert len(first) == 4 and len(pictures) == 2
    doctor = build.run("doctor")
    found = {finding["code"] for finding in value(doctor, "examined")["findings"]}
    assert found & {"worker", "worker-on-cpu"} and "worker-models" in found, doctor
    # Without its captures it is drawn anew, with the same pixels.
    subprocess.run(["rm", "-rf", ".dgx-pixels", "pixels.lock", "assets"], cwd=build.folder, check=True)
    assert asked(build.run("build")) == 4
    assert raws(build) == first
    assert {path.name: path.read_bytes() for path in build.folder.glob("assets/sprites/*.png")} == pictures


def test_a_cancelled_build_leaves_no_job_and_a_killed_worker_is_replaced(build):
    text = (build.folder / "pixels.toml").read_text()
    (build.folder / "pixels.toml").write_text(text.replace("steps = 4", "steps = 200"))
    process = build.start("build")
    wait_for(process, lambda event: event.get("event") == "progress")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    (build.folder / "pixels.toml").write_text(text.replace("steps = 4", "steps = 40"))
    process = build.start("build")
    wait_for(process, lambda event: event.get("event") == "progress")
    os.kill(build.worker(), signal.SIGKILL)
    began = time.monotonic()
    wait_for(process, lambda event: event.get("event") == "progress")
    print(f"killed worker to the next step of a picture: {time.monotonic() - began:.1f} s")
    out, errors = process.communicate(timeout=300)
    assert process.returncode in (0, 3), errors
    assert len(raws(build)) == 4
    assert not list(build.folder.glob(".dgx-pixels/worker/*"))


def wait_for(process, wanted):
    for line in process.stdout:
        if line.startswith("{") and wanted(json.loads(line)):
            return
    raise AssertionError(process.stderr.read())


@pytest.fixture
def training(tmp_path, base):
    import numpy
    from PIL import Image

    project = Project(tmp_path, base, TRAIN)
    (project.folder / "art").mkdir()
    chance = numpy.random.default_rng(3)
    palette = numpy.asarray([[20, 20, 40], [200, 60, 60], [240, 220, 160], [60, 140, 90], [250, 250, 250]], dtype=numpy.uint8)
    for number in range(12):
        Image.fromarray(palette[chance.integers(0, 5, (24, 24))]).save(project.folder / "art" / f"guard-{number}.png")
    yield project
    project.end()


def result(project):
    files = list(project.folder.glob(".dgx-pixels/train/house/*/house.safetensors"))
    assert len(files) == 1
    from safetensors.torch import load_file

    from dgx_pixels_worker.lora import digest_of

    return digest_of(load_file(files[0]))


def step_of(event):
    return event.get("t") == "step" and event.get("step", 0)


def test_a_training_ends_once_with_the_same_file_whatever_is_killed(training):
    training.run("train", "house")
    whole = result(training)
    subprocess.run(["rm", "-rf", ".dgx-pixels", "train"], cwd=training.folder, check=True)
    # The program is killed: the worker goes on, and a second one sees the job.
    process = training.start("train", "house")
    wait_for(process, lambda event: step_of(event) and step_of(event) >= 3)
    process.kill()
    process.communicate()
    jobs = value(training.run("train", "--list"), "train-jobs")["items"]
    assert [job["state"] for job in jobs] == ["running"], jobs
    # The worker is killed: the program that runs now starts another, which goes on.
    process = training.start("train", "house")
    wait_for(process, lambda event: step_of(event) and step_of(event) >= 6)
    killed = training.worker()
    os.kill(killed, signal.SIGKILL)
    began = time.monotonic()
    # Steps of the killed one may still be on their way.
    wait_for(process, lambda event: step_of(event) and training.worker() not in (None, killed))
    print(f"killed worker to the next step of the training: {time.monotonic() - began:.1f} s")
    # Both are killed.
    os.kill(training.worker(), signal.SIGKILL)
    process.kill()
    process.communicate()
    events = training.run("train", "house")
    assert [event.get("t") for event in events].count("done") == 1
    assert result(training) == whole
    log = next(training.folder.glob(".dgx-pixels/train/house/*/events.jsonl"))
    logged = [json.loads(line) for line in log.read_text().splitlines()]
    assert [event["seq"] for event in logged] == list(range(1, len(logged) + 1))
    assert [event["t"] for event in logged].count("done") == 1
    again = training.run("train", "house")
    assert not any(step_of(event) for event in again)


def test_a_bound_worker_ends_with_its_program(training):
    process = training.start("train", "house", "--bound")
    wait_for(process, lambda event: step_of(event) and step_of(event) >= 2)
    assert len(training.processes()) >= 2
    process.kill()
    process.communicate()
    until = time.monotonic() + 60
    while training.processes() and time.monotonic() < until:
        time.sleep(0.2)
    assert training.processes() == []
    folder = next(training.folder.glob(".dgx-pixels/train/house/*/events.jsonl")).parent
    assert [path for path in folder.iterdir() if path.name.startswith("state-") and not path.name.endswith(".tmp")]


def test_the_installation_is_looked_at(tmp_path, base):
    project = Project(tmp_path, base, ASSETS)
    assert value(project.run("worker", "status"), "worker-status")["installed"] is True
    (tmp_path / "worker" / "installed").write_text(hashlib.sha256(b"another version").hexdigest())
    status = value(project.run("worker", "status", codes=(0, 1)), "worker-status")
    assert status["installed"] is False and status["problem"]["code"] == "worker-not-installed"
    failed = project.run("build", codes=(1,))
    assert any(event.get("code") == "worker-not-installed" for event in failed)
