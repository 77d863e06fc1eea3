"""Tiled's files: its own renderer, and pytiled-parser."""

import os
import shutil
from importlib.metadata import version
from pathlib import Path

from PIL import Image

import install
from report import Row, durations, image, joined, not_opened, rects


def renderer(projects, work):
    """Demo maps as Tiled draws them, beside the same tiles pasted by hand."""
    try:
        if not shutil.which("tmxrasterizer"):
            install.apt("tiled")
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        said = install.run("tiled", "--version", env=environment).strip()
    except OSError as error:
        return not_opened("Tiled", error)
    row, cells = Row("Tiled", said.removeprefix("Tiled ")), 0
    for assets, entries in projects:
        for entry in filter(has_map(assets), entries):
            drawn = Path(work) / f"{entry['name']}.png"
            install.run("tmxrasterizer", map_of(assets, entry), drawn, env=environment)
            drawn = Image.open(drawn).convert("RGBA")
            wanted, count = pasted(assets, entry, drawn)
            row.same(drawn.tobytes() == wanted.tobytes(), True, f"pixels of {entry['name']}.tmx")
            cells += count
    row.read = f"{cells} cells of demo maps, drawn pixel for pixel"
    return row


def pasted(assets, entry, like):
    import pytiled_parser

    tiled = pytiled_parser.parse_map(map_of(assets, entry))
    # The renderer leaves the map's background out.
    picture = Image.new("RGBA", like.size)
    sheet, count = Image.open(assets / image(entry)["path"]).convert("RGBA"), 0
    for row, line in enumerate(tiled.layers[0].data):
        for column, tile in enumerate(line):
            if tile:
                x, y, w, h = rects(entry)[tile - 1]
                picture.alpha_composite(sheet.crop((x, y, x + w, y + h)), (column * w, row * h))
                count += 1
    return picture, count


def parser(projects):
    """Terrains and timings of every tileset file, and the maps."""
    import pytiled_parser

    row, tilesets, maps = Row("pytiled-parser", version("pytiled-parser")), 0, 0
    for assets, entries in projects:
        for entry in entries:
            path = (assets / image(entry)["path"]).with_suffix(".tsx")
            if not path.exists():
                continue
            tilesets += 1
            read = pytiled_parser.parse_tileset(path)
            row.same(read.tile_count, len(entry["frames"]), f"tiles of {path.name}")
            row.same(places(read), rects(entry), f"places of {path.name}")
            if entry["kind"] == "tileset" and read.wang_sets:
                row.same(bits(read, entry), joined(entry), f"terrains of {path.name}")
            if entry["kind"] == "animation":
                frames = [[frame.tile_id, frame.duration] for frame in read.tiles[0].animation]
                wanted = [[at, durations(entry)[at]] for at in entry["animation"]["round"]]
                row.same(frames, wanted, f"animation of {path.name}")
        for entry in filter(has_map(assets), entries):
            row.same(list(pytiled_parser.parse_map(map_of(assets, entry)).map_size), [24, 16], f"{entry['name']}.tmx")
            maps += 1
    row.read = f"{tilesets} tilesets with places, terrains and timings, {maps} maps"
    return row


def places(read):
    step = lambda at, side: read.margin + at * (side + read.spacing)
    at = lambda tile: (tile % read.columns, tile // read.columns)
    size = [read.tile_width, read.tile_height]
    return [[step(at(tile)[0], size[0]), step(at(tile)[1], size[1]), *size] for tile in range(read.tile_count)]


def bits(read, entry):
    """A wang id begins in the north and goes round, as the mask of neighbours does. Its colours count from 1."""
    corners = entry["tileset"]["mask"] != "neighbours"
    order = [1, 3, 5, 7] if corners else range(8)
    tiles = read.wang_sets[0].wang_tiles
    ids = [tiles[tile].wang_id if tile in tiles else [0] * 8 for tile in range(read.tile_count)]
    if entry["tileset"]["mask"] == "terrains":
        return [sum((wang[side] - 1) << 2 * bit for bit, side in enumerate(order)) for wang in ids]
    return [sum((wang[side] > 0) << bit for bit, side in enumerate(order)) for wang in ids]


def map_of(assets, entry):
    return (assets / image(entry)["path"]).with_suffix(".tmx")


def has_map(assets):
    return lambda entry: map_of(assets, entry).exists()
