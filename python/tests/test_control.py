"""The control process: every message of the schema, bad ones, restarts, and jobs that end once."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import msgpack
import pytest
import zmq

from conftest import write_dataset

MESSAGES = pathlib.Path(__file__).parents[2] / "tests/fixtures/worker/messages.json"


class Worker:
    def __init__(self, folder, *arguments, stdin=subprocess.DEVNULL):
        self.folder = pathlib.Path(folder)
        command = [sys.executable, "-m", "dgx_pixels_worker", "--folder", str(folder), "--idle", "60", *arguments]
        (self.folder / "endpoints.json").unlink(missing_ok=True)
        self.process = subprocess.Popen(command, stdin=stdin, stderr=subprocess.PIPE)
        for _ in range(400):
            if (self.folder / "endpoints.json").exists() or self.process.poll() is not None:
                break
            time.sleep(0.05)
        assert self.process.poll() is None, self.process.stderr.read().decode()
        self.endpoints = json.loads((self.folder / "endpoints.json").read_text())
        self.context = zmq.Context.instance()
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.connect(self.endpoints["requests"])
        self.number = 0

    def raw(self, *frames, timeout=10_000):
        self.socket.send_multipart(list(frames))
        assert self.socket.poll(timeout), "no answer"
        return msgpack.unpackb(self.socket.recv_multipart()[-1])

    def ask(self, kind, **values):
        self.number += 1
        reply = self.raw(msgpack.packb({"v": 1, "id": self.number, "t": kind, "deadline_ms": 5000, **values}))
        assert reply["v"] == 1 and reply["id"] == self.number, reply
        return reply

    def error(self, kind, **values):
        reply = self.ask(kind, **values)
        assert reply["ok"] is False, reply
        return reply["err"]["code"]

    def wait(self, job, seconds=240):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            status = self.ask("job.status", job_id=job)
            if status["state"] in ("done", "failed", "cancelled", "interrupted"):
                return status
            time.sleep(0.1)
        raise AssertionError("the job does not end")

    def end(self):
        self.socket.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.process.stderr.close()


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "run"
    path.mkdir(mode=0o700)
    return path


@pytest.fixture
def worker(folder):
    worker = Worker(folder)
    yield worker
    worker.end()


def test_the_control_process_imports_no_torch():
    code = "import sys, dgx_pixels_worker.control, dgx_pixels_worker.data; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def shape(value):
    """The names and types of a message, without its values."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in sorted(value.items())}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__


def test_every_recorded_message_is_what_the_worker_says(worker):
    recorded = json.loads(MESSAGES.read_text())
    hello = worker.ask("hello", client="test", proto=[1, 1])
    assert shape({**hello, "jobs": [], "versions": {}}) == shape({**recorded["replies"]["hello"], "jobs": [], "versions": {}})
    assert shape(worker.ask("ping")) == shape(recorded["replies"]["ping"])
    assert shape(worker.ask("job.list")) == shape({**recorded["replies"]["job.list"], "jobs": []})
    for request in recorded["requests"]:
        code = worker.ask(request["t"], **{k: v for k, v in request.items() if k not in ("v", "id", "t", "token")})
        assert code["ok"] or code["err"]["code"] != "unknown_type", request
        if request["t"] == "shutdown":
            break


def test_what_is_no_message_is_refused_and_the_worker_lives(worker):
    def code(*frames):
        return worker.raw(*frames)["err"]["code"]

    deep = {"v": 1, "id": 1, "t": "ping"}
    for _ in range(200):
        deep = {"v": 1, "id": 1, "t": "ping", "x": deep}
    assert code(b"garbage \xff") == "bad_request"
    assert code(b"") == "bad_request"
    assert code(msgpack.packb([1, 2])) == "bad_request"
    assert code(msgpack.packb(deep)) == "bad_request"
    assert code(b"\x81" * 100_000) == "bad_request"
    assert code(msgpack.packb({"v": 1, "id": 1, "t": "ping", "x": msgpack.ExtType(5, b"x")})) == "bad_request"
    assert code(msgpack.packb({"v": 2, "id": 1, "t": "ping"})) == "version"
    assert code(msgpack.packb({"v": 1, "t": "ping"})) == "bad_request"
    assert worker.error("no.such.type") == "unknown_type"
    assert worker.error("hello", client="x", proto=[2, 3]) == "version"
    assert worker.error("job.status", job_id="none") == "not_found"
    assert worker.error("train.submit", job_id="../x", spec={}) == "bad_request"
    assert worker.error("train.submit", job_id="x", spec={"base": "relative"}) == "bad_request"
    # Longer than the limit: the socket drops it, and others are answered.
    worker.socket.send(b"\0" * (5 << 20))
    time.sleep(0.3)
    again = worker.context.socket(zmq.REQ)
    again.linger = 0
    again.connect(worker.endpoints["requests"])
    again.send(msgpack.packb({"v": 1, "id": "as-text", "t": "ping", "unknown": 1}))
    assert again.poll(5000) and msgpack.unpackb(again.recv())["id"] == "as-text"
    again.close()


def test_every_error_and_event_has_a_recorded_example():
    from dgx_pixels_worker import protocol

    recorded = json.loads(MESSAGES.read_text())
    assert {error["err"]["code"] for error in recorded["errors"]} == protocol.CODES
    for error in recorded["errors"]:
        assert set(error["err"]) - {"detail"} == set(protocol.Refused("busy", "x").as_map())
    kinds = {event["t"] for event in recorded["events"]}
    assert kinds == {"state", "log", "step", "val", "checkpoint", "sample", "progress", "preview", "done", "failed"}
    assert {request["t"] for request in recorded["requests"]} == set(recorded["replies"])


def test_over_tcp_every_request_needs_the_token_of_a_private_file(folder):
    import socket as sockets

    with sockets.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    worker = Worker(folder, "--tcp", f"127.0.0.1:{port}")
    assert os.stat(folder / "token").st_mode & 0o777 == 0o600
    token = (folder / "token").read_text()
    assert worker.error("ping") == "bad_request"
    assert worker.error("ping", token="0" * 64) == "bad_request"
    assert worker.error("ping", token="") == "bad_request"
    assert worker.error("ping", token=7) == "bad_request"
    assert worker.error("shutdown", mode="now", token=token[:-1]) == "bad_request"
    assert worker.ask("ping", token=token)["ok"]
    worker.end()


def test_an_id_may_come_twice_and_events_of_a_sleeper_are_replayed(worker, base, tmp_path):
    body = msgpack.packb({"v": 1, "id": 5, "t": "ping"})
    assert worker.raw(body)["id"] == worker.raw(body)["id"] == 5
    # A subscriber that never reads keeps nobody waiting, and reads everything again later.
    sleeper = worker.context.socket(zmq.SUB)
    sleeper.linger, sleeper.rcvhwm = 0, 1
    sleeper.subscribe(b"job.")
    sleeper.connect(worker.endpoints["events"])
    drawing = {"prompt": "x", "seed": 1, "steps": 30, "cfg": 1.0, "w": 64, "h": 64, "sampler": "euler", "scheduler": "normal"}
    worker.ask("generate", job_id="a", base=base, out_dir=str(tmp_path / "out"), **drawing)
    assert worker.wait("a")["state"] == "done"
    events = worker.ask("job.events", job_id="a", since_seq=0, max=500)["events"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1)) and events[-1]["t"] == "done"
    sleeper.close()


def test_what_a_killed_worker_leaves_is_no_obstacle(folder):
    first = Worker(folder)
    first.process.kill()
    first.process.wait()
    first.socket.close()
    assert {path.name for path in folder.iterdir()} >= {"endpoints.json", "requests", "events", "lock"}
    second = Worker(folder)
    assert second.ask("ping")["ok"]
    second.end()
    assert not (folder / "endpoints.json").exists()


def test_a_folder_that_others_may_enter_and_a_second_worker_are_refused(worker, folder, tmp_path):
    open_folder = tmp_path / "open"
    open_folder.mkdir(mode=0o755)
    for place in (open_folder, folder):
        command = [sys.executable, "-m", "dgx_pixels_worker", "--folder", str(place)]
        assert subprocess.run(command, capture_output=True, timeout=60).returncode != 0
    command = [sys.executable, "-m", "dgx_pixels_worker", "--folder", str(tmp_path / "tcp"), "--tcp", "0.0.0.0:5555"]
    assert subprocess.run(command, capture_output=True, timeout=60).returncode != 0


def test_bases_that_are_none_are_refused(worker, dataset, tmp_path):
    import struct

    def tensors(*keys):
        header = json.dumps({key: {"dtype": "U8", "shape": [1], "data_offsets": [i, i + 1]} for i, key in enumerate(keys)}).encode()
        return struct.pack("<Q", len(header)) + header + b"\0" * len(keys)

    whole = tensors("conditioner.embedders.1.x")
    cases = {
        "sd15": tensors("cond_stage_model.transformer.x"), "lora": tensors("lora_unet_x.lora_up.weight"), "cut": whole[:-1],
        "huge": struct.pack("<Q", 1 << 30) + b"{", "pickle": b"\x80\x02}q\x00.", "zip": b"PK\x03\x04" + b"\0" * 50,
        "empty": b"", "other": tensors("x"),
    }
    for name, content in cases.items():
        path = tmp_path / name
        path.write_bytes(content)
        spec = {"base": str(path), "data": dataset, "out": str(tmp_path / "out")}
        assert worker.error("train.submit", job_id=name, spec=spec) == "data_invalid", name
    assert worker.ask("job.list")["jobs"] == []


def test_data_that_would_be_resampled_starts_no_run(worker, base, dataset, tmp_path):
    from PIL import Image

    spec = {"base": base, "data": dataset, "out": str(tmp_path / "out")}
    assert worker.ask("train.validate", data=dataset)["report"]["canvases"] == 4
    path = pathlib.Path(dataset) / "0001-block.png"
    with Image.open(path) as image:
        image.resize((112, 112)).save(path)
    assert worker.error("train.submit", job_id="a", spec=spec) == "data_invalid"
    path.write_bytes(b"\xff\xd8\xff\xe0")
    assert worker.error("train.validate", data=dataset) == "data_invalid"


def test_a_job_of_a_killed_worker_ends_once_with_the_same_file(base, dataset, folder, tmp_path):
    spec = {"base": base, "data": dataset, "rank": 4, "steps": 16, "save_every": 4, "sample_every": 0, "batch": 1}
    first = Worker(folder)
    one = {**spec, "out": str(tmp_path / "one")}
    assert first.ask("train.submit", job_id="one", spec=one)["ok"]
    # The same id again is the same job, another spec is not.
    assert first.ask("train.submit", job_id="one", spec=one)["ok"]
    assert first.error("train.submit", job_id="one", spec={**one, "steps": 9}) == "bad_request"
    whole = first.wait("one")
    assert whole["state"] == "done", whole
    two = {**spec, "out": str(tmp_path / "two")}
    first.ask("train.submit", job_id="two", spec=two)
    while first.ask("job.status", job_id="two")["step"] < 5:
        time.sleep(0.05)
    first.process.kill()
    first.process.wait()
    first.socket.close()
    second = Worker(folder)
    assert second.ask("train.submit", job_id="two", spec=two)["ok"]
    parts = second.wait("two")
    assert parts["state"] == "done", parts
    assert parts["result"]["metrics"]["tensors"] == whole["result"]["metrics"]["tensors"]
    events, since = [], 0
    while True:
        page = second.ask("job.events", job_id="two", since_seq=since, max=50)
        if not page["events"]:
            break
        events, since = events + page["events"], page["next"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert [event["t"] for event in events].count("done") == 1
    second.end()


def test_a_cancelled_job_continues_and_a_bound_worker_leaves_no_process(base, dataset, folder, tmp_path):
    spec = {"base": base, "data": dataset, "rank": 4, "steps": 400, "save_every": 100, "out": str(tmp_path / "out")}
    worker = Worker(folder, "--bound", stdin=subprocess.PIPE)
    worker.ask("train.submit", job_id="a", spec=spec)
    while worker.ask("job.status", job_id="a")["step"] < 3:
        time.sleep(0.05)
    worker.ask("job.cancel", job_id="a", save=True)
    cancelled = worker.wait("a")
    assert cancelled["state"] == "cancelled" and cancelled["step"] >= 3
    assert any(name.startswith("state-") for name in os.listdir(tmp_path / "out"))
    worker.ask("train.submit", job_id="a", spec=spec)
    while worker.ask("job.status", job_id="a")["state"] != "running":
        time.sleep(0.05)
    child = int(subprocess.run(["pgrep", "-P", str(worker.process.pid)], capture_output=True, text=True).stdout.split()[0])
    worker.process.stdin.close()
    assert worker.process.wait(60) == 0
    assert not os.path.exists(f"/proc/{child}")
    log = [json.loads(line) for line in open(tmp_path / "out" / "events.jsonl")]
    assert log[-1]["t"] == "state" and log[-1]["state"] == "interrupted"
    worker.end()
