// The way of somebody who has read nothing: by mouse alone, and only through words that are to be seen.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { open, project, review, run, shoot } from "./common.mjs";

const NAMES = ["knight", "goblin", "wizard", "slime", "bat", "skeleton", "potion", "sword", "shield", "chest"];

export default async function stranger() {
  const live = project('[project]\nname = "game"\nbackend = "sketch"\ncandidates = 4\n');
  for (const name of NAMES) run(live, "add", "sprite", name, `a ${name}`, "--size", "32");
  run(live, "build", "-q");
  const { url } = await review(live);
  const page = await open(url, { cards: 10 });
  let clicks = 0;
  const click = async (text) => { clicks++; await page.locator(text).first().click(); };
  assert.match(await page.textContent("#summary"), /0 of 10 chosen/);
  await shoot(page, "stranger-1");
  await click(".choice >> text=not chosen yet");
  for (const [at] of NAMES.entries()) {
    const name = await page.textContent("#detail-name");
    await page.waitForFunction(() => document.querySelectorAll(".candidate").length === 4);
    const n = 1 + at % 4;
    await click(`button:text-is("Pick (${n})"), button:text("The gates' pick")`);
    await page.waitForSelector("button:text-is('★ Picked')");
    // Said where it can be seen: in the dialog.
    assert.ok(await page.evaluate(() => document.getElementById("detail").contains(document.getElementById("said"))));
    if (at === 0) await shoot(page, "stranger-2");
    if (at < 9) {
      await click("text=Next ›");
      await page.waitForFunction((name) => document.getElementById("detail-name").textContent !== name, name);
    }
  }
  await page.waitForFunction(() => /Every asset is chosen/.test(document.getElementById("said").textContent));
  await shoot(page, "stranger-3");
  await click("#detail >> text=✕");
  await page.waitForFunction(() => /10 of 10 chosen/.test(document.getElementById("summary").textContent));
  // A change of mind, and other candidates.
  await click(".choice >> text=★ chosen");
  await page.waitForFunction(() => document.querySelectorAll(".candidate").length === 4);
  await click("text=Re-roll");
  await page.waitForFunction(() => document.querySelectorAll(".candidate").length > 4);
  console.log("a stranger's clicks:", clicks);
  assert.equal(readFileSync(join(live, "pixels.lock"), "utf8").match(/by = "user"/g).length, 9);
}
