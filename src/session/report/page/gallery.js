// All assets as cards: filtered and sorted. Only those in sight are elements of the page.

const view = { zoom: Number(stored.get("zoom", "0")), ground: stored.get("ground", "checker") };
const BOX = [168, 150];

const SORTS = {
  name: ["Name", (a, b) => compare(a.name, b.name)],
  kind: ["Kind", (a, b) => compare(a.kind, b.kind) || compare(a.name, b.name)],
  state: ["State", (a, b) => rank(a) - rank(b) || compare(a.name, b.name)],
  score: ["Score, lowest first", (a, b) => score(a) - score(b) || compare(a.name, b.name)],
  size: ["Size, largest first", (a, b) => area(b) - area(a) || compare(a.name, b.name)],
  colors: ["Colours, most first", (a, b) => colors(b) - colors(a) || compare(a.name, b.name)],
};
const compare = new Intl.Collator(undefined, { numeric: true }).compare;
const rank = (asset) => ["fail", "open", "pass"].indexOf(stateOf(asset).key);
const area = (asset) => (asset.image ? asset.image.size[0] * asset.image.size[1] : 0);
const colors = (asset) => asset.found?.palette.length ?? 0;
const score = (asset) => asset.score ?? 1001;

/** States of assets that a person looks for. */
const STATES = [["", "all"], ["pass", "✓ pass"], ["fail", "✕ fails"], ["open", "○ not up to date"], ["choose", "☆ not chosen yet"]];
const isIn = (asset, state) => !state || (state === "choose" ? isChosen(asset) === false : stateOf(asset).key === state);

/** What the search looks at, once. */
function prepare(asset) {
  const state = stateOf(asset);
  const tags = asset.tags.map((tag) => "#" + tag + " tag:" + tag);
  asset.words = [asset.name, asset.kind, ...tags, state.words, asset.verdict ?? "", asset.prompt ?? ""].join(" ").toLowerCase();
}
report.assets.forEach(prepare);

const gallery = document.getElementById("gallery");
/** The cards that are elements now. */
const cards = new Map();
let listed = [];

function cardOf(asset) {
  const state = stateOf(asset), chosen = isChosen(asset);
  const player = asset.image && playerOf(asset).load();
  const frames = asset.timing ? count(asset.frames, "frame", "frames") : asset.tiles ? count(asset.frames, "tile", "tiles") : "";
  const facts = [asset.kind, sizeOf(asset) + (frames && " ×" + asset.frames)].filter(Boolean).join(" · ");
  const choice = chosen === null ? "" : chosen ? "chosen" : "not chosen yet";
  const stage = element("div", { class: "stage" }, player?.canvas ?? element("span", { class: "missing" }, "no image here"),
    asset.change && element("span", { class: "badge" }, asset.change));
  const button = element("button", { class: "card", onclick: () => openDetail(asset) },
    stage,
    element("div", { class: "text" },
      element("div", { class: "meta" }, element("span", { class: "name", title: visible(asset.name) }, asset.name),
        element("span", { class: "state " + state.key, title: visible(asset.verdict ?? state.words), "aria-hidden": "true" }, state.sign)),
      element("div", { class: "meta" }, facts),
      element("div", { class: "meta" }, element("span", { class: state.key === "pass" ? "hidden" : "state " + state.key }, state.words),
        choice && element("span", { class: "choice" }, (chosen ? "★ " : "☆ ") + choice))));
  if (player) players.add(player);
  return { item: element("li", {}, button), stage, player, button };
}

/** Takes a card from the page. */
function dropCard(asset) {
  const card = cards.get(asset);
  if (!card) return;
  if (card.player) players.delete(card.player);
  card.item.remove();
  cards.delete(asset);
}

/** The player of an asset's card. */
function playerOf(asset) {
  const player = new Player(asset.image, asset.timing, asset.round ?? []);
  if (asset.tiles) player.sheet(sheetColumns(asset));
  return player;
}

/** Rows of tiles that are about as wide as high. */
function sheetColumns(asset) {
  return Math.min(asset.image.frames, Math.max(4, Math.ceil(Math.sqrt(asset.image.frames * 1.3))));
}

function showGallery() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const kind = kindChoice.value, state = stateChoice.value;
  const matches = (asset) => (!kind || asset.kind === kind) && isIn(asset, state) && words.every((word) => asset.words.includes(word));
  listed = report.assets.filter(matches).sort(SORTS[sortChoice.value][1]);
  const all = report.assets.length;
  document.getElementById("found").textContent =
    listed.length === all ? count(all, "asset", "assets") : `${listed.length} of ${count(all, "asset", "assets")}`;
  document.getElementById("nothing").hidden = listed.length > 0;
  layOut();
}

/** Zoom and background of all cards. */
function paintCards() {
  document.getElementById("zoom").textContent = view.zoom ? "×" + view.zoom : "fit";
  layOut();
}
