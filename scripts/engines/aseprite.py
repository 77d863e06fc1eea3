"""Aseprite's JSON by the schema of `@kayahr/aseprite`, and what it says."""

import json

import jsonschema

import install
from report import Row, durations, image, rects


def check(projects, npm):
    package = npm / "node_modules/@kayahr/aseprite"
    schema = json.loads((package / "lib/aseprite.schema.json").read_text())
    row, files = Row("@kayahr/aseprite", install.version(npm, "@kayahr/aseprite")), 0
    for assets, entries in projects:
        for entry in entries:
            path = (assets / image(entry)["path"]).with_suffix(".json")
            if not path.exists():
                continue
            files += 1
            read = json.loads(path.read_text())
            for error in jsonschema.Draft7Validator(schema).iter_errors(read):
                row.faults.append(f"{path.name}: {error.message[:150]}")
            frames = read["frames"]
            row.same([[frame["frame"][side] for side in "xywh"] for frame in frames], rects(entry), path.name)
            if entry["kind"] == "animation":
                row.same([frame["duration"] for frame in frames], durations(entry), f"durations of {path.name}")
                row.same([tag["name"] for tag in read["meta"]["frameTags"]], [entry["animation"]["action"]], path.name)
    row.read = f"{files} sheets, valid by its schema, with frames, durations and tags"
    return row
