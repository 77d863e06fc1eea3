// What the checks of the review page share: projects, servers and browsers, each ended by who started it.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { chromium } from "playwright-core";

export const [binary, shots] = process.argv.slice(2);
const endings = [];

/** Ends everything that was started, the last one first. */
export async function end() {
  for (const ending of endings.splice(0).reverse()) await ending();
}

export const until = async (what, holds, ms = 60000) => {
  const end = Date.now() + ms;
  for (;;) {
    const value = await holds();
    if (value) return value;
    if (Date.now() > end) throw new Error("waited in vain for " + what);
    await new Promise((done) => setTimeout(done, 10));
  }
};

/** Runs a command of the command line in a project; a failed gate is no failure of it. */
export function run(folder, ...args) {
  try { return execFileSync(binary, ["-C", folder, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, GIT_AUTHOR_NAME: "Ann" } }); }
  catch (error) { if (error.status === 3) return error.stdout; throw error; }
}

/** An empty folder. */
export function folder() {
  const made = mkdtempSync(join(tmpdir(), "review-"));
  endings.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** A project with a manifest. */
export function project(manifest, servers = []) {
  const made = folder();
  writeFileSync(join(made, "pixels.toml"), manifest);
  if (servers.length) writeFileSync(join(made, "pixels.local.toml"), `servers = ${JSON.stringify(servers)}\n`);
  return made;
}

/** A ComfyUI server that draws what depends on a request alone. */
export async function fake() {
  const port = 8100 + Math.floor(Math.random() * 800);
  const started = spawn(join(dirname(binary), "fake-comfyui"), ["--port", String(port), "--seconds", "0.05", "--size", "256x256", "--previews"], { stdio: "ignore" });
  endings.push(() => started.kill());
  await until("the fake server", () => fetch(`http://127.0.0.1:${port}/system_stats`).then((answer) => answer.ok, () => false));
  return `http://127.0.0.1:${port}`;
}

/** A review of a project; returns its address. */
export async function review(at, ...more) {
  const server = spawn(binary, ["-C", at, "review", "--no-open", "--listen", "127.0.0.1:0", "--message-format", "json", ...more], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((done) => server.on("exit", done));
  endings.push(() => { server.kill("SIGINT"); return ended; });
  let lines = "";
  server.stdout.on("data", (data) => { lines += data; });
  return { url: await until("the server", () => lines.match(/"url":"([^"]+)"/)?.[1]), pid: server.pid };
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
endings.push(() => browser.close());

/** What pages complained of, and what they asked other hosts for. */
export const problems = [], foreign = [];

export async function open(url, { scheme = "light", cards, viewport = { width: 1360, height: 900 }, route } = {}) {
  const page = await browser.newPage({ viewport, colorScheme: scheme });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("request", (request) => { if (!/^(data|blob|file):/.test(request.url()) && !request.url().startsWith(new URL(url).origin)) foreign.push(request.url()); });
  // Other scripts and styles than those of the binary, while they are written.
  if (process.env.PAGE && url.startsWith("http")) {
    for (const file of ["review.js", "review.css"]) await page.route("**/" + file, (route) => route.fulfill({ path: join(process.env.PAGE, file) }));
  }
  page.setDefaultTimeout(60000);
  await route?.(page);
  await page.goto(url);
  if (cards) await page.waitForFunction((cards) => document.querySelectorAll(".card").length === cards, cards);
  return page;
}

export const blank = () => browser.newPage();
export const shoot = (page, name) => shots && page.screenshot({ path: join(shots, name + ".png") });

/** What was to be seen when something failed. */
export async function tell() {
  for (const page of browser.contexts().flatMap((context) => context.pages())) {
    console.error(await page.evaluate(() => [location.href, document.getElementById("said")?.textContent, document.getElementById("detail-name")?.textContent,
      ...[...document.querySelectorAll("[data-pick]")].map((one) => `${one.dataset.pick}: ${one.getAttribute("aria-pressed")}`)].join("; ")).catch(String));
    await shoot(page, "failure");
  }
  console.error(problems.join("\n"));
}
