// Which cards are elements: those in sight, some rows around them, and the one that has the focus.

const GAP = 14;
/** Height of the words below a picture, borders included. */
const WORDS = 84;
const rows = { columns: 1, card: [190, 250], stage: BOX };

/** The box of the pictures: as large as the zoom wants. Sheets of tiles are shown smaller where they would make all cards wide. */
function stageOf() {
  let [wide, high] = BOX;
  if (!view.zoom) return [wide, high];
  for (const { image, tiles } of listed) {
    if (!image || tiles) continue;
    const [width, height] = image.size.map((side) => side * view.zoom);
    [wide, high] = [Math.max(wide, Math.min(width, 420)), Math.max(high, Math.min(height, 420))];
  }
  return [wide, high];
}

/** Computes the places of all cards anew, and shows those in sight. */
function layOut() {
  rows.stage = stageOf();
  const [wide, high] = rows.stage;
  const across = gallery.clientWidth || innerWidth - 40;
  rows.columns = Math.max(1, Math.floor((across + GAP) / (wide + 22 + GAP)));
  rows.card = [(across - GAP * (rows.columns - 1)) / rows.columns, high + 20 + WORDS];
  gallery.style.height = Math.max(0, Math.ceil(listed.length / rows.columns) * (rows.card[1] + GAP) - GAP) + "px";
  gallery.style.setProperty("--stage", high + 20 + "px");
  for (const card of cards.values()) paintCard(card);
  showRows();
}

function paintCard({ player, stage }) {
  stage.className = "stage ground-" + view.ground;
  if (!player) return;
  const fits = fitting([player.canvas.width, player.canvas.height], rows.stage);
  player.zoomed(view.zoom ? Math.min(view.zoom, fits) : fits);
}

/** Puts cards in sight on the page, and takes the others from it. */
function showRows() {
  const pitch = rows.card[1] + GAP;
  const top = -gallery.getBoundingClientRect().top;
  const first = Math.max(0, Math.floor(top / pitch) - 2) * rows.columns;
  const last = Math.min(listed.length, (Math.ceil((top + innerHeight) / pitch) + 2) * rows.columns);
  const wanted = new Map();
  for (let at = first; at < last; at++) wanted.set(listed[at], at);
  const focused = listed.findIndex((asset) => cards.get(asset)?.button === document.activeElement);
  if (focused >= 0) wanted.set(listed[focused], focused);
  for (const asset of [...cards.keys()]) if (!wanted.has(asset)) dropCard(asset);
  let next = gallery.firstChild;
  for (const [asset, at] of [...wanted].sort((a, b) => a[1] - b[1])) {
    const item = placed(asset, at);
    if (item === next) next = next.nextSibling;
    else gallery.insertBefore(item, next);
  }
}

/** A card in its place. */
function placed(asset, at) {
  if (!cards.has(asset)) {
    const card = cardOf(asset);
    cards.set(asset, card);
    paintCard(card);
  }
  const { item } = cards.get(asset);
  const [width, height] = rows.card;
  item.style.cssText = `left:${(at % rows.columns) * (width + GAP)}px;top:${Math.floor(at / rows.columns) * (height + GAP)}px;width:${width}px;height:${height}px`;
  item.setAttribute("aria-setsize", listed.length);
  item.setAttribute("aria-posinset", at + 1);
  return item;
}

/** Gives the focus to a card, wherever it is. */
function focusCard(asset) {
  const at = listed.indexOf(asset);
  if (at < 0) return;
  if (!cards.has(asset)) {
    const top = Math.floor(at / rows.columns) * (rows.card[1] + GAP);
    scrollTo(0, gallery.getBoundingClientRect().top + scrollY + top - innerHeight / 3);
    showRows();
  }
  cards.get(asset)?.button.focus();
}

/** Arrow keys go from card to card. */
gallery.addEventListener("keydown", (event) => {
  const at = listed.findIndex((asset) => cards.get(asset)?.button === document.activeElement);
  const page = rows.columns * Math.max(1, Math.floor(innerHeight / (rows.card[1] + GAP)) - 1);
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -rows.columns, ArrowDown: rows.columns, PageUp: -page, PageDown: page,
    Home: -at, End: listed.length - 1 - at }[event.key];
  if (by === undefined || at < 0) return;
  const far = event.key.startsWith("Page");
  const next = listed[far ? Math.min(listed.length - 1, Math.max(0, at + by)) : at + by];
  event.preventDefault();
  if (next) focusCard(next);
});

let showing;
const showSoon = () => { showing ??= requestAnimationFrame(() => { showing = undefined; showRows(); }); };
addEventListener("scroll", showSoon, { passive: true });
let across = 0;
// The height changes with the number of cards, which needs no other places.
new ResizeObserver(() => {
  if (across === gallery.clientWidth) return showSoon();
  across = gallery.clientWidth;
  layOut();
}).observe(gallery.parentElement);
