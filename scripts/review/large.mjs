// Measures the page with many assets; see bench-review.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { end, fake, folder, open, review, run, until } from "./common.mjs";

const count = Number(process.argv[4]);
const NOUNS = ["sword", "potion", "key", "coin", "chest", "shield", "apple", "mushroom", "gem", "scroll"];
const manifest = `[project]\nname = "bench"\nbackend = "sketch"\ncandidates = 4\nexport = []\n\n[recipe.default]\npalette = "endesga-32"\n` +
  // `sketch` draws all candidates alike: a pick of these changes a file.
  "\n[sprite.a-pick]\npreset = \"item\"\nprompt = \"key\"\nsize = 16\nbackend = \"comfyui\"\nstyle = { canvas = [256, 256] }\n" +
  Array.from({ length: count - 1 }, (_, at) => `\n[sprite.thing-${at}]\npreset = "item"\nprompt = "${NOUNS[at % 10]} number ${at}"\nsize = 16\n`).join("");

/** Milliseconds of a command. */
function timed(what, ...args) {
  const began = performance.now();
  run(...args);
  console.log(`${what}: ${Math.round(performance.now() - began)} ms`);
}
const resident = (pid) => Number(readFileSync(`/proc/${pid}/status`, "utf8").match(/VmHWM:\s+(\d+)/)[1]) / 1024;

async function measure(name, page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  const found = await page.evaluate(() => ({
    paint: Math.round(performance.getEntriesByName("first-contentful-paint")[0]?.startTime),
    usable: Math.round(performance.getEntriesByName("usable").at(-1)?.startTime ?? performance.now()),
    cards: document.querySelectorAll(".card").length, elements: document.querySelectorAll("*").length,
    found: document.getElementById("found").textContent,
  }));
  console.log(name, JSON.stringify({ ...found, scriptHeapMB: +(usedSize / 1e6).toFixed(1) }));
}

/** How long a key takes until the next frame is there. */
async function keys(page) {
  const took = await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const search = document.getElementById("search");
    const all = [];
    for (const text of ["n", "nu", "number 9", "number 99", ""]) {
      const began = performance.now();
      search.value = text;
      search.dispatchEvent(new Event("input"));
      await frame();
      all.push(Math.round(performance.now() - began));
    }
    return all;
  });
  console.log("filter, until the second frame after it:", took.join(", "), "ms");
}

/** How long a pick takes from its key to the lock, and to the file that the page's build writes. */
async function picked(page, at) {
  await page.evaluate(() => { location.hash = encodeURIComponent("sprite/a-pick"); });
  await page.waitForFunction(() => document.querySelectorAll(".candidate").length === 4);
  const [lock, file] = [join(at, "pixels.lock"), join(at, "assets/sprites")];
  const stamps = () => [statSync(lock).mtimeMs, Math.max(...readdirSync(file).map((name) => statSync(join(file, name)).mtimeMs))];
  // What the gates picked changes no file.
  const current = await page.$eval("[data-pick].chosen", (chosen) => chosen.dataset.pick.split(" ").at(-1));
  for (const key of ["1", "2", "3", "4"].filter((key) => key !== current)) {
    const before = stamps(), pressed = Date.now();
    await page.keyboard.press(key);
    await until("the lock", () => stamps()[0] !== before[0]);
    const locked = Date.now() - pressed;
    await until("the file", () => stamps()[1] !== before[1]);
    console.log("pick from key to lock:", locked, "ms, to file:", Date.now() - pressed, "ms");
    await new Promise((done) => setTimeout(done, 3000));
  }
  await page.keyboard.press("Escape");
}

try {
  const at = process.env.BENCH_REVIEW ?? folder();
  if (!existsSync(join(at, "pixels.lock"))) {
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, "pixels.toml"), manifest);
    writeFileSync(join(at, "pixels.local.toml"), `servers = ["${await fake()}"]\n`);
    timed(`build of ${count} assets of 4 candidates`, at, "build", "-q");
  }
  const { url, pid } = await review(at);
  const began = performance.now();
  const page = await open(url);
  await page.waitForFunction((count) => document.getElementById("found").textContent.startsWith(count + " "), count);
  console.log("live, opened to all assets:", Math.round(performance.now() - began), "ms; server at most", Math.round(resident(pid)), "MiB");
  await measure("live", page);
  await keys(page);
  const cards = await (await fetch(url.replace(/\/$/, "") + "/review/cards")).arrayBuffer();
  console.log("live: cards", (cards.byteLength / 1e6).toFixed(2), "MB");
  await page.focus(".card");
  await picked(page, at);
  for (let at = 0; at < 5; at++) {
    const pressed = Date.now();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelectorAll(".candidate").length === 4);
    console.log("an asset opened to its four candidates:", Date.now() - pressed, "ms");
    await page.keyboard.press("Escape");
    await page.keyboard.press("ArrowRight");
  }
  await page.close();
  const file = join(folder(), "report.html");
  timed("report", at, "report", "--out", file);
  console.log("report:", (statSync(file).size / 1e6).toFixed(1), "MB");
  const opened = performance.now();
  const report = await open("file://" + file);
  await report.waitForSelector(".card");
  console.log("report, opened to cards:", Math.round(performance.now() - opened), "ms");
  await measure("report", report);
  await keys(report);
  timed("what-if palette=pico-8", at, "what-if", "palette=pico-8", "-q");
  console.log(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" }).trim(), "KiB of the server at the end");
} finally {
  await end();
}
