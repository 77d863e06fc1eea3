// Reviews projects in a headless Chromium; see check-review.
import assert from "node:assert/strict";
import { end, foreign, problems, tell } from "./common.mjs";

const only = process.env.ONLY?.split(",");
try {
  for (const part of ["decide", "look", "stranger", "compare", "hostile", "access", "report"]) {
    if (only && !only.includes(part)) continue;
    await (await import(`./${part}.mjs`)).default();
    console.log(part + ": passed");
  }
  assert.deepEqual(foreign, [], "requests to other hosts");
  assert.deepEqual(problems.filter((problem) => !/status of 4|ERR_/.test(problem)), []);
} catch (error) {
  await tell();
  throw error;
} finally {
  await end();
}
