"""The control process: answers requests, starts jobs one after the other, publishes their events. It imports no torch."""

import fcntl
import json
import os
import platform
import secrets
import signal
import stat
import sys
import time
from importlib import metadata

import zmq

from . import __version__, device, protocol
from .drawing import Artist, Drawing, checked_drawing
from .jobs import Training, checked_spec
from .protocol import Refused, field, pack

HEARTBEAT = 1.0
# Versions that `hello` reports, read without importing the packages.
PACKAGES = ("torch", "diffusers", "transformers", "peft", "safetensors", "pyzmq")
# Drawings that ended and are remembered.
MOST_DRAWINGS = 512


def endpoints(folder, tcp):
    """The addresses of requests and events: sockets in a private folder, or loopback ports with a token."""
    if tcp:
        host, port = tcp.rsplit(":", 1)
        if host not in ("127.0.0.1", "[::1]"):
            raise SystemExit(f"refused: `{tcp}` is not on the loopback interface")
        return f"tcp://{host}:{port}", f"tcp://{host}:{int(port) + 1}"
    addresses = [f"ipc://{os.path.join(folder, name)}" for name in ("requests", "events")]
    if max(map(len, addresses)) > 100:
        raise SystemExit(f"refused: the path of `{folder}` is too long for a socket")
    return addresses


def private_folder(folder):
    """Makes the folder, which only its owner may enter."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise SystemExit(f"refused: `{folder}` is not a folder of mode 0700 of this user")


def only_one(folder):
    """Holds the folder's lock as long as this process lives."""
    lock = os.open(os.path.join(folder, "lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise SystemExit(f"refused: another worker serves `{folder}`") from None
    return lock


def token_of(folder):
    """A new token, in a file that only its owner can read."""
    token = secrets.token_hex(32)
    path = os.path.join(folder, "token")
    with open(os.open(path + ".tmp", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(token)
    os.replace(path + ".tmp", path)
    return token


class Control:
    def __init__(self, folder, tcp=None, roots=(), idle=600.0, bound=False, keep=300.0):
        private_folder(folder)
        self.lock = only_one(folder)
        self.token = token_of(folder) if tcp else None
        self.roots = [os.path.realpath(root) for root in roots]
        self.idle, self.bound = idle, bound
        self.boot_id = secrets.token_hex(8)
        self.jobs, self.running = {}, None
        self.artist = Artist(folder, keep)
        self.seq = 0
        self.draining = False
        self.spoken = time.monotonic()
        self.context = zmq.Context()
        self.requests, self.events = self.context.socket(zmq.ROUTER), self.context.socket(zmq.PUB)
        for socket in (self.requests, self.events):
            socket.linger = 500
            socket.sndhwm = 20_000
            socket.maxmsgsize = protocol.MAX_MESSAGE
        addresses = endpoints(folder, tcp)
        old_mask = os.umask(0o077)
        self.requests.bind(addresses[0])
        self.events.bind(addresses[1])
        os.umask(old_mask)
        self.pub = addresses[1]
        self.endpoints = os.path.join(folder, "endpoints.json")
        with open(f"{self.endpoints}.tmp", "w") as file:
            json.dump({"requests": addresses[0], "events": addresses[1], "pid": os.getpid()}, file)
        os.replace(f"{self.endpoints}.tmp", self.endpoints)
        self.poller = zmq.Poller()
        self.poller.register(self.requests, zmq.POLLIN)
        self.types = {
            "hello": self.hello, "ping": lambda _: {}, "train.validate": self.validate, "train.submit": self.submit,
            "job.status": lambda request: self.job(request).status(), "job.list": self.list, "job.cancel": self.cancel,
            "job.events": self.replay, "shutdown": self.shutdown, "generate": self.generate,
        }

    def serve(self):
        """Serves until it is idle for long, is told to end, or loses the process that it is bound to."""
        # A signal may come within any line: it is noted, and heard between two messages.
        signalled, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer)
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signal_number, lambda *_: None)
        self.poller.register(signalled, zmq.POLLIN)
        if self.bound:
            os.set_blocking(sys.stdin.fileno(), False)
            self.poller.register(sys.stdin.fileno(), zmq.POLLIN)
        beat = 0.0
        while not self.is_over():
            now = time.monotonic()
            if now >= beat:
                beat = now + HEARTBEAT
                states = {job.id: job.state for job in self.jobs.values() if not job.is_over()}
                self.publish("hb", {"seq": self.seq, "boot_id": self.boot_id, "jobs": states})
                if self.running is None and self.artist.is_idle():
                    self.dismiss()
            self.start_next()
            for source, _ in self.poller.poll(max(0, (beat - now) * 1000)):
                if source is self.requests:
                    self.answer()
                elif self.bound and source == sys.stdin.fileno():
                    self.look_at_owner(source)
                elif source == signalled:
                    os.read(signalled, 64)
                    self.end("save")
                elif self.artist.process is not None and source == self.artist.process.fileno():
                    self.hear_artist()
                elif self.running is not None:
                    self.hear(self.running)
        self.dismiss()
        os.unlink(self.endpoints)
        self.context.destroy(linger=500)

    def look_at_owner(self, stdin):
        """The process that this one is bound to is gone once stdin ends."""
        if not os.read(stdin, 4096):
            self.poller.unregister(stdin)
            self.end("save")

    def is_over(self):
        if self.running is not None:
            return False
        return self.draining or (self.idle > 0 and time.monotonic() - self.spoken > self.idle and not self.queued())

    def queued(self):
        return [job for job in self.jobs.values() if job.state == "queued"]

    def publish(self, topic, message):
        self.events.send_multipart([topic.encode(), pack(message)])

    def tell(self, job, kind, values):
        event = job.record(kind, values, self.boot_id)
        self.seq += 1
        self.publish(f"job.{job.id}.{kind}", event)

    def answer(self):
        """Answers one request. All frames before the last one are the way back, for DEALER and REQ clients alike."""
        *way, body = self.requests.recv_multipart()
        request_id = None
        try:
            request = protocol.unpack(body)
            given = request.get("id")
            request_id = given if isinstance(given, (int, str)) and not isinstance(given, bool) else None
            kind = protocol.checked(request, self.token)
            if request_id is None:
                raise Refused("bad_request", "`id` is missing")
            handler = self.types.get(kind)
            if handler is None:
                raise Refused("unknown_type", f"no request has the type `{kind[:60]}`")
            self.spoken = time.monotonic()
            answer = protocol.reply(request_id, handler(request))
        except Refused as refused:
            answer = protocol.refusal(request_id, refused)
        except Exception as error:  # a bug costs one answer, not the worker
            answer = protocol.refusal(request_id, Refused("internal", f"{type(error).__name__}: {error}"))
        self.requests.send_multipart([*way, pack(answer)])

    def hello(self, request):
        least, most = field(request, "proto", list, [1, 1])
        if not least <= protocol.VERSION <= most:
            raise Refused("version", f"this worker speaks version {protocol.VERSION}", detail={"proto": [1, 1]})
        return {
            "server": "dgx-pixels-worker", "version": __version__, "proto": protocol.VERSION, "pid": os.getpid(),
            "boot_id": self.boot_id, "caps": ["train", "generate", "validate"], "device": device.described(), "versions": versions(),
            "jobs": self.trainings(), "pub": self.pub, "last_seq": self.seq,
        }

    def job(self, request):
        job = self.jobs.get(field(request, "job_id", str))
        if job is None:
            raise Refused("not_found", "no job has this id")
        return job

    def list(self, _):
        return {"jobs": self.trainings()}

    def trainings(self):
        return [job.status() for job in self.jobs.values() if isinstance(job, Training)]

    def validate(self, request):
        from .data import load_dataset

        return {"report": load_dataset(field(request, "data", str)).report()}

    def submit(self, request):
        """Queues a training; the same id and spec again is the same job."""
        from .data import check_base, load_dataset

        job_id = job_id_of(request)
        spec = checked_spec(field(request, "spec", dict), self.roots)
        resume = field(request, "resume", str, "auto")
        known = self.jobs.get(job_id)
        is_new = known is None or (known.is_over() and not known.is_there())
        if not is_new and known.spec != spec:
            raise Refused("bad_request", "another job has this id")
        if is_new:
            self.refuse_at_end()
            if any(job.spec["out"] == spec["out"] and job.id != job_id and not job.is_over()
                   for job in self.jobs.values() if isinstance(job, Training)):
                raise Refused("busy", "another job works in this folder")
            load_dataset(spec["data"])
            check_base(spec["base"])
            known = self.jobs[job_id] = Training(job_id, spec, resume)
        return {"job_id": job_id, "state": known.state, "steps": known.steps, "last_seq": known.seq}

    def generate(self, request):
        """Queues a picture; the same id and request again is the same job, unless its file was taken away."""
        job_id, spec = job_id_of(request), checked_drawing(request, self.roots)
        known = self.jobs.get(job_id)
        if known is not None and not known.is_over() and known.spec != spec:
            raise Refused("bad_request", "another job has this id")
        if known is None or (known.is_over() and not (known.spec == spec and known.is_there())):
            self.refuse_at_end()
            self.jobs.pop(job_id, None)
            known = self.jobs[job_id] = Drawing(job_id, spec, known.seq if known is not None else 0)
            ended = [job.id for job in self.jobs.values() if isinstance(job, Drawing) and job.is_over()]
            for old in ended[:-MOST_DRAWINGS]:
                del self.jobs[old]
        return {"job_id": job_id, "state": known.state, "steps": known.steps, "last_seq": known.seq}

    def refuse_at_end(self):
        if self.draining:
            raise Refused("busy", "the worker ends", retry=True)

    def cancel(self, request):
        job = self.job(request)
        save = field(request, "save", bool, True)
        if job.state == "queued" and job is not self.running:
            self.tell(job, "state", {"state": "cancelled", "steps": job.steps})
        elif not job.is_over() and isinstance(job, Drawing):
            self.artist.cancel(job)
        elif not job.is_over():
            job.stop(save)
        return {"job_id": job.id, "state": job.state}

    def replay(self, request):
        job, since = self.job(request), field(request, "since_seq", int, 0)
        events = job.since(since, min(field(request, "max", int, 500), 2000))
        return {"events": events, "next": events[-1]["seq"] if events else since}

    def shutdown(self, request):
        mode = field(request, "mode", str, "drain")
        if mode not in ("drain", "save", "now"):
            raise Refused("bad_request", "`mode` is drain, save or now")
        self.end(mode)
        return {"mode": mode}

    def end(self, mode):
        self.draining = True
        if mode == "drain":
            return
        for job in self.queued():
            if job is not self.running:
                self.tell(job, "state", {"state": "interrupted", "steps": job.steps})
        if isinstance(self.running, Drawing):
            job, self.running = self.running, None
            self.dismiss()
            self.tell(job, "state", {"state": "interrupted", "steps": job.steps})
        elif self.running is not None:
            self.running.stopping = "interrupted"
            self.running.stop(save=mode == "save")

    def start_next(self):
        waiting = self.queued()
        if self.running is not None or not waiting:
            return
        job = waiting[0]
        try:
            if isinstance(job, Drawing):
                new = self.artist.process is None
                self.artist.draw(job)
                process = self.artist.process if new else None
            else:
                # What the pictures' models hold of the GPU is the training's now.
                self.dismiss()
                job.start()
                process = job.process
        except OSError as error:
            self.tell(job, "failed", {"code": "internal", "msg": f"the job cannot be started: {error}"})
            return
        self.running = job
        if process is not None:
            self.poller.register(process.fileno(), zmq.POLLIN)
        self.tell(job, "state", {"state": "preparing", "steps": job.steps})

    def dismiss(self):
        """Ends the process that draws; returns its exit status."""
        if self.artist.process is None:
            return None
        self.poller.unregister(self.artist.process.fileno())
        return self.artist.end()

    def hear_artist(self):
        """Publishes what the process that draws says; its end costs the picture that it drew."""
        process = self.artist.process
        lines = process.lines()
        for event in map(parsed, lines or []):
            job = self.running
            if event is None or not isinstance(job, Drawing) or event.pop("job_id", None) != job.id:
                continue
            self.tell(job, event.pop("t"), event)
            if job.is_over():
                self.running, self.artist.drew = None, time.monotonic()
                if job.error is not None and job.error["code"] == "no_device":
                    # The process lost its device for good; the next picture gets another one.
                    self.dismiss()
                    return
        if lines is not None:
            return
        status, job = self.dismiss(), self.running
        if isinstance(job, Drawing):
            self.running = None
            self.tell(job, "failed", {"code": "internal", "msg": ended_with(status), "status": status, "stderr": process.tail()})

    def hear(self, job):
        """Publishes what the process of a training says, and notes its end."""
        lines = job.process.lines()
        for event in map(parsed, lines or []):
            if event is not None:
                self.tell(job, event.pop("t"), event)
        if lines is not None:
            return
        self.poller.unregister(job.process.fileno())
        process, job.process, self.running = job.process, None, None
        # It may still write to the disk.
        status = process.end(patience=30.0)
        if job.is_over():
            return
        if job.stopping is not None:
            self.tell(job, "state", {"state": job.stopping, "steps": job.steps})
        else:
            self.tell(job, "failed", {"code": "internal", "msg": ended_with(status), "status": status,
                                      "stderr": process.tail()})


def job_id_of(request):
    job_id = field(request, "job_id", str)
    if not 0 < len(job_id) <= 64 or not all(c.isalnum() or c in "-_" for c in job_id):
        raise Refused("bad_request", "`job_id` has 1 to 64 letters, digits, `-` and `_`")
    return job_id


def parsed(line):
    """An event of a child process, or `None`: it may have died within a line."""
    try:
        event = json.loads(line)
        return event if isinstance(event["t"], str) else None
    except (ValueError, KeyError, TypeError):
        return None


def ended_with(status):
    if status == -signal.SIGKILL:
        return "the process of the job was killed, as the system does when memory runs out"
    return f"the process of the job ended with status {status}"


def versions():
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = ""
    return found
