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
      cleanupOf(recipe), choice("holes", "Holes", [["keep", "stay"], ["cut", "are cut out"]]),
      edit.recipe === "" ? typed("size", "Size", "24 or 24x32") : null),
    swatches(),
    element("p", { id: "effect", role: "status", "aria-live": "polite" }),
    element("ul", { id: "effects" }),
    element("div", { class: "tools" },
      element("button", { id: "apply", class: "primary", disabled: true, onclick: applyDirection }, "Apply to pixels.toml"),
      element("button", { onclick: () => { edit.values = {}; paintDirection(); look(); } }, "Reset")));
  look();
}

const CLEANUP = [["orphans", "lonely pixels"], ["jaggies", "corners of stairs"], ["dust", "specks"]];

/** Clean-up steps; those that the recipe has are checked. */
function cleanupOf(recipe) {
  const written = CLEANUP.map(([step]) => step).filter((step) => (recipe.keys.cleanup ?? "").includes(`"${step}"`));
  const now = edit.values.cleanup === undefined ? written : edit.values.cleanup.split(",");
  const boxes = CLEANUP.map(([step, label]) => {
    const box = element("input", { type: "checkbox", id: "cleanup-" + step });
    box.checked = now.includes(step);
    box.addEventListener("change", () => {
      const chosen = CLEANUP.map(([step]) => step).filter((step) => document.getElementById("cleanup-" + step).checked);
      const same = recipe.keys.cleanup !== undefined && chosen.join() === written.join();
      set("cleanup", same ? "" : chosen.join() || "[]");
    });
    return element("label", { class: "check" }, box, label);
  });
  return element("fieldset", {}, element("legend", {}, "Clean-up"), boxes);
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
