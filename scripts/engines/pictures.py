"""Pillow: every PNG, and the previews frame by frame."""

import blake3
import PIL
from PIL import Image

from report import Row, durations, image, rects


def check(projects):
    row, images, previews = Row("Pillow", PIL.__version__), 0, 0
    for assets, entries in projects:
        for entry in entries:
            for file in entry["images"]:
                picture = Image.open(assets / file["path"]).convert("RGBA")
                row.same(list(picture.size), file["size"], file["path"])
                row.same(blake3.blake3(picture.tobytes()).hexdigest(), file["rgba"], f"pixels of {file['path']}")
                images += 1
            if entry["kind"] == "animation":
                previews += sum(preview(row, assets, entry, suffix) for suffix in (".apng", ".gif"))
    row.read = f"{images} images at all scales, {previews} APNG and GIF with frames, durations and pixels"
    return row


def preview(row, assets, entry, suffix):
    """A preview shows one round of the sheet's frames."""
    path = (assets / image(entry)["path"]).with_suffix(suffix)
    if not path.exists():
        return 0
    sheet = Image.open(assets / image(entry)["path"]).convert("RGBA")
    frames = [sheet.crop((x, y, x + w, y + h)) for x, y, w, h in rects(entry)]
    shown, times = [], []
    with Image.open(path) as moving:
        for at in range(moving.n_frames):
            moving.seek(at)
            shown.append(moving.convert("RGBA"))
            times.append(moving.info["duration"])
    order = entry["animation"]["round"]
    wanted = [durations(entry)[at] for at in order]
    # A GIF counts in hundredths of a second; equal frames in a row are one.
    slack = 10 * len(order) if suffix == ".gif" else len(order)
    if abs(sum(times) - sum(wanted)) > slack:
        row.same(sum(times), sum(wanted), f"length of {path.name}")
    row.same(once(shown) == once([frames[at] for at in order]), True, f"frames of {path.name}")
    return 1


def once(pictures):
    """What is seen, one after the other."""
    seen = [visible(picture) for picture in pictures]
    return [now for place, now in enumerate(seen) if place == 0 or now != seen[place - 1]]


def visible(picture):
    """Its pixels; what nobody sees has no colour."""
    return b"".join(pixel if pixel[3] else bytes(4) for pixel in map(bytes, zip(*[iter(picture.tobytes())] * 4)))
