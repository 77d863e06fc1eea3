// What Phaser and Pixi load of a built project, compared with its index; called by check-web.

import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import puppeteer from "puppeteer-core";

const assets = process.argv[2];
const entries = JSON.parse(fs.readFileSync(path.join(assets, "pixels.index.json"))).assets;
const TYPES = { ".js": "text/javascript", ".json": "application/json", ".png": "image/png" };

/** Serves the assets, the engines below /lib/, and an empty page. */
function serve(request, response) {
  const url = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
  const file = url.startsWith("/lib/") ? path.join("node_modules", url.slice(5)) : path.join(assets, url);
  if (url === "/") {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><link rel=icon href=data:,><body></body>");
  } else if (fs.existsSync(file)) {
    response.setHeader("content-type", TYPES[path.extname(file)] ?? "application/octet-stream");
    response.end(fs.readFileSync(file));
  } else {
    response.statusCode = 404;
    response.end();
  }
}

/** Runs in the browser: every animation as `createFromAseprite` makes it. */
function inPhaser(animations) {
  return new Promise((done) => {
    const file = (entry) => `/${entry.images[0].path}`;
    const preload = function () {
      for (const entry of animations) {
        this.load.aseprite(entry.name, file(entry), file(entry).replace(/\.png$/, ".phaser.json"));
      }
    };
    const create = function () {
      const found = {};
      for (const { name } of animations) {
        this.anims.createFromAseprite(name);
        const animation = this.anims.get(name);
        const frame = ({ frame, duration }) =>
          ({ x: frame.cutX, y: frame.cutY, w: frame.cutWidth, h: frame.cutHeight, duration });
        found[name] = animation && { yoyo: animation.yoyo, frames: animation.frames.map(frame) };
      }
      done(found);
    };
    new Phaser.Game({ type: Phaser.CANVAS, width: 8, height: 8, audio: { noAudio: true }, scene: { preload, create } });
  });
}

/** Runs in the browser: every sheet at every scale. */
async function inPixi(entries) {
  const found = {};
  for (const entry of entries) {
    for (const image of entry.images) {
      const sheet = await PIXI.Assets.load(`/${image.path.replace(/\.png$/, ".pixi.json")}`);
      const textures = Object.values(sheet.textures);
      const rounds = Object.entries(sheet.animations ?? {});
      const anchor = textures[0].defaultAnchor;
      found[`${entry.name} ${image.scale}`] = {
        frames: textures.map(({ frame: { x, y, width, height } }) => ({ x, y, w: width, h: height })),
        anchor: anchor ? [anchor.x, anchor.y] : null,
        resolution: textures[0].source.resolution,
        rounds: rounds.map(([name, round]) => [name, round.map((texture) => textures.indexOf(texture))]),
      };
    }
  }
  return found;
}

let faults = 0;
function same(found, wanted, what) {
  if (JSON.stringify(found) === JSON.stringify(wanted)) return;
  faults += 1;
  console.log(`${what}: found ${JSON.stringify(found)}, expected ${JSON.stringify(wanted)}`);
}

const server = http.createServer(serve);
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const swiftshader = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", ...swiftshader],
});
const page = await browser.newPage();
page.on("pageerror", (error) => same(error.message, undefined, "the page"));
await page.goto(`http://127.0.0.1:${server.address().port}/`);

await page.addScriptTag({ url: "/lib/phaser/dist/phaser.min.js" });
const animations = entries.filter((entry) => entry.animation);
const phaser = await page.evaluate(inPhaser, animations);
for (const { name, frames, animation } of animations) {
  // A ping-pong is there and back of its own; what plays backwards is turned round.
  const order = animation.playback === "pingpong" ? frames : animation.round.map((frame) => frames[frame]);
  const read = order.map(({ x, y, w, h, duration }) => ({ x, y, w, h, duration }));
  same(phaser[name]?.frames, read, `Phaser, ${name}`);
  same(phaser[name]?.yoyo, animation.playback === "pingpong", `Phaser, playback of ${name}`);
}

await page.addScriptTag({ url: "/lib/pixi.js/dist/pixi.min.js" });
const pixi = await page.evaluate(inPixi, entries);
for (const { name, images, frames, pivot, grid, animation } of entries) {
  for (const { scale } of images) {
    const found = pixi[`${name} ${scale}`];
    same(found.frames, frames.map(({ x, y, w, h }) => ({ x, y, w, h })), `Pixi, ${name} at ${scale}`);
    same(found.resolution, scale, `Pixi, resolution of ${name}`);
    same(found.anchor, pivot ? pivot.map((at, axis) => at / grid.cell[axis]) : null, `Pixi, anchor of ${name}`);
    same(found.rounds, animation ? [[name, animation.round]] : [], `Pixi, animations of ${name}`);
  }
}
await browser.close();
server.close();
console.log(`Phaser ${animations.length} animations, Pixi ${Object.keys(pixi).length} sheets, ${faults} faults`);
process.exit(faults ? 1 : 0);
