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

let silence;
function say(text, kind = "") {
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
  if (old) forget(old);
  if (shown && idOf(shown.asset) === idOf(asset)) shown.asset = asset;
  return asset;
}

/** Drops the card of what is no longer shown. */
function forget(asset) {
  const card = cards.get(asset);
  if (!card) return;
  sight.unobserve(card.item);
  if (card.player) players.delete(card.player);
  cards.delete(asset);
}

/** Shows the gallery anew; the card that had the focus keeps it. */
function show() {
  const focused = listed.find((asset) => cards.get(asset)?.button === document.activeElement);
  const place = focused && idOf(focused);
  summarize();
  showGallery();
  paintCards();
  if (place && !detail.open) cards.get(named(place))?.button.focus();
}

async function loadAll() {
  const found = await ask("/review/cards");
  const names = new Set(found.assets.map(idOf));
  report.assets.filter((asset) => !names.has(idOf(asset))).forEach(forget);
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

hooks.open = (asset) => { if (!asset.whole) reopen(idOf(asset)).catch(refuse); };

hooks.head = (asset) => asset.choices?.length ? [
  element("button", { onclick: () => reroll(asset), title: "Drop these candidates and make new ones ( r )" }, "Re-roll"),
  element("button", { onclick: () => undo(), title: "Undo the last decision ( u )" }, "Undo"),
] : [];

hooks.choose = (asset, slot, candidate) => element("div", { class: "tools" },
  element("button", { "data-pick": slot + " " + candidate.n, class: candidate.picked ? "chosen" : "", "aria-pressed": String(Boolean(candidate.picked)),
    "aria-label": visible(`Pick candidate ${candidate.n} of ${slot}`), onclick: () => pick(asset, slot, candidate.n) },
  candidate.picked === "user" ? "★ Picked" : candidate.picked ? "☆ The gates' pick" : `Pick (${candidate.n})`),
  element("button", { "data-pick": slot + " keep " + candidate.n, "aria-pressed": String(candidate.kept), "aria-label": visible(`Keep candidate ${candidate.n} of ${slot}`),
    onclick: () => keep(asset, slot, candidate.n) }, candidate.kept ? "Kept" : "Keep"));

/** Decisions that can be taken back, the last one at the end. */
const decisions = [];
const encoded = (slot) => "/assets/" + encodeURIComponent(slot);
const pickIn = (asset, slot) => asset.choices?.find((other) => other.slot === slot)?.candidates.find((candidate) => candidate.picked);

async function pick(asset, slot, n) {
  const before = pickIn(asset, slot);
  try {
    performance.mark("pick");
    await ask(encoded(slot) + "/pick", { n, seen: before?.n ?? 0 });
    decisions.push({ asset: idOf(asset), slot, pick: before ? { n: before.n, by: before.picked } : null, now: n });
    say(`Picked ${n} for ${slot}`);
  } catch (error) { refuse(error); }
  await reopen(idOf(asset)).catch(refuse);
}

async function keep(asset, slot, n) {
  const kept = asset.choices.find((other) => other.slot === slot).candidates.filter((candidate) => candidate.kept).map((candidate) => candidate.n);
  const wanted = kept.includes(n) ? kept.filter((other) => other !== n) : [...kept, n];
  try {
    await setKept(slot, wanted, kept);
    decisions.push({ asset: idOf(asset), slot, kept, now: wanted });
    say(kept.includes(n) ? `${n} of ${slot} is no longer kept` : `Kept ${n} of ${slot}`);
  } catch (error) { refuse(error); }
  await reopen(idOf(asset)).catch(refuse);
}

/** Marks add up; an empty list takes all of them away. */
async function setKept(slot, numbers, before) {
  if (!before.every((n) => numbers.includes(n))) await ask(encoded(slot) + "/keep", { keep: [] });
  if (numbers.length) await ask(encoded(slot) + "/keep", { keep: numbers });
}

async function reroll(asset) {
  try {
    const keep = [...new Set(asset.choices.flatMap((slot) => slot.candidates.filter((candidate) => candidate.kept).map((candidate) => candidate.n)))];
    await ask(encoded(asset.name) + "/reroll", keep.length ? { keep } : {});
    say(`Re-rolled ${asset.name}`);
    await generate([idOf(asset)]);
  } catch (error) { refuse(error); }
  await reopen(idOf(asset)).catch(refuse);
}

async function undo() {
  const last = decisions.pop();
  if (!last) return say("There is nothing to undo");
  try {
    if (last.kept) await setKept(last.slot, last.kept, last.now);
    else if (last.pick?.by === "user") await ask(encoded(last.slot) + "/pick", { n: last.pick.n, seen: last.now });
    else await ask(encoded(last.slot) + "/unpick", {});
    say(`Undone: ${last.slot}`);
  } catch (error) { refuse(error); }
  await load([last.asset]).catch(refuse);
}

/** Starts a build; more images than the project allows need a second word. */
async function generate(targets, consent) {
  try {
    await ask("/build", { targets, ...(consent && { consent }) });
  } catch (error) {
    if (error.code !== "max-images") throw error;
    refuse(error);
  }
}

/** The slot that number keys mean: that of the candidate with the focus, else the first one. */
function meant(asset) {
  const [slot] = document.activeElement?.dataset?.pick?.split(" ") ?? [];
  return asset.choices?.find((other) => other.slot === slot) ?? asset.choices?.[0];
}
const inDetail = (then) => () => { if (shown) then(shown.asset); };
for (let n = 1; n <= 9; n++) {
  ACTIONS[n] = inDetail((asset) => {
    const slot = meant(asset);
    if (slot?.candidates.some((candidate) => candidate.n === n)) pick(asset, slot.slot, n);
    else say(`There is no candidate ${n}`);
  });
}
ACTIONS.r = inDetail(reroll);
ACTIONS.u = undo;
ACTIONS.k = inDetail((asset) => {
  const focused = Number(document.activeElement?.dataset?.pick?.split(" ").at(-1));
  const slot = meant(asset);
  const n = focused || slot?.candidates.find((candidate) => candidate.picked)?.n;
  if (n) keep(asset, slot.slot, n);
});
ACTIONS.d = () => toggleDirection();
KEYS.splice(3, 0, ["1 … 9", "pick a candidate"], ["k", "keep a candidate"], ["r", "re-roll an asset"], ["u", "undo"], ["d", "art direction"]);

// What runs.

const running = new Map();
let counts = null;

const requestKey = ({ slot, n }) => (typeof slot === "string" ? slot : slotName(slot)) + " #" + n;
const slotName = (slot) => slot.group.name + (slot.frame ? "#" + slot.frame : "");

async function loadPlan() {
  const plan = await ask("/plan");
  const of = (...steps) => plan.items.filter((item) => steps.includes(item.step)).length;
  const images = plan.items.reduce((sum, item) => sum + item.recapture + item.slots.reduce((all, slot) => all + slot.generate.length, 0), 0);
  counts = { fresh: of("fresh"), make: of("make", "recapture"), waiting: of("wait"), failed: of("fail"), images, seconds: counts?.seconds };
  paintQueue();
}

function paintQueue() {
  const parts = counts ? [`${counts.fresh} up to date`, counts.make && `${counts.make} to be made`, counts.waiting && `${counts.waiting} waiting`,
    counts.failed && `✕ ${counts.failed} cannot be made`, counts.images && count(counts.images, "image", "images") + " to be generated"].filter(Boolean) : [];
  const missing = counts?.images > 0 && !running.size && element("button", { onclick: () => generate([], "given").catch(refuse) }, `Generate ${count(counts.images, "image", "images")}`);
  const left = counts?.seconds && running.size ? `about ${counts.seconds < 90 ? counts.seconds + " s" : Math.round(counts.seconds / 60) + " min"} of server time` : "";
  const cards = [...running.values()].map((one) => element("li", {},
    one.preview && element("img", { src: one.preview, width: 48, height: 48, alt: "" }),
    element("div", { class: "grow" }, element("strong", {}, one.slot), ` № ${one.n}`,
      element("div", { class: "soft" }, [one.server ?? one.backend ?? "waits for a server", one.steps ? `step ${one.step} of ${one.steps}` : ""].filter(Boolean).join(" · ")),
      one.steps ? element("progress", { max: one.steps, value: one.step, "aria-label": visible(one.slot) }) : null),
    element("button", { onclick: () => change(one, "retry"), "aria-label": visible(`Retry ${one.slot} ${one.n}`) }, "Retry"),
    element("button", { onclick: () => change(one, "cancel"), "aria-label": visible(`Cancel ${one.slot} ${one.n}`) }, "Cancel")));
  queue.replaceChildren(
    element("div", { class: "line" }, element("span", {}, parts.join("  ·  ") || "…"), element("span", { class: "soft" }, left), missing,
      element("button", { id: "direct-button", onclick: toggleDirection, title: "Change a recipe and look at it ( d )" }, "Art direction")),
    cards.length ? element("ul", { class: "requests" }, cards.slice(0, 12)) : "",
    cards.length > 12 ? element("p", { class: "soft" }, `and ${cards.length - 12} more`) : "");
}

const change = (one, what) => ask("/review/requests", { slot: one.slot, n: one.n, change: what }).catch(refuse);

let previewing;
/** Images of what is being drawn, at most twice a second. */
function loadPreviews() {
  previewing ??= setTimeout(async () => {
    previewing = undefined;
    const { requests } = await ask("/review/requests").catch(() => ({ requests: [] }));
    for (const one of requests) running.set(requestKey(one), { ...running.get(requestKey(one)), ...one });
    paintQueue();
  }, 500);
}

/** Problems stand over the last good state until they are mended. */
function tellTrouble(diagnostics) {
  problems.hidden = !diagnostics.length;
  problems.replaceChildren(element("strong", {}, "Nothing can be built; this is the state before"),
    element("ul", {}, diagnostics.map((one) => element("li", {}, one.place && element("code", {}, `${one.place.file}:${one.place.line}:${one.place.column} `),
      one.message, one.hint && element("span", { class: "soft" }, " " + one.hint)))));
}

const dirty = new Set();
let everything = true, loaded = false, flushing;
/** Loads what changed, a moment after the last change. */
function flush(wait = 120) {
  clearTimeout(flushing);
  flushing = setTimeout(async () => {
    const ids = [...dirty], all = everything;
    dirty.clear();
    everything = false;
    // A manifest with errors has its own place on the page.
    await (all ? loadAll() : ids.length ? load(ids) : Promise.resolve()).then(loadPlan)
      .catch((error) => (error.diagnostics?.some((one) => one.place) ? tellTrouble(error.diagnostics) : refuse(error)));
    loaded = true;
    performance.mark("reloaded");
  }, wait);
}

const EVENTS = {
  planned: (event) => { counts = { ...counts, fresh: event.fresh, make: event.make, waiting: event.waiting, images: event.generate, seconds: event.seconds }; },
  asked: (event) => running.set(requestKey(event), { slot: slotName(event.slot), n: event.n, backend: event.backend, step: 0, steps: 0 }),
  progress: (event) => running.set(requestKey(event), { ...running.get(requestKey(event)), slot: slotName(event.slot), n: event.n, step: event.step, steps: event.steps, server: event.server }),
  preview: loadPreviews,
  captured: (event) => { running.delete(requestKey(event)); dirty.add(event.slot.group.kind + ":" + event.slot.group.name); },
  judged: (event) => dirty.add(event.slot.group.kind + ":" + event.slot.group.name),
  picked: (event) => dirty.add(event.slot.group.kind + ":" + event.slot.group.name),
  processed: (event) => dirty.add(event.group.kind + ":" + event.group.name),
  pruned: () => { everything = true; },
  added: () => { everything = true; },
  // Somebody may have picked what was picked already, which makes nothing.
  changed: (event) => {
    if (event.files.some((file) => file.endsWith(".toml"))) everything = true;
    else if (shown) dirty.add(idOf(shown.asset));
  },
  refused: (event) => tellTrouble(event.diagnostics),
  failed: (event) => { running.clear(); say(`✕ ${event.name}: ${event.message}`, "fail"); },
  summary: () => { tellTrouble([]); running.clear(); flush(0); },
  noted: (event) => { if (!event.name && event.message.startsWith("nothing stands")) tellTrouble([]); },
  server: (event) => { if (event.state !== "up") say(`server ${event.server} is ${event.state} ${event.message ?? ""}`); },
};

function listen() {
  const source = new EventSource("/api/v1/events");
  source.addEventListener("snapshot", (message) => {
    const snapshot = JSON.parse(message.data);
    running.clear();
    for (const one of snapshot.requests) running.set(requestKey(one), { ...one, slot: slotName(one.slot) });
    // The first load is on its way already.
    if (loaded) { everything = true; flush(0); }
    paintQueue();
  });
  source.addEventListener("event", (message) => {
    const event = JSON.parse(message.data);
    EVENTS[event.event]?.(event);
    paintQueue();
    if (event.event !== "progress" && dirty.size) flush();
  });
  // The browser connects again by itself, and the server sends what was missed.
  source.onerror = () => say("The server does not answer; trying again", "fail");
  source.onopen = () => say("");
}

// Art direction: a recipe as it would be, before it is written.

const direction = element("aside", { id: "direction", hidden: true, "aria-label": "Art direction" });
document.querySelector("main").prepend(direction);
const edit = { recipe: "default", values: {} };
let palettes = [], recipes = [], looking;

async function toggleDirection() {
  direction.hidden = !direction.hidden;
  if (direction.hidden) return document.getElementById("direct-button")?.focus();
  if (detail.open) detail.close();
  try {
    if (!palettes.length) palettes = (await ask("/palettes")).palettes;
    recipes = await ask("/review/recipes");
    paintDirection();
    direction.querySelector("select").focus();
    direction.scrollIntoView({ block: "nearest" });
  } catch (error) { refuse(error); }
}

const colorsOf = (palette) => palettes.find((other) => other.id === palette)?.colors ?? [];

function paintDirection() {
  const recipe = recipes.find((other) => other.name === edit.recipe) ?? { keys: {} };
  const scope = element("select", { id: "scope" });
  options(scope, [...recipes.map(({ name }) => [name, "recipe " + visible(name)]), ["", "the assets shown below, each for itself"]]);
  scope.value = edit.recipe;
  scope.addEventListener("change", () => { edit.recipe = scope.value; edit.values = {}; paintDirection(); look(); });
  const written = (key) => recipe.keys[key] && `now ${recipe.keys[key]}`;
  const choice = (key, label, choices) => {
    const select = element("select", { id: "edit-" + key });
    options(select, [["", "as it is"], ...choices]);
    select.value = edit.values[key] ?? "";
    select.addEventListener("change", () => set(key, select.value));
    return field(key, label, select);
  };
  const field = (key, label, input) => element("label", {}, element("span", {}, label), input, written(key) && element("small", { class: "soft" }, written(key)));
  const typed = (key, label, placeholder) => {
    const input = element("input", { id: "edit-" + key, size: 8, placeholder, autocomplete: "off", value: edit.values[key] ?? "" });
    input.addEventListener("input", () => set(key, input.value.trim()));
    return field(key, label, input);
  };
  const custom = (edit.values.palette ?? "").startsWith("#");
  const palette = element("select", { id: "edit-palette" });
  options(palette, [["", "as it is"], ...palettes.map(({ id, colors }) => [id, `${id} (${colors.length})`]), ...(custom ? [["#", "own colours"]] : [])]);
  palette.value = custom ? "#" : edit.values.palette ?? "";
  palette.addEventListener("change", () => { set("palette", palette.value); paintDirection(); document.getElementById("edit-palette").focus(); });
  direction.replaceChildren(
    element("div", { class: "head" }, element("h2", {}, "Art direction"), element("span", { class: "soft" }, "no image is generated; nothing is written before Apply"),
      element("button", { class: "end", onclick: toggleDirection, "aria-label": "Close art direction" }, "✕")),
    element("div", { class: "fields" }, element("label", {}, element("span", {}, "Change"), scope), field("palette", "Palette", palette),
      typed("colors", "Colours", "most"), choice("outline", "Outline", ["none", "outer", "inner", "selective"].map((word) => [word, word])),
      choice("dither", "Dither", ["none", "ordered"].map((word) => [word, word])),
      edit.recipe === "" ? typed("size", "Size", "24 or 24x32") : null),
    swatches(),
    element("p", { id: "effect", role: "status", "aria-live": "polite" }),
    element("ul", { id: "effects" }),
    element("div", { class: "tools" },
      element("button", { id: "apply", class: "primary", disabled: true, onclick: applyDirection }, "Apply to pixels.toml"),
      element("button", { onclick: () => { edit.values = {}; paintDirection(); look(); } }, "Reset")));
  look();
}

/** The colours of the chosen palette; another colour makes a palette of one's own. */
function swatches() {
  const value = edit.values.palette ?? "";
  const colors = value.startsWith("#") ? value.split(",") : colorsOf(value);
  const inputs = colors.map((color, at) => {
    const input = element("input", { type: "color", value: color.toLowerCase(), title: color, "aria-label": `Colour ${at + 1}, ${color}` });
    input.addEventListener("change", () => {
      set("palette", colors.map((other, place) => (place === at ? input.value : other)).join(","));
      paintDirection();
    });
    return input;
  });
  return element("div", { class: "swatches" }, inputs);
}

function set(key, value) {
  if (value) edit.values[key] = value;
  else delete edit.values[key];
  clearTimeout(set.timer);
  set.timer = setTimeout(look, 200);
}

const wanted = () => ({
  ...(edit.recipe ? { recipe: edit.recipe } : // A tileset is drawn as its textures are.
    { assets: listed.filter((asset) => asset.kind !== "tileset").map(idOf) }),
  changes: Object.entries(edit.values).map(([key, value]) => `${key}=${value}`),
});

/** Asks how everything would look. */
async function look() {
  const effect = document.getElementById("effect"), effects = document.getElementById("effects"), apply = document.getElementById("apply");
  if (!effect) return;
  looking?.abort();
  apply.disabled = true;
  if (!Object.keys(edit.values).length) { effects.replaceChildren(); effect.textContent = ""; return; }
  looking = new AbortController();
  effect.textContent = "…";
  try {
    const found = await ask("/review/preview", wanted(), looking.signal);
    effect.className = "";
    effect.textContent = found.items.length ? `${found.items.length} of ${count(found.assets, "asset", "assets")} would change` : "Nothing would look different";
    effects.replaceChildren(...found.items.slice(0, 400).map(pairOf));
    apply.disabled = false;
    performance.mark("previewed");
  } catch (error) {
    if (error.name === "AbortError") return;
    effects.replaceChildren();
    effect.className = "fail";
    effect.textContent = "✕ " + visible(error.message);
  }
}

function pairOf({ kind, name, before, after, error }) {
  const half = (image) => {
    if (!image) return element("div", { class: "stage ground-" + view.ground }, element("span", { class: "missing" }, "none"));
    const player = new Player(image, null, []).load().zoomed(fitting(image.size, [96, 96]));
    return element("div", { class: "stage ground-" + view.ground }, player.canvas);
  };
  return element("li", { "aria-label": visible(`${kind} ${name}, before and after`) },
    element("div", { class: "pair" }, half(before), half(after)), element("div", {}, name), error && element("div", { class: "fail" }, "✕ " + error.message));
}

async function applyDirection() {
  try {
    performance.mark("apply");
    const { files } = await ask("/review/apply", wanted());
    say("Changed " + files.join(", "));
    edit.values = {};
    recipes = await ask("/review/recipes");
    paintDirection();
  } catch (error) { refuse(error); }
}

paintQueue();
listen();
flush(0);
