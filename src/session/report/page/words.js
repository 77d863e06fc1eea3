// Text for people, and small helpers for elements. Everything of foreign origin is set as text, never as markup.

const report = JSON.parse(document.getElementById("data").textContent);

/** What a page that is served adds to an asset: `open`, `head`, `choose`. A report has nothing to add. */
const hooks = {};

/** Shows control characters and marks that turn the direction of writing instead of obeying them. */
function visible(text) {
  return String(text).replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, (c) => {
    const code = c.codePointAt(0);
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return "⟨" + code.toString(16).toUpperCase().padStart(4, "0") + "⟩";
  });
}

/** An element with properties and children; strings become text. */
function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  for (const child of children.flat()) {
    if (child === undefined || child === null || child === false) continue;
    made.append(child instanceof Node ? child : visible(child));
  }
  return made;
}

/** A sign that fonts may lack. */
function icon(name) {
  return document.getElementById("icons").content.querySelector(`[data-icon=${name}]`).cloneNode(true);
}

const percent = (value) => value / 10 + " %";
const times = (value) => (value / 1000).toFixed(2) + " ×";
const pixels = (value) => value + " px";
const plain = (value) => String(value);
const distance = (value) => (value / 1000).toFixed(3);

/** What each metric means, and how its value is written. */
const METRICS = {
  grid: ["Confidence in the pixel grid", percent],
  colors: ["Colours before the palette", plain],
  coverage: ["Part of the frame that is filled", percent],
  border: ["Subject on the edge of the raw image", percent],
  orphans: ["Lonely pixels", percent],
  residue: ["Colour distance to the raw image", distance],
  reduced: ["Cells for each pixel", plain],
  features: ["Thin features kept", percent],
  baseline: ["Distance from the baseline", pixels],
  flicker: ["Pixels that flicker", percent],
  loop: ["Step from the last frame to the first, beyond those inside", percent],
  seam: ["Step at the seam, to those inside", times],
  key: ["Ground's distance from the key colour", distance],
  fit: ["Beyond the frame", pixels],
};

/** A value and its threshold in words. */
function figure(metric, value) {
  const [label, write] = METRICS[metric] ?? [metric, plain];
  return { label, value: write(value) };
}
function limit(metric, { threshold, minimum }) {
  const [, write] = METRICS[metric] ?? [metric, plain];
  return (minimum ? "at least " : "at most ") + write(threshold);
}

/** `pass`, `fail` or `open`, with a sign and words, so that nothing hangs on colour. */
function stateOf(asset) {
  if (asset.step === "fail") return { key: "fail", sign: "✕", words: "cannot be built" };
  if (asset.verdict && asset.verdict !== "pass") return { key: "fail", sign: "✕", words: "fails a gate" };
  if (asset.verdict === null) return { key: "open", sign: "○", words: "not built yet" };
  if (asset.stale || asset.step === "wait") return { key: "open", sign: "○", words: "not up to date" };
  return { key: "pass", sign: "✓", words: "pass" };
}

/** Whether a person chose among its candidates; `null` where there is nothing to choose. */
function isChosen(asset) {
  const slots = (asset.slots ?? []).filter((slot) => slot.candidates > 1 || slot.pick?.by === "user");
  return slots.length ? slots.every((slot) => slot.pick?.by === "user") : null;
}

function sizeOf(asset) {
  const [width, height] = asset.size ?? asset.image?.size ?? [];
  return width ? `${width}×${height}` : "";
}

function count(n, one, many) {
  return n + " " + (n === 1 ? one : many);
}

/** A stored choice of this page; a browser may forbid storage of files. */
const stored = {
  get(key, otherwise) {
    try { return localStorage.getItem("dgx-pixels." + key) ?? otherwise; } catch { return otherwise; }
  },
  set(key, value) {
    try { localStorage.setItem("dgx-pixels." + key, value); } catch { /* It holds until the page is closed. */ }
  },
};
