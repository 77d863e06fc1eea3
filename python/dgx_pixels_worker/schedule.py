"""What a step trains on, as pure functions of seed and step: a resumed run needs no state of random generators."""

import hashlib
import math
import random


def mixed(*values):
    """A seed of 63 bits from some numbers."""
    return int.from_bytes(hashlib.sha256(repr(values).encode()).digest()[:8], "big") >> 1


def batches(sizes, batch, seed, epoch):
    """The batches of an epoch: images of one size each, in an order of its own."""
    buckets = {}
    for index, size in enumerate(sizes):
        buckets.setdefault(tuple(size), []).append(index)
    chance = random.Random(mixed(seed, "epoch", epoch))
    made = []
    for size in sorted(buckets):
        members = buckets[size]
        chance.shuffle(members)
        made.extend(members[at : at + batch] for at in range(0, len(members), batch))
    chance.shuffle(made)
    return made


def batch_of(sizes, batch, seed, step):
    """The images of a step, counted from 0."""
    per_epoch = len(batches(sizes, batch, seed, 0))
    return batches(sizes, batch, seed, step // per_epoch)[step % per_epoch]


def rate(step, steps, rate, warm_up):
    """The learning rate of a step: a rise, then a half cosine down to a tenth."""
    warm_up = min(warm_up, steps // 10)
    if step < warm_up:
        return rate * (step + 1) / warm_up
    done = (step - warm_up) / max(1, steps - warm_up)
    return rate * (0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * done)))
