"""Sixteen more subjects, drawn as those of `subjects.py` are: the half on which the reduction was not developed. Own art, CC0."""
import numpy as np


def lantern(p):
    c = p.palette
    p.line([(16, 1), (16, 5)], c["t"][0])
    p.body(p.polygon((10, 9), (13, 5), (19, 5), (22, 9)), c["t"])
    p.body(p.box(9, 9, 23, 26), c["s"])
    p.fill(p.ellipse(16, 18, 3.5, 5), c["w"][2])
    p.dot(16, 19, c["e"], "glint")
    p.body(p.box(8, 26, 24, 30), c["t"])
    p.line([(12.5, 10), (12.5, 25)], c["o"])
    p.line([(19.5, 10), (19.5, 25)], c["o"])


def helmet(p):
    c = p.palette
    p.body((p.ellipse(16, 15, 12, 13) & (p.y < 18)) | p.box(4, 17, 28, 29), c["t"])
    p.fill(p.box(7, 16, 25, 19), c["o"])
    p.dot(11.5, 17.5, c["a"], "glint", mirror=True)
    p.line([(16, 3), (16, 28)], c["t"][2])
    for y in (22, 25):
        p.line([(9, y), (13, y)], c["o"])
        p.line([(19, y), (23, y)], c["o"])


def crab(p):
    c = p.palette
    for side in (-1, 1):
        for y in (20, 24):
            p.line([(16 + side * 9, y), (16 + side * 13, y + 2), (16 + side * 14, y + 5)], c["m"][0])
        p.body(p.ellipse(16 + side * 12, 9, 3.6, 4.4) & ~p.box(16 + side * 12 - .9, 3, 16 + side * 12 + .9, 9), c["m"])
        p.line([(16 + side * 12, 13), (16 + side * 8, 18)], c["m"][1])
        p.line([(16 + side * 3.5, 10), (16 + side * 3.5, 15)], c["m"][1])
    p.body(p.ellipse(16, 20, 11, 7), c["m"])
    p.dot(12.5, 9.5, c["b"], mirror=True)
    p.line([(13, 22), (19, 22)], c["o"])


def cat(p):
    c = p.palette
    p.line([(24, 26), (29, 23), (29, 16)], c["w"][0])
    p.body(p.ellipse(16, 24, 9, 7.5) & (p.y < 31), c["w"])
    p.body(p.polygon((7, 13), (7, 2), (14, 8)) | p.polygon((25, 13), (25, 2), (18, 8)) | p.ellipse(16, 13, 9.5, 8), c["w"])
    p.dot(12, 12.5, c["a"], mirror=True)
    p.dot(16, 16, c["m"][1], "glint")
    p.line([(9, 17), (4, 16)], c["e"], 1)
    p.line([(23, 17), (28, 16)], c["e"], 1)
    p.fill(p.ellipse(16, 26, 3.4, 4), c["w"][2])


def robot(p):
    c = p.palette
    p.line([(16, 1), (16, 5)], c["t"][1])
    p.dot(16, 1.5, c["m"][2])
    p.body(p.box(8, 5, 24, 15), c["t"])
    p.fill(p.box(11, 8, 21, 12), c["o"])
    p.dot(13, 10, c["a"], mirror=True)
    p.body(p.box(7, 16, 25, 26), c["t"])
    p.fill(p.box(12, 19, 20, 23), c["s"][1])
    p.dot(14, 21, c["m"][2], "glint")
    p.dot(18, 21, c["s"][2], "glint")
    p.line([(5, 17), (5, 24)], c["t"][0])
    p.line([(27, 17), (27, 24)], c["t"][0])
    p.body(p.box(9, 26, 14, 31), c["t"])
    p.body(p.box(18, 26, 23, 31), c["t"])


def wizard(p):
    c = p.palette
    p.line([(27, 6), (27, 30)], c["w"][1])
    p.dot(27, 5, c["a"])
    p.body(p.polygon((16, 13), (25, 31), (7, 31)), c["m"])
    p.body(p.ellipse(16, 13, 6, 5), c["w"])
    p.fill(p.polygon((11, 15), (21, 15), (16, 23)), c["e"])
    p.dot(13.5, 13, c["b"], mirror=True)
    p.body(p.polygon((17, 0), (22, 9.5), (10, 9.5)) | p.ellipse(16, 10, 10, 2.2), c["m"])
    p.dot(16.5, 6, c["a"], "glint")


def boat(p):
    c = p.palette
    p.line([(15, 2), (15, 24)], c["w"][0])
    p.body(p.polygon((16.5, 3), (28, 20), (16.5, 20)), c["t"])
    p.body(p.polygon((13.5, 6), (13.5, 20), (5, 20)), c["m"])
    p.body(p.polygon((2, 23), (30, 23), (25, 30), (7, 30)), c["w"])
    p.line([(6, 26), (26, 26)], c["w"][2])
    for x in (10, 16, 22):
        p.dot(x, 28, c["b"], "glint")


def house(p):
    c = p.palette
    p.body(p.box(22, 4, 26, 12), c["t"])
    p.body(p.box(5, 15, 27, 30), c["w"])
    p.body(p.polygon((16, 2), (31, 16), (1, 16)), c["m"])
    p.body(p.box(13, 21, 19, 30), c["s"])
    p.dot(17.5, 26, c["a"], "glint")
    for x in (9, 23):
        p.fill(p.box(x - 2.2, 19, x + 2.2, 23.4), c["o"])
        p.fill(p.box(x - 1.3, 20, x + 1.3, 22.5), c["a"])


def apple(p):
    c = p.palette
    p.body(p.ellipse(11.5, 19, 9, 10.5) | p.ellipse(20.5, 19, 9, 10.5), c["m"])
    p.line([(16, 10), (17, 3)], c["w"][0])
    p.body(p.ellipse(22, 6, 5, 2.8), c["s"])
    p.dot(8.5, 15, c["e"], "glint")
    p.fill(p.polygon((14, 9.5), (18, 9.5), (16, 12)), c["m"][0])


def shield(p):
    c = p.palette
    p.body(p.box(4, 3, 28, 16) | p.polygon((4, 16), (28, 16), (22, 25), (16, 30), (10, 25)), c["s"])
    p.line([(16, 5), (16, 27)], c["e"])
    p.line([(7, 12), (25, 12)], c["e"])
    for x in (8, 24):
        p.dot(x, 6, c["a"], "glint")


def owl(p):
    c = p.palette
    p.body(p.ellipse(16, 18, 11, 12.5) | p.polygon((6, 14), (6, 3), (13, 9)) | p.polygon((26, 14), (26, 3), (19, 9)), c["w"])
    for x in (11, 21):
        p.fill(p.ellipse(x, 13, 4.4, 4.4), c["e"])
    p.dot(11, 13, c["b"], mirror=True)
    p.fill(p.polygon((14, 15), (18, 15), (16, 19)), c["a"])
    for y in (22, 25.5):
        for x in (12, 16, 20):
            p.dot(x, y, c["w"][0], "glint")
    p.line([(12, 30.5), (13, 30.5)], c["a"])
    p.line([(19, 30.5), (20, 30.5)], c["a"])


def cactus(p):
    c = p.palette
    p.body(p.box(4, 9, 8, 17) | p.box(4, 15, 14, 19), c["s"])
    p.body(p.box(24, 6, 28, 14) | p.box(18, 12, 28, 16), c["s"])
    p.body(p.box(12, 2, 20, 25), c["s"])
    for x, y in ((14, 6), (18, 10), (14, 15), (18, 20)):
        p.dot(x, y, c["e"], "glint")
    p.body(p.polygon((9, 24), (23, 24), (21, 31), (11, 31)), c["m"])
    p.line([(10, 26.5), (22, 26.5)], c["m"][2])


def gem(p):
    c = p.palette
    p.body(p.polygon((8, 5), (24, 5), (30, 13), (16, 30), (2, 13)), c["t"])
    p.line([(3, 13), (29, 13)], c["t"][2])
    p.line([(11, 13), (16, 28)], c["t"][0], 1)
    p.line([(21, 13), (16, 28)], c["t"][0], 1)
    p.dot(9.5, 8.5, c["e"], "glint")


def scroll(p):
    c = p.palette
    p.body(p.box(6, 5, 26, 27), [c["w"][1], c["w"][2], c["e"]])
    p.body(p.ellipse(16, 5, 13, 3.6) & (p.y < 9) | p.box(3, 3, 29, 7), c["w"])
    p.body(p.box(3, 25, 29, 30), c["w"])
    for y, x in ((11, 22), (14, 20), (17, 22), (20, 15)):
        p.line([(10, y), (x, y)], c["o"], 1)
    p.dot(21, 21.5, c["m"][1])


def windmill(p):
    c = p.palette
    p.body(p.polygon((11, 14), (21, 14), (24, 31), (8, 31)), c["t"])
    p.body(p.polygon((16, 7), (22, 14), (10, 14)), c["m"])
    for a in (.6, 2.17, 3.74, 5.31):
        x, y = 16 + 13 * np.cos(a), 13 + 12 * np.sin(a)
        p.line([(16, 13), (x, y)], c["w"][1])
        p.line([(16 + 5 * np.cos(a + .25), 13 + 5 * np.sin(a + .25)), (16 + 12 * np.cos(a + .2), 13 + 11 * np.sin(a + .2))], c["e"])
    p.dot(16, 13, c["a"])
    p.fill(p.box(14, 25, 18, 30), c["o"])


def dino(p):
    c = p.palette
    p.body(p.polygon((2, 20), (14, 18), (12, 26)) | p.ellipse(15, 20, 7.5, 7), c["s"])
    p.body(p.box(14, 4, 28, 13) | p.box(14, 10, 20, 20), c["s"])
    p.dot(18.5, 7.5, c["b"])
    p.line([(21, 11), (27, 11)], c["o"])
    p.line([(21, 17), (25, 18)], c["s"][0])
    p.line([(12, 26), (12, 31), (14, 31)], c["s"][1])
    p.line([(18, 26), (18, 31), (20, 31)], c["s"][1])
    for x, y in ((10, 14), (7, 17), (13, 10)):
        p.dot(x, y, c["m"][1])
    p.fill(p.ellipse(17, 21, 3, 4), c["w"][2])


SUBJECTS = [lantern, helmet, crab, cat, robot, wizard, boat, house, apple, shield, owl, cactus, gem, scroll, windmill, dino]
BARE = set()
