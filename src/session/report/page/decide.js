// Decisions: picks, marks, new candidates, and each of them taken back.

hooks.open = (asset) => { if (!asset.whole) reopen(idOf(asset)).catch(refuse); };

hooks.head = (asset) => asset.choices?.length ? [
  element("button", { onclick: () => reroll(asset), title: "Drop these candidates and make new ones ( r )" }, "Re-roll"),
  element("button", { onclick: () => undo(), title: "Undo the last decision ( u )" }, "Undo"),
] : [];

hooks.choose = (asset, slot, candidate) => {
  const whose = visible(`, candidate ${candidate.n} of ${slot}`);
  const word = candidate.picked === "user" ? "★ Picked" : candidate.picked ? "☆ The gates' pick" : `Pick (${candidate.n})`;
  const kept = candidate.kept ? "Kept" : "Keep";
  return element("div", { class: "tools" },
    element("button", { "data-pick": slot + " " + candidate.n, class: candidate.picked ? "chosen" : "", "aria-pressed": String(Boolean(candidate.picked)),
      "aria-label": word + whose, onclick: () => pick(asset, slot, candidate.n) }, word),
    element("button", { "data-pick": slot + " keep " + candidate.n, "aria-pressed": String(candidate.kept), "aria-label": kept + whose,
      onclick: () => keep(asset, slot, candidate.n) }, kept));
};

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
  if (named(idOf(asset)) && report.assets.every((asset) => isChosen(asset) !== false)) say("Every asset is chosen");
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
