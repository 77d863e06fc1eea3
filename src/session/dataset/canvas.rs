//! Where native images lie on training canvases: enlarged by one whole factor, on the lattice of the cells.

use std::collections::BTreeMap;

use super::CanvasOptions;

/// An image to be laid out.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// Width and height in native pixels.
    pub(super) native: [u32; 2],
    /// Only images of one folder share a canvas.
    pub(super) folder: String,
    /// It is for validation; such images share no canvas with others.
    pub(super) held_out: bool,
}

/// A part of an image on a canvas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The number of the image.
    pub(super) source: usize,
    /// Left, top, width and height of the part in native pixels.
    pub(super) crop: [u32; 4],
    /// Left and top on the canvas, in pixels.
    pub(super) at: [u32; 2],
}

/// A canvas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Width and height in pixels.
    pub(super) size: [u32; 2],
    pub(super) pieces: Vec<Piece>,
    pub(super) held_out: bool,
}

/// The VAE turns squares of so many pixels into one latent: cells are whole multiples of it.
pub(super) const LATTICE: u32 = 8;
/// Sides of canvases are multiples of this.
pub(super) const STEP: u32 = 64;
/// The sides of cells that are chosen from, the largest that fits all images.
const CELLS: [u32; 3] = [32, 16, 8];
/// A shared canvas has at most so many images.
const MOST_SHARED: u32 = 16;

/// The side of a cell.
pub(super) fn cell(sources: &[Source], options: &CanvasOptions) -> u32 {
    let longest = sources.iter().flat_map(|source| source.native).max().unwrap_or(1);
    let fits = |cell: &u32| cell * longest <= options.resolution;
    options.cell.or(CELLS.into_iter().find(fits)).unwrap_or(LATTICE)
}

/// Lays out all images, in their order.
pub(super) fn lay_out(sources: &[Source], cell: u32, options: &CanvasOptions) -> Vec<Layout> {
    let room = options.resolution / cell;
    let mut layouts: Vec<(usize, Layout)> = Vec::new();
    let mut shared: BTreeMap<(bool, &str, [u32; 2]), Vec<usize>> = BTreeMap::new();
    for (at, source) in sources.iter().enumerate() {
        if options.sheets && capacity(source.native, room) > 1 {
            shared.entry((source.held_out, &source.folder, source.native)).or_default().push(at);
        } else {
            let alone = alone(at, source, cell, options.resolution);
            layouts.extend(alone.into_iter().map(|layout| (at, layout)));
        }
    }
    for ((held_out, _, native), members) in shared {
        for members in members.chunks(capacity(native, room) as usize) {
            let pieces = sheet(members, native, room, cell);
            let size = [options.resolution; 2];
            layouts.push((members[0], Layout { size, pieces, held_out }));
        }
    }
    layouts.sort_by_key(|(first, _)| *first);
    layouts.into_iter().map(|(_, layout)| layout).collect()
}

/// How many images share a square canvas, with a cell between them.
fn capacity([width, height]: [u32; 2], room: u32) -> u32 {
    ((room + 1) / (width + 1) * ((room + 1) / (height + 1))).min(MOST_SHARED)
}

fn sheet(members: &[usize], [width, height]: [u32; 2], room: u32, cell: u32) -> Vec<Piece> {
    let count = members.len() as u32;
    let most = ((room + 1) / (width + 1)).max(1);
    // As square as possible.
    let columns = (1..=most).find(|columns| columns * columns >= count).unwrap_or(most);
    let rows = count.div_ceil(columns);
    let start = |parts: u32, length: u32| (room - (parts * (length + 1) - 1)) / 2;
    let (left, top) = (start(columns, width), start(rows, height));
    let place = |(number, source): (u32, &usize)| {
        let (column, row) = (number % columns, number / columns);
        let at = [left + column * (width + 1), top + row * (height + 1)].map(|cells| cells * cell);
        Piece { source: *source, crop: [0, 0, width, height], at }
    };
    (0..).zip(members).map(place).collect()
}

/// An image on its own canvas; in parts, cut between cells, where no canvas holds it.
fn alone(at: usize, source: &Source, cell: u32, resolution: u32) -> Vec<Layout> {
    let [width, height] = source.native;
    let whole = bucket([width * cell, height * cell], resolution);
    let room = resolution / cell;
    let parts = if whole.is_some() { [1, 1] } else { source.native.map(|side| side.div_ceil(room)) };
    let size = whole.unwrap_or([resolution; 2]);
    let [across, down] = [width.div_ceil(parts[0]), height.div_ceil(parts[1])];
    let places = (0..parts[1]).flat_map(|row| (0..parts[0]).map(move |column| [column * across, row * down]));
    let layout = |[left, top]: [u32; 2]| {
        let crop = [left, top, across.min(width - left), down.min(height - top)];
        let middle = |axis: usize| (size[axis] / cell - crop[2 + axis]) / 2 * cell;
        let piece = Piece { source: at, crop, at: [middle(0), middle(1)] };
        Layout { size, pieces: vec![piece], held_out: source.held_out }
    };
    places.filter(|[left, top]| *left < width && *top < height).map(layout).collect()
}

/// The canvas nearest to a square that holds so many pixels, of those with about the same area.
fn bucket(size: [u32; 2], resolution: u32) -> Option<[u32; 2]> {
    let area = resolution * resolution;
    let widths = (resolution / 2).div_ceil(STEP)..=resolution * 2 / STEP;
    let sizes = widths.map(|width| [width * STEP, area / (width * STEP) / STEP * STEP]);
    let holds = |[width, height]: &[u32; 2]| size[0] <= *width && size[1] <= *height;
    let least = resolution / 2;
    sizes.filter(|size| size.iter().all(|side| *side >= least)).filter(holds).min_by_key(|[w, h]| (w.abs_diff(*h), *w))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: CanvasOptions = CanvasOptions { resolution: 1024, cell: None, sheets: true, hold_out: 0 };

    fn sources(sizes: &[[u32; 2]]) -> Vec<Source> {
        sizes.iter().map(|native| Source { native: *native, folder: String::new(), held_out: false }).collect()
    }

    fn laid(sizes: &[[u32; 2]]) -> Vec<Layout> {
        let sources = sources(sizes);
        lay_out(&sources, cell(&sources, &OPTIONS), &OPTIONS)
    }

    #[test]
    fn the_largest_cell_that_fits_all_is_taken() {
        let cell = |side| cell(&sources(&[[16, 16], [side, 8]]), &OPTIONS);
        assert_eq!([16, 32, 33, 64, 65, 128, 500].map(cell), [32, 32, 16, 16, 8, 8, 8]);
    }

    #[test]
    fn every_part_lies_on_the_lattice_within_its_canvas_and_covers_its_image_once() {
        let sizes = [[16, 16], [16, 16], [16, 16], [24, 40], [200, 20], [300, 310], [128, 128]];
        let layouts = laid(&sizes);
        let mut covered = vec![0; sizes.len()];
        for layout in &layouts {
            assert!(layout.size[0] * layout.size[1] <= 1024 * 1024 && layout.size.iter().all(|side| side % STEP == 0));
            for Piece { source, crop: [_, _, width, height], at } in &layout.pieces {
                covered[*source] += width * height;
                assert!(at.iter().all(|at| at % LATTICE == 0));
                assert!(at[0] + width * 8 <= layout.size[0] && at[1] + height * 8 <= layout.size[1]);
            }
        }
        assert_eq!(covered, sizes.map(|[width, height]| width * height));
    }

    #[test]
    fn small_images_of_one_size_share_a_canvas() {
        let layouts = laid(&[[16, 16]; 5]);
        assert_eq!(layouts.iter().map(|layout| layout.pieces.len()).collect::<Vec<_>>(), [1; 5]);
        let layouts = laid(&[[15, 15]; 5]);
        assert_eq!(layouts.iter().map(|layout| layout.pieces.len()).collect::<Vec<_>>(), [4, 1]);
        assert_eq!(layouts[0].pieces[3].at, [16 * 32, 16 * 32]);
    }
}
