"""What the scripts about fleets share: servers, real and fake, projects made for a trial, and builds that are measured."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NODES = Path(__file__).resolve().parent / "dgxp_lab_nodes.py"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def request(url, body=None, timeout=30):
    """The answer as JSON; a body is posted as JSON."""
    data = None if body is None else json.dumps(body).encode()
    with OPENER.open(urllib.request.Request(url, data), timeout=timeout) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def until(holds, what, seconds=120, pause=0.02):
    end = time.monotonic() + seconds
    while not (value := holds()):
        if time.monotonic() > end:
            sys.exit(f"{what}: not within {seconds} s")
        time.sleep(pause)
    return value


class Server:
    """What real servers and fakes have in common."""

    def ask(self, path, body=None):
        return request(self.url + path, body)

    def answers(self):
        try:
            return self.ask("/system_stats")
        except (OSError, urllib.error.URLError, ValueError):
            return None

    def history(self):
        return self.ask("/history")

    def ended(self):
        """How many jobs it remembers; nobody's question while it is down."""
        try:
            return len(self.history())
        except (OSError, urllib.error.URLError):
            return 0

    def spans(self):
        """When every job that succeeded began and ended, in seconds since 1970, in order."""
        spans = []
        for entry in self.history().values():
            times = {name: data["timestamp"] / 1000 for name, data in entry["status"]["messages"]}
            if "execution_success" in times:
                spans.append((times["execution_start"], times["execution_success"]))
        return sorted(spans)

    def prompts(self):
        return [entry["prompt"][2] for entry in self.history().values()]

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(how)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None


class Real(Server):
    """A ComfyUI checkout on a port of its own, with folders of its own."""

    def __init__(self, port=None):
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.state = Path(tempfile.mkdtemp(prefix="comfyui-"))
        self.process = None
        self.start()

    def start(self):
        checkout, python = Path(os.environ["COMFY"]), Path(os.environ["VENV"]) / "bin/python"
        nodes = checkout / "custom_nodes" / NODES.name
        if not nodes.exists():
            shutil.copy(NODES, nodes)
        for name in ["input", "output", "user"]:
            (self.state / name).mkdir(exist_ok=True)
        command = [python, "main.py", "--cpu", "--listen", "127.0.0.1", "--port", str(self.port), "--disable-auto-launch"]
        command += ["--disable-api-nodes", "--input-directory", self.state / "input", "--output-directory", self.state / "output"]
        command += ["--temp-directory", self.state, "--user-directory", self.state / "user"]
        command += ["--database-url", f"sqlite:///{self.state}/user/comfyui.db"]
        log = open(self.state / "server.log", "a")
        self.process = subprocess.Popen(command, cwd=checkout, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        return self

    def ready(self):
        def holds():
            if self.process.poll() is not None:
                sys.exit(f"a server ended while it started; see {self.state}/server.log")
            return self.answers()

        until(holds, f"a server on port {self.port}", 300, 0.2)
        return self

    def outputs(self):
        return sorted((self.state / "output").rglob("*.png"))

    def close(self):
        self.stop(signal.SIGKILL)
        shutil.rmtree(self.state, ignore_errors=True)


class Fake(Server):
    """The fake of the tests as a process; `cargo build --release` builds it, too."""

    def __init__(self, *options):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        binary = os.environ.get("FAKE_COMFYUI", TARGET / "release/fake-comfyui")
        self.process = subprocess.Popen([binary, "--port", str(self.port), *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ready(self):
        until(self.answers, f"a fake on port {self.port}", 30)
        return self

    def close(self):
        self.stop(signal.SIGKILL)


def reals(count):
    """Several real servers that start at the same time."""
    for name in ["COMFY", "VENV"]:
        if name not in os.environ:
            sys.exit(f"`{name}` is not set: a ComfyUI checkout, and a venv with its requirements")
    servers = [Real() for _ in range(count)]
    return [server.ready() for server in servers]


def lab_graph(seconds, *middle):
    """A pattern of the seed, then the nodes of the middle, then a sleep, then a file."""
    graph = {
        "pattern": {
            "class_type": "DgxpPattern",
            "inputs": {"width": "{width}", "height": "{height}", "batch_size": 1, "seed": "{seed}", "text": "{prompt}"},
        }
    }
    last = "pattern"
    for name, kind, inputs in [*middle, ("sleep", "DgxpSleep", {"seconds": seconds, "tick": 0.1, "salt": ""})]:
        graph[name] = {"class_type": kind, "inputs": {"image": [last, 0], **inputs}}
        last = name
    graph["save"] = {"class_type": "SaveImage", "inputs": {"images": [last, 0], "filename_prefix": "{prefix}"}}
    return graph


class Project:
    """A project of textures in a folder of its own, each a picture of the lab."""

    def __init__(self, count, seconds, candidates=1, graphs=None, styles=None):
        self.path = Path(tempfile.mkdtemp(prefix="fleet-"))
        (self.path / "workflows").mkdir()
        for name, graph in {"lab": lab_graph(seconds), **(graphs or {})}.items():
            (self.path / f"workflows/{name}.json").write_text(json.dumps(graph, indent=1))
        lines = ["[project]", 'name = "lab"', 'backend = "comfyui"', "export = []", f"candidates = {candidates}", "reroll = 0"]
        lines += [f"max_images = {max(count * candidates, 1)}", "", "[style.default]", 'workflow = "lab"', "canvas = [64, 64]"]
        lines += ["loras = []", 'prompt = "{prompt}"', "", "[recipe.default]", 'palette = "endesga-32"', "gates = {}"]
        for name in graphs or {}:
            lines += ["", f"[style.{name}]", f'workflow = "{name}"']
        for n in range(count):
            lines += ["", f"[sprite.thing-{n:05}]", 'preset = "scene"', f'prompt = "thing number {n}"', "size = 8"]
            lines += [f'style = {{ inherits = "{(styles or {}).get(n, "default")}", canvas = [64, 64] }}']
        (self.path / "pixels.toml").write_text("\n".join(lines) + "\n")

    def edit(self, old, new, count=-1):
        text = (self.path / "pixels.toml").read_text()
        assert old in text, old
        (self.path / "pixels.toml").write_text(text.replace(old, new, count))

    def tree(self):
        """Every file of the output with its bytes."""
        files = sorted((self.path / "assets").rglob("*.png"))
        return {str(file.relative_to(self.path)): file.read_bytes() for file in files}

    def raws(self):
        """The files of the store that hold pictures, oldest first, with when they were written."""
        files = [file for file in (self.path / ".dgx-pixels").rglob("*") if file.is_file()]
        return sorted((file.stat().st_mtime, file) for file in files if file.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n")

    def close(self):
        shutil.rmtree(self.path, ignore_errors=True)


class Build:
    """A build that goes on; its exit, its words, the time it took, of the clock and of processors, and its memory."""

    def __init__(self, project, servers, *arguments):
        binary = os.environ.get("DGX_PIXELS", str(TARGET / "release/dgx-pixels"))
        addresses = ",".join(getattr(server, "url", server) for server in servers)
        environment = {**os.environ, "DGX_PIXELS_SERVERS": addresses, "NO_COLOR": "1"}
        self.words = tempfile.TemporaryFile("w+")
        self.began, self.at = time.monotonic(), time.time()
        self.process = subprocess.Popen(
            [binary, "build", "-C", str(project.path), *arguments],
            stdout=self.words, stderr=self.words, stdin=subprocess.DEVNULL, env=environment,
        )

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)

    def ends(self, seconds=600):
        """Waits for the end; a build that hangs is ended."""
        timer = threading.Timer(seconds, self.process.kill)
        timer.start()
        _, status, usage = os.wait4(self.process.pid, 0)
        self.seconds = time.monotonic() - self.began
        timer.cancel()
        self.exit = os.waitstatus_to_exitcode(status)
        self.process.returncode = self.exit
        self.processor, self.memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
        self.words.seek(0)
        self.text = self.words.read()
        return self


def build(project, servers, *arguments):
    return Build(project, servers, *arguments).ends()


class Wire:
    """A TCP proxy before a server; `cut` ends every connection that looks like a socket of frames, or all of them."""

    def __init__(self, server):
        self.target = server.port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.pairs = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            pair = {"ends": (client, server), "first": b""}
            self.pairs.append(pair)
            threading.Thread(target=self.carry, args=(pair, client, server), daemon=True).start()
            threading.Thread(target=self.carry, args=(pair, server, client), daemon=True).start()

    def carry(self, pair, source, sink):
        try:
            while data := source.recv(65536):
                pair["first"] = pair["first"] or data
                sink.sendall(data)
        except OSError:
            pass
        self.shut(pair)

    def shut(self, pair):
        for end in pair["ends"]:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self, sockets_only=True):
        chosen = [pair for pair in self.pairs if not sockets_only or b"/ws" in pair["first"].split(b"\r\n")[0]]
        for pair in chosen:
            self.shut(pair)
        return len(chosen)


def foreign_job(server, seconds, count=1):
    """Somebody else's jobs; their ids."""
    ids = []
    for _ in range(count):
        ids.append(str(uuid.uuid4()))
        graph = lab_graph(seconds)
        graph["pattern"]["inputs"] |= {"width": 16, "height": 16, "seed": uuid.uuid4().int % 2**63, "text": ""}
        graph["save"]["inputs"]["filename_prefix"] = "foreign/x"
        server.ask("/prompt", {"prompt": graph, "prompt_id": ids[-1], "client_id": "somebody-else"})
    return ids
