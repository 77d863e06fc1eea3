// A tileset in use: a random map that can be painted on.

/** A map of cells, drawn with the tiles of a set: each has the number of its terrain, 0 for what lies below all. */
class TileMap {
  constructor(asset) {
    const { image, tiles } = asset;
    const columns = Math.max(6, Math.floor(288 / image.size[0]));
    const rows = Math.ceil(columns * 0.6);
    Object.assign(this, { image, tiles, columns, rows, terrains: tiles.terrains?.length ?? 2 });
    this.canvas = element("canvas", { role: "img", "aria-label": visible(`a map of ${asset.name}; paint on it`), style: "cursor:crosshair;touch-action:none" });
    [this.canvas.width, this.canvas.height] = [columns * image.size[0], rows * image.size[1]];
    this.strip = new Image();
    this.strip.onload = () => this.draw();
    this.strip.src = image.src;
    const beyond = report.assets.find((other) => other.kind === "texture" && other.name === tiles.over);
    if (beyond?.image) {
      this.beyond = new Image();
      this.beyond.onload = () => this.draw();
      this.beyond.src = beyond.image.src;
    }
    this.shuffle();
    for (const kind of ["pointerdown", "pointermove"]) this.canvas.addEventListener(kind, (event) => this.paint(event));
  }

  /** Some round patches, of several terrains one within the other. */
  shuffle() {
    const more = 1.4 * (this.terrains - 2);
    const patches = Array.from({ length: 5 }, () => [Math.random() * this.columns, Math.random() * this.rows, 2 + Math.random() * (3 + more)]);
    const depth = (x, y) => Math.max(...patches.map(([px, py, radius]) => radius - Math.hypot(x - px, y - py)));
    const inside = (x, y) => Math.min(this.terrains - 1, Math.max(0, Math.ceil(depth(x, y) / (this.terrains > 2 ? 1.6 : 100))));
    this.cells = Array.from({ length: this.rows }, (_, y) => Array.from({ length: this.columns }, (_, x) => inside(x, y)));
    this.chance = Array.from({ length: this.rows + 1 }, () => Array.from({ length: this.columns + 1 }, Math.random));
    this.draw();
  }

  /** What lies beyond the map is as its edge. */
  is(x, y) {
    const at = (value, most) => Math.min(most - 1, Math.max(0, value));
    return this.cells[at(y, this.rows)][at(x, this.columns)];
  }

  /** The number of the tile in a cell; nothing where there is no terrain. */
  tile(x, y) {
    const { masks, corners, terrains } = this.tiles;
    let mask = 0;
    if (corners) {
      const bits = terrains ? 2 : 1;
      [[0, -1], [0, 0], [-1, 0], [-1, -1]].forEach(([dx, dy], at) => { mask |= this.is(x + dx, y + dy) << bits * at; });
    } else {
      if (!this.is(x, y)) return this.slope(x, y);
      const below = this.slope(x, y - 1);
      if (below) return below + 6;
      // What a slope fills of the cells around joins, too.
      const joins = (dx, dy) => this.is(x + dx, y + dy) || (dy < 1 && this.slope(x + dx, y + dy) === (dx < 0 ? 47 : 48));
      const around = [[0, -1], [1, -1], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1]];
      const has = (bit) => joins(...around[(bit + 8) % 8]);
      // A corner counts between two sides, and in sets that have corners.
      const counts = (bit) => bit % 2 === 0 || (masks.includes(255) && has(bit - 1) && has(bit + 1));
      for (let bit = 0; bit < 8; bit++) if (has(bit) && counts(bit)) mask |= 1 << bit;
    }
    const at = Math.max(0, masks.indexOf(masks.length === 1 ? masks[0] : mask));
    // Variants stand behind the layout, those of the lowest terrain first.
    const variants = (this.image.frames - masks.length) / (terrains ? terrains.length : 1);
    const terrain = terrains ? mask & 3 : 0;
    const full = terrains ? mask === terrain * 85 : masks[at] === (corners ? 15 : 255);
    const choice = full && variants > 0 ? Math.floor(this.chance[y][x] * (variants + 1)) : 0;
    return choice ? masks.length - 1 + terrain * variants + choice : at;
  }

  /** In a set of slopes, the slope of a cell beside a step of one cell: 47 up, 48 down. */
  slope(x, y) {
    if (this.tiles.layout !== "slopes" || this.is(x, y)) return undefined;
    const solid = (...places) => places.every(([dx, dy]) => this.is(x + dx, y + dy));
    if (this.is(x, y - 1) || !solid([0, 1], [-1, 1], [1, 1], [0, 2], [-1, 2], [1, 2])) return undefined;
    const rises = (dx) => this.is(x + dx, y) && !this.is(x - dx, y) && !this.is(x + dx, y - 1);
    return rises(1) ? 47 : rises(-1) ? 48 : undefined;
  }

  /** The tile of a block from which RPG Maker takes a quarter of a cell. */
  source(x, y, right, low) {
    const dx = right ? 1 : -1, dy = low ? 1 : -1;
    const beside = this.is(x + dx, y), above = this.is(x, y + dy);
    if (beside && above && !this.is(x + dx, y + dy)) return 1;
    return 2 + (right !== beside ? 1 : 0) + (low !== above ? 2 : 0);
  }

  /** A cell that the engine puts together. */
  composed(context, x, y) {
    const [width, height] = this.image.size.map((side) => side / 2);
    for (const [right, low] of [[0, 0], [1, 0], [0, 1], [1, 1]]) {
      const from = 2 * this.source(x, y, !!right, !!low) + right;
      context.drawImage(this.strip, from * width, low * height, width, height, (2 * x + right) * width, (2 * y + low) * height, width, height);
    }
  }

  draw() {
    if (!this.strip.naturalWidth) return;
    const context = this.canvas.getContext("2d");
    const [width, height] = this.image.size;
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    // The tiles of a dual grid lie around the corners of cells.
    const [more, left, top] = this.tiles.corners ? [1, -Math.floor(width / 2), -Math.floor(height / 2)] : [0, 0, 0];
    for (let y = 0; y < this.rows + more; y++) {
      for (let x = 0; x < this.columns + more; x++) {
        if (this.tiles.layout === "a2" && this.is(x, y)) { this.composed(context, x, y); continue; }
        const tile = this.tile(x, y), at = [left + x * width, top + y * height, width, height];
        if (tile !== undefined) context.drawImage(this.strip, tile * width, 0, width, height, ...at);
        else if (this.beyond?.naturalWidth) context.drawImage(this.beyond, ...at);
      }
    }
  }

  paint(event) {
    if (!(event.buttons & 1)) return;
    const box = this.canvas.getBoundingClientRect();
    const x = Math.floor((event.clientX - box.left) / box.width * this.columns);
    const y = Math.floor((event.clientY - box.top) / box.height * this.rows);
    if (this.cells[y]?.[x] === undefined) return;
    if (event.type === "pointerdown") {
      this.brush = (this.cells[y][x] + 1) % this.terrains;
      this.canvas.setPointerCapture(event.pointerId);
    }
    this.cells[y][x] = this.brush;
    this.draw();
  }
}

/** The part of a detail that shows a map. */
function mapOf(asset) {
  if (!asset.tiles || !asset.image) return [];
  const map = new TileMap(asset);
  const zoom = Math.max(1, Math.floor(580 / map.canvas.width));
  map.canvas.style.width = map.canvas.width * zoom + "px";
  map.canvas.style.height = map.canvas.height * zoom + "px";
  return [element("h3", {}, "In use: paint on it"),
    element("div", { class: "stage map ground-" + view.ground }, map.canvas),
    element("div", { class: "tools" }, element("button", { onclick: () => map.shuffle() }, "Another map"))];
}
