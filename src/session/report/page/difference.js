// Before, after and the difference, in a report since a revision.

function compareOf(asset) {
  if (!asset.before || !asset.image) return [];
  const before = new Player(asset.before, asset.timing, asset.before.frames === asset.image.frames ? asset.round ?? [] : []).load();
  const after = new Player(asset.image, asset.timing, asset.round ?? []).load();
  const difference = element("canvas", { "aria-hidden": "true" });
  const zoom = fitting(asset.image.size.map((side, axis) => Math.max(side, asset.before.size[axis])), [170, 170]);
  for (const player of [before, after]) {
    players.add(player.zoomed(zoom));
    shown.others.push(player);
  }
  const differs = element("span", {});
  Promise.all([before.strip.decode(), after.strip.decode()]).then(() => {
    differs.textContent = drawDifference(difference, before, after);
    difference.style.width = difference.width * zoom + "px";
    difference.style.height = difference.height * zoom + "px";
  }).catch(() => {});
  const part = (label, canvas, more) => element("figure", {}, element("div", { class: "stage ground-" + view.ground }, canvas), element("figcaption", {}, label, more));
  return [element("h3", {}, "Since " + (report.since ?? "the last build")),
    element("div", { class: "compare" }, part("before", before.canvas), part("after", after.canvas), part("difference ", difference, differs))];
}

/** Draws the first frame dimmed, with the pixels that differ; says how many there are. */
function drawDifference(canvas, before, after) {
  const [width, height] = [0, 1].map((axis) => Math.max(before.image.size[axis], after.image.size[axis]));
  [canvas.width, canvas.height] = [width, height];
  const pixelsOf = (player) => {
    const drawn = new OffscreenCanvas(width, height).getContext("2d");
    const [w, h] = player.image.size;
    // On the ground on which they stand.
    drawn.drawImage(player.strip, 0, 0, w, h, Math.floor((width - w) / 2), height - h, w, h);
    return drawn.getImageData(0, 0, width, height);
  };
  const [old, now] = [pixelsOf(before), pixelsOf(after)];
  const context = canvas.getContext("2d");
  let count = 0;
  for (let at = 0; at < now.data.length; at += 4) {
    const same = [0, 1, 2, 3].every((channel) => old.data[at + channel] === now.data[at + channel]);
    if (same) now.data[at + 3] = Math.round(now.data[at + 3] / 4);
    else { now.data.set([255, 0, 77, 255], at); count++; }
  }
  context.putImageData(now, 0, 0);
  return `(${count} of ${width * height} pixels)`;
}
