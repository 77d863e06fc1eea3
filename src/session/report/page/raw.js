// The raw of a candidate in the place of its sprite, with the grid that restoration found in it.

let gridOn = stored.get("grid", "on") === "on";

/** Where a raw and its grid come from: a report has those of its picks; a page that is served asks for any. */
hooks.rawOf ??= (slot, candidate) => candidate.large && { src: candidate.large.photo.src, grid: async () => candidate.large.grid };
hooks.raw = showRaw;
hooks.tools = (asset) => {
  if (!firstRaw(asset)) return [];
  const raw = element("button", { id: "raw", "aria-pressed": "false", title: "Raw or sprite ( g )", onclick: toggleRaw }, "Raw");
  const grid = toggle("Grid", gridOn, (on) => {
    gridOn = on;
    stored.set("grid", on ? "on" : "off");
    drawRaw();
  });
  grid.title = "The found grid, drawn over the raw";
  grid.id = "grid";
  grid.hidden = true;
  return [raw, grid];
};

/** The pick that has a raw to show, else any candidate that has one. */
function firstRaw(asset) {
  const all = (asset.choices ?? []).flatMap(({ slot, candidates }) => candidates.map((candidate) => ({ slot, candidate })));
  const having = all.filter(({ slot, candidate }) => hooks.rawOf(slot, candidate));
  return having.find(({ candidate }) => candidate.picked) ?? having[0];
}

function toggleRaw() {
  const first = firstRaw(shown.asset);
  if (shown.raw) hideRaw();
  else if (first) showRaw(shown.asset, first.slot, first.candidate);
}

function hideRaw() {
  shown.raw = shown.view.raw = null;
  const big = detail.querySelector(".big");
  big.replaceChildren(shown.player?.canvas ?? "");
  big.setAttribute("aria-label", visible(shown.asset.name));
  document.getElementById("raw").setAttribute("aria-pressed", "false");
  document.getElementById("grid").hidden = true;
  zoomBig(0);
}

/** Loads a raw and its grid. */
async function showRaw(asset, slot, candidate) {
  const big = detail.querySelector(".big");
  if (!big) return;
  const source = hooks.rawOf(slot, candidate);
  if (!source) return;
  const canvas = element("canvas", { "aria-hidden": "true" });
  const raw = shown.raw = { slot, n: candidate.n, canvas, image: new Image(), grid: null };
  shown.view.raw = { slot, candidate };
  big.replaceChildren(canvas);
  big.setAttribute("aria-label", visible(`raw of candidate ${candidate.n} of ${slot}`));
  big.scrollIntoView({ block: "nearest" });
  document.getElementById("raw").setAttribute("aria-pressed", "true");
  document.getElementById("grid").hidden = false;
  raw.image.onload = () => { if (shown?.raw === raw) drawRaw(); };
  raw.image.src = source.src;
  raw.grid = await source.grid();
  if (shown?.raw === raw) drawRaw();
}

/** Draws the raw as large as its place, and the grid in lines that differ from whatever lies below. */
function drawRaw() {
  const { canvas, image, grid } = shown.raw;
  if (!image.naturalWidth) return;
  const room = Math.min(detail.querySelector(".big").clientWidth - 12, Math.max(420, innerHeight * 0.6));
  const zoom = shown.raw.zoom ?? Math.min(4, room / Math.max(image.naturalWidth, image.naturalHeight));
  shown.raw.zoom = zoom;
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight].map((side) => Math.round(side * zoom));
  document.getElementById("big-zoom").textContent = Math.round(zoom * 100) + " %";
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = zoom < 1;
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.dataset.grid = gridOn && grid ? "drawn" : "";
  if (!gridOn || !grid) return;
  const [columns, lines] = grid.cells.map((count) => count + 1);
  // A report has the raw made smaller; corners count in pixels of the raw as it was captured.
  const scale = canvas.width / grid.size[0] / 100;
  const place = (column, row) => grid.corners[row * columns + column].map((side) => Math.round(side * scale) + 0.5);
  context.globalCompositeOperation = "difference";
  context.strokeStyle = "rgb(255 255 255 / .55)";
  context.beginPath();
  const line = (count, at) => { for (let i = 0; i < count; i++) context[i ? "lineTo" : "moveTo"](...at(i)); };
  for (let row = 0; row < lines; row++) line(columns, (column) => place(column, row));
  for (let column = 0; column < columns; column++) line(lines, (row) => place(column, row));
  context.stroke();
  context.globalCompositeOperation = "source-over";
}

/** Larger or smaller in steps; 0 fits. */
function zoomRaw(by) {
  shown.raw.zoom = by ? Math.min(8, Math.max(0.1, shown.raw.zoom * (by > 0 ? 1.5 : 1 / 1.5))) : undefined;
  drawRaw();
}
hooks.zoomRaw = zoomRaw;
