"""Drawing on the random SDXL: the same request is the same picture, LoRAs come and go without a trace, jobs end once."""

import hashlib
import json
import math
import os
import subprocess
import time

import pytest
import torch

from dgx_pixels_worker import drawing, lora, sampling
from dgx_pixels_worker.generate import Cancelled, Drawer, approximate
from dgx_pixels_worker.protocol import Refused
from test_control import Worker, folder, worker  # noqa: F401

SPEC = {"prompt": "pixel art, a knight", "negative": "photo", "seed": 7, "steps": 4, "cfg": 5.0, "w": 128, "h": 128,
        "sampler": "dpmpp_2m", "scheduler": "karras", "loras": []}


def request(base, out, **values):
    return {**SPEC, "base": base, "out_dir": str(out), **values}


def adapter(path, seed=0, scale=0.05):
    """A LoRA with random weights for the middle of the random UNet."""
    chance = torch.Generator().manual_seed(seed)
    modules = {}
    for name in ("to_q", "to_v"):
        path_of = f"mid_block.attentions.0.transformer_blocks.0.attn1.{name}"
        modules[path_of] = tuple(torch.randn(4, 64, generator=chance) * scale for _ in range(2))
        modules[path_of] = (modules[path_of][0], modules[path_of][1].T)
    lora.write(str(path), lora.tensors_of(modules, 4), {})
    return str(path)


@pytest.fixture(scope="module")
def drawer(base):
    made = Drawer()
    made.load({"base": base, "loras": []})
    return made


def test_the_same_request_is_the_same_picture(drawer, base):
    first = drawer.draw(SPEC)
    assert first.shape == (128, 128, 3)
    assert (first == drawer.draw(SPEC)).all()
    again = Drawer()
    again.load({"base": base, "loras": []})
    assert (first == again.draw(SPEC)).all()
    for change in ({"seed": 8}, {"prompt": "a potion"}, {"cfg": 6.0}, {"steps": 5}, {"sampler": "euler"}, {"scheduler": "normal"}):
        assert (first != drawer.draw({**SPEC, **change})).any(), change
    # Without guidance the negative prompt says nothing.
    free = {**SPEC, "cfg": 1.0}
    assert (drawer.draw(free) == drawer.draw({**free, "negative": "anything"})).all()


def test_every_sampler_and_scheduler_draws(drawer):
    assert set(drawing.SAMPLERS) == set(sampling.SAMPLERS) and set(drawing.SCHEDULERS) == set(sampling.SCHEDULERS)
    drawn = {
        hashlib.sha256(drawer.draw({**SPEC, "sampler": sampler, "scheduler": scheduler}).tobytes()).hexdigest()
        for sampler in sampling.SAMPLERS for scheduler in sampling.SCHEDULERS
    }
    assert len(drawn) == len(sampling.SAMPLERS) * len(sampling.SCHEDULERS)


def test_schedules_fall_from_the_most_noise_to_none():
    known = sampling.model_sigmas()
    assert math.isclose(known[-1], 14.6146, abs_tol=1e-3) and math.isclose(known[0], 0.0292, abs_tol=1e-3)
    for name, schedule in sampling.SCHEDULERS.items():
        for steps in (1, 2, 8, 30, 1000):
            sigmas = schedule(known, steps)
            assert len(sigmas) == steps + 1 and sigmas[-1] == 0.0 and math.isclose(sigmas[0], known[-1], rel_tol=1e-9), name
            assert all(a > b for a, b in zip(sigmas, sigmas[1:])), (name, steps)


def test_a_perfect_model_is_sampled_exactly():
    """With a model that knows the image, each sampler ends at the image."""
    image = torch.linspace(-1, 1, 16).view(1, 1, 4, 4)
    known = sampling.model_sigmas()
    for sampler in sampling.SAMPLERS:
        def predict(scaled, timestep):
            sigma = known[timestep]
            return (scaled * math.sqrt(sigma**2 + 1) - image) / sigma

        found = sampling.sample(sampler, "normal", 12, image.shape, 3, "cpu", predict)
        assert (found - image).abs().max() < 0.02, sampler


def test_loras_are_stacked_and_go_without_a_trace(drawer, base, tmp_path):
    one, two = adapter(tmp_path / "one.safetensors", 1, 1.0), adapter(tmp_path / "two.safetensors", 2, 1.0)
    plain = drawer.draw(SPEC)

    def with_loras(*loras):
        drawer.load({"base": base, "loras": [{"path": path, "weight": weight} for path, weight in loras]})
        return drawer.draw(SPEC)

    first = with_loras((one, 1.0))
    assert (first != plain).any()
    assert (with_loras((one, 0.0)) == plain).all()
    both = with_loras((one, 1.0), (two, 0.7))
    assert (both != first).any()
    assert (with_loras((one, 1.0), (two, 0.0)) == first).all()
    assert (with_loras((one, 1.0), (two, 0.7)) == both).all()
    assert (with_loras() == plain).all()
    # A file that is replaced is read again.
    adapter(one, 9, 1.0)
    assert (with_loras((one, 1.0)) != first).any()
    with_loras()


def test_the_prompt_may_be_longer_than_the_encoders_take(drawer):
    long = "a knight with a sword, " * 40
    assert drawer.texts([long, ""])[0].shape[1] > 77
    assert (drawer.draw({**SPEC, "prompt": long}) != drawer.draw({**SPEC, "prompt": long + "and a red cape"})).any()


def test_what_is_no_lora_or_fits_nothing_is_refused_and_the_base_stays(drawer, base, tmp_path):
    plain = drawer.draw(SPEC)
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(open(adapter(tmp_path / "a.safetensors"), "rb").read()[:-7])
    (tmp_path / "pickle.safetensors").write_bytes(b"\x80\x02}q\x00.")
    wide = {"mid_block.attentions.0.transformer_blocks.0.attn1.to_q": (torch.ones(4, 640), torch.ones(640, 4))}
    lora.write(str(tmp_path / "wide.safetensors"), lora.tensors_of(wide, 4), {})
    for name in ("broken", "pickle", "wide", "absent"):
        with pytest.raises(Refused):
            drawer.load({"base": base, "loras": [{"path": str(tmp_path / f"{name}.safetensors"), "weight": 1.0}]})
    drawer.load({"base": base, "loras": []})
    assert (drawer.draw(SPEC) == plain).all()


def test_a_drawing_ends_between_two_steps(drawer):
    def stop(step, preview):
        if step == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        drawer.draw(SPEC, stop)


def test_a_preview_has_a_pixel_for_each_latent(drawer):
    previews = []
    drawer.draw(SPEC, lambda step, preview: previews.append(preview and preview()))
    assert previews[0] is None and len(previews) == SPEC["steps"] + 1
    assert all(preview.shape == (16, 16, 3) for preview in previews[1:])
    assert (previews[1] != previews[-1]).any()
    known = torch.zeros(1, 4, 1, 2)
    known[0, 0, 0, 1] = 1.0
    assert approximate(known).tolist() == [[[141, 125, 127], [188, 179, 183]]]


def test_previews_come_by_path_and_digest_and_go_with_the_job(worker, base, tmp_path):  # noqa: F811
    worker.ask("generate", job_id="a", **request(base, tmp_path / "out", steps=1000))
    found = []
    while len(found) < 2:
        assert worker.ask("job.status", job_id="a")["state"] not in ("done", "failed")
        events = worker.ask("job.events", job_id="a", since_seq=0, max=500)["events"]
        found = [event for event in events if event["t"] == "preview"]
        time.sleep(0.05)
    newest = open(found[-1]["path"], "rb").read()
    assert found[0]["step"] < found[-1]["step"] and os.path.dirname(found[-1]["path"]) == str(tmp_path / "out")
    reported = set()
    while hashlib.sha256(newest).hexdigest() not in reported:
        assert worker.ask("job.status", job_id="a")["state"] == "running"
        events = worker.ask("job.events", job_id="a", since_seq=0, max=500)["events"]
        reported = {event["sha256"] for event in events if event["t"] == "preview"}
    worker.ask("job.cancel", job_id="a")
    assert worker.wait("a")["state"] == "cancelled" and os.listdir(tmp_path / "out") == []


def test_a_picture_comes_as_a_path_and_the_same_request_is_the_same_job(worker, base, tmp_path):  # noqa: F811
    wanted = request(base, tmp_path / "out")
    assert worker.ask("generate", job_id="a", **wanted)["ok"]
    assert worker.ask("generate", job_id="a", **wanted)["ok"]
    assert worker.error("generate", job_id="a", **{**wanted, "seed": 8}) == "bad_request"
    found = worker.wait("a")
    assert found["state"] == "done", found
    path = found["result"]["path"]
    assert hashlib.sha256(open(path, "rb").read()).hexdigest() == found["result"]["sha256"]
    assert worker.ask("generate", job_id="a", **wanted)["state"] == "done"
    assert worker.ask("job.list")["jobs"] == []
    # Taken away, it is drawn again.
    os.remove(path)
    assert worker.ask("generate", job_id="a", **wanted)["state"] != "done"
    assert worker.wait("a")["result"]["sha256"] == found["result"]["sha256"]


def test_bad_requests_for_pictures_are_refused(worker, base, tmp_path):  # noqa: F811
    wanted = request(base, tmp_path / "out")
    bad = [{"w": 130}, {"steps": 0}, {"steps": True}, {"seed": -1}, {"cfg": "5"}, {"sampler": "ddim"}, {"scheduler": "x"},
           {"prompt": 3}, {"negative": "x" * 30_000}, {"base": "relative"}, {"out_dir": "x"}, {"loras": {}}, {"loras": ["x"]},
           {"loras": [{"path": "/x", "weight": 99}]}, {"loras": [{"path": "x", "weight": 1}]}, {"w": 1 << 40}]
    for change in bad:
        assert worker.error("generate", job_id="a", **{**wanted, **change}) == "bad_request", change
    worker.ask("generate", job_id="b", **{**wanted, "base": str(tmp_path / "absent")})
    assert worker.wait("b")["error"]["code"] == "not_found"
    (tmp_path / "sd15.safetensors").write_bytes(b"\x80\x02")
    worker.ask("generate", job_id="c", **{**wanted, "base": str(tmp_path / "sd15.safetensors")})
    assert worker.wait("c")["error"]["code"] == "data_invalid"
    # What failed is over: the next request draws.
    worker.ask("generate", job_id="c", **wanted)
    assert worker.wait("c")["state"] == "done"


def children(worker):  # noqa: F811
    return [int(pid) for pid in subprocess.run(["pgrep", "-P", str(worker.process.pid)], capture_output=True, text=True).stdout.split()]


def test_cancelled_pictures_leave_no_job_and_a_killed_process_costs_one(worker, base, tmp_path):  # noqa: F811
    wanted = request(base, tmp_path / "out", steps=400)
    for job in ("a", "b"):
        worker.ask("generate", job_id=job, **wanted)
    while worker.ask("job.status", job_id="a")["step"] < 2:
        time.sleep(0.05)
    worker.ask("job.cancel", job_id="b")
    worker.ask("job.cancel", job_id="a")
    assert worker.wait("a")["state"] == worker.wait("b")["state"] == "cancelled"
    worker.ask("generate", job_id="c", **wanted)
    worker.ask("generate", job_id="d", **request(base, tmp_path / "out"))
    while worker.ask("job.status", job_id="c")["step"] < 2:
        time.sleep(0.05)
    os.kill(children(worker)[0], 9)
    assert worker.wait("c")["error"]["code"] == "internal"
    assert worker.wait("d")["state"] == "done"
    assert os.listdir(tmp_path / "out") == ["d.png"]


def test_training_takes_the_memory_of_pictures_and_an_idle_process_ends(base, dataset, folder, tmp_path):  # noqa: F811
    worker = Worker(folder, "--keep", "1")
    worker.ask("generate", job_id="a", **request(base, tmp_path / "out"))
    worker.wait("a")
    drew = children(worker)
    assert len(drew) == 1
    spec = {"base": base, "data": dataset, "rank": 4, "steps": 2, "sample_every": 0, "out": str(tmp_path / "train")}
    worker.ask("train.submit", job_id="t", spec=spec)
    worker.ask("generate", job_id="b", **request(base, tmp_path / "out"))
    assert worker.wait("t")["state"] == "done"
    assert not os.path.exists(f"/proc/{drew[0]}")
    assert worker.wait("b")["state"] == "done"
    until = time.monotonic() + 30
    while children(worker) and time.monotonic() < until:
        time.sleep(0.1)
    assert children(worker) == []
    worker.end()


def test_events_of_a_picture_are_numbered_and_end_with_its_file(worker, base, tmp_path):  # noqa: F811
    worker.ask("generate", job_id="a", **request(base, tmp_path / "out", steps=12))
    worker.wait("a")
    events = worker.ask("job.events", job_id="a", since_seq=0, max=500)["events"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert [event["t"] for event in events if event["t"] not in ("progress", "preview")] == ["state", "state", "done"], json.dumps(events)
