// The Compare view: blind pairs of a comparison, and votes on them. No name of an arm reaches this page.

const booth = element("dialog", { id: "booth", "aria-labelledby": "booth-name" });
document.body.append(booth);
booth.addEventListener("close", house);

/** Fills the dialog; messages stay in it. */
function fill(...parts) {
  booth.replaceChildren(...parts);
  house();
}

/** The answers with their words, keys and arrows. */
const ANSWERS = [["left", "Left is better", "l", "ArrowLeft"], ["tie", "Equally good", "t", "ArrowDown"],
  ["both-bad", "Both bad", "b", "ArrowUp"], ["right", "Right is better", "r", "ArrowRight"], ["skip", "Skip", "s", ""]];
const ARROWS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", "": "" };

let comparisons = [];
let ballot = null;
/** Votes are sent one after the other; the next pair is there before the answer. */
let sending = Promise.resolve();

const raterOf = () => stored.get("rater", "");
const votePath = (rest = "") => `/review/compare/${encodeURIComponent(booth.name)}${rest}`;
const asRater = (body) => ({ ...body, ...(raterOf() && { rater: raterOf() }) });

async function loadComparisons() {
  comparisons = await ask("/review/compare").catch(() => []);
  document.getElementById("compare-button")?.toggleAttribute("hidden", !comparisons.length);
}

function openBooth() {
  if (!comparisons.length) return say("The manifest has no comparison: add a table [compare.NAME]");
  if (detail.open) detail.close();
  booth.name = comparisons.some(({ name }) => name === booth.name) ? booth.name : comparisons[0].name;
  booth.showModal();
  loadBallot();
}

async function loadBallot() {
  fill(boothHead(), element("p", { class: "soft room" }, "…"));
  try {
    ballot = await ask(votePath() + (raterOf() ? "?rater=" + encodeURIComponent(raterOf()) : ""));
    paintPair();
  } catch (error) { ballot = null; showRefusal(error); }
}

/** What keeps a person from voting; somebody without a name gives one. */
function showRefusal(error) {
  const name = element("input", { id: "rater", autocomplete: "off", value: raterOf() });
  const form = error.code !== "no-rater" ? null : element("form", { class: "tools", onsubmit: (event) => {
    event.preventDefault();
    stored.set("rater", name.value.trim());
    loadBallot();
  } }, element("label", {}, "Your name; only a digest of it is kept ", name), element("button", { class: "primary" }, "Vote"));
  fill(boothHead(), element("div", { class: "room" }, element("p", { class: "fail", role: "alert" }, "✕ " + error.message), form));
  form?.querySelector("input").focus();
}

function boothHead() {
  const choice = element("select", { "aria-label": "Comparison" });
  options(choice, comparisons.map(({ name }) => [name, visible(name)]));
  choice.value = booth.name;
  choice.addEventListener("change", () => { booth.name = choice.value; loadBallot(); });
  return element("div", { class: "head" }, element("h2", { id: "booth-name" }, "Compare"), comparisons.length > 1 ? choice : element("strong", {}, booth.name),
    element("span", { class: "soft" }, "names stay hidden; every vote is one line in ", element("code", {}, `compare/${booth.name}.votes.jsonl`)),
    element("span", { class: "end" },
      element("a", { href: votePath("/report"), target: "_blank", rel: "noopener" }, "Report"),
      element("button", { onclick: () => booth.close(), "aria-label": "Close", title: "Close ( Esc )" }, "✕")));
}

function paintPair() {
  const [pair] = ballot.pairs;
  const images = [pair.left_image, pair.right_image];
  const known = images.filter(Boolean);
  // Both at the same zoom: a larger picture would look better.
  const zoom = Math.min(16, ...known.map(({ size }) => fitting(size, [Math.min(440, innerWidth * 0.4), Math.max(160, innerHeight - 330)])));
  const side = (image, label) => element("figure", {},
    element("div", { class: "stage ground-" + view.ground, role: "img", "aria-label": label },
      image ? new Player(image, null, []).load().zoomed(zoom).canvas : element("span", { class: "missing" }, "not on this machine")),
    element("figcaption", {}, label));
  const round = ballot.own < ballot.different ? `${ballot.own} of ${count(ballot.different, "pair", "pairs")} judged`
    : `all ${count(ballot.different, "pair", "pairs")} judged; more votes show how steady you are`;
  const answer = ([word, label, key, arrow]) => element("button", { "data-answer": word, onclick: () => vote(word),
    disabled: known.length < 2 && word !== "skip" }, label + " ", element("kbd", {}, [key, ARROWS[arrow]].filter(Boolean).join(" ")));
  fill(boothHead(),
    element("div", { class: "progress" },
      element("progress", { max: Math.max(1, ballot.different), value: Math.min(ballot.own, ballot.different), "aria-label": "Pairs judged" }),
      element("span", { id: "voted", role: "status" }, `${round}; ${count(ballot.votes, "vote", "votes")} of everybody`), element("strong", {}, pair.slot)),
    element("div", { class: "sides" }, side(images[0], "left"), side(images[1], "right")),
    element("div", { class: "answers" }, ANSWERS.map(answer), element("button", { onclick: unvote, id: "unvote" }, "Undo ", element("kbd", {}, "u"))));
  booth.since = performance.now();
  booth.querySelector("[data-answer]").parentElement.setAttribute("tabindex", "-1");
  if (!booth.contains(document.activeElement)) booth.querySelector(".answers").focus();
}

function vote(answer) {
  if (!ballot?.pairs.length) return;
  const [{ left_image, right_image, ...pair }] = ballot.pairs;
  const ms = Math.round(performance.now() - booth.since);
  ballot = { ...ballot, own: ballot.own + 1, votes: ballot.votes + 1, pairs: ballot.pairs.slice(1) };
  const left = ballot.pairs.length;
  if (left) paintPair();
  else fill(boothHead(), element("p", { class: "soft room" }, "…"));
  performance.mark("voted");
  sending = sending.then(async () => {
    const found = await ask(votePath("/vote"), asRater({ pair, answer, ms }));
    // Whoever is ahead of the answer keeps what is shown.
    const at = ballot ? found.pairs.findIndex((one) => one.n === ballot.pairs[0]?.n) : 0;
    if (at === 0) { ballot.pairs = found.pairs; ballot.votes = Math.max(ballot.votes, found.votes); }
    else if (!ballot?.pairs.length) { ballot = found; paintPair(); }
  }).catch((error) => { refuse(error); return loadBallot(); });
}

function unvote() {
  sending = sending.then(async () => {
    const { undone } = await ask(votePath("/undo"), asRater({}));
    say(undone ? "Took the last vote back" : "There is no vote of yours to take back");
    await loadBallot();
  }).catch(refuse);
}

booth.addEventListener("keydown", (event) => {
  if (event.target.matches("input, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  const found = ANSWERS.find(([, , key, arrow]) => event.key === key || (arrow && event.key === arrow));
  if (found) vote(found[0]);
  else if (event.key === "u") unvote();
  else return;
  event.preventDefault();
  event.stopPropagation();
});
ACTIONS.c = openBooth;
KEYS.push(["c", "compare styles, blind"]);
