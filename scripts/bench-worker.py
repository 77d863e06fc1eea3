"""The measurements of `scripts/bench-worker`, as JSON."""

import argparse
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time

import msgpack
import zmq

LINK = os.environ["LINK"]


def quantiles(seconds):
    seconds = sorted(second * 1000 for second in seconds)
    at = lambda part: round(seconds[int((len(seconds) - 1) * part)], 3)  # noqa: E731
    return {"count": len(seconds), "median_ms": at(0.5), "p90_ms": at(0.9), "p99_ms": at(0.99), "max_ms": at(1.0)}


class Requests:
    """A plain REQ client."""

    def __init__(self, folder):
        self.endpoints = json.loads((folder / "endpoints.json").read_text())
        token = folder / "token"
        self.token = {"token": token.read_text()} if token.exists() else {}
        self.socket = zmq.Context.instance().socket(zmq.REQ)
        self.socket.linger = 0
        self.socket.connect(self.endpoints["requests"])

    def ask(self, kind, **values):
        self.socket.send(msgpack.packb({"v": 1, "id": 1, "t": kind, **self.token, **values}))
        return msgpack.unpackb(self.socket.recv())


def linked(*arguments):
    return json.loads(subprocess.run([LINK, *map(str, arguments)], capture_output=True, text=True, check=True).stdout)


def started(folder, *arguments):
    """A worker, and the seconds to its first answer."""
    folder.mkdir(mode=0o700)
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "dgx_pixels_worker", "--folder", str(folder), *arguments])
    while not (folder / "endpoints.json").exists():
        time.sleep(0.002)
    Requests(folder).ask("hello", client="bench", proto=[1, 1])
    return process, time.perf_counter() - began


def round_trips(root, count):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = {}
    for name, arguments in (("ipc", []), ("tcp", ["--tcp", f"127.0.0.1:{port}"])):
        process, start = started(root / name, *arguments)
        client, plain = Requests(root / name), []
        for _ in range(count):
            began = time.perf_counter()
            client.ask("ping")
            plain.append(time.perf_counter() - began)
        found[name] = {"start_s": round(start, 3), "rust": linked("ping", root / name, count), "plain_req": quantiles(plain)}
        process.terminate()
        process.wait()
    return found


def flood(root, rate, seconds):
    """A job that tells as many events as this, with the control process's own log, sockets and answers."""
    from dgx_pixels_worker.control import Control
    from dgx_pixels_worker.jobs import Training

    folder = root / "flood"
    control = Control(str(folder))
    job = control.jobs["flood"] = Training("flood", {"out": str(root / "job"), "steps": 1}, "auto")
    result = {}
    follower = threading.Thread(target=lambda: result.update(linked("follow", folder, "flood")))
    follower.start()
    # The events begin once the follower has asked for those that it missed.
    while not control.requests.poll(20):
        pass
    until, told = time.perf_counter() + 1.0, 0
    began = None
    while follower.is_alive():
        while control.requests.poll(0):
            control.answer()
        now = time.perf_counter()
        if now < until:
            continue
        began = began or now
        while told < min(rate * seconds, (now - began) * rate):
            told += 1
            control.tell(job, "progress", {"step": told, "steps": rate * seconds})
        if told == rate * seconds and job.state != "done":
            took = time.perf_counter() - began
            control.tell(job, "done", {"path": "/x", "sha256": "00", "metrics": {}})
        time.sleep(0.0002)
    follower.join()
    # Left to the garbage collector, it would wait for its sockets for ever.
    control.context.destroy(linger=0)
    return {"told": told + 1, "seconds": round(took, 2), **result}


def computed(pid):
    """The seconds of processor time of a process and its children."""
    stat = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK") + sum(map(computed, children))


def pictures(root, count, steps):
    """The same work in the worker's own code, in a plain diffusers pipeline that writes its file, and over the socket.

    The client waits for the event of the end, as the command line does: polling would take time from the drawing. On a
    machine that does other work, processor time says more than time.
    """
    import torch
    from diffusers import EulerDiscreteScheduler
    from tiny_sdxl import pipeline

    from dgx_pixels_worker.generate import Drawer

    base = root / "base"
    pipeline().save_pretrained(base)
    spec = {"prompt": "pixel art, a knight", "negative": "photo", "seed": 1, "steps": steps, "cfg": 5.0, "w": 128, "h": 128,
            "sampler": "euler", "scheduler": "normal", "loras": []}
    drawer = Drawer()
    drawer.load({**spec, "base": str(base)})
    pipe = pipeline()
    pipe.scheduler = EulerDiscreteScheduler.from_config(pipe.scheduler.config)
    pipe.set_progress_bar_config(disable=True)

    def plain(seed):
        chance = torch.Generator().manual_seed(seed)
        made = pipe(spec["prompt"], negative_prompt=spec["negative"], num_inference_steps=steps, guidance_scale=5.0, width=128,
                    height=128, generator=chance)
        made.images[0].save(root / "plain.png")

    process, _ = started(root / "draw")
    client = Requests(root / "draw")
    events = zmq.Context.instance().socket(zmq.SUB)
    events.subscribe(b"job.")
    events.connect(client.endpoints["events"])

    def over_the_socket(seed):
        client.ask("generate", job_id=f"p{seed}", base=str(base), out_dir=str(root / "out"), **{**spec, "seed": seed})
        while (kind := msgpack.unpackb(events.recv_multipart()[1])["t"]) != "done":
            assert kind != "failed"

    ways = {"worker_code": lambda seed: drawer.draw({**spec, "seed": seed}), "plain_diffusers": plain, "over_the_socket": over_the_socket}
    took, cpu = ({name: [] for name in ways} for _ in range(2))
    for seed in range(count + 1):
        for name, draw in ways.items():
            measured = process.pid if name == "over_the_socket" else os.getpid()
            began, computed_before = time.perf_counter(), computed(measured)
            draw(seed)
            # The first of each loads and warms up.
            if seed:
                took[name].append(time.perf_counter() - began)
                cpu[name].append(computed(measured) - computed_before)
    events.close()
    process.terminate()
    process.wait()
    middle = lambda times: round(sorted(times)[len(times) // 2], 3)  # noqa: E731
    found = {name: {"median_s": middle(took[name]), "min_s": round(min(took[name]), 3), "cpu_median_s": middle(cpu[name])}
             for name in ways}
    return {"steps": steps, "count": count, **found}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pings", type=int, default=5000)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--pictures", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="w") as folder:
        root = pathlib.Path(folder)
        result = {"load": os.getloadavg()[0], "round_trips": round_trips(root, options.pings),
                  "events": flood(root, options.rate, options.seconds), "pictures": pictures(root, options.pictures, 20)}
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
