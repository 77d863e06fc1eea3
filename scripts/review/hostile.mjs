// Foreign text stays text, a page of another origin makes and reads nothing, and a rebound name is refused.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { join } from "node:path";
import { blank, folder, open, project, review, run, shoot } from "./common.mjs";

const MARKUP = "<img src=x onerror=window.hit=1><script>window.hit=2</script>";
const MANIFEST = `[project]
name = ${JSON.stringify("evil " + MARKUP + "\u202egnp.exe")}
backend = "sketch"

[sprite.knight]
prompt = ${JSON.stringify(MARKUP + " \u202eknight\u0000".replace("\u0000", "\u0001"))}
size = 16
candidates = 2
tags = ["hero"]
`;

export default async function hostile() {
  const live = project(MANIFEST);
  run(live, "build", "-q");
  const { url } = await review(live);
  const page = await open(url, { cards: 1 });
  await page.focus(".card");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-pick]");
  await shoot(page, "hostile");
  const text = await page.evaluate(() => document.body.innerText + document.title);
  assert.ok(text.includes("<img src=x onerror"), text);
  assert.ok(!/[\u0001\u0007\u202e]/.test(text), "control characters and marks of direction are shown, not obeyed");
  assert.match(text, /⟨202E⟩/);
  assert.equal(await page.evaluate(() => [window.hit, document.querySelectorAll("body img[src=x], body script:not([id])").length].join()), ",1");
  // The same in a file.
  const file = join(folder(), "report.html");
  run(live, "report", "--out", file);
  const report = await open("file://" + file, { cards: 1 });
  assert.ok(!/[\u0001\u0007\u202e]/.test(await report.evaluate(() => document.body.innerText)));
  assert.equal(await report.evaluate(() => window.hit), undefined);

  const lock = readFileSync(join(live, "pixels.lock"), "utf8");
  await otherOrigin(url);
  await rebound(url);
  assert.equal(readFileSync(join(live, "pixels.lock"), "utf8"), lock);
  assert.equal(readFileSync(join(live, "pixels.toml"), "utf8"), MANIFEST);
}

async function otherOrigin(url) {
  const evil = createServer((_, answer) => answer.setHeader("content-type", "text/html").end("<!doctype html>"));
  await new Promise((done) => evil.listen(0, "127.0.0.1", done));
  const stranger = await blank();
  await stranger.goto(`http://127.0.0.1:${evil.address().port}/`);
  const read = await stranger.evaluate(async (url) => {
    const tries = [["/api/v1/assets"], ["/review/cards"], ["/review/compare"], ["/api/v1/assets/knight/pick", "POST", '{"n":2}'],
      ["/review/apply", "POST", '{"recipe":"default","changes":["palette=gameboy"]}'], ["/api/v1/build", "POST", "{}"]];
    const got = [];
    for (const [path, method = "GET", body] of tries) {
      for (const mode of ["cors", "no-cors"]) {
        try {
          const answer = await fetch(url + path, { method, body, mode, headers: { "content-type": "text/plain" } });
          if (answer.type !== "opaque") got.push([path, mode, await answer.text()]);
        } catch { /* refused */ }
      }
    }
    const frame = document.body.appendChild(document.createElement("iframe"));
    frame.src = url;
    await new Promise((done) => { frame.onload = done; setTimeout(done, 2000); });
    try { if (frame.contentDocument?.body.textContent) got.push(["frame", "", frame.contentDocument.body.textContent]); } catch { /* refused */ }
    const form = document.body.appendChild(document.createElement("form"));
    Object.assign(form, { method: "POST", action: url + "/api/v1/assets/knight/pick", enctype: "text/plain", target: "_blank" });
    form.append(Object.assign(document.createElement("input"), { name: '{"n":2,"x":"', value: '"}' }));
    form.submit();
    await new Promise((done) => setTimeout(done, 500));
    return got;
  }, url.replace(/\/$/, ""));
  assert.deepEqual(read, []);
  evil.close();
}

/** A name of somebody else that resolves to this machine: the browser sends that name, and takes the answer for its own. */
async function rebound(url) {
  const { port } = new URL(url);
  for (const [path, method, body] of [["/", "GET"], ["/review/cards", "GET"], ["/api/v1/assets/knight/pick", "POST", '{"n":2}']]) {
    const headers = { host: `evil.example:${port}`, origin: `http://evil.example:${port}`, "sec-fetch-site": "same-origin" };
    const answer = await new Promise((done, fail) => {
      const sent = request({ host: "127.0.0.1", port, path, method, headers }, (answer) => {
        let text = "";
        answer.on("data", (part) => { text += part; }).on("end", () => done([answer.statusCode, text]));
      });
      sent.on("error", fail).end(body);
    });
    assert.equal(answer[0], 403, path);
    assert.ok(!answer[1].includes("knight"), answer[1]);
  }
}
