"""A random SDXL of 14 MB and small data sets, made here: no test downloads anything."""

import json
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest

from tiny_sdxl import pipeline


@pytest.fixture(scope="session")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("base")
    pipeline().save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="session")
def denoiser():
    """A base that draws: a VAE whose latents are colours, and a UNet that was trained to draw shapes."""
    from denoiser import cached

    return cached()


def write_dataset(folder, count=4, size=128, held_out=0, palette=None):
    """Canvases of blocks of 16 pixels, as `dgx-pixels dataset prepare` writes them."""
    import numpy
    from PIL import Image

    chance = numpy.random.default_rng(7)
    palette = palette if palette is not None else chance.integers(0, 255, (6, 3))
    canvases = []
    for number in range(count):
        cells = numpy.asarray(palette)[chance.integers(0, len(palette), (size // 16, size // 16))]
        pixels = cells.repeat(16, 0).repeat(16, 1).astype(numpy.uint8)
        name = f"{number:04}-block.png"
        Image.fromarray(pixels).save(folder / name)
        canvases.append({"file": name, "caption": f"dgxpx_test, pixel art, block {number}", "size": [size, size],
                         "held_out": number >= count - held_out, "sprites": []})
    values = {"version": 1, "trigger": "dgxpx_test", "cell": 16, "resolution": size, "background": "#ffffff",
              "fingerprint": "0" * 64, "canvases": canvases, "left_out": []}
    (folder / "dataset.json").write_text(json.dumps(values))
    return str(folder)


@pytest.fixture
def dataset(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    return write_dataset(folder)
