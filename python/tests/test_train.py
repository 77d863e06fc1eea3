"""Training on the random SDXL: it learns, it resumes bit for bit, and its file is what ComfyUI and diffusers read."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest
import torch

from conftest import write_dataset
from dgx_pixels_worker import lora, state
from dgx_pixels_worker.jobs import checked_spec


def run(folder, base, data, resume="auto", kill_after=None, **options):
    """Runs a job in a process of its own; returns its exit status and events."""
    os.makedirs(folder, exist_ok=True)
    spec = checked_spec({"base": base, "data": data, "out": str(folder), "rank": 4, **options}, ())
    with open(os.path.join(folder, "spec.json"), "w") as file:
        json.dump({"job_id": "test", "spec": spec, "resume": resume}, file)
    child = subprocess.Popen(
        [sys.executable, "-m", "dgx_pixels_worker.train", str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    events = []
    for line in child.stdout:
        events.append(json.loads(line))
        if kill_after is not None and kill_after(events[-1]):
            child.send_signal(signal.SIGKILL)
    errors = child.stderr.read().decode()
    return child.wait(), events, errors


def done(outcome):
    status, events, errors = outcome
    assert status == 0 and events[-1]["t"] == "done", (events, errors[-2000:])
    return events[-1]


def test_a_killed_run_continues_bit_for_bit(base, dataset, tmp_path):
    options = dict(steps=24, save_every=8, batch=2, warm_up=4, noise_offset=0.02, caption_dropout=0.3)
    whole = done(run(tmp_path / "whole", base, dataset, **options))
    chance, killed = random.Random(3), 0
    for attempt in range(3):
        at = chance.randrange(2, 22)
        status, events, _ = run(tmp_path / "parts", base, dataset, kill_after=lambda e: e["t"] == "step" and e["step"] >= at, **options)
        killed += status != 0
        left = [name for name in os.listdir(tmp_path / "parts") if name.startswith("state-") and not name.endswith(".tmp")]
        assert len(left) <= 2
        found = state.newest(str(tmp_path / "parts"))
        steps = [event["step"] for event in events if event["t"] == "step"]
        assert status == 0 or found is None or found[1]["step"] > max(steps, default=0) - 8 - 4
        if status == 0:
            break
    assert killed
    parts = done(run(tmp_path / "parts", base, dataset, **options))
    assert parts["metrics"]["tensors"] == whole["metrics"]["tensors"]
    assert parts["metrics"]["loss_last"] == whole["metrics"]["loss_last"]


def test_four_images_are_learnt(base, dataset, tmp_path):
    found = done(run(tmp_path / "run", base, dataset, steps=300, batch=4, lr=5e-3, rank=32, save_every=300, caption_dropout=0.0,
                     validate_every=0, min_snr=0.0, fixed_noise=True))
    assert found["metrics"]["loss_last"] < found["metrics"]["loss_first"] / 2, found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_four_images_are_learnt_from_other_noise_at_each_step(seed, denoiser, tmp_path):
    """A random base cannot learn this: its convolutions stay as they are, and let no noise pass."""
    (tmp_path / "data").mkdir()
    data = write_dataset(tmp_path / "data", size=64)
    found = done(run(tmp_path / "run", denoiser, data, steps=600, batch=4, lr=5e-3, rank=32, save_every=600, caption_dropout=0.0,
                     validate_every=0, seed=seed))
    print(f"mean loss of the first 25 steps {found['metrics']['loss_first']:.4f}, of the last {found['metrics']['loss_last']:.4f}")
    assert found["metrics"]["loss_last"] < found["metrics"]["loss_first"] / 2, found


def test_saved_loras_are_drawn_at_their_strengths(base, dataset, tmp_path):
    prompts = ["dgxpx_test, a block", "a block"]
    outcome = run(tmp_path / "run", base, dataset, steps=12, lr=5e-3, save_every=12, lora_every=6, validate_every=0, sample_every=0)
    done(outcome)
    saved = [event for event in outcome[1] if event["t"] == "lora"]
    assert [event["step"] for event in saved] == [6]
    assert os.stat(saved[0]["path"]).st_mode & 0o777 == 0o644
    loras = [{"step": 6, "path": saved[0]["path"]}, {"step": 12, "path": str(tmp_path / "run" / "lora.safetensors")}]
    options = dict(prompts=prompts, seeds=[1, 1], proof={"loras": loras, "strengths": [500, 1000]})
    status, events, _ = run(tmp_path / "proof", base, dataset, kill_after=lambda e: e["t"] == "sample" and e["step"] == 6, **options)
    assert status != 0
    outcome = run(tmp_path / "proof", base, dataset, **options)
    done(outcome)
    drawn = {(e["step"], e["strength"], e["prompt"]): e["sha256"] for e in outcome[1] if e["t"] == "sample"}
    assert len(drawn) == 10 and len(set(drawn.values())) == 10
    before = {(e["step"], e["strength"], e["prompt"]): e["sha256"] for e in events if e["t"] == "sample"}
    assert before and all(drawn[key] == digest for key, digest in before.items())
    # At full strength the last LoRA draws what the run's own adapter drew.
    again = run(tmp_path / "again", base, dataset, steps=12, lr=5e-3, save_every=12, validate_every=0, sample_every=12,
                prompts=prompts, seeds=[1, 1])
    done(again)
    first = [e["sha256"] for e in again[1] if e["t"] == "sample" and e["step"] == 0]
    assert first == [drawn[0, 0, prompt] for prompt in prompts]


def test_a_lora_of_another_run_is_refused(base, dataset, tmp_path):
    from safetensors.torch import save_file

    save_file({"lora_unet_x.alpha": torch.ones(1)}, tmp_path / "x.safetensors")
    options = dict(prompts=["a"], seeds=[1], proof={"loras": [{"step": 1, "path": str(tmp_path / "x.safetensors")}], "strengths": [1000]})
    status, events, _ = run(tmp_path / "proof", base, dataset, **options)
    assert status == 1 and events[-1]["code"] == "data_invalid"


def test_changed_data_is_not_resumed(base, dataset, tmp_path):
    done(run(tmp_path / "run", base, dataset, steps=4, save_every=2))
    text = open(os.path.join(dataset, "dataset.json")).read()
    open(os.path.join(dataset, "dataset.json"), "w").write(text.replace("block 1", "stone 1"))
    status, events, _ = run(tmp_path / "run", base, dataset, steps=4, save_every=2)
    assert status == 1 and events[-1]["code"] == "data_invalid"


def test_the_file_draws_what_the_adapter_in_memory_draws(base, dataset, tmp_path):
    from diffusers import StableDiffusionXLPipeline

    found = done(run(tmp_path / "run", base, dataset, steps=12, lr=5e-3, save_every=12, prompts=["dgxpx_test, a block"]))
    assert os.stat(found["path"]).st_mode & 0o777 == 0o644
    pipe = StableDiffusionXLPipeline.from_pretrained(base, local_files_only=True, add_watermarker=False)
    pipe.set_progress_bar_config(disable=True)

    def draw():
        chance = torch.Generator().manual_seed(1)
        return pipe("dgxpx_test, a block", num_inference_steps=2, height=128, width=128, generator=chance, output_type="pt").images

    plain = draw()
    pipe.load_lora_weights(found["path"])
    loaded = draw()
    assert (plain - loaded).abs().max() > 1e-4
    pipe.disable_lora()
    assert torch.equal(plain, draw())
    # The same weights, put into an adapter of peft's own.
    pipe.unload_lora_weights()
    from peft import LoraConfig

    pipe.unet.add_adapter(LoraConfig(r=4, lora_alpha=4, target_modules=lora.TARGETS))
    # The second matrix of a new adapter is 0, and so is the strength of one that is switched to 0.
    assert torch.equal(plain, draw())
    weights = state.newest(str(tmp_path / "run"))[0]
    for name, parameter in pipe.unet.named_parameters():
        if f"weight.{name}" in weights:
            parameter.data = weights[f"weight.{name}"].to(torch.float16).float()
    assert (draw() - loaded).abs().max() == 0.0
    pipe.set_adapters(pipe.unet.active_adapters(), [0.0])
    assert torch.equal(plain, draw())
    assert os.path.exists(tmp_path / "run" / "samples" / "000012-0.png")


def test_held_out_canvases_are_validated_and_never_trained_on(base, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    data = write_dataset(folder, count=6, held_out=2)
    outcome = run(tmp_path / "run", base, data, steps=4, validate_every=2, save_every=4)
    done(outcome)
    assert [event["step"] for event in outcome[1] if event["t"] == "val"] == [2, 4]


def test_a_full_disk_keeps_the_earlier_state(tmp_path, monkeypatch):
    tensors = {"a": torch.ones(2)}
    state.save(str(tmp_path), 1, tensors, {})

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(state, "_flush", full)
    with pytest.raises(OSError):
        state.save(str(tmp_path), 2, tensors, {})
    assert state.newest(str(tmp_path))[1]["step"] == 1
    assert sorted(os.listdir(tmp_path)) == ["state-000001"]


def test_every_module_of_full_size_has_its_recorded_name():
    from accelerate import init_empty_weights
    from diffusers import UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    from dgx_pixels_worker import base as configuration

    with init_empty_weights():
        unet = UNet2DConditionModel.from_config(configuration.UNET)
        text_1 = CLIPTextModel(CLIPTextConfig(**{k: v for k, v in configuration.TEXT_1.items() if k != "model_type"}))
        text_2 = CLIPTextModelWithProjection(CLIPTextConfig(**{k: v for k, v in configuration.TEXT_2.items() if k != "model_type"}))
    known = lora.known_modules()

    def modules(model, targets):
        return [name for name, module in model.named_modules()
                if isinstance(module, torch.nn.Linear) and any(name == t or name.endswith("." + t) for t in targets)]

    text_targets = ["q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2"]
    small = torch.zeros(1, 1)
    counts = {}
    for part, model, targets in (("unet", unet, lora.TARGETS), ("te1", text_1, text_targets), ("te2", text_2, text_targets)):
        tensors = lora.tensors_of({path: (small, small) for path in modules(model, targets)}, 1, part)
        assert lora.left_over(tensors) == []
        counts[part] = len(tensors) // 3
        known -= {key.partition(".")[0] for key in tensors}
    assert counts == {"unet": 722, "te1": 72, "te2": 192} and not known


def test_a_file_with_one_foreign_key_is_not_written(tmp_path):
    small = torch.zeros(1, 1)
    tensors = lora.tensors_of({"mid_block.attentions.0.proj_in": (small, small)}, 1)
    tensors["lora_unet_middle_block_2_proj_in.alpha"] = torch.tensor(1.0)
    from dgx_pixels_worker.protocol import Refused

    with pytest.raises(Refused):
        lora.write(str(tmp_path / "x.safetensors"), tensors, {})
    assert os.listdir(tmp_path) == []
    with pytest.raises(Refused):
        lora.tensors_of({"mid_block.attentions.0.proj_in": (small * float("nan"), small)}, 1)


@pytest.mark.slow
def test_twenty_kills_at_random_instants_cost_at_most_an_interval_each(base, dataset, tmp_path):
    """Killed some steps after each start and a part of a step later, within steps and within the writing of states too."""
    from forks import Forks

    every, options = 2, dict(steps=160, save_every=2, batch=1, warm_up=4, caption_dropout=0.2, validate_every=0, sample_every=0)
    forks, chance, kept, kills = Forks(), random.Random(11), 0, 0
    whole = written(tmp_path / "whole", base, dataset, options)
    assert forks.run(whole, lambda _: False) == 0
    parts = written(tmp_path / "parts", base, dataset, options)
    while kills < 20:
        stop = Stop(chance.randrange(5), chance.random())
        if forks.run(parts, stop) == 0:
            break
        kills += 1
        at = whole_states(parts)
        assert at >= kept and at >= stop.step - every, (at, kept, stop.step)
        kept = at
    last = forks.run(parts, lambda _: False)
    forks.end()
    print(f"{kills} kills, the last state before the end was that of step {kept}")
    assert kills == 20 and kept > 0 and last == 0
    assert result(parts)["metrics"]["tensors"] == result(whole)["metrics"]["tensors"]


class Stop:
    """Becomes true so many steps after the first one, and a part of a step later; notes the last step that was reported."""

    def __init__(self, steps, part):
        self.steps, self.part, self.step, self.first, self.until = steps, part, 0, None, None

    def __call__(self, text):
        events = [json.loads(line) for line in text.split("\n")[:-1] if '"t": "step"' in line]
        if not events:
            return False
        self.step = events[-1]["step"]
        self.first = self.first or self.step
        if self.until is None and self.step >= self.first + self.steps:
            self.until = time.monotonic() + self.part * events[-1]["s_per_step"]
        return self.until is not None and time.monotonic() >= self.until


def whole_states(folder):
    """The step of the newest state; every one that is there can be read."""
    from safetensors.torch import load_file

    newest = 0
    for name in os.listdir(folder):
        if name.startswith("state-") and not name.endswith(".tmp"):
            with open(os.path.join(folder, name, "state.json")) as file:
                values = json.load(file)
            assert len(load_file(os.path.join(folder, name, "tensors.safetensors"))) > 0 and values["step"] == int(name[6:])
            newest = max(newest, values["step"])
    return newest


def written(folder, base, data, options):
    """The folder of a job, with its spec."""
    os.makedirs(folder)
    spec = checked_spec({"base": base, "data": data, "out": str(folder), "rank": 4, **options}, ())
    with open(os.path.join(folder, "spec.json"), "w") as file:
        json.dump({"job_id": "test", "spec": spec, "resume": "auto"}, file)
    return str(folder)


def result(folder):
    with open(os.path.join(folder, "stdout")) as file:
        return next(event for event in map(json.loads, file) if event["t"] == "done")
