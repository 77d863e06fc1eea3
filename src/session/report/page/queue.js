// The queue: what a build does, and what changed by it.

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
      element("span", { class: "end" }, element("button", { id: "compare-button", hidden: !comparisons.length, onclick: openBooth, title: "Vote on pairs of styles, blind ( c )" }, "Compare"),
      element("button", { id: "direct-button", onclick: toggleDirection, title: "Change a recipe and look at it ( d )" }, "Art direction"))),
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
function showDiagnostics(diagnostics) {
  house();
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
      .catch((error) => (error.diagnostics?.some((one) => one.place) ? showDiagnostics(error.diagnostics) : refuse(error)));
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
  refused: (event) => showDiagnostics(event.diagnostics),
  failed: (event) => { running.clear(); say(`✕ ${event.name}: ${event.message}`, "fail"); },
  summary: () => { showDiagnostics([]); running.clear(); flush(0); },
  noted: (event) => { if (!event.name && event.message.startsWith("nothing stands")) showDiagnostics([]); },
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
