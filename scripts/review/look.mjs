// What an asset shows: raw with its grid, palette and histogram, motion, repetition, maps, grounds, the difference since the last build.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folder, open, review, run, shoot } from "./common.mjs";

/** The digest of what a canvas shows. */
const pixels = async (page, selector) => createHash("sha256").update(await page.$eval(selector, (canvas) => canvas.toDataURL())).digest("hex");

async function show(page, address) {
  await page.evaluate((address) => { location.hash = ""; location.hash = encodeURIComponent(address); }, address);
  await page.waitForFunction((name) => document.getElementById("detail-name")?.textContent === name, address.split("/")[1]);
}

export default async function look() {
  const game = folder();
  run(game, "init", "--example", "--backend", "sketch", ".");
  run(game, "build", "-q");
  const { url } = await review(game);
  const page = await open(url);
  await page.waitForSelector(".card");

  // The raw, and the grid over it.
  await show(page, "sprite/potion@red");
  await page.waitForSelector("[data-pick]");
  await page.keyboard.press("g");
  await page.waitForSelector(".big canvas[data-grid=drawn]");
  const withGrid = await pixels(page, ".big canvas");
  await shoot(page, "grid-light");
  await page.click("button:text-is(\"Grid\")");
  await page.waitForSelector(".big canvas:not([data-grid=drawn])");
  const plain = await pixels(page, ".big canvas");
  assert.notEqual(withGrid, plain);
  await page.keyboard.press("g");
  await page.waitForFunction(() => document.querySelector(".big canvas")?.width <= 64);

  // Palette with shares, metrics in words with their thresholds.
  const shares = await page.$$eval(".palette .share", (all) => all.map((one) => parseFloat(one.textContent)));
  assert.ok(shares.length > 1 && Math.abs(shares.reduce((a, b) => a + b, 0) - 100) < 1, String(shares));
  assert.match(await page.textContent("#detail table"), /Confidence in the pixel grid.*at least 60 %.*holds/s);

  // Grounds.
  const grounds = new Set();
  for (let at = 0; at < 4; at++) {
    grounds.add(await page.$eval(".big", (big) => getComputedStyle(big).background));
    await page.keyboard.press("b");
  }
  assert.equal(grounds.size, 4);

  // An animation: single steps, the skin of the frame before, its own speed.
  await show(page, "animation/knight-walk@s");
  await page.keyboard.press(".");
  const first = await pixels(page, ".big canvas");
  await page.keyboard.press(".");
  assert.notEqual(await pixels(page, ".big canvas"), first);
  await page.keyboard.press(",");
  assert.equal(await pixels(page, ".big canvas"), first);
  await page.click("text=Onion skin");
  assert.notEqual(await pixels(page, ".big canvas"), first);
  await shoot(page, "animation-light");
  await page.click("text=Onion skin");
  await page.click("#run");
  const frames = new Set();
  for (let at = 0; at < 40 && frames.size < 4; at++) { frames.add(await page.textContent("#frame")); await page.waitForTimeout(50); }
  assert.ok(frames.size >= 4, "it plays");

  // A texture three times each way, and once.
  await show(page, "texture/grass");
  const wide = () => page.$eval(".big canvas", (canvas) => canvas.width);
  const three = await wide();
  await page.click("text=3×3");
  assert.equal(await wide(), three / 3);

  // A tileset: another map, and a stroke by hand.
  await show(page, "tileset/meadow");
  const map = () => pixels(page, ".map canvas");
  await page.waitForTimeout(300);
  const one = await map();
  await page.click("text=Another map");
  const other = await map();
  assert.notEqual(one, other);
  const box = await page.locator(".map canvas").boundingBox();
  await page.locator(".map canvas").scrollIntoViewIfNeeded();
  const seen = await page.locator(".map canvas").boundingBox();
  assert.ok(box && seen);
  await page.mouse.move(seen.x + 20, seen.y + 20);
  await page.mouse.down();
  await page.mouse.move(seen.x + seen.width / 2, seen.y + 24, { steps: 12 });
  await page.mouse.up();
  assert.notEqual(await map(), other);
  await shoot(page, "map-light");

  // A change on disk: before, after and what differs.
  await show(page, "sprite/potion@red");
  const manifest = readFileSync(join(game, "pixels.toml"), "utf8");
  const saved = Date.now();
  writeFileSync(join(game, "pixels.toml"), manifest.replace('palette = "endesga-32"', 'palette = "pico-8"'));
  await page.waitForSelector(".compare figure");
  console.log("palette on disk to the page", Date.now() - saved, "ms");
  await page.waitForFunction(() => /\([1-9]\d* of \d+ pixels\)/.test(document.querySelector(".compare")?.textContent));
  await shoot(page, "difference-light");

  // Clean-up in art direction, seen and not applied.
  await page.keyboard.press("Escape");
  await page.keyboard.press("d");
  await page.waitForSelector("#cleanup-dust");
  await page.check("#cleanup-orphans");
  await page.waitForFunction(() => /would change|look different/.test(document.getElementById("effect").textContent));
  assert.equal(readFileSync(join(game, "pixels.toml"), "utf8"), manifest.replace('palette = "endesga-32"', 'palette = "pico-8"'));
  await page.check("#cleanup-dust");
  await page.waitForFunction(() => !document.getElementById("apply").disabled);
  await page.click("#apply");
  await page.waitForFunction(() => /Changed pixels.toml/.test(document.getElementById("said").textContent));
  assert.match(readFileSync(join(game, "pixels.toml"), "utf8"), /cleanup = \["orphans", "dust"\]/);
}
