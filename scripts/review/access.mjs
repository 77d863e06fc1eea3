// Everything by keyboard, roles and contrast in both themes: axe-core finds nothing.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fake, open, project, review, run, shoot } from "./common.mjs";

const AXE = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const MANIFEST = `[project]
name = "access"
backend = "comfyui"
candidates = 2
reroll = 0
[style.default]
canvas = [256, 256]
[sprite.knight]
prompt = "a knight"
size = 16
gates = { coverage = 990 }
[sprite.orc]
prompt = "an orc"
size = 16
[compare.house]
slots = ["knight"]
seeds = 2
arms.base = {}
arms.ours = { steps = 9 }
`;

async function axe(page, what) {
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] });
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + " " + (node.any[0]?.message ?? "")).join(" | ")}`);
  });
  assert.deepEqual(found, [], what);
}

export default async function access() {
  const live = project(MANIFEST, [await fake()]);
  run(live, "build", "-q");
  run(live, "compare", "run", "house", "--yes", "-q");
  const { url } = await review(live);
  for (const scheme of ["light", "dark"]) {
    const page = await open(url, { scheme, cards: 2, route: (page) => page.addInitScript(AXE) });
    await page.evaluate(() => localStorage.setItem("dgx-pixels.rater", "ann"));
    await page.waitForSelector("#compare-button:not([hidden])");
    await axe(page, scheme + " gallery");
    // Tab alone reaches a card, Enter opens it, Tab reaches every candidate, Escape leads back.
    for (let at = 0; at < 40 && !(await page.evaluate(() => document.activeElement.classList.contains("card"))); at++) await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight");
    const card = await page.evaluate(() => document.activeElement.innerText);
    assert.match(card, /^orc\s.*sprite · 16×16/s);
    await page.keyboard.press("Enter");
    await page.waitForSelector("[data-pick]");
    const reached = new Set();
    for (let at = 0; at < 60; at++) { await page.keyboard.press("Tab"); reached.add(await page.evaluate(() => document.activeElement?.dataset?.pick)); }
    assert.ok(reached.has("orc 1") && reached.has("orc 2") && reached.has("orc keep 2"), [...reached].join());
    await axe(page, scheme + " asset");
    await shoot(page, "access-" + scheme);
    await page.keyboard.press("Escape");
    await page.waitForFunction((card) => document.activeElement.innerText === card, card, { timeout: 5000 })
      .catch(async () => assert.equal(await page.evaluate(() => document.activeElement.outerHTML.slice(0, 200)), card));
    await page.keyboard.press("?");
    await axe(page, scheme + " keys");
    await page.keyboard.press("Escape");
    await page.keyboard.press("d");
    await page.waitForSelector("#edit-palette");
    await page.selectOption("#edit-palette", "pico-8");
    await page.waitForFunction(() => /would change/.test(document.getElementById("effect").textContent));
    await axe(page, scheme + " art direction");
    await page.keyboard.press("Escape");
    await page.locator("#direct-button").click();
    await page.keyboard.press("c");
    await page.waitForSelector("#booth [data-answer=left]:not([disabled])");
    await axe(page, scheme + " compare");
    await page.close();
  }
}
