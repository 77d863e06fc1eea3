// Measures what follows a saved palette: files on disk by `watch`, and the new image in the page; see bench-review.
import { spawn } from "node:child_process";
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { end, folder, open, review, run, until, binary } from "./common.mjs";

const example = process.argv[4];
const middle = (values) => Math.round([...values].sort((a, b) => a - b)[values.length >> 1]);
const stamp = (path) => statSync(path).mtimeMs;

/** Every file of the output with the time of its last write. */
function written(at) {
  const files = readdirSync(join(at, "assets"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((file) => [join(file.parentPath ?? file.path, file.name)]).map(([path]) => [path, stamp(path)]);
}

function project() {
  const at = join(folder(), "dungeon");
  cpSync(example, at, { recursive: true, filter: (path) => !/(\.dgx-pixels|assets)$/.test(path) });
  run(at, "build", "-q");
  return at;
}

/** Saves another palette; the last write of a file after it, once nothing is written for a while. */
async function save(at, palette) {
  const manifest = join(at, "pixels.toml"), before = new Map(written(at));
  writeFileSync(manifest, readFileSync(manifest, "utf8").replace(/^palette = "[^"]*"$/m, `palette = "${palette}"`));
  return { saved: stamp(manifest), before };
}

async function settled(at, { saved, before }) {
  const changed = () => written(at).filter(([path, at]) => before.get(path) !== at).map(([, at]) => at);
  let count = -1;
  await until("all files", async () => {
    await new Promise((done) => setTimeout(done, 1000));
    const now = changed().length, same = now > 0 && now === count;
    count = now;
    return same;
  });
  const times = changed();
  return { files: times.length, first: Math.min(...times) - saved, last: Math.max(...times) - saved };
}

const PALETTES = ["pico-8", "endesga-32", "sweetie-16", "endesga-32", "pico-8"];
try {
  const at = project();
  const watch = spawn(binary, ["-C", at, "watch", "-q"], { stdio: "ignore" });
  await new Promise((done) => setTimeout(done, 3000));
  const found = [];
  for (const palette of PALETTES) found.push(await settled(at, await save(at, palette)));
  console.log(`watch, palette saved to the first file: ${middle(found.map((one) => one.first))} ms, to the last of ${found[0].files}: ${middle(found.map((one) => one.last))} ms`);
  watch.kill("SIGINT");
  await new Promise((done) => watch.on("exit", done));

  const shown = project(), { url } = await review(shown), page = await open(url);
  await page.waitForSelector(".card");
  await page.fill("#search", "wizard");
  const image = () => page.evaluate(() => document.querySelector(".card canvas")?.toDataURL());
  await until("the card of the wizard", image);
  await new Promise((done) => setTimeout(done, 3000));
  const times = [];
  for (const palette of PALETTES) {
    const before = await image(), { saved } = await save(shown, palette);
    await until("another image", async () => { const now = await image(); return now && now !== before; }, 300000);
    times.push(Date.now() - saved);
    await new Promise((done) => setTimeout(done, 4000));
  }
  console.log(`review, palette saved to the new image in the page: ${middle(times)} ms`);
} finally {
  await end();
}
