"""The device that jobs compute on, and what its failures are. Only functions that are given torch use it."""

import os
import platform
import subprocess

from .protocol import Refused

# Files of NVIDIA's drivers, for cards and for Jetson and its kin.
DRIVERS = ("/dev/nvidiactl", "/dev/nvgpu")
# So long the driver may take to say what memory is free, in seconds; heartbeats wait for it.
PATIENCE = 2.0
# What CUDA says, in lower case, once a process has lost its device.
LOST = ("cuda error", "cudnn_status", "cublas_status", "nvml", "no kernel image", "device-side assert", "driver shutting down")


def has_gpu():
    return any(map(os.path.exists, DRIVERS))


def device_of(torch):
    """The device to compute on. A GPU that torch cannot use is an error: a run on processors would take days."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if not has_gpu():
        return torch.device("cpu")
    why = ""
    try:
        torch.cuda.init()
    except Exception as error:
        why = f": {str(error).strip().splitlines()[0]}" if str(error).strip() else ""
    built = f"CUDA {torch.version.cuda}" if torch.version.cuda else "no CUDA"
    raise Refused("no_device", f"torch {torch.__version__} (built for {built}) cannot use the GPU of this machine{why}; "
                               "look at its driver with `nvidia-smi`")


def is_lost(error):
    """Whether the device failed: this process cannot compute any more, another one may."""
    if is_out_of_memory(error):
        return False
    text = str(error).lower()
    return type(error).__name__ == "AcceleratorError" or isinstance(error, RuntimeError) and any(word in text for word in LOST)


def is_out_of_memory(error):
    return isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"


def failure(error):
    """An exception of a job as an error of the schema."""
    first = (str(error).strip().splitlines() or [""])[0]
    if is_out_of_memory(error):
        return Refused("out_of_memory", f"memory ran out; other programs may hold it: {first}")
    if is_lost(error):
        return Refused("no_device", f"the GPU failed: {first}", retry=True)
    return Refused("internal", f"{type(error).__name__}: {error}")


def described():
    """The device as `hello` reports it. Jobs import torch, which knows more; this asks the driver and the system."""
    kind = "cuda" if has_gpu() else "cpu"
    name, total, free = platform.machine(), *_system_memory()
    if kind == "cuda":
        name, total, free = _driver_memory() or (name, total, free)
    return {"kind": kind, "name": name, "mem_total": total, "mem_free": free, "bf16": kind == "cuda"}


def _driver_memory():
    """Name and memory of the first GPU; `None` where it shares the system's memory, or the driver does not answer."""
    command = ["nvidia-smi", "--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
        name, total, free = answer.splitlines()[0].rsplit(",", 2)
        return name.strip(), int(total) << 20, int(free) << 20
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return None


def _system_memory():
    memory = {"MemTotal": 0, "MemAvailable": 0}
    try:
        with open("/proc/meminfo") as file:
            for line in file:
                name, _, rest = line.partition(":")
                if name in memory:
                    memory[name] = int(rest.split()[0]) * 1024
    except OSError:
        pass
    return memory["MemTotal"], memory["MemAvailable"]
