"""Bevy without a window: the companion crate's example, asked over the Bevy Remote Protocol."""

import json
import re
import socket
import statistics
import subprocess
import time
import urllib.request
from pathlib import Path

import install
from report import Row, durations, entries, image, key, masks, not_opened, rects

RESOURCE = "bevy_dgx_pixels::PixelsReport"


class Game:
    """A running game over a folder of assets."""

    def __init__(self, program, assets):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [program, str(assets), str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def report(self):
        body = {"jsonrpc": "2.0", "id": 1, "method": "world.get_resources", "params": {"resource": RESOURCE}}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}", json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["result"]["value"]

    def until(self, is_so, what, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                report = self.report()
                if is_so(report):
                    return report
            except (OSError, KeyError):
                if self.process.poll() is not None:
                    break
            time.sleep(0.01)
        raise OSError(f"the game never said: {what}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def build(crate):
    """The example's program and Bevy's version."""
    if subprocess.run(["sh", "-c", "pkg-config --exists alsa"], check=False, stderr=subprocess.DEVNULL).returncode:
        # Bevy's remote protocol wants it, though nothing is heard.
        install.apt("libasound2-dev", "pkg-config")
    toolchain = install.toolchain(crate)
    command = ["cargo", f"+{toolchain}", "build", "--locked", "--quiet", "--example", "headless"]
    told = install.run(*command, "--message-format", "json", cwd=crate)
    programs = [json.loads(line).get("executable") for line in told.splitlines() if line.startswith("{")]
    lock = (Path(crate) / "Cargo.lock").read_text()
    return next(filter(None, programs)), re.search(r'name = "bevy_app"\nversion = "(.*)"', lock).group(1)


def check(projects, crate, changing, changes):
    """`changing` is a project that may be changed and built again."""
    try:
        program, version = build(crate)
    except (OSError, FileNotFoundError) as error:
        return [not_opened("Bevy", error)]
    loads = Row("Bevy", version)
    for assets, listed in projects:
        with Game(program, assets) as game:
            compare(loads, game.until(is_shown, "that all is loaded and shown"), listed)
    count = sum(len(listed) for _, listed in projects)
    loads.read = f"{count} assets: images with pixels and sampler, layouts, durations, order, tags, terrains"
    reloads = Row("Bevy, reloading", version)
    with Game(program, changing.assets) as game:
        game.until(is_shown, "that all is loaded and shown")
        times = palettes(reloads, game, changing, changes)
        frames(reloads, game, changing)
    median = statistics.median(times) if times else 0
    palettes_seen = f"{len(times)} palettes of one sprite, each once and nothing else, median {median:.2f} s"
    reloads.read = f"{palettes_seen}; 6 frames to 4"
    return [loads, reloads]


def is_shown(report):
    return report["state"] == "loaded" and report["assets"] and all(asset["shown"] for asset in report["assets"])


def compare(row, report, listed):
    row.same([key(asset) for asset in report["assets"]], [key(entry) for entry in listed], "assets")
    for asset, entry in zip(report["assets"], listed):
        name, file = key(entry), image(entry)
        row.same(asset["rgba"], file["rgba"], f"pixels of {name}")
        row.same([asset["image"], asset["size"], asset["sampler"]], [file["path"], file["size"], "nearest"], name)
        row.same(asset["frames"], rects(entry), f"layout of {name}")
        row.same([asset["pixels"], asset["tags"]], [entry["pixels"], entry.get("tags", [])], name)
        if play := entry.get("animation"):
            row.same([asset["durations"], asset["round"]], [durations(entry), play["round"]], f"timing of {name}")
        if entry["kind"] == "tileset":
            row.same(asset["masks"], masks(entry), f"terrains of {name}")


def palettes(row, game, changing, changes):
    """Builds one sprite in many palettes; returns how long after each build its pixels were in the game."""
    before, times = game.report(), []
    reads = before["reads"]
    for number in range(changes):
        changing.palette(number)
        built = time.monotonic()
        wanted = entries(changing.assets)
        digest = next(image(entry)["rgba"] for entry in wanted if entry["name"] == changing.sprite)
        now = lambda report: asset(report, changing.sprite)["rgba"] == digest and report["reads"] > reads
        reads = game.until(now, f"palette {number}")["reads"]
        times.append(time.monotonic() - built)
    # A second event for the last change would come within the watcher's 0.3 s.
    time.sleep(1)
    after = game.report()
    row.same(after["reads"] - before["reads"], changes, "the index was read")
    for old, new in zip(before["assets"], after["assets"]):
        expected = changes if new["name"] == changing.sprite else 0
        row.same(new["changes"] - old["changes"], expected, f"changes of {new['name']}")
    return times


def frames(row, game, changing):
    changing.frames(4)
    listed = entries(changing.assets)
    counts = {key(entry): len(entry["frames"]) for entry in listed if entry["asset"] == changing.animation}
    row.same(set(counts.values()), {4}, "frames that were built")
    is_new = lambda report: all(
        len(asset["frames"]) == 4 and asset["rgba"] == asset["wanted"]
        for asset in report["assets"]
        if f"{asset['kind']}/{asset['name']}" in counts
    )
    compare(row, game.until(is_new, "that there are four frames"), listed)


def asset(report, name):
    return next(asset for asset in report["assets"] if asset["name"] == name)
