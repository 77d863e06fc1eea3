// The raw of a candidate in the place of its sprite, with the grid that restoration found in it.

let gridOn = stored.get("grid", "on") === "on";

hooks.raw = (asset, slot, candidate) => showRaw(asset, slot, candidate).catch(refuse);
hooks.tools = (asset) => {
  if (!asset.choices?.length) return [];
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

function toggleRaw() {
  if (!shown?.asset.choices?.length) return;
  if (shown.raw) return hideRaw();
  const slot = shown.asset.choices.find((slot) => slot.candidates.some((one) => one.picked)) ?? shown.asset.choices[0];
  const candidate = slot.candidates.find((one) => one.picked) ?? slot.candidates[0];
  if (candidate) showRaw(shown.asset, slot.slot, candidate).catch(refuse);
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
  const canvas = element("canvas", { "aria-hidden": "true" });
  const raw = shown.raw = { slot, n: candidate.n, canvas, image: new Image(), grid: null };
  shown.view.raw = { slot, n: candidate.n, raw: candidate.raw };
  big.replaceChildren(canvas);
  big.setAttribute("aria-label", visible(`raw of candidate ${candidate.n} of ${slot}`));
  big.scrollIntoView({ block: "nearest" });
  document.getElementById("raw").setAttribute("aria-pressed", "true");
  document.getElementById("grid").hidden = false;
  raw.image.onload = () => { if (shown?.raw === raw) drawRaw(); };
  raw.image.src = "/api/v1/blobs/" + candidate.raw;
  raw.grid = await ask(`/review/grid?slot=${encodeURIComponent(slot)}&n=${candidate.n}`).catch((error) => { refuse(error); return null; });
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
  const place = (column, row) => grid.corners[row * columns + column].map((side) => Math.round(side / 100 * zoom) + 0.5);
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
ACTIONS.g = () => shown && toggleRaw();
