//! Tilesets: the sets are the ones that engines know, and any map drawn with them joins.

use dgx_pixels::assemble::{AssembleError, Tiles, tileset};
use dgx_pixels::words::asset::{GroupId, Kind};
use dgx_pixels::words::color::Rgb;
use dgx_pixels::words::digest::Digest;
use dgx_pixels::words::layout::{Border, Layout, Look, canonical};
use dgx_pixels::words::project::{SheetOptions, Tileset};
use dgx_pixels::words::source::Place;
use dgx_pixels::words::sprite::{Restoration, Sprites};
use image::{Rgba, RgbaImage, imageops};
use proptest::prelude::*;

/// The canonical masks, ascending, as Tiled and Godot order their bits.
#[rustfmt::skip]
const MASKS: [u8; 47] = [
    0, 1, 4, 5, 7, 16, 17, 20, 21, 23, 28, 29, 31, 64, 65, 68, 69, 71, 80, 81, 84, 85, 87, 92,
    93, 95, 112, 113, 116, 117, 119, 124, 125, 127, 193, 197, 199, 209, 213, 215, 221, 223, 241, 245, 247, 253, 255,
];

/// For each of the 256 neighbourhoods, the place of its tile in [`MASKS`].
#[rustfmt::skip]
const LOOKUP: [usize; 256] = [
    0, 1, 0, 1, 2, 3, 2, 4, 0, 1, 0, 1, 2, 3, 2, 4, 5, 6, 5, 6, 7, 8, 7, 9, 5, 6, 5, 6, 10, 11, 10, 12,
    0, 1, 0, 1, 2, 3, 2, 4, 0, 1, 0, 1, 2, 3, 2, 4, 5, 6, 5, 6, 7, 8, 7, 9, 5, 6, 5, 6, 10, 11, 10, 12,
    13, 14, 13, 14, 15, 16, 15, 17, 13, 14, 13, 14, 15, 16, 15, 17, 18, 19, 18, 19, 20, 21, 20, 22, 18, 19, 18, 19, 23, 24, 23, 25,
    13, 14, 13, 14, 15, 16, 15, 17, 13, 14, 13, 14, 15, 16, 15, 17, 26, 27, 26, 27, 28, 29, 28, 30, 26, 27, 26, 27, 31, 32, 31, 33,
    0, 1, 0, 1, 2, 3, 2, 4, 0, 1, 0, 1, 2, 3, 2, 4, 5, 6, 5, 6, 7, 8, 7, 9, 5, 6, 5, 6, 10, 11, 10, 12,
    0, 1, 0, 1, 2, 3, 2, 4, 0, 1, 0, 1, 2, 3, 2, 4, 5, 6, 5, 6, 7, 8, 7, 9, 5, 6, 5, 6, 10, 11, 10, 12,
    13, 34, 13, 34, 15, 35, 15, 36, 13, 34, 13, 34, 15, 35, 15, 36, 18, 37, 18, 37, 20, 38, 20, 39, 18, 37, 18, 37, 23, 40, 23, 41,
    13, 34, 13, 34, 15, 35, 15, 36, 13, 34, 13, 34, 15, 35, 15, 36, 26, 42, 26, 42, 28, 43, 28, 44, 26, 42, 26, 42, 31, 45, 31, 46,
];

const NEIGHBOURS: [(i32, i32); 8] = [(0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1)];
const GRASS: [Rgb; 2] = [Rgb([99, 199, 77]), Rgb([38, 92, 66])];
const DIRT: [Rgb; 2] = [Rgb([184, 111, 80]), Rgb([115, 62, 57])];

/// A texture in which nearly every place looks different from its neighbours.
fn texture(size: [u32; 2], colors: [Rgb; 2]) -> Sprites {
    let pixel = |x: u32, y: u32| {
        let [r, g, b] = colors[(blake3::hash(&[x as u8, y as u8]).as_bytes()[0] % 2) as usize].0;
        Rgba([r, g, b, 255])
    };
    let frames = vec![RgbaImage::from_fn(size[0], size[1], pixel)];
    Sprites { frames, found: Restoration { palette: colors.to_vec(), ..Restoration::default() } }
}

fn spec(size: [u32; 2], layout: Layout, border: Border) -> Tileset {
    Tileset {
        id: GroupId::new(Kind::Tileset, "meadow"),
        tags: vec![],
        of: GroupId::new(Kind::Texture, "grass"),
        over: None,
        terrains: vec![],
        size,
        layout,
        border,
        variants: 1,
        sheet: SheetOptions::ALONE,
        path: "tilesets/meadow".to_owned(),
        with: vec![],
        place: Place { file: "pixels.toml".to_owned(), line: 1, column: 1 },
    }
}

const BORDER: Border = Border { width: 3, wobble: 1, radius: 4, outline: true, look: Look::Flat, face: 0 };

fn tiles(size: [u32; 2], layout: Layout, border: Border) -> Result<Tiles, AssembleError> {
    tileset((&texture(size, GRASS)).into(), Some((&texture(size, DIRT)).into()), &spec(size, layout, border))
}

/// A map with nothing at its rim.
#[derive(Debug)]
struct Map {
    size: i32,
    cells: Vec<bool>,
}

impl Map {
    fn new(cells: Vec<bool>) -> Self {
        Self { size: cells.len().isqrt() as i32, cells }
    }

    fn has(&self, x: i32, y: i32) -> bool {
        let within = 1..self.size - 1;
        within.contains(&x) && within.contains(&y) && self.cells[(y * self.size + x) as usize]
    }

    fn mask(&self, x: i32, y: i32) -> u16 {
        let bits = NEIGHBOURS.iter().enumerate().filter(|(_, (dx, dy))| self.has(x + dx, y + dy));
        bits.map(|(bit, _)| 1 << bit).sum()
    }

    fn draw(&self, tile: [u32; 2], picture: impl Fn(i32, i32) -> RgbaImage) -> RgbaImage {
        let mut map = RgbaImage::new(self.size as u32 * tile[0], self.size as u32 * tile[1]);
        for y in 0..self.size {
            for x in 0..self.size {
                imageops::replace(
                    &mut map,
                    &picture(x, y),
                    i64::from(x) * i64::from(tile[0]),
                    i64::from(y) * i64::from(tile[1]),
                );
            }
        }
        map
    }

    fn draw_blob(&self, tiles: &Tiles, empty: &RgbaImage) -> RgbaImage {
        self.draw(empty.dimensions().into(), |x, y| match self.has(x, y) {
            true => tiles.frames[LOOKUP[self.mask(x, y) as usize]].clone(),
            false => empty.clone(),
        })
    }

    /// The tile at `x`, `y` shows the corner between that cell and the three right of and below it.
    fn draw_dual(&self, tiles: &Tiles, tile: [u32; 2]) -> RgbaImage {
        let cells = [(1, 0), (1, 1), (0, 1), (0, 0)];
        self.draw(tile, |x, y| {
            let bits = cells.iter().enumerate().filter(|(_, (dx, dy))| self.has(x + dx, y + dy));
            tiles.frames[bits.map(|(bit, _)| 1 << bit).sum::<usize>()].clone()
        })
    }
}

fn maps() -> impl Strategy<Value = Map> {
    proptest::collection::vec(proptest::bool::weighted(0.6), 144).prop_map(Map::new)
}

fn borders() -> impl Strategy<Value = Border> {
    (0..4u32, 0..3u32, 0..6u32, any::<bool>()).prop_map(|(width, wobble, radius, outline)| Border {
        width,
        wobble,
        radius,
        outline,
        look: Look::Flat,
        face: 0,
    })
}

#[test]
fn the_sets_are_the_ones_that_engines_know() {
    assert_eq!(Layout::Blob47.masks(), MASKS);
    for mask in 0..=255 {
        assert_eq!(canonical(mask), MASKS[LOOKUP[mask as usize]], "{mask}");
        assert_eq!(canonical(canonical(mask)), canonical(mask));
    }
    assert_eq!(Layout::Edge16.masks(), [0, 1, 4, 5, 16, 17, 20, 21, 64, 65, 68, 69, 80, 81, 84, 85]);
}

#[test]
fn a_layout_has_its_tiles() {
    for (layout, count, columns) in
        [(Layout::Single, 1, 1), (Layout::Blob47, 47, 8), (Layout::Edge16, 16, 4), (Layout::Corner16, 16, 4)]
    {
        let tiles = tiles([16, 16], layout, BORDER).unwrap();
        assert_eq!((tiles.frames.len(), layout.count() as usize, layout.columns()), (count, count, columns));
        let distinct: std::collections::HashSet<_> = tiles.frames.iter().map(|tile| tile.as_raw()).collect();
        assert_eq!(distinct.len(), count, "{layout:?}");
    }
    let blob = tiles([16, 16], Layout::Blob47, BORDER).unwrap();
    let edge = tiles([16, 16], Layout::Edge16, BORDER).unwrap();
    for (mask, tile) in Layout::Edge16.masks().iter().zip(&edge.frames) {
        assert_eq!(tile, &blob.frames[LOOKUP[*mask as usize]], "{mask}");
    }
    assert_eq!(blob.frames[46], texture([16, 16], GRASS).frames[0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn maps_join_and_the_dual_grid_shows_the_same(
        map in maps(),
        border in borders(),
        size in prop_oneof![Just([16, 16]), (8..21u32, 8..21u32).prop_map(|(w, h)| [w, h])],
    ) {
        let fits = border.width + border.wobble + 2 <= size[0].min(size[1]) / 2;
        let blob = tiles(size, Layout::Blob47, border);
        prop_assert_eq!(blob.as_ref().err().map(ToString::to_string), (!fits).then(|| no_terrain(border, size)));
        // A case that is assumed away does not count.
        prop_assume!(fits);
        let blob = blob.unwrap();
        let drawn = map.draw_blob(&blob, &texture(size, DIRT).frames[0]);

        let dual = map.draw_dual(&tiles(size, Layout::Corner16, border).unwrap(), size);
        let [left, top] = size.map(|side| side / 2);
        let common = (drawn.width() - size[0], drawn.height() - size[1]);
        let part = |image: &RgbaImage, x, y| imageops::crop_imm(image, x, y, common.0, common.1).to_image();
        prop_assert!(part(&drawn, left, top) == part(&dual, 0, 0), "the dual grid shows something else");

        let plain = Border { outline: false, ..border };
        let bare = tileset((&texture(size, GRASS)).into(), None, &spec(size, Layout::Blob47, plain)).unwrap();
        let terrain = map.draw_blob(&bare, &RgbaImage::new(size[0], size[1]));
        prop_assert!(terrain.pixels().all(|pixel| pixel.0 == [0; 4] || (pixel.0[3] == 255 && GRASS.iter().any(|c| c.0 == pixel.0[..3]))));
        prop_assert!(drawn.pixels().all(|pixel| pixel.0[3] == 255 && blob.palette.iter().any(|c| c.0 == pixel.0[..3])));
        if border.width > 0 {
            prop_assert_eq!(longest_step(&terrain, size), None);
        }
    }
}

fn no_terrain(Border { width, wobble, .. }: Border, [w, h]: [u32; 2]) -> String {
    format!("a border of width {width} and wobble {wobble} leaves no terrain in tiles of {w} x {h}")
}

/// The first place where two tiles meet and the edge of the terrain jumps by more than a pixel.
fn longest_step(map: &RgbaImage, size: [u32; 2]) -> Option<(u32, u32)> {
    let is = |x: u32, y: u32| map.get_pixel(x, y).0[3] > 0;
    let (width, height) = map.dimensions();
    let beside = (size[0]..width).step_by(size[0] as usize).flat_map(|x| (1..height).map(move |y| (x, y)));
    let above = (size[1]..height).step_by(size[1] as usize).flat_map(|y| (1..width).map(move |x| (x, y)));
    let jumps_beside = |&(x, y): &(u32, u32)| is(x - 1, y) != is(x, y) && is(x - 1, y - 1) != is(x, y - 1);
    let jumps_above = |&(x, y): &(u32, u32)| is(x, y - 1) != is(x, y) && is(x - 1, y - 1) != is(x - 1, y);
    beside.into_iter().find(jumps_beside).or_else(|| above.into_iter().find(jumps_above))
}

#[test]
fn a_border_that_does_not_fit_is_an_error() {
    let wide = Border { width: 7, ..BORDER };
    assert_eq!(tiles([16, 16], Layout::Blob47, wide).unwrap_err().to_string(), no_terrain(wide, [16, 16]));
    let message =
        tileset((&texture([16, 15], GRASS)).into(), None, &spec([16, 16], Layout::Single, BORDER)).unwrap_err();
    assert_eq!(message.to_string(), "the texture is 16 x 15, the tiles are 16 x 16");
}

#[test]
fn equal_textures_give_equal_tiles_everywhere() {
    let digest = |name: &str| {
        let mut spec = spec([16, 16], Layout::Blob47, BORDER);
        spec.id.name = name.to_owned();
        let tiles =
            tileset((&texture([16, 16], GRASS)).into(), Some((&texture([16, 16], DIRT)).into()), &spec).unwrap();
        Digest::of(&tiles.frames.iter().flat_map(|tile| tile.as_raw().clone()).collect::<Vec<_>>()).short()
    };
    assert_eq!(digest("meadow").to_string(), "efd6befc762b523f");
    assert_ne!(digest("meadow"), digest("swamp"));
}
