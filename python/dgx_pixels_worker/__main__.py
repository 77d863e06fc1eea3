"""`python -m dgx_pixels_worker`: starts the control process."""

import argparse
import os

from . import __version__


def default_folder():
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime:
        return os.path.join(runtime, "dgx-pixels")
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(cache, "dgx-pixels", "run")


def main():
    parser = argparse.ArgumentParser(prog="dgx-pixels-worker", description="Trains LoRAs and draws pictures for DGX-Pixels.")
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("--folder", default=default_folder(), help="private folder of the sockets")
    parser.add_argument("--tcp", metavar="127.0.0.1:PORT", help="listen on PORT and the next one instead of sockets")
    parser.add_argument("--root", action="append", default=[], help="folder that jobs may write to")
    parser.add_argument("--idle", type=float, default=600.0, help="seconds without jobs and clients before it ends; 0 is never")
    parser.add_argument("--bound", action="store_true", help="save and end when stdin closes")
    parser.add_argument("--keep", type=float, default=300.0, help="seconds that models stay loaded without pictures; 0 is for ever")
    options = parser.parse_args()

    from .control import Control

    Control(options.folder, options.tcp, options.root, options.idle, options.bound, options.keep).serve()


if __name__ == "__main__":
    main()
