// All assets as cards: filtered, sorted, and drawn when they come into sight.

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
const pickedOf = (asset) => (asset.choices ?? []).flatMap((slot) => slot.candidates).filter((candidate) => candidate.picked);
const score = (asset) => Math.min(1001, ...pickedOf(asset).map((candidate) => candidate.score));

/** What the search looks at, once. */
function prepare(asset) {
  const state = stateOf(asset);
  const tags = asset.tags.map((tag) => "#" + tag + " tag:" + tag);
  asset.words = [asset.name, asset.kind, ...tags, state.words, asset.verdict ?? "", asset.prompt ?? ""].join(" ").toLowerCase();
}
report.assets.forEach(prepare);

const gallery = document.getElementById("gallery");
const cards = new Map();
let listed = [];

const sight = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const card = cards.get(entry.target.asset);
    if (!card.player) continue;
    if (entry.isIntersecting) players.add(card.player.load());
    else players.delete(card.player);
  }
}, { rootMargin: "300px" });

function cardOf(asset) {
  const state = stateOf(asset);
  const player = asset.image && playerOf(asset);
  const frames = asset.timing ? count(asset.frames, "frame", "frames") : asset.tiles ? count(asset.frames, "tile", "tiles") : "";
  const facts = [asset.kind, sizeOf(asset) + (frames && " ×" + asset.frames)].filter(Boolean).join(" · ");
  const stage = element("div", { class: "stage" }, player?.canvas ?? element("span", { class: "missing" }, "no image here"),
    asset.change && element("span", { class: "badge" }, asset.change));
  const label = [asset.name, asset.kind, sizeOf(asset).replace("×", " by "), frames, state.words, asset.change].filter(Boolean).join(", ");
  const button = element("button", { class: "card", "aria-label": visible(label), onclick: () => openDetail(asset) },
    stage,
    element("div", { class: "text" },
      element("div", { class: "meta" }, element("span", { class: "name" }, asset.name),
        element("span", { class: "state " + state.key, title: visible(asset.verdict ?? state.words) }, state.sign)),
      element("div", { class: "meta" }, facts),
      state.key !== "pass" && element("div", { class: "state " + state.key }, state.words)));
  const item = element("li", {}, button);
  item.asset = asset;
  return { item, stage, player, button };
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
  const matches = (asset) =>
    (!kind || asset.kind === kind) && (!state || stateOf(asset).key === state) && words.every((word) => asset.words.includes(word));
  listed = report.assets.filter(matches).sort(SORTS[sortChoice.value][1]);
  for (const asset of report.assets) {
    if (cards.has(asset)) continue;
    const card = cardOf(asset);
    cards.set(asset, card);
    sight.observe(card.item);
  }
  gallery.replaceChildren(...listed.map((asset) => cards.get(asset).item));
  const all = report.assets.length;
  document.getElementById("found").textContent =
    listed.length === all ? count(all, "asset", "assets") : `${listed.length} of ${count(all, "asset", "assets")}`;
  document.getElementById("nothing").hidden = listed.length > 0;
}

/** Zoom and background of all cards. */
function paintCards() {
  const { zoom, ground } = view;
  document.getElementById("zoom").textContent = zoom ? "×" + zoom : "fit";
  // Sheets of tiles are shown smaller where they would make all cards wide.
  const sizeOnPage = (player) => [player.canvas.width, player.canvas.height].map((side) => side * zoom);
  let [wide, high] = BOX;
  for (const [asset, { player }] of cards) {
    if (!zoom || !player || asset.tiles) continue;
    const size = sizeOnPage(player);
    [wide, high] = [Math.max(wide, Math.min(size[0], 420)), Math.max(high, Math.min(size[1], 420))];
  }
  for (const { player, stage } of cards.values()) {
    stage.className = "stage ground-" + ground;
    if (!player) continue;
    const fits = fitting([player.canvas.width, player.canvas.height], [wide, high]);
    player.zoomed(zoom ? Math.min(zoom, fits) : fits);
  }
  gallery.style.setProperty("--card", wide + 22 + "px");
  gallery.style.setProperty("--stage", high + 20 + "px");
}

/** Arrow keys go from card to card. */
gallery.addEventListener("keydown", (event) => {
  const at = listed.findIndex((asset) => cards.get(asset).button === document.activeElement);
  const columns = getComputedStyle(gallery).gridTemplateColumns.split(" ").length;
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
  const next = by === undefined || at < 0 ? undefined : listed[at + by];
  if (!next) return;
  event.preventDefault();
  cards.get(next).button.focus();
});
