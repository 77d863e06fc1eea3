// One asset: large, with its candidates, figures, palette and origin.

const detail = document.getElementById("detail");
let shown = null;

function openDetail(asset) {
  // An asset that is shown anew, since it changed, looks as a person left it.
  const kept = shown && shown.asset.kind === asset.kind && shown.asset.name === asset.name ? shown.view : { tiles: 3, onion: false };
  hooks.open?.(asset);
  closePlayer();
  shown = { asset, player: asset.image && playerOf(asset).load(), zoom: 0, others: [], view: kept };
  const { player } = shown;
  if (player && asset.kind === "texture") player.tiled(kept.tiles);
  if (player) player.onion = kept.onion;
  if (player) players.add(player);
  const state = stateOf(asset);
  detail.replaceChildren(
    element("div", { class: "head" },
      element("h2", { id: "detail-name" }, asset.name),
      element("span", { class: "soft" }, [asset.kind, sizeOf(asset)].filter(Boolean).join(" · ")),
      element("span", { class: "state " + state.key }, state.sign + " " + state.words),
      element("span", { class: "end" }, hooks.head?.(asset),
        element("button", { onclick: () => neighbour(-1), title: "Previous asset ( ← )" }, "‹ Previous"),
        element("button", { onclick: () => neighbour(1), title: "Next asset ( → )" }, "Next ›"),
        element("button", { onclick: () => detail.close(), title: "Close ( Esc )", "aria-label": "Close" }, "✕"))),
    element("div", { class: "body", tabindex: "-1" },
      element("div", { class: "look" }, ...bigOf(asset), ...(hooks.choose ? [...candidatesOf(asset), ...compareOf(asset)] : [...compareOf(asset), ...candidatesOf(asset)]), ...mapOf(asset)),
      element("div", { class: "facts" }, ...factsOf(asset))));
  if (!detail.open) detail.showModal();
  hooks.drawn?.();
  detail.querySelector(".body").focus();
  zoomBig(0);
  if (kept.raw) hooks.raw(asset, kept.raw.slot, kept.raw.candidate);
  history.replaceState(null, "", "#" + encodeURIComponent(asset.kind + "/" + asset.name));
}

function closePlayer() {
  for (const player of shown ? [shown.player, ...shown.others] : []) players.delete(player);
  shown = null;
}

detail.addEventListener("close", () => {
  const asset = shown?.asset;
  closePlayer();
  history.replaceState(null, "", location.pathname + location.search);
  hooks.drawn?.();
  if (asset) focusCard(asset);
});
// A click beside the dialog closes it.
detail.addEventListener("click", (event) => event.target === detail && detail.close());

function neighbour(by) {
  const order = listed.length ? listed : report.assets;
  const at = order.indexOf(shown.asset);
  openDetail(order[(at + by + order.length) % order.length]);
}

function bigOf(asset) {
  const { player } = shown;
  if (!player) return [element("p", {}, asset.error ?? "There is no image on the machine that made this report.")];
  const tools = [
    element("button", { onclick: () => zoomBig(-1), "aria-label": "Smaller" }, "−"),
    element("output", { id: "big-zoom" }),
    element("button", { onclick: () => zoomBig(1), "aria-label": "Larger" }, "+"),
    element("button", { onclick: nextGround, title: "Another background ( b )" }, "Background"),
  ];
  if (player.order) tools.push(...animationTools(player));
  tools.push(...(hooks.tools?.(asset) ?? []));
  if (asset.kind === "texture") {
    const repeat = toggle("3×3", shown.view.tiles === 3, (on) => { shown.view.tiles = on ? 3 : 1; player.tiled(shown.view.tiles); zoomBig(0); });
    tools.push(repeat);
  }
  return [element("div", { class: "big stage ground-" + view.ground, role: "img", "aria-label": visible(asset.name) }, player.canvas),
    element("div", { class: "tools" }, tools)];
}

function animationTools(player) {
  const position = element("output", { id: "frame" });
  const run = element("button", { id: "run" });
  const show = () => {
    run.replaceChildren(icon(player.running && playing ? "pause" : "play"));
    run.setAttribute("aria-label", player.running && playing ? "Pause" : "Play");
  };
  run.addEventListener("click", () => {
    player.running = !(player.running && playing);
    player.due = 0;
    if (player.running) setPlaying(true);
    show();
  });
  player.onrun = show;
  player.onstep = () => { position.textContent = `frame ${player.frame() + 1} of ${player.image.frames}, ${player.durations[player.frame()] ?? 100} ms`; };
  player.onstep();
  show();
  return [
    element("button", { onclick: () => stepBig(-1), title: "Frame before ( , )", "aria-label": "Frame before" }, icon("back")),
    run,
    element("button", { onclick: () => stepBig(1), title: "Next frame ( . )", "aria-label": "Next frame" }, icon("forward")),
    toggle("Onion skin", player.onion, (on) => { shown.view.onion = player.onion = on; player.draw(); }),
    position,
  ];
}

function stepBig(by) {
  const player = shown?.player;
  if (!player?.order) return;
  player.running = false;
  player.onrun();
  player.step(by);
}

function toggle(label, on, change) {
  const button = element("button", { "aria-pressed": String(on) }, label);
  button.addEventListener("click", () => {
    const now = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(now));
    change(now);
  });
  return button;
}

function zoomBig(by) {
  if (shown?.raw) return hooks.zoomRaw(by);
  const { player } = shown ?? {};
  if (!player) return;
  const big = detail.querySelector(".big");
  const size = [player.canvas.width, player.canvas.height];
  const fit = Math.min(fitting(size, [big.clientWidth - 32, hooks.choose && shown.asset.choices?.length ? 200 : Math.max(280, innerHeight * 0.42)]), 16);
  shown.zoom = Math.min(32, Math.max(1, (shown.zoom || fit) + by));
  if (by === 0) shown.zoom = fit;
  shown.chosen = by ? shown.zoom : 0;
  player.zoomed(shown.zoom).draw();
  document.getElementById("big-zoom").textContent = "×" + shown.zoom;
}

function candidatesOf(asset) {
  if (!asset.choices.length) return [];
  const cards = asset.choices.flatMap((slot, at) => {
    const frame = asset.choices.length > 1 ? `frame ${at + 1} ` : "";
    return slot.candidates.map((candidate) => candidateOf(asset, slot.slot, candidate, frame));
  });
  const none = element("p", { class: "soft" }, "None was captured yet.");
  return [element("h3", {}, "Candidates, restored and raw"), cards.length ? element("ul", { class: "candidates" }, cards) : none];
}

function candidateOf(asset, slot, candidate, frame) {
  const passes = candidate.verdict === "pass";
  const still = (image, what) => {
    const zoom = what === "restored" ? fitting(image.size, [112, 112]) : 1;
    return element("img", { class: "pixels", src: image.src, width: image.size[0] * zoom, height: image.size[1] * zoom,
      alt: visible(`${what} candidate ${candidate.n} of ${slot}`), loading: "lazy" });
  };
  const half = (image, what) => {
    const inside = image ? still(image, what) : element("span", { class: "missing" }, "not here");
    if (!image || what !== "raw" || !hooks.rawOf(slot, candidate)) return element("div", { class: "stage ground-" + view.ground, title: what }, inside);
    return element("button", { class: "stage ground-" + view.ground, title: "The raw, large, with its grid", onclick: () => hooks.raw(asset, slot, candidate),
      "aria-label": visible(`Show the raw of candidate ${candidate.n} of ${slot}`) }, inside);
  };
  const marks = [
    candidate.picked && (candidate.picked === "user" ? "★ picked by a user" : "★ picked by the gates"),
    candidate.kept && "kept",
    !candidate.current && "for an earlier prompt or style",
    candidate.current && !candidate.counts && !candidate.picked && "dropped by a reroll",
  ].filter(Boolean);
  const fails = candidate.failed.map((failed) => {
    const { label, value } = figure(failed.metric, failed.value);
    return element("div", { class: "fail" }, `✕ ${label}: ${value}, ${limit(failed.metric, failed)}`);
  });
  const unknown = !passes && !fails.length && element("div", { class: "fail" }, "✕ " + candidate.verdict);
  const seconds = candidate.millis ? ` · ${(candidate.millis / 1000).toFixed(1)} s` : "";
  return element("li", { class: "candidate" + (candidate.picked ? " picked" : "") + (candidate.counts || candidate.picked ? "" : " gone") },
    element("div", { class: "pair" }, half(candidate.image, "restored"), half(candidate.photo, "raw")),
    element("div", { class: "text" },
      element("div", { class: "row" }, element("strong", {}, frame + "№ " + candidate.n),
        element("span", { class: passes ? "pass" : "fail" }, passes ? "✓ pass" : "✕ fails"),
        element("span", { class: "soft" }, "score " + candidate.score)),
      marks.length ? element("div", {}, marks.join(", ")) : null,
      fails, unknown,
      element("div", { class: "soft", title: visible(candidate.backend + (candidate.device ? ` on ${candidate.device}` : "")) }, `seed ${candidate.seed_text}${seconds}`),
      hooks.choose ? null : element("div", { class: "soft" }, candidate.backend + (candidate.device ? ` on ${candidate.device}` : "")),
      hooks.choose ? hooks.choose(asset, slot, candidate) : candidate.picked ? null : copyOf(`dgx-pixels pick ${quoted(slot)} ${candidate.n}`)));
}

/** A word of a shell. */
function quoted(word) {
  return /^[\w@.:-]+$/.test(word) ? word : "'" + word.replaceAll("'", "'\\''") + "'";
}

/** A command that a click copies. */
function copyOf(command) {
  const code = element("code", {}, command);
  const button = element("button", { title: "Copy the command" }, code);
  button.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(command); button.append(" ✓"); }
    catch { getSelection().selectAllChildren(code); }
  });
  return button;
}

function factsOf(asset) {
  const { found } = asset;
  const rows = [];
  const fact = (name, value) => value !== undefined && value !== null && value !== "" && rows.push(element("dt", {}, name), element("dd", {}, value));
  fact("Prompt", asset.prompt);
  if (asset.tags.length) fact("Tags", element("span", {}, asset.tags.map((tag) => element("span", { class: "tag" }, "#" + tag))));
  fact("State", asset.verdict && asset.verdict !== "pass" ? asset.verdict : stateOf(asset).words);
  fact("Next build", asset.why);
  for (const change of asset.changes) fact("Changed", `${change.field}: ${change.before} → ${change.after}`);
  if (found?.grid?.[0]) fact("Grid", `${found.grid[0]}×${found.grid[1]} cells of ${(found.pitch[0] / 1000).toFixed(2)}×${(found.pitch[1] / 1000).toFixed(2)} px`);
  if (found && (found.fraction ?? 1000 * found.reduced) > 1000) fact("Reduced", ((found.fraction ?? 1000 * found.reduced) / 1000).toFixed(2) + " times");
  if (asset.timing) fact("Plays", `${asset.timing.playback}${asset.timing.repeat ? ", loops" : ", once"}, ${asset.timing.durations.reduce((a, b) => a + b, 0)} ms`);
  fact("Layout", asset.tiles?.layout);
  asset.files.forEach((file, at) => fact(at ? "" : "Files", element("code", {}, file)));
  for (const made of asset.provenance) {
    fact("Made by", made.backend + (made.device ? ` on ${made.device}` : ""));
    fact("Library", made.library);
    fact("Checkpoint", made.checkpoint?.file);
    (made.loras ?? []).forEach((lora) => fact("LoRA", lora.file));
    fact("VAE", made.vae?.file);
  }
  return [element("h3", {}, "About"), element("dl", {}, rows), ...figuresOf(asset), ...paletteOf(asset)];
}

function figuresOf(asset) {
  const metrics = asset.found?.metrics ?? asset.found?.figures ?? {};
  const limits = new Map(asset.thresholds.map((threshold) => [threshold.metric, threshold]));
  const names = Object.keys(METRICS).filter((metric) => metric in metrics && (limits.has(metric) || metrics[metric] > 0));
  if (!names.length) return [];
  const row = (metric) => {
    const { label, value } = figure(metric, metrics[metric]);
    const threshold = limits.get(metric);
    const holds = !threshold || (threshold.minimum ? metrics[metric] >= threshold.threshold : metrics[metric] <= threshold.threshold);
    return element("tr", {}, element("td", {}, label), element("td", { class: "number" }, value),
      element("td", { class: "soft" }, threshold ? limit(metric, threshold) : ""),
      element("td", { class: holds ? "pass" : "fail" }, threshold ? (holds ? "✓ holds" : "✕ fails") : ""));
  };
  const head = element("tr", {}, ["What", "Value", "Gate", "Result"].map((text) => element("th", { scope: "col" }, text)));
  return [element("h3", {}, "Metrics"), element("table", {}, head, names.map(row))];
}

function paletteOf(asset) {
  const palette = asset.found?.palette ?? [];
  if (!palette.length) return [];
  const swatches = new Map(palette.map((color) => {
    const share = element("span", { class: "share" });
    const fill = element("span", { class: "fill", style: "background:" + (/^#[0-9a-f]{6}$/i.test(color) ? color : "none") });
    return [color.toLowerCase(), { share, item: element("li", {}, fill, color, share) }];
  }));
  if (shown.player) sharesOf(shown.player.strip, (color, share) => { const found = swatches.get(color); if (found) found.share.textContent = share; });
  return [element("h3", {}, count(palette.length, "colour", "colours")), element("ul", { class: "palette" }, [...swatches.values()].map((swatch) => swatch.item))];
}

/** How much of an image each colour covers, once it is decoded. */
async function sharesOf(strip, report) {
  await strip.decode().catch(() => {});
  if (!strip.naturalWidth) return;
  const canvas = new OffscreenCanvas(strip.naturalWidth, strip.naturalHeight);
  const context = canvas.getContext("2d");
  context.drawImage(strip, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const counts = new Map();
  let all = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (!data[at + 3]) continue;
    const color = "#" + [0, 1, 2].map((channel) => data[at + channel].toString(16).padStart(2, "0")).join("");
    counts.set(color, (counts.get(color) ?? 0) + 1);
    all++;
  }
  for (const [color, pixels] of counts) report(color, (100 * pixels / all).toFixed(1) + " %");
}
