"""Faults from outside: GPUs that are unusable, full or lost, clocks that jump, full disks, messages that claim a gigabyte."""

import ast
import json
import os
import pathlib
import socket
import struct
import time

import msgpack
import pytest
import torch

import dgx_pixels_worker
from dgx_pixels_worker import device, state
from dgx_pixels_worker.control import Control
from dgx_pixels_worker.drawing import Drawing
from dgx_pixels_worker.protocol import Refused
from test_control import Worker, folder  # noqa: F401

DRAWING = {"prompt": "x", "negative": "", "seed": 1, "steps": 6, "cfg": 1.0, "w": 64, "h": 64, "sampler": "euler",
           "scheduler": "normal"}


@pytest.fixture
def has_gpu(tmp_path, monkeypatch):
    """A machine with the driver of a GPU; returns a folder of programs that come first."""
    (tmp_path / "nvidiactl").write_text("")
    monkeypatch.setattr(device, "DRIVERS", (str(tmp_path / "nvidiactl"),))
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    return programs


def says(programs, text, status=0):
    """A `nvidia-smi` that answers so."""
    path = programs / "nvidia-smi"
    path.write_text(f"#!/bin/sh\nprintf '%s\\n' '{text}'\nexit {status}\n")
    path.chmod(0o755)


def test_a_gpu_that_torch_cannot_use_is_an_error_and_none_is_a_processor(monkeypatch, has_gpu):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(Refused) as refused:
        device.device_of(torch)
    assert refused.value.code == "no_device" and torch.__version__ in refused.value.msg and "nvidia-smi" in refused.value.msg
    monkeypatch.setattr(device, "DRIVERS", ())
    assert device.device_of(torch).type == "cpu"


def test_memory_that_others_hold_is_not_reported_as_free(has_gpu):
    says(has_gpu, "NVIDIA H100 NVL, 95830, 1203")
    found = device.described()
    assert (found["kind"], found["name"]) == ("cuda", "NVIDIA H100 NVL")
    assert (found["mem_total"], found["mem_free"]) == (95830 << 20, 1203 << 20)
    # A GPU that shares the memory of the system, and a driver that is broken.
    for text, status in (("NVIDIA GB10, [N/A], [N/A]", 0), ("no devices were found", 6), ("", 0)):
        says(has_gpu, text, status)
        system = device.described()
        assert 0 < system["mem_free"] <= system["mem_total"] and system["kind"] == "cuda", text


def test_failures_of_the_device_have_codes():
    def code(error):
        return device.failure(error).code

    assert code(torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB. 1.1 GiB is free.")) == "out_of_memory"
    assert code(MemoryError()) == "out_of_memory"
    assert code(torch.AcceleratorError("CUDA error: unspecified launch failure")) == "no_device"
    assert code(RuntimeError("CUDA error: no kernel image is available for execution on the device")) == "no_device"
    assert code(RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED")) == "no_device"
    assert code(RuntimeError("The size of tensor a (4) must match the size of tensor b (5)")) == "internal"
    assert code(OSError(28, "No space left on device")) == "internal"


# Runs in every Python process that the worker starts: the UNet fails once, in the call that FAULT_AT names.
FAULT = """
import os, sys
if any(name in sys.orig_argv for name in ("dgx_pixels_worker.generate", "dgx_pixels_worker.train")):
    import torch
    from diffusers import UNet2DConditionModel
    plain, calls = UNet2DConditionModel.forward, 0

    def forward(self, *arguments, **options):
        global calls
        calls += 1
        mark = os.environ["FAULT_MARK"]
        if calls == int(os.environ["FAULT_AT"]) and not os.path.exists(mark):
            open(mark, "w").close()
            raise getattr(torch, os.environ["FAULT_KIND"])("CUDA error: unspecified launch failure")
        return plain(self, *arguments, **options)

    UNet2DConditionModel.forward = forward
"""


@pytest.fixture
def failing(folder, tmp_path, monkeypatch):  # noqa: F811
    """A worker whose jobs lose their device once."""
    made = []

    def start(kind, at):
        hooks = tmp_path / "hooks"
        hooks.mkdir()
        (hooks / "sitecustomize.py").write_text(FAULT)
        monkeypatch.setenv("PYTHONPATH", str(hooks), prepend=os.pathsep)
        for name, value in (("FAULT_MARK", tmp_path / "failed"), ("FAULT_AT", at), ("FAULT_KIND", kind)):
            monkeypatch.setenv(name, str(value))
        made.append(Worker(folder))
        return made[0]

    yield start
    for worker in made:
        worker.end()


def test_a_gpu_lost_while_drawing_costs_one_picture(failing, base, tmp_path):
    worker = failing("AcceleratorError", 3)
    wanted = {**DRAWING, "base": base, "out_dir": str(tmp_path / "out")}
    worker.ask("generate", job_id="a", **wanted)
    worker.ask("generate", job_id="b", **wanted)
    failed = worker.wait("a")
    assert failed["state"] == "failed" and failed["error"]["code"] == "no_device", failed
    # The context of a process that lost its device is gone: the next picture is drawn by another one.
    assert worker.wait("b")["state"] == "done"
    assert worker.ask("ping")["ok"] and os.listdir(tmp_path / "out") == ["b.png"]


@pytest.mark.parametrize("kind, code", [("AcceleratorError", "no_device"), ("OutOfMemoryError", "out_of_memory")])
def test_a_gpu_lost_in_training_costs_the_steps_since_the_last_state(kind, code, failing, base, dataset, tmp_path):
    worker = failing(kind, 7)
    spec = {"base": base, "data": dataset, "out": str(tmp_path / "out"), "rank": 4, "steps": 8, "save_every": 4, "sample_every": 0,
            "batch": 1}
    worker.ask("train.submit", job_id="a", spec=spec)
    failed = worker.wait("a")
    assert failed["state"] == "failed" and failed["error"]["code"] == code, failed
    assert worker.ask("ping")["ok"]
    assert state.newest(str(tmp_path / "out"))[1]["step"] == 4
    assert worker.ask("train.submit", job_id="a", spec=spec)["ok"]
    assert worker.wait("a")["state"] == "done"
    events = worker.ask("job.events", job_id="a", since_seq=0, max=500)["events"]
    assert any(event["t"] == "log" and "resumed at step 4" in event["msg"] for event in events)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))


def test_no_deadline_reads_the_clock_of_the_wall():
    """It may be set back; only the times that events and files carry are read from it."""
    read = set()
    for path in pathlib.Path(dgx_pixels_worker.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("time", "datetime"):
                if node.attr not in ("monotonic", "sleep"):
                    read.add((path.name, node.attr))
    assert read == {("jobs.py", "time_ns"), ("lora.py", "time"), ("lora.py", "strftime")}


def test_a_clock_that_is_set_back_changes_neither_numbers_nor_heartbeats(folder, monkeypatch):  # noqa: F811
    import zmq

    control = Control(str(folder), idle=0.0)
    ticks = iter(range(10**18, 0, -(10**12)))
    monkeypatch.setattr(time, "time_ns", lambda: next(ticks))
    monkeypatch.setattr(time, "time", lambda: next(ticks) / 1e9)
    subscriber = control.context.socket(zmq.SUB)
    subscriber.subscribe(b"")
    subscriber.connect(control.pub)
    beats, told = 0, []
    plain = control.publish

    def publish(topic, message):
        nonlocal beats
        plain(topic, message)
        beats += topic == "hb"
        told.extend([message] if topic.startswith("job.") else [])
        control.draining = beats == 3

    control.publish = publish
    job = control.jobs["a"] = Drawing("a", {"steps": 1, "out": str(folder)})
    for step in range(3):
        control.tell(job, "progress", {"step": step})
    control.tell(job, "state", {"state": "cancelled", "steps": 1})
    subscriber.close()
    control.serve()
    assert beats == 3 and [event["seq"] for event in told] == [1, 2, 3, 4]
    assert [event["ts_ns"] for event in told] == sorted((event["ts_ns"] for event in told), reverse=True)


# No file of the training may be longer, as on a disk that is full.
FULL = """
import os, sys
if "FULL_DISK" in os.environ and "dgx_pixels_worker.train" in sys.orig_argv:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
"""


def test_a_full_disk_fails_a_run_that_goes_on_from_its_last_state(base, dataset, tmp_path, monkeypatch):
    from test_train import done, run

    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks" / "sitecustomize.py").write_text(FULL)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "hooks"), prepend=os.pathsep)
    options = dict(steps=8, save_every=4, batch=1, sample_every=0, validate_every=0)
    run(tmp_path / "run", base, dataset, kill_after=lambda event: event["t"] == "checkpoint", **options)
    monkeypatch.setenv("FULL_DISK", "1")
    status, events, _ = run(tmp_path / "run", base, dataset, **options)
    unsaved = [event for event in events if event["t"] == "log" and "the state of step 8 cannot be saved" in event["msg"]]
    assert len(unsaved) == 1 and status == 1 and events[-1]["t"] == "failed", events
    left = [name for name in os.listdir(tmp_path / "run") if name.startswith(("state-", "lora"))]
    assert left == ["state-000004"], left
    monkeypatch.delenv("FULL_DISK")
    outcome = run(tmp_path / "run", base, dataset, **options)
    assert done(outcome)["metrics"]["steps"] == 8
    assert any("resumed at step 4" in event.get("msg", "") for event in outcome[1])


def test_a_message_that_claims_a_gigabyte_is_cut_off_unread(folder):  # noqa: F811
    worker = Worker(folder)
    pid = worker.process.pid

    def memory():
        return int(next(line for line in open(f"/proc/{pid}/status") if line.startswith("VmHWM")).split()[1]) * 1024

    before = memory()
    peer = socket.socket(socket.AF_UNIX)
    peer.settimeout(10)
    peer.connect(str(folder / "requests"))
    peer.sendall(b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32))
    ready = b"\x05READY" + b"\x0bSocket-Type" + struct.pack(">I", 6) + b"DEALER"
    peer.sendall(b"\x04" + bytes([len(ready)]) + ready)
    peer.sendall(b"\x02" + struct.pack(">Q", 1 << 30))
    try:
        for _ in range(64):
            peer.sendall(bytes(1 << 20))
        cut_off = False
    except OSError:
        cut_off = True
    peer.close()
    assert cut_off and memory() - before < 32 << 20
    assert worker.ask("ping")["ok"]
    worker.end()


def test_garbage_of_any_shape_is_answered_or_dropped_and_the_worker_lives(folder):  # noqa: F811
    import random

    worker, chance = Worker(folder), random.Random(5)
    whole = msgpack.packb({"v": 1, "id": 1, "t": "train.submit", "job_id": "a", "spec": {"base": "/x"}, "resume": "auto"})
    for _ in range(400):
        body = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        answer = worker.raw(bytes(body[: chance.randrange(1, len(body) + 1)]))
        assert answer["ok"] is False and answer["err"]["code"] != "internal", (bytes(body), answer)
    assert worker.ask("job.list")["jobs"] == []
    worker.end()


def test_events_of_a_failure_have_its_code_and_reason(failing, base, tmp_path):
    worker = failing("AcceleratorError", 1)
    worker.ask("generate", job_id="a", base=base, out_dir=str(tmp_path / "out"), **DRAWING)
    worker.wait("a")
    last = worker.ask("job.events", job_id="a", since_seq=0, max=500)["events"][-1]
    assert last["t"] == "failed" and last["code"] == "no_device" and "the GPU failed" in last["msg"], json.dumps(last)
