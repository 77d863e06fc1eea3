// The page where it is served: it shows what happens as it happens, and sends decisions to its server.

const panel = document.getElementById("live");
const said = element("p", { id: "said", role: "status", "aria-live": "polite" });
const problems = element("div", { id: "problems", role: "alert", hidden: true });
const queue = element("section", { id: "queue", "aria-label": "Build" });
panel.append(said, problems, queue);
panel.hidden = false;
root.classList.add("live");

/** Asks the server; what it refuses is thrown with its first diagnostic. */
async function ask(path, body, signal) {
  const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const answer = await fetch((path.startsWith("/review") ? "" : "/api/v1") + path, { ...sent, signal });
  const text = await answer.text();
  const value = text ? JSON.parse(text) : {};
  if (answer.ok) return value;
  const first = value.diagnostics?.[0] ?? { message: answer.statusText };
  throw Object.assign(new Error(first.message + (first.hint ? ` (${first.hint})` : "")), { code: first.code, diagnostics: value.diagnostics });
}

/** Messages and problems stand in the dialog that is open: whatever lies behind one cannot be seen or heard. */
function house() {
  const dialog = [detail, booth].find((dialog) => dialog.open);
  const home = dialog ?? panel;
  if (said.parentElement !== home) home.append(said);
  const place = detail.open ? detail.querySelector(".look") : panel;
  if (problems.parentElement !== place) place.prepend(problems);
}
hooks.drawn = house;
hooks.rawOf = (slot, { n, raw }) => ({
  src: "/api/v1/blobs/" + raw,
  grid: () => ask(`/review/grid?slot=${encodeURIComponent(slot)}&n=${n}`).catch((error) => { refuse(error); return null; }),
});

let silence;
function say(text, kind = "") {
  house();
  said.textContent = visible(text);
  said.className = kind;
  clearTimeout(silence);
  silence = setTimeout(() => { said.textContent = ""; }, kind === "fail" ? 12000 : 5000);
}
const refuse = (error) => { if (error.name !== "AbortError") say("✕ " + error.message, "fail"); };

const idOf = (asset) => asset.kind + ":" + asset.name;
const named = (id) => report.assets.find((asset) => idOf(asset) === id);

/** Puts an asset in the place of what was known of it; what it looked like before the last build stays at hand. */
function place(asset) {
  const at = report.assets.findIndex((other) => idOf(other) === idOf(asset));
  const old = report.assets[at];
  prepare(asset);
  asset.since = old?.since ?? asset.image;
  if (asset.image?.src !== old?.image?.src && old?.image) asset.since = old.image;
  if (asset.since && asset.image && asset.since.src !== asset.image.src) asset.before = asset.since;
  if (!asset.whole && old?.whole && old.image?.src === asset.image?.src) Object.assign(asset, { choices: old.choices, changes: old.changes });
  if (at < 0) report.assets.push(asset);
  else report.assets[at] = asset;
  if (old) dropCard(old);
  if (shown && idOf(shown.asset) === idOf(asset)) shown.asset = asset;
  return asset;
}

/** Shows the gallery anew; the card that had the focus keeps it. */
function show() {
  const focused = listed.find((asset) => cards.get(asset)?.button === document.activeElement);
  const place = focused && idOf(focused);
  summarize();
  showGallery();
  if (place && !detail.open && named(place)) focusCard(named(place));
}

async function loadAll() {
  const found = await ask("/review/cards");
  const names = new Set(found.assets.map(idOf));
  report.assets.filter((asset) => !names.has(idOf(asset))).forEach(dropCard);
  report.assets = report.assets.filter((asset) => names.has(idOf(asset)));
  report.project = found.project;
  document.title = visible(found.project) + " · review";
  document.getElementById("project").textContent = visible(found.project);
  found.assets.forEach(place);
  show();
  if (shown) await reopen(idOf(shown.asset));
  else if (!loaded) openNamed();
  performance.mark("usable");
}

/** Loads single assets; beyond some dozens all of them. */
async function load(ids) {
  if (ids.length > 40) return loadAll();
  const open = shown && idOf(shown.asset);
  const plain = ids.filter((id) => id !== open && named(id));
  if (plain.length) (await ask("/review/cards?targets=" + encodeURIComponent(plain.join(",")))).assets.forEach(place);
  if (ids.some((id) => !named(id))) return loadAll();
  show();
  if (ids.includes(open)) await reopen(open);
}

/** The number of the last question about each asset: answers to earlier ones say less. */
const questions = new Map();

/** Loads all of an asset, and shows it in the place of what was open. */
async function reopen(id) {
  const question = (questions.get(id) ?? 0) + 1;
  questions.set(id, question);
  const [asset] = (await ask(`/review/cards?whole=true&targets=${encodeURIComponent(id)}`)).assets;
  if (!asset || questions.get(id) !== question) return;
  asset.whole = true;
  const now = place(asset);
  show();
  if (shown && idOf(shown.asset) === id) {
    const top = detail.querySelector(".body")?.scrollTop ?? 0;
    // Only a zoom that a person chose outlives the picture.
    const zoom = shown.chosen;
    const active = document.activeElement?.dataset?.pick;
    openDetail(now);
    if (zoom && zoom !== shown.zoom) zoomBig(zoom - shown.zoom);
    const body = detail.querySelector(".body");
    if (body) body.scrollTop = top;
    if (active) detail.querySelector(`[data-pick="${CSS.escape(active)}"]`)?.focus();
  }
}
