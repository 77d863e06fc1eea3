// Ten choices, two re-rolls and another palette by keyboard; manifest, lock and files are those of the command line.
import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fake, open, project, review, run, shoot, until } from "./common.mjs";

const NAMES = ["knight", "goblin", "wizard", "slime", "bat", "skeleton", "potion", "sword", "shield", "chest"];
const ITEMS = new Set(["potion", "sword", "shield", "chest"]);

/** Ten assets of four candidates each. */
function manifest() {
  const asset = (name) => `\n[sprite.${name}]\npreset = "${ITEMS.has(name) ? "item" : "character"}"\nprompt = "a ${name}"\nsize = 16\n`;
  return `[project]\nname = "stranger"\nbackend = "comfyui"\ncandidates = 4\nreroll = 0\n\n[style.default]\ncanvas = [256, 256]\n\n[recipe.default]\npalette = "endesga-32" # by Endesga\n${NAMES.map(asset).join("")}`;
}

/** What the lock says of a sprite. */
const entry = (folder, name) => readFileSync(join(folder, "pixels.lock"), "utf8").split(/^\[sprite\./m).find((part) => part.startsWith(`"${name}"]`) || part.startsWith(name + "]")) ?? "";

export default async function decide() {
  const server = await fake();
  const [live, plain] = [project(manifest(), [server]), project(manifest(), [server])];
  run(live, "build", "-q");
  run(plain, "build", "-q");
  const { url } = await review(live);
  const page = await open(url, { cards: 10 });
  const times = await page.evaluate(() => ({ paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime, usable: performance.getEntriesByName("usable")[0]?.startTime }));
  console.log("first paint", Math.round(times.paint), "ms, usable", Math.round(times.usable), "ms");

  // Filter, and compare the candidates of one asset.
  await page.keyboard.press("/");
  await page.keyboard.type("gob");
  await page.waitForFunction(() => document.querySelectorAll(".card").length === 1);
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.querySelectorAll(".card").length === 10);
  await shoot(page, "gallery-light");

  // Pick ten assets by keyboard.
  const order = await page.$$eval(".card .name", (names) => names.map((name) => name.textContent));
  assert.equal(order.length, 10);
  await page.focus(".card");
  await page.keyboard.press("Enter");
  let took;
  for (const [at, name] of order.entries()) {
    await page.waitForFunction((name) => document.getElementById("detail-name")?.textContent === name && document.querySelectorAll(".candidate").length === 4, name);
    const n = 1 + (at + 1) % 4;
    const file = join(live, "assets/sprites", name + ".png"), before = statSync(file).ino;
    const pressed = Date.now();
    await page.keyboard.press(String(n));
    await until("the pick of " + name, () => entry(live, name).includes('by = "user"'));
    const decided = Date.now() - pressed;
    if (at === 0) {
      await until("the file of " + name, () => statSync(file).ino !== before);
      took = [decided, Date.now() - pressed];
    }
    await page.waitForFunction((n) => document.querySelector(`[data-pick$=" ${n}"][aria-pressed=true]`)?.textContent.includes("★"), n);
    run(plain, "pick", name, String(n));
    if (at === 0) await shoot(page, "asset-light");
    await page.keyboard.press("ArrowRight");
  }
  // Somebody else picks first: this page is told, and nothing is picked.
  run(live, "pick", order[0], "1");
  run(plain, "pick", order[0], "1");
  // One more decision, and back.
  await page.waitForFunction((name) => document.getElementById("detail-name")?.textContent === name, order[0]);
  await page.waitForFunction(() => document.querySelector('[data-pick$=" 1"][aria-pressed=true]'));
  await page.keyboard.press("3");
  await page.waitForFunction(() => document.querySelector('[data-pick$=" 3"][aria-pressed=true]'));
  await page.keyboard.press("u");
  await page.waitForFunction(() => document.querySelector('[data-pick$=" 1"][aria-pressed=true]'));

  // Re-roll two: new candidates are generated at once.
  for (const name of order.slice(0, 2)) {
    await page.waitForFunction((name) => document.getElementById("detail-name")?.textContent === name && document.querySelectorAll(".candidate").length === 4, name);
    await page.keyboard.press("r");
    await page.waitForFunction(() => /Re-rolled|✕/.test(document.getElementById("said").textContent));
    run(plain, "reroll", name);
    run(plain, "build", "-q");
    await page.waitForFunction((name) => document.querySelector(`[data-pick="${name} 5"]`), name);
    await page.keyboard.press("ArrowRight");
  }
  await page.keyboard.press("Escape");

  // Another palette: seen before it is written, then applied.
  await page.keyboard.press("d");
  await page.waitForSelector("#edit-palette");
  await page.selectOption("#edit-palette", "pico-8");
  await page.waitForFunction(() => /would change/.test(document.getElementById("effect").textContent));
  assert.equal(readFileSync(join(live, "pixels.toml"), "utf8"), manifest(), "a look writes nothing");
  await shoot(page, "direction-light");
  const wanted = manifest().replace('"endesga-32"', '"pico-8"');
  const picture = join(live, "assets/sprites/knight.png"), old = readFileSync(picture);
  const shown = await page.evaluate(() => performance.now());
  const applied = Date.now();
  await page.click("#apply");
  await until("files of the new palette", () => !readFileSync(picture).equals(old));
  const written = Date.now() - applied;
  await page.waitForFunction((since) => performance.getEntriesByName("reloaded").some((mark) => mark.startTime > since), shown);
  console.log("pick to lock and file", took.join(", "), "ms; palette to file", written, "ms, to the page", Date.now() - applied, "ms");
  assert.equal(readFileSync(join(live, "pixels.toml"), "utf8"), wanted);
  writeFileSync(join(plain, "pixels.toml"), wanted);
  run(plain, "build", "-q");
  await until("equal locks", () => readFileSync(join(live, "pixels.lock"), "utf8") === readFileSync(join(plain, "pixels.lock"), "utf8"), 10000).catch(() => {});
  assert.equal(readFileSync(join(live, "pixels.lock"), "utf8"), readFileSync(join(plain, "pixels.lock"), "utf8"));
  for (const name of NAMES) assert.deepEqual(readFileSync(join(live, `assets/sprites/${name}.png`)), readFileSync(join(plain, `assets/sprites/${name}.png`)), name);

  // A broken manifest stands over the last good state, until it is mended.
  writeFileSync(join(live, "pixels.toml"), wanted.replace('"pico-8"', '"pico-9"'));
  await page.waitForSelector("#problems:not([hidden])");
  assert.match(await page.textContent("#problems"), /pixels\.toml:11.*pico-9/);
  assert.equal(await page.$$eval(".card", (cards) => cards.length), 10);
  await shoot(page, "problems-light");
  writeFileSync(join(live, "pixels.toml"), wanted);
  await page.waitForSelector("#problems[hidden]", { state: "attached" });

  const dark = await open(url, { cards: 10, scheme: "dark" });
  await shoot(dark, "gallery-dark");
  await dark.focus(".card");
  await dark.keyboard.press("Enter");
  await dark.waitForFunction(() => document.querySelectorAll(".candidate").length >= 4);
  await shoot(dark, "asset-dark");
  await dark.keyboard.press("Escape");
  await dark.keyboard.press("d");
  await dark.waitForSelector("#edit-palette");
  await dark.selectOption("#edit-palette", { index: 3 });
  await dark.waitForFunction(() => /would change/.test(document.getElementById("effect").textContent));
  await shoot(dark, "direction-dark");

  // A page that has not heard of somebody else's pick is told, and picks nothing.
  const late = await open(url + "#" + encodeURIComponent("sprite/bat"), { route: (page) => page.route("**/api/v1/events", (route) => route.abort()) });
  await late.waitForFunction(() => document.querySelectorAll(".candidate").length >= 4);
  const [mine, theirs] = (await late.$eval("[data-pick][aria-pressed=true]:not([data-pick*=keep])", (button) => button.dataset.pick.endsWith("2"))) ? [4, 3] : [4, 2];
  run(live, "pick", "bat", String(theirs));
  run(plain, "pick", "bat", String(theirs));
  await late.keyboard.press(String(mine));
  await late.waitForFunction((n) => document.getElementById("said").textContent.includes(`candidate ${n} as its pick now`), theirs);
  await late.waitForFunction((n) => document.querySelector(`[data-pick="bat ${n}"][aria-pressed=true]`), theirs);
  await late.close();

}
