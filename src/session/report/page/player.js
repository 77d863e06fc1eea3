// Pixels on canvases: frames of a strip at a whole zoom, at their own speed.

const players = new Set();
const still = matchMedia("(prefers-reduced-motion: reduce)");
let playing = !still.matches;

/** Draws one asset on a canvas; `zoom` pixels of the page for each of its own. */
class Player {
  constructor(image, timing, round) {
    this.image = image;
    this.order = timing && round.length > 1 ? round : null;
    this.durations = timing?.durations ?? [];
    this.repeat = timing?.repeat ?? true;
    this.canvas = element("canvas", { "aria-hidden": "true" });
    [this.canvas.width, this.canvas.height] = image.size;
    this.strip = new Image();
    this.strip.onload = () => this.draw();
    this.at = 0;
    this.tiles = 1;
    this.onion = false;
    this.running = true;
    this.due = 0;
  }

  /** Loads the image; nothing is decoded before it can be seen. */
  load() {
    if (!this.strip.src) this.strip.src = this.image.src;
    return this;
  }

  zoomed(zoom) {
    this.canvas.style.width = this.canvas.width * zoom + "px";
    this.canvas.style.height = this.canvas.height * zoom + "px";
    return this;
  }

  /** Repeats a texture so many times along each axis. */
  tiled(tiles) {
    this.tiles = tiles;
    [this.canvas.width, this.canvas.height] = this.image.size.map((side) => side * tiles);
    this.draw();
    return this;
  }

  /** A tileset as rows of so many tiles. */
  sheet(columns) {
    this.columns = columns;
    const [width, height] = this.image.size;
    this.canvas.width = columns * (width + 1) - 1;
    this.canvas.height = Math.ceil(this.image.frames / columns) * (height + 1) - 1;
    this.draw();
    return this;
  }

  frame() {
    return this.order ? this.order[this.at] : 0;
  }

  draw() {
    if (!this.strip.complete || !this.strip.naturalWidth) return;
    const context = this.canvas.getContext("2d");
    const [width, height] = this.image.size;
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const put = (frame, x, y) => context.drawImage(this.strip, frame * width, 0, width, height, x, y, width, height);
    if (this.columns) {
      for (let tile = 0; tile < this.image.frames; tile++) {
        put(tile, (tile % this.columns) * (width + 1), Math.floor(tile / this.columns) * (height + 1));
      }
      return;
    }
    if (this.onion && this.order) {
      context.globalAlpha = 0.3;
      put(this.order[(this.at + this.order.length - 1) % this.order.length], 0, 0);
      context.globalAlpha = 1;
    }
    for (let x = 0; x < this.tiles; x++) {
      for (let y = 0; y < this.tiles; y++) put(this.frame(), x * width, y * height);
    }
  }

  step(by) {
    this.at = (this.at + by + this.order.length) % this.order.length;
    this.draw();
    this.onstep?.();
  }

  tick(now) {
    if (!this.order || !this.running) return;
    if (now < this.due) return;
    if (this.due) this.step(1);
    const lasts = this.durations[this.frame()] ?? 100;
    // Whoever comes back to the page sees no rush of frames.
    this.due = Math.max(this.due + lasts, now);
  }
}

function tick(now) {
  if (playing) players.forEach((player) => player.tick(now));
  requestAnimationFrame(tick);
}

/** The largest whole zoom at which a picture fits into a box, at least 1. */
function fitting([width, height], [across, down]) {
  return Math.max(1, Math.floor(Math.min(across / width, down / height)));
}
