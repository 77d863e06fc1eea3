// A report in a file: it works from disk with no network, and `--since` shows what changed.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folder, open, run, shoot } from "./common.mjs";

export default async function report() {
  const game = folder();
  run(game, "init", "--example", "--backend", "sketch", ".");
  run(game, "build", "-q");
  const git = (...args) => execFileSync("git", ["-C", game, "-c", "user.name=Ann", "-c", "user.email=ann@example.org", ...args], { stdio: "ignore" });
  git("init", "-q");
  git("add", "-A");
  git("commit", "-qm", "first");
  const manifest = readFileSync(join(game, "pixels.toml"), "utf8");
  writeFileSync(join(game, "pixels.toml"), manifest.replace('[texture.grass]', '[texture.grass]\npalette = "pico-8"'));
  run(game, "build", "-q");
  const files = folder();
  run(game, "report", "--out", join(files, "all.html"));
  run(game, "report", "--since", "HEAD", "--out", join(files, "since.html"), "--markdown", join(files, "since.md"), "--images", join(files, "art"));
  const offline = { route: (page) => page.context().setOffline(true) };
  const page = await open("file://" + join(files, "all.html"), offline);
  const count = Number((await page.textContent("#found")).split(" ")[0]);
  assert.ok(count >= 10, "assets: " + count);
  // Cards in sight are elements, the others come when they are scrolled to.
  await page.focus(".card");
  await page.keyboard.press("End");
  assert.equal(await page.evaluate(() => document.activeElement.closest("li").getAttribute("aria-posinset")), String(count));
  await page.keyboard.press("Enter");
  await page.waitForSelector("#detail[open] .candidate, #detail[open] .map");
  await page.keyboard.press("Escape");
  await shoot(page, "report-light");
  // The raw of a pick with its grid, also where the address names the asset.
  const named = await open("file://" + join(files, "all.html") + "#" + encodeURIComponent("sprite/potion@red"), offline);
  await named.waitForSelector("#raw");
  await named.keyboard.press("g");
  await named.waitForSelector(".big canvas[data-grid=drawn]");
  await shoot(named, "report-grid");
  const since = await open("file://" + join(files, "since.html"), offline);
  const changed = await since.$$eval(".card .name", (names) => names.map((name) => name.textContent));
  assert.deepEqual(changed.sort(), ["grass", "meadow", "plateau"]);
  await since.focus(".card");
  await since.keyboard.press("Enter");
  await since.waitForFunction(() => /Since HEAD/i.test(document.querySelector("#detail").innerText));
  await shoot(since, "since-light");
  assert.match(readFileSync(join(files, "since.md"), "utf8"), /\| changed \| !\[\]\(art\/texture-grass-\w+\.png\) \| !\[\]\(art\/texture-grass-\w+\.png\) \|/);
}
