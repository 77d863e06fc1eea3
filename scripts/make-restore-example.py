#!/usr/bin/env python3
"""Makes examples/restore/raw: drawings of our own, spoiled in the ways in which diffusion models spoil pixel art.

    python3 scripts/make-restore-example.py [FOLDER]          (needs numpy and Pillow; --native also writes the originals)

Every subject is drawn on its own logical grid, most of about 112 cells, and then enlarged by a factor that is no
whole number and differs between the axes, with drifting and bent grid lines, colours that differ from cell to cell,
blur, ringing, a background that is not flat, and JPEG for half of them. The drawings are CC0.
"""
import io
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

RAMPS = {  # outline, shadow, body, light, shine
    "steel": ("1b1f33", "4a5470", "7f8ba3", "b4c0cf", "eef4f7"), "iron": ("14151f", "33394c", "555e74", "7f8a9c", "b3bdc8"),
    "wood": ("2b1a20", "5c3630", "8f5a3c", "bf8a52", "e6c07e"), "gold": ("3b1c1c", "9a4f21", "dd9a2e", "f7cf52", "fff3b0"),
    "stone": ("22222f", "4b4c5e", "74788a", "a0a6b0", "cfd4d6"), "bone": ("2f2430", "83726b", "bfae94", "e6dcbd", "fffbe8"),
    "skin": ("4a1f26", "b0624c", "e09a74", "f7c79d", "ffe6c8"), "red": ("2f0f22", "7f1d36", "c22f3f", "ec5f50", "ffab86"),
    "green": ("10241f", "1f5a3a", "35914a", "6bc85a", "c1ee8c"), "blue": ("141a3d", "27418c", "3a72cf", "5fabf0", "bfe6ff"),
    "purple": ("201236", "51288a", "8447c0", "b67be6", "e8c6ff"), "teal": ("0f2430", "17555f", "248a85", "4fc3a3", "b0f0cf"),
    "white": ("2b2d44", "8e9ab5", "c3cede", "e9eff5", "ffffff"), "leaf": ("12251f", "24502f", "3f8038", "76b043", "bede6a"),
    "fire": ("4a0f1a", "b52a1d", "f06a1d", "fcb83a", "fff4b0"), "dark": ("0d0c16", "1e1d2c", "34344a", "555770", "868aa0"),
    "sky": ("3c6fb0", "5b97d6", "86bfe8", "b4dcf2", "e4f6fb"), "glass": ("1f2c4a", "5b7fa3", "93b8cf", "c8e4ec", "ffffff"),
    "slime": ("0f2c2a", "1c7048", "3db54a", "8be25a", "e0ffa8"), "cloth": ("3a2420", "a07748", "d9b67e", "f2deb0", "fff7dc"),
}
RAMPS = {name: np.array([[int(c[i:i + 2], 16) for i in (0, 2, 4)] for c in steps], np.uint8) for name, steps in RAMPS.items()}


class Art:
    """A small canvas of (ramp, step) cells; masks are boolean arrays, coordinates are cells."""

    def __init__(self, w, h):
        self.w, self.h = w, h
        self.ramp = np.full((h, w), "", object)
        self.step = np.zeros((h, w), int)
        self.y, self.x = np.mgrid[0:h, 0:w] + 0.5

    def ellipse(self, cx, cy, rx, ry):
        return ((self.x - cx) / rx) ** 2 + ((self.y - cy) / ry) ** 2 <= 1

    def poly(self, *points):
        image = Image.new("1", (self.w * 4, self.h * 4))
        ImageDraw.Draw(image).polygon([(x * 4, y * 4) for x, y in points], fill=1)
        return np.asarray(image).reshape(self.h, 4, self.w, 4).mean((1, 3)) >= 0.5

    def rect(self, x0, y0, x1, y1):
        return (self.x > x0) & (self.x < x1) & (self.y > y0) & (self.y < y1)

    def path(self, points, widths):
        """A tapering stroke through the points."""
        mask = np.zeros((self.h, self.w), bool)
        for (a, b), (wa, wb) in zip(zip(points, points[1:]), zip(widths, widths[1:])):
            for t in np.linspace(0, 1, 24):
                r = (wa + (wb - wa) * t) / 2
                mask |= self.ellipse(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, r, r)
        return mask

    def put(self, mask, ramp, step):
        step = np.broadcast_to(step, mask.shape)
        self.ramp[mask], self.step[mask] = ramp, np.clip(step, 0, 4)[mask]

    def round(self, mask, ramp, line=True, depth=9, flat=0.0, shine=True):
        """Shades a mask as if blown up, lit from the upper left, and draws its inner outline."""
        if line:
            self.line(mask)
        height, core = np.zeros(mask.shape), mask.copy()
        for _ in range(depth):
            height += core
            core = core & shift(core, 1, 0) & shift(core, -1, 0) & shift(core, 0, 1) & shift(core, 0, -1)
        height = np.sqrt(height)
        for _ in range(2):
            height = sum(shift(height, dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)) / 9
        gy, gx = np.gradient(height)
        light = (gx * 0.62 + gy * 0.78) * 1.9 + 0.16 + flat
        step = np.digitize(light, [-0.28, 0.30, 0.78]) + 1
        if not shine:
            step = np.minimum(step, 3)
        self.put(mask, ramp, step)

    def line(self, mask):
        edge = (shift(mask, 1, 0) | shift(mask, -1, 0) | shift(mask, 0, 1) | shift(mask, 0, -1)) & ~mask & (self.ramp != "")
        self.step[edge] = 0

    def tone(self, mask, by):
        mask = mask & (self.ramp != "") & (self.step > 0)
        self.step[mask] = np.clip(self.step[mask] + by, 1, 4)

    def image(self):
        """The picture with its outer outline, as RGBA, one cell larger on every side."""
        ramp, step = np.pad(self.ramp, 1, constant_values=""), np.pad(self.step, 1)
        solid = np.pad(ramp != "", 1)
        rgba = np.zeros((*ramp.shape, 4), np.uint8)
        for y, x in np.ndindex(ramp.shape):
            beside = [(y + dy, x + dx) for dy, dx in ((-1, 0), (0, -1), (0, 1), (1, 0)) if solid[y + dy + 1, x + dx + 1]]
            if ramp[y, x] or beside:
                rgba[y, x] = (*(RAMPS[ramp[y, x]][step[y, x]] if ramp[y, x] else RAMPS[ramp[beside[0]]][0]), 255)
        return rgba


def shift(a, dx, dy):
    out = np.zeros_like(a)
    h, w = a.shape
    out[max(0, dy):h + min(0, dy), max(0, dx):w + min(0, dx)] = a[max(0, -dy):h + min(0, -dy), max(0, -dx):w + min(0, -dx)]
    return out


# ---------------------------------------------------------------- drawings

def bricks(a, mask, w=8, h=5):
    row = (a.y // h).astype(int)
    x = a.x + (row % 2) * w / 2
    joint = (a.y % h < 1) | (x % w < 1)
    a.tone(mask & joint, -1)
    odd = ((row * 7 + (x // w).astype(int) * 5) % 6 == 0) & ~joint
    a.tone(mask & odd, 1)


def knight():
    a = Art(104, 112)
    cape = a.poly((14, 112), (22, 74), (44, 66), (62, 66), (84, 74), (92, 112))
    a.round(cape, "red", shine=False)
    chest = a.poly((24, 112), (28, 78), (44, 70), (62, 70), (78, 78), (82, 112))
    a.round(chest, "steel")
    a.put(a.rect(52, 72, 54, 112) & chest, "steel", 4)
    a.put(a.rect(54, 72, 55, 112) & chest, "steel", 1)
    tabard = a.poly((40, 112), (43, 86), (63, 86), (66, 112))
    a.round(tabard, "blue", shine=False)
    a.round(a.rect(51, 88, 56, 112) | a.rect(44, 96, 63, 101), "gold", shine=False, depth=2)
    for x, flip in ((22, 1), (84, -1)):
        for i, r in enumerate((15, 12, 9)):
            a.round(a.ellipse(x + flip * i, 84 + i * 7, r, 10 - i), "steel")
            a.put(a.ellipse(x - 3, 80 + i * 7, 2, 1), "gold", 3)
    collar = a.ellipse(53, 73, 21, 7)
    a.round(collar, "gold", depth=3)
    plume = a.path([(52, 14), (40, 8), (26, 14), (16, 30), (14, 46)], [6, 15, 19, 15, 4])
    a.round(plume, "red")
    for i in range(5):
        strand = a.path([(46 - i * 6, 8 + i * 2), (34 - i * 5, 18 + i * 5), (20 - i, 34 + i * 4)], [1.5, 1.5, 1.2])
        a.tone(strand & plume, -1)
    helm = a.ellipse(53, 40, 26, 29) | a.poly((27, 40), (79, 40), (76, 66), (62, 74), (44, 74), (30, 66))
    a.round(helm, "steel", depth=14)
    a.round(a.path([(53, 10), (53, 34)], [4, 5]), "gold", depth=2)
    visor = a.poly((30, 38), (53, 33), (77, 38), (74, 62), (60, 72), (46, 72), (32, 62))
    a.round(visor, "steel", flat=-0.15)
    a.put(a.poly((34, 42), (50, 40), (50, 46), (35, 48)), "dark", 0)
    a.put(a.poly((72, 42), (56, 40), (56, 46), (71, 48)), "dark", 0)
    for x in (42, 62):
        a.put(a.rect(x, 43, x + 2, 45), "fire", 3)
    a.put(a.rect(52, 37, 54, 71), "steel", 4)
    a.put(a.rect(54, 37, 55, 71), "steel", 1)
    for row in range(3):
        for x in (40, 44, 48, 58, 62, 66):
            a.put(a.rect(x, 54 + row * 5, x + 2, 56 + row * 5), "dark", 0)
    for x, y in ((33, 39), (74, 39), (36, 61), (70, 61)):
        a.put(a.ellipse(x, y, 2, 2), "gold", 3)
    a.tone(a.ellipse(40, 24, 7, 5), 1)
    return a.image()


def dragon():
    a = Art(124, 112)
    wing = a.poly((58, 58), (62, 26), (84, 4), (98, 22), (120, 20), (112, 44), (122, 62), (102, 60), (94, 74), (80, 66))
    a.round(wing, "purple", shine=False, flat=-0.1)
    for tip in ((84, 5), (118, 21), (120, 61), (94, 72)):
        a.round(a.path([(62, 54), tip], [4, 1.5]), "red", depth=2)
    tail = a.path([(60, 88), (84, 96), (104, 92), (114, 78), (108, 68)], [20, 15, 11, 7, 3])
    a.round(tail, "red")
    a.round(a.poly((104, 70), (106, 58), (116, 66), (112, 74)), "gold", depth=3)
    body = a.ellipse(52, 78, 27, 25)
    a.round(body, "red", depth=16)
    for x, flip in ((36, -1), (68, 1)):
        leg = a.path([(x, 84), (x + flip * 5, 96), (x + flip * 3, 104)], [19, 14, 9])
        a.round(leg, "red")
        for claw in (-6, 0, 6):
            a.round(a.poly((x + flip * 3 + claw - 3, 104), (x + flip * 3 + claw + 3, 104), (x + flip * 3 + claw - 2, 110)), "bone", depth=1)
    neck = a.path([(46, 68), (36, 54), (38, 38), (42, 32)], [28, 21, 17, 15])
    a.round(neck, "red")
    belly = a.path([(42, 96), (38, 78), (30, 62), (31, 46)], [18, 20, 13, 8])
    a.round(belly, "gold", shine=False, flat=-0.05)
    for i, y in enumerate(range(44, 104, 6)):
        a.tone(belly & (abs(a.y - y - (a.x - 36) * 0.25) < 0.8), -1)
    scale = ((a.x + (a.y // 4 % 2) * 3) % 6 < 2) & (a.y % 4 < 1)
    a.tone((body | neck | tail) & scale & (a.ramp == "red"), -1)
    horn = a.path([(46, 20), (58, 12), (66, 2)], [8, 5, 2])
    a.round(horn, "bone", depth=3)
    head = a.ellipse(38, 26, 17, 13) | a.poly((8, 26), (24, 18), (40, 20), (42, 38), (14, 38), (6, 34))
    a.round(head, "red", depth=8)
    jaw = a.poly((10, 40), (38, 38), (40, 45), (16, 46))
    a.round(jaw, "red", depth=3, flat=-0.2)
    for x in range(12, 34, 6):
        a.put(a.poly((x, 37), (x + 4, 37), (x + 2, 42)), "bone", 4)
    a.put(a.ellipse(12, 28, 2, 1.6), "dark", 0)
    a.put(a.ellipse(34, 23, 5, 4), "gold", 3)
    a.put(a.ellipse(33, 23, 1.5, 3.4), "dark", 0)
    a.put(a.path([(26, 18), (40, 17)], [2, 3]), "red", 1)
    a.round(a.path([(40, 16), (50, 6), (54, 0)], [7, 5, 2]), "bone", depth=3)
    for t in np.linspace(0, 1, 7):
        x, y = 52 + 6 * t, 36 + 26 * t
        a.round(a.poly((x - 6, y), (x + 7, y - 4), (x, y + 6)), "gold", depth=2)
    return a.image()


def castle():
    a = Art(112, 120)
    hill = a.ellipse(56, 122, 58, 26)
    a.round(hill, "leaf", depth=10)
    rng = np.random.default_rng(3)
    a.tone(hill & (rng.random(hill.shape) < 0.06), 1)
    def tower(x, top, w, roof):
        shaft = a.rect(x - w, top, x + w, 106)
        a.line(shaft)
        a.put(shaft, "stone", np.digitize(a.x, [x - w * 0.55, x - w * 0.1, x + w * 0.5]) [...] * 0 + np.choose(np.digitize(a.x, [x - w * 0.6, x, x + w * 0.55]), [2, 3, 2, 1]))
        bricks(a, shaft)
        ring = a.rect(x - w - 2, top - 6, x + w + 2, top + 2)
        a.round(ring, "stone", depth=3)
        for i in range(-w - 2, w + 2, 6):
            a.round(a.rect(x + i, top - 10, x + i + 4, top - 5), "stone", depth=2)
        cone = a.poly((x, top - 40), (x + w + 3, top - 9), (x - w - 3, top - 9))
        a.round(cone, roof, depth=8)
        for y in range(top - 34, top - 9, 5):
            a.tone(cone & (abs(a.y - y - abs(a.x - x) * 0.15) < 0.6), -1)
        a.put(a.rect(x - 0.5, top - 48, x + 0.5, top - 38), "wood", 1)
        a.round(a.poly((x + 1, top - 48), (x + 10, top - 45), (x + 1, top - 42)), "gold", depth=1)
        for y in range(top + 14, 96, 22):
            a.line(a.rect(x - 2, y, x + 2, y + 8) | a.ellipse(x, y, 2, 2))
            a.put(a.rect(x - 2, y, x + 2, y + 8) | a.ellipse(x, y, 2, 2), "gold", 3)
    tower(56, 50, 13, "blue")
    wall = a.rect(20, 72, 92, 108)
    a.line(wall)
    a.put(wall, "stone", 2)
    bricks(a, wall)
    for x in range(20, 92, 8):
        a.round(a.rect(x, 67, x + 5, 74), "stone", depth=2)
    tower(18, 58, 11, "red")
    tower(94, 62, 11, "red")
    gate = a.rect(45, 88, 67, 109) | a.ellipse(56, 88, 11, 10)
    a.round(gate, "wood", shine=False, depth=3)
    for x in (50, 56, 62):
        a.tone(a.rect(x - 0.5, 76, x + 0.5, 110) & gate, -1)
    for y in (90, 98):
        a.put(a.rect(45, y, 67, y + 1) & gate, "iron", 1)
    path = a.poly((47, 109), (65, 109), (74, 120), (38, 120))
    a.put(path & hill, "cloth", 1)
    a.tone(path & (rng.random(hill.shape) < 0.12), 1)
    return a.image()


def sword():
    a = Art(116, 116)
    u, v = (a.x - a.y + 116) / 2, (a.x + a.y - 116)          # along and across the diagonal
    along = lambda lo, hi, half: (u > lo) & (u < hi) & (abs(v) < half)
    blade = (u > 38) & (u < 104) & (abs(v) < 11) | (u >= 104) & (abs(v) < (114 - u) * 1.1)
    a.line(blade)
    step = np.where(v < -4, 4, np.where(v < 0, 3, np.where(v < 5, 2, 1)))
    a.put(blade, "steel", step)
    fuller = along(42, 92, 2.6)
    a.put(fuller, "blue", np.where(v < -0.6, 1, 3))
    for i, t in enumerate(range(48, 92, 8)):
        a.put((abs(u - t) < 1.6) & (abs(v) < 1.6), "sky", 4)
    nick = (abs(u - 74) < 1.5) & (v > 8)
    a.put(nick & blade, "steel", 0)
    grip = along(14, 36, 6)
    a.round(grip, "wood", depth=4)
    a.tone(grip & (((u + v * 0.5) % 6) < 2), -1)
    guard = (abs(u - 36 - abs(v) ** 2 * 0.006) < 4.2) & (abs(v) < 36)
    a.round(guard, "gold", depth=4)
    for s in (-1, 1):
        a.round((u - 43) ** 2 + ((v - s * 36) / 2) ** 2 < 20, "gold", depth=4)
    a.round((u - 37) ** 2 * 2 + (v / 1.6) ** 2 < 46, "red", depth=5)
    a.put((u - 38) ** 2 * 2 + ((v + 3) / 1.2) ** 2 < 5, "red", 4)
    a.round((u - 10) ** 2 + (v / 2) ** 2 < 46, "gold", depth=5)
    a.round((u - 10) ** 2 + (v / 2) ** 2 < 12, "red", depth=3)
    return a.image()


def mushroom_house():
    a = Art(112, 108)
    a.round(a.ellipse(56, 104, 52, 10), "leaf", depth=4)
    stem = a.poly((34, 50), (78, 50), (86, 104), (26, 104))
    a.round(stem, "bone", depth=14)
    for x in (40, 47, 66, 74):
        a.tone(a.path([(x, 58), (x + (x - 56) * 0.15, 100)], [1, 1]) & stem, -1)
    door = a.rect(46, 76, 66, 104) | a.ellipse(56, 76, 10, 10)
    a.round(door, "wood", depth=3, shine=False)
    for x in (51, 56, 61):
        a.tone(a.rect(x, 60, x + 1, 104) & door, -1)
    a.put(a.ellipse(62, 88, 1.6, 1.6), "gold", 4)
    a.round(a.rect(42, 102, 70, 107), "stone", depth=2)
    for x in (36, 78):
        window = a.ellipse(x, 76, 6, 7)
        a.round(window, "wood", depth=2)
        a.put(a.ellipse(x, 76, 4, 5), "gold", np.where(a.y < 76, 4, 3))
        a.put((a.rect(x - 0.5, 70, x + 0.5, 82) | a.rect(x - 5, 75.5, x + 5, 76.5)) & a.ellipse(x, 76, 4, 5), "wood", 0)
    under = a.ellipse(56, 54, 47, 12)
    a.round(under, "bone", depth=4, shine=False, flat=-0.3)
    for x in range(14, 100, 6):
        a.tone(a.path([(56 + (x - 56) * 0.6, 50), (x, 62)], [1, 1]) & under, -1)
    cap = a.ellipse(56, 48, 54, 46) & (a.y < 52 + 6 * np.sin((a.x - 4) / 104 * np.pi))
    a.round(cap, "red", depth=22)
    for x, y, r in ((30, 34, 9), (56, 18, 8), (80, 32, 10), (55, 42, 6), (14, 46, 5), (98, 48, 5), (42, 12, 4), (72, 50, 4)):
        a.round(a.ellipse(x, y, r, r * 0.8) & cap, "white", depth=3)
    chimney = a.rect(76, 0, 88, 20)
    a.round(chimney, "stone", depth=4)
    bricks(a, chimney, 6, 4)
    a.round(a.rect(74, 0, 90, 4), "stone", depth=2)
    for x in (8, 18, 96, 104):
        a.put(a.rect(x, 94, x + 1, 102), "leaf", 1)
        a.round(a.ellipse(x + 0.5, 94, 3, 3), "purple" if x % 4 else "gold", depth=2)
    return a.image()


def chest():
    a = Art(112, 96)
    back = a.rect(6, 10, 106, 50) | a.ellipse(56, 22, 50, 20)
    a.round(back, "wood", depth=10, shine=False)
    inside = a.rect(12, 26, 100, 52)
    a.line(inside)
    a.put(inside, "dark", 1)
    rng = np.random.default_rng(8)
    for _ in range(46):
        x, y = rng.uniform(16, 96), rng.uniform(34, 52)
        y = max(y, 34 + abs(x - 56) * 0.16)
        a.round(a.ellipse(x, y, 5, 3.4), "gold", depth=2)
    for x, y, ramp in ((34, 38, "red"), (66, 34, "blue"), (84, 42, "green"), (50, 40, "purple")):
        gem = a.poly((x - 6, y), (x, y - 6), (x + 6, y), (x, y + 6))
        a.round(gem, ramp, depth=3)
        a.put(a.rect(x - 2, y - 3, x, y - 1), ramp, 4)
    crown = a.poly((60, 34), (58, 20), (64, 27), (69, 17), (74, 27), (80, 20), (78, 34))
    a.round(crown, "gold", depth=3)
    body = a.rect(6, 50, 106, 92)
    a.round(body, "wood", depth=5, shine=False)
    for y in (62, 74, 84):
        a.put(a.rect(6, y, 106, y + 1), "wood", 1)
        a.tone(a.rect(6, y + 1, 106, y + 2), 1)
    grain = (np.sin(a.x * 0.5 + a.y * 2.1) + np.sin(a.x * 0.17 - a.y)) > 1.35
    a.tone(body & grain, -1)
    for x in (16, 84):
        band = a.rect(x, 50, x + 12, 92)
        a.round(band, "iron", depth=3)
        lid_band = (a.rect(x, 2, x + 12, 26)) & back
        a.round(lid_band, "iron", depth=3)
        for y in (10, 55, 68, 86):
            a.put(a.ellipse(x + 6, y, 2, 2), "iron", 4)
    a.round(a.rect(4, 48, 108, 54), "iron", depth=2)
    lock = a.poly((46, 50), (66, 50), (66, 66), (56, 74), (46, 66))
    a.round(lock, "gold", depth=5)
    a.put(a.ellipse(56, 59, 2.6, 2.6) | a.rect(55, 59, 57, 67), "dark", 0)
    return a.image()


def ship():
    a = Art(124, 116)
    for x0, x1, top in ((58, 61, 4), (28, 30, 22), (88, 90, 20)):
        a.round(a.rect(x0, top, x1, 88), "wood", depth=2)
    def sail(x, y, w, h, ramp):
        left = x - w - 3 * np.sin(np.clip((a.y - y) / h, 0, 1) * np.pi) * -1
        body = (a.y > y) & (a.y < y + h) & (a.x > left) & (a.x < x + w + 5 * np.sin(np.clip((a.y - y) / h, 0, 1) * np.pi))
        a.round(body, ramp, depth=9, shine=False)
        for i in (-1, 1):
            a.tone(body & (abs(a.x - x - i * w * 0.4) < 0.7), -1)
        a.round(a.rect(x - w - 2, y - 2, x + w + 2, y), "wood", depth=1)
    sail(29, 32, 13, 30, "cloth")
    sail(89, 30, 13, 30, "cloth")
    sail(60, 12, 15, 20, "cloth")
    sail(60, 36, 19, 34, "cloth")
    cross = (a.rect(57, 40, 63, 66) | a.rect(48, 49, 74, 55)) & (a.ramp == "cloth")
    a.put(cross, "red", np.where(a.x < 60, 3, 2))
    a.round(a.poly((62, 2), (76, 5), (62, 9)), "red", depth=2)
    hull = a.poly((4, 70), (26, 82), (92, 82), (98, 66), (118, 62), (112, 92), (100, 106), (24, 106), (12, 94))
    a.round(hull, "wood", depth=10, shine=False)
    for y in (88, 94, 100):
        a.tone(hull & (abs(a.y - y) < 0.6), -1)
    a.round(a.poly((4, 69), (26, 80), (92, 80), (92, 84), (26, 85), (4, 74)), "gold", depth=2)
    a.round(a.poly((96, 64), (118, 60), (118, 64), (97, 69)), "gold", depth=2)
    for x in range(32, 92, 12):
        a.round(a.rect(x, 88, x + 6, 94), "iron", depth=1)
        a.put(a.rect(x + 1, 89, x + 5, 93), "dark", 0)
    for x in (102, 108):
        a.put(a.rect(x, 72, x + 4, 78), "gold", 3)
    a.round(a.path([(6, 70), (-4, 58)], [4, 2]), "wood", depth=2)
    for mast in (29, 60, 89):
        a.put(a.path([(mast, 20), (mast - 18, 82)], [1, 1]) & (a.ramp == ""), "wood", 1)
    wave = a.y > 101 + 2.2 * np.sin(a.x * 0.32) + 1.2 * np.sin(a.x * 0.13)
    a.line(wave)
    a.put(wave, "blue", 2)
    a.put(wave & ~shift(wave, 0, 1), "white", 4)
    a.put(wave & (((a.x * 3 + a.y * 7) % 17) < 2), "blue", 3)
    return a.image()


def potion(ramp, form):
    a = Art(92, 112)
    bulb = {"round": a.ellipse(46, 74, 38, 35), "cone": a.poly((36, 34), (56, 34), (84, 98), (78, 108), (14, 108), (8, 98)),
            "tall": a.rect(20, 50, 72, 106) | a.ellipse(46, 52, 26, 14)}[form]
    glass = bulb | a.rect(36, 22, 56, 60)
    a.round(glass, "glass", depth=14)
    inner = glass & shift(glass, 2, 0) & shift(glass, -2, 0) & shift(glass, 0, -2)
    level = 62 + 2 * np.sin(a.x * 0.2)
    liquid = inner & (a.y > level)
    a.round(liquid, ramp, depth=14)
    a.put(inner & (abs(a.y - level) < 1), ramp, 4)
    rng = np.random.default_rng(len(form))
    for _ in range(9):
        x, y, r = rng.uniform(24, 68), rng.uniform(68, 100), rng.uniform(1, 2.6)
        a.put(a.ellipse(x, y, r, r) & liquid, ramp, 4)
    a.put(a.path([(22, 62), (18, 76), (22, 88)], [3, 4, 2]) & glass, "white", 4)
    a.round(a.rect(32, 20, 60, 27), "glass", depth=3)
    a.round(a.rect(38, 6, 54, 22), "wood", depth=4, shine=False)
    a.round(a.rect(34, 38, 58, 43), "gold", depth=2)
    a.round(a.ellipse(60, 48, 5, 6), "cloth", depth=2)
    return a.image()


def slime(t):
    a = Art(56, 48)
    swell = np.sin(t * 2 * np.pi)
    high, wide = 32 + 5 * swell, 23 - 2.4 * swell
    body = (a.ellipse(28, 44 - high * 0.42, wide, high * 0.58) | a.rect(28 - wide * 0.9, 36, 28 + wide * 0.9, 44)) & (a.y < 44)
    a.round(body, "slime", depth=10)
    a.put(body & (a.y > 42), "slime", 1)
    for x in (19, 35):
        eye = a.ellipse(x, 44 - high * 0.42, 3, 4.4)
        a.put(eye, "dark", 0)
        a.put(a.rect(x - 2, 40 - high * 0.42, x, 42 - high * 0.42), "white", 4)
    a.put(a.path([(24, 50 - high * 0.4), (27, 51.5 - high * 0.4), (30, 50 - high * 0.4)], [1.4, 1.4, 1.4]), "dark", 0)
    a.put(a.ellipse(15, 46 - high * 0.85, 3, 2), "slime", 4)
    for x, y in ((36, 38), (22, 36), (42, 34)):
        a.put(a.ellipse(x, y, 1.2, 1.2) & body, "slime", 3)
    return a.image()


def valley():
    a = Art(152, 104)
    rng = np.random.default_rng(21)
    bands = np.clip((a.y / 12).astype(int), 0, 4)
    a.put(a.y > -1, "sky", bands)
    a.put(a.ellipse(112, 22, 10, 10), "gold", 4)
    for cx, cy, s in ((30, 18, 1.2), (84, 30, 0.8), (136, 12, 1)):
        for dx, dy, r in ((0, 0, 9), (-10, 3, 6), (10, 3, 7), (3, -4, 6)):
            puff = a.ellipse(cx + dx * s, cy + dy * s, r * s * 1.3, r * s * 0.7)
            a.put(puff, "white", np.where(a.y < cy + 1, 4, 3))
    def ridge(base, amp, ramp, seed):
        r = np.random.default_rng(seed)
        top = base + sum(amp / k * np.sin(np.arange(152) * 0.02 * k ** 1.6 + r.uniform(0, 7)) for k in range(1, 7))
        m = a.y > top[None, :]
        slope = np.gradient(top)[None, :]
        a.put(m, ramp, np.where(slope < -0.15, 3, np.where(slope > 0.3, 1, 2)))
        a.put(m & (a.y < top[None, :] + 1.4), ramp, 3)
        return m, top
    m, top = ridge(44, 10, "stone", 1)
    a.put(m & (a.y < top[None, :] + 7 + 2 * np.sin(a.x)), "white", np.where(np.gradient(top)[None, :] < 0, 4, 2))
    ridge(62, 6, "teal", 5)
    ridge(72, 4, "leaf", 9)
    river = abs(a.x - 82 - 22 * np.sin((a.y - 70) * 0.09)) < (a.y - 66) * 0.32
    ground = a.y > 78 + 2 * np.sin(a.x * 0.05)
    a.put(ground, "green", 2)
    a.put(ground & (rng.random(ground.shape) < 0.07), "green", 3)
    a.put(ground & (rng.random(ground.shape) < 0.06), "green", 1)
    a.put(river & (a.y > 72), "blue", 2)
    a.put(river & ~shift(river, -1, 0) & (a.y > 72), "sky", 4)
    a.put(river & (a.y > 74) & (((a.x + a.y * 5) % 13) < 3), "blue", 3)
    for x, base, h in ((12, 92, 34), (28, 84, 24), (134, 90, 36), (146, 98, 30), (52, 82, 16), (116, 82, 18), (2, 100, 30)):
        a.round(a.rect(x - 1.5, base - 6, x + 1.5, base), "wood", depth=1)
        for i in range(4):
            y = base - 5 - i * h * 0.22
            w = h * (0.34 - 0.065 * i)
            a.round(a.poly((x, y - h * 0.34), (x + w, y), (x - w, y)), "leaf", depth=5, shine=False)
    house = a.rect(40, 70, 58, 84)
    a.line(house)
    a.put(house, "cloth", np.where(a.x < 49, 3, 2))
    a.round(a.poly((36, 71), (49, 58), (62, 71)), "red", depth=4)
    a.put(a.rect(46, 76, 51, 84), "wood", 1)
    a.put(a.rect(53, 74, 56, 78), "gold", 4)
    return a.image()


# ---------------------------------------------------------------- what a model does to it

def smooth(rng, h, w, bumps, amount):
    grid = rng.standard_normal((bumps + 2, bumps + 2)).astype(np.float32)
    field = np.asarray(Image.fromarray(grid, mode="F").resize((w, h), Image.BICUBIC))
    return field / (abs(field).max() + 1e-9) * amount


def lines(rng, canvas, cells, drift, jitter):
    """Where every third of a canvas pixel lies on the logical axis."""
    t = (np.arange(canvas * 3) + 0.5) / (canvas * 3)
    low, high = rng.uniform(-0.35, 0.35, 2)
    u = low + t * (cells + high - low)
    for _ in range(2):
        u = u + rng.uniform(0.4, 1) * drift / 2 * np.sin(2 * np.pi * (rng.uniform(0.5, 2) * t + rng.uniform()))
    k = np.arange(-2, cells + 3)
    return np.interp(u, k + np.clip(rng.standard_normal(len(k)) * jitter, -0.3, 0.3), k)


def gauss(a, s):
    r = max(1, int(np.ceil(3 * s)))
    k = np.exp(-0.5 * (np.arange(-r, r + 1) / s) ** 2)
    k = (k / k.sum()).astype(np.float32)
    p = np.pad(a, ((r, r), (0, 0), (0, 0)), mode="edge")
    a = sum(k[i] * p[i:i + a.shape[0]] for i in range(2 * r + 1))
    p = np.pad(a, ((0, 0), (r, r), (0, 0)), mode="edge")
    return sum(k[i] * p[:, i:i + a.shape[1]] for i in range(2 * r + 1))


def centred(art, cells):
    """The drawing on a grid of so many cells."""
    w, h = cells
    out = np.zeros((h, w, 4), np.uint8)
    y, x = (h - art.shape[0]) // 2, (w - art.shape[1]) // 2
    out[y:y + art.shape[0], x:x + art.shape[1]] = art
    return out


def spoil(art, canvas, seed, back, drift=0.35, jitter=0.06, warp=0.13, tint=5.0, blur=1.2, ring=0.6, noise=1.2, wash=7.0, shade=4.0):
    rng = np.random.default_rng(seed)
    (h, w), (cw, ch) = art.shape[:2], canvas
    solid = art[..., 3] > 0
    cell = np.where(solid[..., None], art[..., :3], np.array(back)).astype(np.float32)
    cell += rng.standard_normal(cell.shape) * tint * np.where(solid, 1, 0.15)[..., None]
    u, v = lines(rng, cw, w, drift, jitter), lines(rng, ch, h, drift, jitter)
    bend = [smooth(rng, ch * 3, cw * 3, 5, warp) for _ in range(2)]
    iu = np.clip(np.floor(u[None, :] + bend[0]), 0, w - 1).astype(int)
    iv = np.clip(np.floor(v[:, None] + bend[1]), 0, h - 1).astype(int)
    # In one cell of twenty-five a corner has the colour of the neighbour, and no cell is quite flat.
    corner = (rng.random((h, w)) < 0.04)[iv, iu] & ((u[None, :] + bend[0] - iu) + (v[:, None] + bend[1] - iv) < 0.6)
    iu = np.where(corner, np.clip(iu - 1, 0, w - 1), iu)
    slope = rng.standard_normal((h, w)).astype(np.float32) * tint
    slope[~solid] = 0
    cell = cell[iv, iu] + (slope[iv, iu] * (u[None, :] + bend[0] - iu - 0.5))[..., None]
    image = cell.reshape(ch, 3, cw, 3, 3).mean((1, 3))
    ground = (~solid)[iv[1::3, 1::3], iu[1::3, 1::3]][..., None]
    image += np.where(ground, smooth(rng, ch, cw, 7, wash)[..., None] + np.linspace(-wash, wash, ch)[:, None, None], 0)
    image += smooth(rng, ch, cw, 3, shade)[..., None]
    image = gauss(image.astype(np.float32), blur)
    image += ring * (gauss(image, 0.8) - gauss(image, 2.4))
    if noise:
        image += gauss(rng.standard_normal(image.shape).astype(np.float32), 0.7) * noise * 2
    return Image.fromarray(np.clip(np.rint(image), 0, 255).astype(np.uint8))


PINK, LIME, PALE, GREY = (236, 22, 228), (38, 214, 60), (243, 242, 236), (150, 158, 170)
CALM = dict(noise=0, wash=3.0, shade=0, tint=3.0, blur=0.7, ring=0.3, warp=0.08)


def raws():
    """Name, picture, and the quality of its JPEG (None: PNG)."""
    yield "knight.jpg", spoil(centred(knight(), (124, 126)), (1024, 1024), 1, PINK), 90
    yield "dragon.jpg", spoil(centred(dragon(), (130, 127)), (1024, 1024), 2, PALE, drift=0.5), 90
    yield "castle.png", spoil(centred(castle(), (126, 128)), (1024, 1024), 3, PINK, **CALM), None
    yield "sword.jpg", spoil(centred(sword(), (122, 122)), (768, 768), 4, LIME, blur=0.9, jitter=0.04), 92
    yield "mushroom-house.jpg", spoil(centred(mushroom_house(), (127, 124)), (1024, 1024), 5, PINK, tint=7), 86
    yield "chest.png", spoil(centred(chest(), (128, 121)), (1024, 968), 6, LIME, **CALM), None
    yield "ship.jpg", spoil(centred(ship(), (131, 128)), (1024, 1024), 7, PINK, drift=0.6, wash=11), 88
    for i, (ramp, form) in enumerate((("red", "round"), ("red", "cone"), ("red", "tall")), 1):
        cells = (104 + 2 * i, 123 - i)
        yield f"potion-{i}.jpg", spoil(centred(potion(ramp, form), cells), (768, 896), 10 + i, LIME), 84
    frames = [centred(slime(i / 4), (64, 58)) for i in range(4)]
    yield "slime-strip.png", spoil(np.concatenate(frames, 1), (2048, 464), 20, PINK, drift=0.1, **CALM), None
    yield "valley.jpg", spoil(valley()[1:-1, 1:-1], (1216, 832), 30, GREY, tint=4, warp=0.06), 90


def main():
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    folder = Path(words[0] if words else Path(__file__).parent.parent / "examples/restore/raw")
    folder.mkdir(parents=True, exist_ok=True)
    if "--native" in sys.argv:
        for draw in (knight, dragon, castle, sword, mushroom_house, chest, ship, valley):
            Image.fromarray(draw()).save(folder / f"native-{draw.__name__}.png")
        return
    for name, image, quality in raws():
        if quality is None:
            image.save(folder / name, optimize=True)
        else:
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=quality, subsampling=0 if quality > 88 else 2)
            (folder / name).write_bytes(buffer.getvalue())
        print(f"{name:22} {image.width} x {image.height}  {(folder / name).stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
