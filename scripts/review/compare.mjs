// Blind votes by key and by mouse: the same pairs and the same file as `compare vote`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fake, open, project, review, run, shoot, until } from "./common.mjs";

const MANIFEST = `[project]
name = "votes"
backend = "comfyui"
reroll = 0

[style.default]
canvas = [256, 256]

[sprite.knight]
prompt = "a knight"
size = 16

[sprite.orc]
prompt = "an orc"
size = 16

[compare.house]
slots = ["knight", "orc"]
seeds = 3
arms.secretbase = {}
arms.secretours = { steps = 9 }
`;

const lines = (at) => readFileSync(join(at, "compare/house.votes.jsonl"), "utf8").trim().split("\n").map(JSON.parse);

export default async function compare() {
  const server = await fake();
  const [live, plain] = [project(MANIFEST, [server]), project(MANIFEST, [server])];
  for (const at of [live, plain]) run(at, "compare", "run", "house", "--yes", "-q");
  const { url } = await review(live);
  const sent = [];
  const page = await open(url, { route: (page) => page.on("response", async (answer) => {
    if (answer.url().includes("/review/compare") && !answer.url().endsWith("/report")) sent.push(await answer.text().catch(() => ""));
  }) });
  await page.evaluate(() => localStorage.setItem("dgx-pixels.rater", "ann"));
  await page.waitForSelector("#compare-button:not([hidden])");
  await page.keyboard.press("c");
  await page.waitForSelector("#booth [data-answer=left]:not([disabled])");
  await shoot(page, "compare-light");
  const votes = async (count) => {
    await until("vote " + count, () => { try { return lines(live).length === count; } catch { return false; } });
    // What is shown is what comes next.
    await page.waitForSelector("#booth [data-answer]");
  };
  const said = ["left", "right", "tie", "both-bad", "skip"];
  await page.keyboard.press("ArrowLeft");
  await votes(1);
  await page.click("[data-answer=right]");
  await votes(2);
  await page.keyboard.press("t");
  await votes(3);
  await page.keyboard.press("b");
  await votes(4);
  await page.keyboard.press("s");
  await votes(5);
  await page.keyboard.press("u");
  await votes(6);
  await page.waitForFunction(() => /of 6 pairs judged/.test(document.getElementById("voted")?.textContent));
  assert.deepEqual(lines(live).slice(0, 5).map((line) => line.answer), said);
  assert.ok(lines(live)[5].undo);
  // A quick hand: as many keys at once as pairs are there.
  for (const key of ["l", "r", "l"]) await page.keyboard.press(key);
  await votes(9);

  // The command line shows the same rater the same pairs, with the same sides.
  const pairs = run(plain, "compare", "vote", "house", "--rater", "ann", "--pairs", "5").trim().split("\n").map(JSON.parse);
  assert.deepEqual(lines(live).slice(0, 5).map(({ slot, seed, left, right }) => [slot, seed, left.raw, right.raw]),
    pairs.map(({ slot, seed, left, right }) => [slot, seed, left, right]));
  assert.ok(!sent.join("").includes("secret"), "no name of an arm reaches the page");
  assert.ok(!(await page.content()).includes("secret"));
  assert.ok(!readFileSync(join(live, "compare/house.votes.jsonl"), "utf8").includes("ann"));

  const [report] = await Promise.all([page.waitForEvent("popup"), page.click("#booth a")]);
  await report.waitForSelector("#names");
  assert.match(await report.textContent("body"), /votes count/);
  const isShown = () => report.isVisible("text=secretours >> nth=0");
  assert.ok(!(await isShown()));
  await report.click("#names");
  assert.ok(await isShown());
}
