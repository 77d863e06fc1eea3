"""What the readers say, as a table, and what an index says of its files."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Row:
    """What one reader has read; without `read` it was not opened, and `version` says why."""

    reader: str
    version: str
    read: str = ""
    faults: list = field(default_factory=list)

    def same(self, found, wanted, what):
        if found != wanted:
            self.faults.append(f"{what}: found {short(found)}, expected {short(wanted)}")


def short(value):
    text = json.dumps(value, default=str)
    return text if len(text) <= 200 else f"{text[:200]}.."


def not_opened(reader, why):
    return Row(reader, str(why).strip().splitlines()[-1][:120] if str(why).strip() else "it cannot be installed here")


def guarded(reader, check, *arguments):
    """The rows of a check; what a reader throws is its fault."""
    try:
        rows = check(*arguments)
    except Exception as error:  # noqa: BLE001: any of them is one, whatever the reader calls it
        return [Row(reader, "", "it stopped", [f"{type(error).__name__}: {error}"])]
    return rows if isinstance(rows, list) else [rows]


def entries(assets):
    return json.loads((Path(assets) / "pixels.index.json").read_text())["assets"]


def image(entry, scale=1):
    return next(image for image in entry["images"] if image["scale"] == scale)


def rects(entry, scale=1):
    return [[frame[side] * scale for side in "xywh"] for frame in entry["frames"]]


def durations(entry):
    return [frame["duration"] for frame in entry["frames"]]


def masks(entry):
    return [tile["mask"] for tile in entry["tileset"]["tiles"]]


def joined(entry):
    """The masks of the tiles that join by themselves: slopes, the twenty after the 47 others, are set by hand."""
    is_slope = lambda place: entry["tileset"]["layout"] == "slopes" and 47 <= place < 67
    return [0 if is_slope(place) else mask for place, mask in enumerate(masks(entry))]


def key(entry):
    return f"{entry['kind']}/{entry['name']}"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def table(rows):
    """Prints all rows; 0 if all is equal, 1 if a reader has read something else, 77 if one was not opened."""
    width = max(len(row.reader) for row in rows)
    for row in rows:
        result = "not opened" if not row.read else f"{len(row.faults)} faults" if row.faults else "equal"
        what = f"{row.version}: {row.read}" if row.read else row.version
        print(f"{row.reader:{width}}  {result:10}  {what}")
        for fault in row.faults[:20]:
            print(f"{'':{width}}              {fault}")
    if any(row.faults for row in rows):
        return 1
    return 0 if all(row.read for row in rows) else 77
