// Reviews a project in a headless Chromium; see check-review.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { chromium } from "playwright-core";

const [binary, shots] = process.argv.slice(2);
const NAMES = ["knight", "goblin", "wizard", "slime", "bat", "skeleton", "potion", "sword", "shield", "chest"];
const ITEMS = new Set(["potion", "sword", "shield", "chest"]);

/** Ten assets of four candidates each. */
function manifest() {
  const asset = (name) => `\n[sprite.${name}]\npreset = "${ITEMS.has(name) ? "item" : "character"}"\nprompt = "a ${name}"\nsize = 16\n`;
  return `[project]\nname = "stranger"\nbackend = "comfyui"\ncandidates = 4\nreroll = 0\n\n[style.default]\ncanvas = [256, 256]\n\n[recipe.default]\npalette = "endesga-32" # by Endesga\n${NAMES.map(asset).join("")}`;
}

function run(folder, ...args) {
  try { return execFileSync(binary, ["-C", folder, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }); }
  catch (error) { if (error.status === 3) return error.stdout; throw error; }
}

function project() {
  const folder = mkdtempSync(join(tmpdir(), "review-"));
  writeFileSync(join(folder, "pixels.toml"), manifest());
  writeFileSync(join(folder, "pixels.local.toml"), `servers = ["http://127.0.0.1:${PORT}"]\n`);
  return folder;
}

/** What the lock says of a sprite. */
const entry = (folder, name) => readFileSync(join(folder, "pixels.lock"), "utf8").split(/^\[sprite\./m).find((part) => part.startsWith(`"${name}"]`) || part.startsWith(name + "]")) ?? "";

const until = async (what, holds, ms = 60000) => {
  const end = Date.now() + ms;
  for (;;) {
    const value = await holds();
    if (value) return value;
    if (Date.now() > end) throw new Error("waited in vain for " + what);
    await new Promise((done) => setTimeout(done, 10));
  }
};

// Images come from the fake server, which draws what depends on a request alone.
const PORT = 8100 + process.pid % 800;
const fake = spawn(join(dirname(binary), "fake-comfyui"), ["--port", String(PORT), "--seconds", "0.05", "--size", "256x256", "--previews"], { stdio: "ignore" });
await until("the fake server", () => fetch(`http://127.0.0.1:${PORT}/system_stats`).then((answer) => answer.ok, () => false));
const [live, plain] = [project(), project()];
run(live, "build", "-q");
run(plain, "build", "-q");

const server = spawn(binary, ["-C", live, "review", "--no-open", "--listen", "127.0.0.1:0", "--message-format", "json"], { stdio: ["ignore", "pipe", "inherit"] });
let lines = "";
server.stdout.on("data", (data) => { lines += data; });
const url = await until("the server", () => lines.match(/"url":"([^"]+)"/)?.[1]);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const problems = [], foreign = [];

async function open(scheme) {
  const page = await browser.newPage({ viewport: { width: 1360, height: 900 }, colorScheme: scheme });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("request", (request) => { if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(url)) foreign.push(request.url()); });
  if (process.env.PAGE) {
    for (const file of ["review.js", "review.css"]) await page.route("**/" + file, (route) => route.fulfill({ path: join(process.env.PAGE, file) }));
  }
  page.setDefaultTimeout(60000);
  await page.goto(url);
  await page.waitForFunction(() => document.querySelectorAll(".card").length === 10);
  return page;
}
const shoot = (page, name) => shots && page.screenshot({ path: join(shots, name + ".png") });
const idle = (page) => page.waitForFunction(() => document.getElementById("said"), null);

try {
  const page = await open("light");
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

  const dark = await open("dark");
  await shoot(dark, "gallery-dark");
  await dark.focus(".card");
  await dark.keyboard.press("Enter");
  await dark.waitForFunction(() => document.querySelectorAll(".candidate").length >= 4);
  await shoot(dark, "asset-dark");
  await dark.keyboard.press("Escape");
  await dark.keyboard.press("d");
  await dark.waitForSelector("#edit-palette");
  await dark.selectOption("#edit-palette", "gameboy").catch(() => dark.selectOption("#edit-palette", { index: 3 }));
  await dark.waitForFunction(() => /would change/.test(document.getElementById("effect").textContent));
  await shoot(dark, "direction-dark");

  // A page that has not heard of somebody else's pick is told, and picks nothing.
  const late = await browser.newPage();
  await late.route("**/api/v1/events", (route) => route.abort());
  await late.goto(url + "#" + encodeURIComponent("sprite/bat"));
  await late.waitForFunction(() => document.querySelectorAll(".candidate").length >= 4);
  const [mine, theirs] = (await late.$eval("[data-pick][aria-pressed=true]:not([data-pick*=keep])", (button) => button.dataset.pick.endsWith("2"))) ? [4, 3] : [4, 2];
  run(live, "pick", "bat", String(theirs));
  run(plain, "pick", "bat", String(theirs));
  await late.keyboard.press(String(mine));
  await late.waitForFunction((n) => document.getElementById("said").textContent.includes(`candidate ${n} as its pick now`), theirs);
  await late.waitForFunction((n) => document.querySelector(`[data-pick="bat ${n}"][aria-pressed=true]`), theirs);
  await late.close();

  // A page of another origin makes nothing and reads nothing.
  const evil = createServer((_, answer) => answer.setHeader("content-type", "text/html").end("<!doctype html>"));
  await new Promise((done) => evil.listen(0, "127.0.0.1", done));
  const stranger = await browser.newPage();
  await stranger.goto(`http://127.0.0.1:${evil.address().port}/`);
  const lock = readFileSync(join(live, "pixels.lock"), "utf8");
  const read = await stranger.evaluate(async (url) => {
    const tries = [["/api/v1/assets"], ["/review/cards"], ["/api/v1/assets/knight/pick", "POST", '{"n":4}'], ["/review/apply", "POST", '{"recipe":"default","changes":["palette=gameboy"]}'], ["/api/v1/build", "POST", "{}"]];
    const got = [];
    for (const [path, method = "GET", body] of tries) {
      for (const mode of ["cors", "no-cors"]) {
        try { const answer = await fetch(url + path, { method, body, mode, headers: { "content-type": "text/plain" } }); got.push([path, mode, answer.type, answer.type === "opaque" ? "" : await answer.text()]); } catch { /* refused */ }
      }
    }
    const frame = document.body.appendChild(document.createElement("iframe"));
    frame.src = url;
    await new Promise((done) => { frame.onload = done; setTimeout(done, 2000); });
    try { if (frame.contentDocument?.body.textContent) got.push(["frame", "", "", frame.contentDocument.body.textContent]); } catch { /* refused */ }
    return got.filter(([, , type, text]) => type !== "opaque" && text);
  }, url.replace(/\/$/, ""));
  assert.deepEqual(read, []);
  assert.equal(readFileSync(join(live, "pixels.lock"), "utf8"), lock);
  assert.equal(readFileSync(join(live, "pixels.toml"), "utf8"), wanted);
  evil.close();

  assert.deepEqual(foreign, [], "requests to other hosts");
  const real = problems.filter((problem) => !/status of 4|ERR_/.test(problem));
  assert.deepEqual(real, []);
  await idle(page);
  console.log("the page and the command line agree");
} catch (error) {
  // What was to be seen says more than the line.
  for (const page of browser.contexts().flatMap((context) => context.pages())) {
    console.error(await page.evaluate(() => [document.getElementById("said")?.textContent, document.getElementById("detail-name")?.textContent,
      ...[...document.querySelectorAll("[data-pick]")].map((one) => `${one.dataset.pick}: ${one.getAttribute("aria-pressed")}`)].join("; ")).catch(String));
    await shoot(page, "failure");
  }
  console.error(problems.join("\n"));
  throw error;
} finally {
  await browser.close();
  server.kill("SIGINT");
  fake.kill();
  rmSync(live, { recursive: true, force: true });
  rmSync(plain, { recursive: true, force: true });
}
