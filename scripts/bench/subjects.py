"""The same subjects drawn natively at any size, as an artist would draw each: lines of one pixel where the picture is small.

A subject is drawn in a space of 32 by 32 units. Shapes scale; outlines, limbs, eyes and glints do not: their widths in pixels
are tabled by size, in two hands. `fine` has outlines of one pixel at every size, which is the hardest to reduce; `bold` has
the outlines and limbs of a large picture that was drawn to be seen as a whole. Own art, CC0.
"""
import numpy as np

SIZES = [16, 32, 48, 64, 96, 128]
WIDTHS = {
    "fine": dict(outline=[1, 1, 1, 1, 1, 1], limb=[1, 1, 1, 1, 2, 2], eye=[1, 1, 2, 2, 3, 3], glint=[1, 1, 1, 2, 2, 3]),
    "bold": dict(outline=[1, 1, 1, 1, 2, 2], limb=[1, 1, 2, 2, 3, 4], eye=[1, 2, 2, 3, 4, 5], glint=[1, 1, 2, 2, 3, 4]),
}
PALETTES = [
    dict(o=(24, 20, 37), m=[(90, 40, 70), (162, 38, 51), (228, 59, 68)], s=[(38, 92, 66), (62, 137, 72), (99, 199, 77)],
         t=[(90, 105, 136), (139, 155, 180), (192, 203, 220)], w=[(115, 62, 57), (184, 111, 80), (234, 212, 170)],
         a=(254, 174, 52), e=(255, 255, 255), b=(10, 8, 16)),
    dict(o=(45, 20, 60), m=[(30, 60, 120), (44, 110, 190), (90, 190, 240)], s=[(120, 60, 20), (190, 110, 40), (240, 190, 80)],
         t=[(70, 75, 95), (120, 130, 150), (200, 210, 215)], w=[(100, 60, 90), (170, 110, 130), (235, 190, 190)],
         a=(250, 90, 140), e=(245, 250, 235), b=(20, 10, 35)),
    dict(o=(16, 40, 48), m=[(40, 100, 80), (80, 160, 90), (170, 215, 110)], s=[(120, 50, 120), (180, 80, 160), (240, 150, 200)],
         t=[(95, 85, 80), (150, 140, 130), (215, 205, 190)], w=[(110, 70, 40), (170, 120, 70), (225, 185, 130)],
         a=(255, 220, 80), e=(255, 255, 245), b=(8, 20, 26)),
]


class Pen:
    """A picture being drawn, and the small features that an eye looks for in it."""

    def __init__(self, size, hand, palette):
        self.size, self.f, self.palette = size, size / 32, palette
        nearest = min(range(len(SIZES)), key=lambda i: abs(SIZES[i] - size))
        self.widths = {k: v[nearest] for k, v in WIDTHS[hand].items()}
        self.art = np.zeros((size, size, 4), np.uint8)
        self.label = np.zeros((size, size), int)
        self.features = []
        y, x = np.mgrid[0:size, 0:size]
        self.x, self.y = (x + .5) / self.f, (y + .5) / self.f

    # shapes, as masks
    def ellipse(self, cx, cy, rx, ry):
        return ((self.x - cx) / rx) ** 2 + ((self.y - cy) / ry) ** 2 <= 1

    def box(self, x0, y0, x1, y1):
        return (self.x > x0) & (self.x < x1) & (self.y > y0) & (self.y < y1)

    def polygon(self, *points):
        inside = np.zeros(self.x.shape, bool)
        for (ax, ay), (bx, by) in zip(points, points[1:] + points[:1]):
            if ay != by:
                inside ^= ((self.y < ay) != (self.y < by)) & (self.x < (bx - ax) * (self.y - ay) / (by - ay) + ax)
        return inside

    # paint
    def fill(self, mask, color):
        self.art[mask] = (*color, 255)
        self.label[mask] = 0

    def body(self, mask, ramp):
        """A part lit from the upper left, with its outline inside its silhouette."""
        if not mask.any():
            return
        xs, ys = self.x[mask], self.y[mask]
        w, h = max(np.ptp(xs), 1e-9), max(np.ptp(ys), 1e-9)
        t = .45 * (self.x - xs.min()) / w + .55 * (self.y - ys.min()) / h
        self.fill(mask, ramp[1])
        self.fill(mask & (t < .36), ramp[2])
        self.fill(mask & (t > .66), ramp[0])
        inner = mask
        for _ in range(self.widths["outline"]):
            p = np.pad(inner, 1)
            inner = inner & p[:-2, 1:-1] & p[2:, 1:-1] & p[1:-1, :-2] & p[1:-1, 2:]
        self.fill(mask & ~inner, self.palette["o"])

    def feature(self, mask, color, kind):
        self.fill(mask, color)
        self.features.append((kind, color))
        self.label[mask] = len(self.features)

    def brush(self, px, py, width):
        """The pixels of a square brush whose middle is at a place in units."""
        x, y = (int(np.floor(v * self.f - width / 2 + .5)) for v in (px, py))
        mask = np.zeros(self.x.shape, bool)
        mask[max(y, 0):max(y + width, 0), max(x, 0):max(x + width, 0)] = True
        return mask

    def line(self, points, color, width="limb"):
        """A line of an even width; a feature where it is at most two pixels wide."""
        width = self.widths[width] if isinstance(width, str) else width
        mask = np.zeros(self.x.shape, bool)
        ends = [[int(np.floor(v * self.f - width / 2 + .5)) for v in point] for point in points]
        for (ax, ay), (bx, by) in zip(ends, ends[1:]):
            steps = max(abs(bx - ax), abs(by - ay), 1)
            for i in range(steps + 1):
                x, y = (a + (2 * i * (b - a) + steps) // (2 * steps) for a, b in ((ax, bx), (ay, by)))
                mask[max(y, 0):max(y + width, 0), max(x, 0):max(x + width, 0)] = True
        self.feature(mask, color, "line") if width <= 2 else self.fill(mask, color)

    def dot(self, x, y, color, width="eye", mirror=False):
        for at in (x, 32 - x) if mirror else (x,):
            mask = self.brush(at, y, self.widths[width])
            if mirror and at > 16:
                mask = self.brush(x, y, self.widths[width])[:, ::-1]
            self.feature(mask, color, "dot")


def slime(p):
    c = p.palette
    p.body(p.ellipse(16, 21, 13, 10) & (p.y < 30) | p.box(4, 24, 28, 30), c["m"])
    p.dot(11, 20, c["b"], mirror=True)
    p.dot(9.5, 14.5, c["e"], "glint")


def potion(p):
    c = p.palette
    p.body(p.ellipse(16, 21, 10, 9.5), c["t"])
    p.fill(p.ellipse(16, 21, 8.4, 7.9) & (p.y > 19), c["m"][1])
    p.fill(p.ellipse(16, 21, 8.4, 7.9) & (p.y > 25), c["m"][0])
    p.body(p.box(12.5, 6, 19.5, 14), c["t"])
    p.body(p.box(11, 2, 21, 7), c["w"])
    p.dot(11.5, 17, c["e"], "glint")
    p.dot(18.5, 23, c["m"][2], "glint")


def sword(p):
    c = p.palette
    p.body(p.polygon((28, 1), (31, 4), (14, 21), (11, 18)), c["t"])
    p.line([(28.5, 3.5), (13.5, 18.5)], c["e"], "glint")
    p.body(p.polygon((7, 16), (10, 14), (18, 22), (16, 25)), c["s"])
    p.line([(10.5, 21.5), (4, 28)], c["w"][1])
    p.dot(3.5, 28.5, c["a"])


def chest(p):
    c = p.palette
    p.body(p.box(3, 14, 29, 29), c["w"])
    p.body(p.polygon((3, 14), (3, 9), (6, 5), (26, 5), (29, 9), (29, 14)), c["w"])
    p.line([(8, 6.5), (8, 27.5)], c["t"][2])
    p.line([(24, 6.5), (24, 27.5)], c["t"][2])
    p.body(p.box(13, 12, 19, 19), c["s"])
    p.dot(16, 15.5, c["b"])


def skull(p):
    c = p.palette
    p.body(p.ellipse(16, 13, 12, 11) | p.box(9, 18, 23, 29), [c["t"][1], c["t"][2], c["e"]])
    for x in (11, 21):
        p.fill(p.ellipse(x, 14, 3.2, 3.6), c["o"])
    p.dot(11, 14, c["a"], mirror=True)
    p.fill(p.polygon((16, 18), (18, 21.5), (14, 21.5)), c["o"])
    for x in (12.5, 16, 19.5):
        p.line([(x, 25), (x, 28)], c["o"])


def mushroom(p):
    c = p.palette
    p.body(p.box(11, 16, 21, 30), c["w"])
    p.body(p.ellipse(16, 14, 14, 11) & (p.y < 18), c["m"])
    for x, y, r in ((9, 10, 2.2), (17, 7, 2.6), (24, 12, 2)):
        p.fill(p.ellipse(x, y, r, r), c["e"])
    p.dot(14, 22, c["b"], mirror=True)


def bird(p):
    c = p.palette
    p.line([(14, 24), (14, 30), (11, 30)], c["a"])
    p.line([(19, 24), (19, 30), (16, 30)], c["a"])
    p.body(p.polygon((22, 14), (31, 9), (30, 17), (22, 21)), c["m"])
    p.body(p.ellipse(15, 16, 10, 9.5), c["m"])
    p.fill(p.ellipse(13, 20, 5, 4), c["w"][2])
    p.feature(p.polygon((6.5, 11), (6.5, 16), (1, 14)), c["a"], "dot")
    p.dot(10, 12, c["b"])
    p.line([(16, 15), (22, 17)], c["m"][0])


def tree(p):
    c = p.palette
    p.body(p.box(13.5, 20, 18.5, 31), c["w"])
    p.body(p.ellipse(16, 8, 8, 7) | p.ellipse(10, 15, 8.5, 7.5) | p.ellipse(22, 15, 8.5, 7.5), c["s"])
    for x, y in ((12, 9), (21, 13), (9, 17)):
        p.dot(x, y, c["m"][2], "glint")


def key(p):
    c = p.palette
    p.line([(16, 13), (16, 30)], c["s"][2])
    p.line([(16, 29), (21, 29)], c["s"][2])
    p.line([(16, 24.5), (20, 24.5)], c["s"][2])
    p.body(p.ellipse(16, 8, 8, 7.5) & ~p.ellipse(16, 8, 3.1, 2.6), c["s"])
    p.dot(11.5, 6, c["e"], "glint")


def flag(p):
    c = p.palette
    p.body(p.box(3, 28, 14, 31), c["t"])
    p.body(p.polygon((8, 3), (30, 5), (25, 10), (29, 16), (8, 15)), c["m"])
    p.line([(8, 1), (8, 28)], c["w"][2])
    p.dot(17, 9, c["a"])


def bow(p):
    c = p.palette
    arc = [(9 + 12 * np.sin(t), 16 - 14 * np.cos(t)) for t in np.linspace(.12, np.pi - .12, 24)]
    p.line([(9.5, 2), (9.5, 30)], c["e"], 1 if p.size < 96 else 2)
    p.line([(4, 16), (29, 16)], c["t"][1], "limb")
    p.line(arc, c["o"], p.widths["limb"] + 1)
    p.line(arc, c["w"][1], "limb")
    p.dot(29, 16, c["m"][2])


def spider(p):
    c = p.palette
    for y0, y1, y2 in ((13, 5, 9), (16, 13, 19), (19, 22, 28)):
        for side in (-1, 1):
            p.line([(16 + side * 6, y0), (16 + side * 11, y1), (16 + side * 14, y2)], c["o"])
    p.body(p.ellipse(16, 17, 7.5, 8.5), c["m"])
    p.dot(13, 21, c["e"], mirror=True)
    p.dot(16, 13, c["a"], "glint")


def fish(p):
    c = p.palette
    p.body(p.polygon((21, 16), (31, 8), (31, 25)), c["m"])
    p.body(p.polygon((11, 10), (18, 4), (21, 11)), c["m"])
    p.body(p.ellipse(13, 17, 11.5, 8.5), c["s"])
    p.line([(15, 12), (17, 17), (15, 22)], c["s"][0])
    p.fill(p.brush(8, 15, p.widths["eye"] + 2), c["e"])
    p.dot(8, 15, c["b"])


def ghost(p):
    c = p.palette
    body = p.ellipse(16, 13, 11, 11) | p.box(5, 13, 27, 28)
    body &= ~(p.ellipse(10.5, 29.5, 2.6, 4) | p.ellipse(21.5, 29.5, 2.6, 4))
    p.body(body, [c["t"][1], c["t"][2], c["e"]])
    p.dot(11.5, 13, c["b"], mirror=True)
    p.line([(13, 19.5), (19, 19.5)], c["m"][1], "eye")


def knight(p):
    c = p.palette
    p.line([(26.5, 5), (26.5, 19)], c["e"])
    p.line([(23.5, 19.5), (29.5, 19.5)], c["a"])
    p.body(p.box(10, 24, 15.5, 31), c["t"])
    p.body(p.box(16.5, 24, 22, 31), c["t"])
    p.body(p.box(9, 14, 23, 26), c["m"])
    p.body(p.box(22, 16, 28, 21), c["t"])
    p.body(p.ellipse(7, 20, 5, 6), c["s"])
    p.dot(7, 20, c["a"])
    p.body(p.box(9.5, 4, 22.5, 16) & ~p.box(0, 0, 11, 5.4), c["t"])
    p.fill(p.box(12, 9, 20, 12), c["o"])
    p.dot(13.5, 10.5, c["e"], "glint", mirror=True)
    p.line([(16, 3.5), (20, 1.5), (23, 3)], c["m"][2])


def walker(p):
    """A figure with bare limbs of one pixel."""
    c = p.palette
    p.line([(16, 17), (9, 21), (7, 17)], c["w"][2])
    p.line([(16, 17), (23, 20), (26, 24)], c["w"][2])
    p.line([(14.5, 24), (11, 30), (8, 30)], c["w"][1])
    p.line([(17.5, 24), (21, 30), (24, 30)], c["w"][1])
    p.body(p.box(12, 14, 20, 25), c["s"])
    p.body(p.ellipse(16, 8, 7, 6.8), c["w"])
    p.dot(13.5, 8.5, c["b"], mirror=True)


SUBJECTS = [knight, slime, potion, sword, chest, skull, mushroom, bird, tree, key, flag, bow, spider, fish, ghost, walker]
BARE = {"bow", "key"}          # no outline goes round them: no figure of closure


def draw(subject, size, hand, palette):
    """The picture (RGBA), the labels of its features, and their kinds and colours."""
    pen = Pen(size, hand, PALETTES[palette])
    subject(pen)
    return pen.art, pen.label, pen.features


if __name__ == "__main__":
    import sys
    from PIL import Image
    sheet = Image.new("RGB", (len(SUBJECTS) * 132, len(SIZES) * 132), (96, 128, 110))
    for i, subject in enumerate(SUBJECTS):
        for j, size in enumerate(SIZES):
            im = Image.fromarray(draw(subject, size, ["fine", "bold"][i % 2], i % 3)[0])
            im = im.resize((128 // size * size if size in (16, 32, 64, 128) else size,) * 2, Image.NEAREST)
            sheet.paste(im, (i * 132, j * 132), im)
    sheet.save(sys.argv[1])
