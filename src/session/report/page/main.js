// The page: choices, keys, and the first paint.

const search = document.getElementById("search");
const kindChoice = document.getElementById("kind");
const stateChoice = document.getElementById("state");
const sortChoice = document.getElementById("sort");
const root = document.documentElement;

const GROUNDS = [["checker", "▦", "Checker"], ["light", "□", "Light"], ["dark", "■", "Dark"], ["own", "◪", "Own colour"]];
const THEMES = { auto: "◐ Auto", light: "☀ Light", dark: "☾ Dark" };
const KEYS = [["/", "filter"], ["arrows", "go from asset to asset"], ["Enter", "open an asset"], ["→ ←", "next, previous asset"],
  [". ,", "next, previous frame"], ["+ −", "larger, smaller"], ["0", "fit"], ["b", "background"], ["g", "raw with its grid, or sprite"], ["p", "play or pause"], ["t", "light or dark page"], ["Esc", "close"]];

function options(select, choices) {
  select.replaceChildren(...choices.map(([value, label]) => element("option", { value }, label)));
}

function applyTheme() {
  const choice = stored.get("theme", "auto");
  const dark = choice === "dark" || (choice === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
  document.getElementById("theme").textContent = THEMES[choice];
}

function nextTheme() {
  const names = Object.keys(THEMES);
  stored.set("theme", names[(names.indexOf(stored.get("theme", "auto")) + 1) % names.length]);
  applyTheme();
}

function setGround(ground) {
  view.ground = ground;
  stored.set("ground", ground);
  for (const button of document.querySelectorAll("#grounds button")) {
    button.setAttribute("aria-pressed", String(button.value === ground));
  }
  for (const stage of detail.querySelectorAll(".stage")) {
    stage.className = stage.className.replace(/ground-\w+/, "ground-" + ground);
  }
  paintCards();
}

function nextGround() {
  const at = GROUNDS.findIndex(([ground]) => ground === view.ground);
  setGround(GROUNDS[(at + 1) % GROUNDS.length][0]);
}

function setZoom(zoom) {
  view.zoom = Math.max(0, Math.min(16, zoom));
  stored.set("zoom", String(view.zoom));
  paintCards();
}

function zoomBy(by) {
  if (detail.open) zoomBig(by);
  else setZoom(view.zoom ? view.zoom + by : by > 0 ? 2 : 0);
}

function setPlaying(on) {
  playing = on;
  players.forEach((player) => { player.due = 0; player.onrun?.(); });
  document.getElementById("play").replaceChildren(icon(on ? "pause" : "play"), on ? " Pause" : " Play");
}

/** What is said of all assets; it changes where the page is served. */
function summarize() {
  document.getElementById("project").textContent = visible(report.project);
  const states = report.assets.map((asset) => stateOf(asset).key);
  const of = (key) => states.filter((state) => state === key).length;
  const parts = [`✓ ${of("pass")} pass`, of("fail") && `✕ ${of("fail")} to look at`, of("open") && `○ ${of("open")} not up to date`];
  const choices = report.assets.map(isChosen).filter((chosen) => chosen !== null);
  if (choices.length) parts.push(`★ ${choices.filter(Boolean).length} of ${choices.length} chosen`);
  const since = report.since && `changes since ${visible(report.since)}`;
  const removed = report.removed?.length && `removed: ${visible(report.removed.join(", "))}`;
  document.getElementById("summary").textContent = [since, ...parts, removed].filter(Boolean).join("  ·  ");
  const kinds = [...new Set(report.assets.map((asset) => asset.kind))].sort();
  const [kind, state, sort] = [kindChoice.value, stateChoice.value, sortChoice.value];
  options(kindChoice, [["", "all"], ...kinds.map((kind) => [kind, kind])]);
  options(stateChoice, STATES);
  options(sortChoice, Object.entries(SORTS).map(([key, [label]]) => [key, label]));
  [kindChoice.value, stateChoice.value] = [kind, state];
  sortChoice.value = sort || "name";
}

function prepareHeader() {
  summarize();
  const grounds = document.getElementById("grounds");
  for (const [ground, sign, label] of GROUNDS) {
    const button = element("button", { value: ground, title: label + " background ( b )", "aria-label": label + " background" }, sign);
    button.addEventListener("click", () => setGround(ground));
    grounds.append(button);
  }
  grounds.append(ownColor());
}

/** The game's own background colour. */
function ownColor() {
  const color = element("input", { type: "color", "aria-label": "Own background colour", title: "Own background colour" });
  const saved = stored.get("own", "#63c74d");
  color.value = /^#[0-9a-f]{6}$/i.test(saved) ? saved : "#63c74d";
  const apply = () => { root.style.setProperty("--own", color.value); stored.set("own", color.value); };
  color.addEventListener("input", () => { apply(); setGround("own"); });
  apply();
  return color;
}

const help = document.getElementById("help");
function openHelp() {
  help.replaceChildren(element("h2", {}, "Keys"),
    element("table", {}, KEYS.map(([keys, what]) => element("tr", {}, element("td", {}, keys.split(" ").flatMap((key) => [element("kbd", {}, key), " "])), element("td", {}, what)))),
    element("p", { style: "margin-top:12px" }, element("button", { onclick: () => help.close() }, "Close")));
  help.showModal();
}

const ACTIONS = {
  "/": () => search.focus(),
  "?": openHelp,
  "+": () => zoomBy(1),
  "=": () => zoomBy(1),
  "-": () => zoomBy(-1),
  0: () => (detail.open ? zoomBig(0) : setZoom(0)),
  b: nextGround,
  g: () => shown && toggleRaw(),
  p: () => setPlaying(!playing),
  t: nextTheme,
  j: () => shown && neighbour(1),
  k: () => shown && neighbour(-1),
  ArrowRight: () => neighbour(1),
  ArrowLeft: () => neighbour(-1),
  ".": () => stepBig(1),
  ",": () => stepBig(-1),
};
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches?.("input:not([type=color], [type=checkbox]), select");
  if (typing && event.key === "Escape") { search.value = ""; search.blur(); showGallery(); return; }
  const action = ACTIONS[event.key];
  if (event.key.startsWith("Arrow") && !shown) return;
  if (!action || typing || event.ctrlKey || event.metaKey || event.altKey || help.open || event.target.closest?.("#booth")) return;
  event.preventDefault();
  action();
});

prepareHeader();
applyTheme();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);
search.addEventListener("input", showGallery);
for (const choice of [kindChoice, stateChoice, sortChoice]) choice.addEventListener("change", showGallery);
document.getElementById("smaller").addEventListener("click", () => zoomBy(-1));
document.getElementById("larger").addEventListener("click", () => zoomBy(1));
document.getElementById("play").addEventListener("click", () => setPlaying(!playing));
document.getElementById("theme").addEventListener("click", nextTheme);
document.getElementById("keys").addEventListener("click", openHelp);
document.getElementById("clear").addEventListener("click", () => {
  [search.value, kindChoice.value, stateChoice.value] = ["", "", ""];
  showGallery();
});
showGallery();
setGround(GROUNDS.some(([ground]) => ground === view.ground) ? view.ground : "checker");
setPlaying(playing);
requestAnimationFrame(tick);

/** The asset that the address names. */
function openNamed() {
  const named = report.assets.find((asset) => location.hash === "#" + encodeURIComponent(asset.kind + "/" + asset.name));
  if (named) openDetail(named);
}
openNamed();
addEventListener("hashchange", openNamed);
