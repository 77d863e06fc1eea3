//! Exporters: what they write is what the frames are, and what readers expect.

use std::collections::{BTreeMap, BTreeSet};

use dgx_pixels::assemble::sheet_of;
use dgx_pixels::export::{self, Asset, ExportError, Listed, shared};
use dgx_pixels::words::asset::{GroupId, Kind};
use dgx_pixels::words::color::Rgb;
use dgx_pixels::words::digest::Digest;
use dgx_pixels::words::format::FormatSpec;
use dgx_pixels::words::index::Entry as IndexEntry;
use dgx_pixels::words::layout::Layout;
use dgx_pixels::words::output;
use dgx_pixels::words::project::{Manifest, PngMode, Project, SheetOptions};
use dgx_pixels::words::sheet::{Grid, Sheet};
use dgx_pixels::words::timing::{Playback, Timing};
use image::{Rgba, RgbaImage};
use proptest::prelude::*;

fn project() -> Project {
    Project {
        name: "dungeon".to_owned(),
        out: "assets".to_owned(),
        in_game: String::new(),
        scales: vec![1, 2],
        formats: export::specs(),
        png: PngMode::Rgba,
        sheet: SheetOptions { padding: 0, extrude: 0, columns: 0 },
        max_images: 100,
        raws: None,
    }
}

fn timing() -> Timing {
    Timing {
        tag: "walk".to_owned(),
        durations: vec![83, 83, 160],
        playback: Playback::Forward,
        repeat: true,
        events: Default::default(),
    }
}

const PALETTE: [Rgb; 3] = [Rgb([9, 9, 9]), Rgb([255, 119, 0]), Rgb([0, 0, 0])];

/// Three frames, in each a moving dot on nothing.
fn frames() -> Vec<RgbaImage> {
    let dot = |i: u32| {
        let mut frame = RgbaImage::new(4, 3);
        frame.put_pixel(i, 1, Rgba([255, 119, 0, 255]));
        frame.put_pixel(i, 2, Rgba([0, 0, 0, 255]));
        frame
    };
    (0..3).map(dot).collect()
}

/// Frames, how they play, and what is packed of them when a file is made.
struct Item<'a> {
    kind: Kind,
    frames: &'a [RgbaImage],
    palette: &'a [Rgb],
    timing: Option<&'a Timing>,
}

fn item<'a>(kind: Kind, frames: &'a [RgbaImage], timing: Option<&'a Timing>) -> Item<'a> {
    Item { kind, frames, palette: &PALETTE, timing }
}

impl Item<'_> {
    fn asset<'a>(&'a self, sheet: &'a Sheet) -> Asset<'a> {
        let Item { kind, frames, palette, timing } = *self;
        let (name, stem) = ("hero-walk@e", "animations/hero-walk-e");
        Asset {
            kind,
            name,
            stem,
            sheet,
            frames,
            palette,
            timing,
            layout: None,
            baseline: 3,
            tileset: None,
            packing: SheetOptions::ALONE,
        }
    }
}

/// The file of an item whose path is the item's with that ending.
fn file(ending: &str, item: &Item<'_>, project: &Project) -> Result<Vec<u8>, ExportError> {
    let sheet = sheet_of(item.kind, item.frames, &project.sheet, None).unwrap();
    let asset = item.asset(&sheet);
    let outputs = output::of(project, item.kind, asset.stem);
    let output = outputs.iter().find(|output| output.path == format!("{}{ending}", asset.stem)).unwrap();
    export::bytes(output, &asset, project)
}

fn decode(bytes: &[u8]) -> RgbaImage {
    image::load_from_memory(bytes).unwrap().to_rgba8()
}

fn chunks(png: &[u8]) -> BTreeSet<String> {
    let mut rest = &png[8..];
    let mut names = BTreeSet::new();
    while let [a, b, c, d, tail @ ..] = rest {
        names.insert(String::from_utf8_lossy(&tail[..4]).into_owned());
        rest = &tail[u32::from_be_bytes([*a, *b, *c, *d]) as usize + 8..];
    }
    names
}

proptest! {
    #[test]
    fn an_indexed_file_shows_what_the_other_shows(
        colors in proptest::collection::btree_set(any::<[u8; 3]>(), 1..300),
        picks in proptest::collection::vec(any::<usize>(), 35),
        image_ending in prop_oneof![Just(".png"), Just("@2x.png")],
    ) {
        let palette: Vec<_> = colors.into_iter().map(Rgb).collect();
        let image = RgbaImage::from_fn(7, 5, |x, y| match picks[(y * 7 + x) as usize] % (palette.len() + 1) {
            0 => Rgba([0; 4]),
            i => { let [r, g, b] = palette[i - 1].0; Rgba([r, g, b, 255]) },
        });
        let frames = [image];
        let item = Item { palette: &palette, ..item(Kind::Sprite, &frames, None) };
        let indexed = Project { png: PngMode::Indexed, ..project() };
        let (indexed, plain) = (file(image_ending, &item, &indexed).unwrap(), file(image_ending, &item, &project()).unwrap());
        prop_assert_eq!(decode(&indexed), decode(&plain));
        let has_table = palette.len() <= 255;
        prop_assert_eq!(chunks(&indexed).contains("PLTE") && chunks(&indexed).contains("tRNS"), has_table);
        if !has_table {
            prop_assert_eq!(indexed, plain);
        }
    }
}

#[test]
fn a_png_holds_pixels_and_nothing_else() {
    let (frames, timing) = (frames(), timing());
    let bytes = file(".png", &item(Kind::Animation, &frames, Some(&timing)), &project()).unwrap();
    assert_eq!(chunks(&bytes), ["IDAT", "IEND", "IHDR"].map(str::to_owned).into());
    assert_eq!(decode(&bytes).dimensions(), (12, 3));
    assert_eq!(decode(&bytes).get_pixel(5, 1), &Rgba([255, 119, 0, 255]));
}

#[test]
fn the_palette_keeps_its_order_after_nothing() {
    let frames = frames();
    let project = Project { png: PngMode::Indexed, ..project() };
    let bytes = file(".png", &item(Kind::Sprite, &frames, None), &project).unwrap();
    let reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
    assert_eq!(reader.info().palette.as_deref(), Some(&[0, 0, 0, 9, 9, 9, 255, 119, 0, 0, 0, 0][..]));
    assert_eq!(reader.info().trns.as_deref(), Some(&[0][..]));
    assert_eq!(dgx_pixels::words::palette::parse("x.png", &bytes).unwrap().colors, PALETTE);
}

#[test]
fn half_transparent_tones_follow_the_palette() {
    let image = RgbaImage::from_fn(4, 1, |x, _| match x {
        0 => Rgba([255, 119, 0, 90]),
        1 => Rgba([9, 9, 9, 7]),
        2 => Rgba([255, 119, 0, 200]),
        _ => Rgba([0; 4]),
    });
    let (frames, indexed) = ([image.clone()], Project { png: PngMode::Indexed, ..project() });
    let bytes = file(".png", &item(Kind::Sprite, &frames, None), &indexed).unwrap();
    let reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
    let colors = [0, 0, 0, 9, 9, 9, 255, 119, 0, 0, 0, 0, 9, 9, 9, 255, 119, 0, 255, 119, 0];
    assert_eq!(reader.info().palette.as_deref(), Some(&colors[..]));
    assert_eq!(reader.info().trns.as_deref(), Some(&[0, 255, 255, 255, 7, 200, 90][..]));
    assert_eq!(decode(&bytes), image);
}

#[test]
fn a_pixel_without_an_index_is_an_error() {
    let project = Project { png: PngMode::Indexed, ..project() };
    let fails = |pixel: [u8; 4]| {
        let frames = [RgbaImage::from_pixel(1, 1, Rgba(pixel))];
        file(".png", &item(Kind::Sprite, &frames, None), &project).unwrap_err().to_string()
    };
    assert_eq!(fails([1, 2, 3, 255]), "the pixel at 0, 0 is #010203, which the palette does not have");
    assert_eq!(fails([1, 2, 3, 7]), "the pixel at 0, 0 is #010203, which the palette does not have");
}

#[test]
fn a_still_sprite_is_one_picture_and_a_sheet_is_scaled_with_its_padding() {
    let frames = frames();
    let project = Project { sheet: SheetOptions { padding: 1, extrude: 1, columns: 2 }, ..project() };
    let size = |kind| decode(&file("@2x.png", &item(kind, &frames, None), &project).unwrap()).dimensions();
    assert_eq!(size(Kind::Sprite), (8, 6));
    assert_eq!(size(Kind::Animation), (2 * 17, 2 * 15));
}

#[test]
fn the_meta_is_ron_with_nearest_sampling() {
    let frames = frames();
    let bytes = file(".png.meta", &item(Kind::Sprite, &frames, None), &project()).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    ron::from_str::<ron::Value>(&text).unwrap();
    assert!(["mag_filter: Nearest", "min_filter: Nearest"].iter().all(|line| text.contains(line)));
}

#[test]
fn the_json_says_where_frames_lie_and_how_they_play() {
    let (frames, timing) = (frames(), timing());
    let project = Project { sheet: SheetOptions { padding: 1, extrude: 0, columns: 2 }, ..project() };
    let bytes = file(".json", &item(Kind::Animation, &frames, Some(&timing)), &project).unwrap();
    insta::assert_snapshot!(String::from_utf8(bytes).unwrap());
}

/// TexturePacker's JSON hash, as text.
fn atlas(kind: Kind, timing: Option<&Timing>) -> String {
    let frames = frames();
    let sheet = SheetOptions { padding: 1, extrude: 0, columns: 2 };
    let bytes = file(".atlas.json", &item(kind, &frames, timing), &Project { sheet, ..project() }).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn an_atlas_names_every_frame_and_one_round() {
    insta::assert_snapshot!(atlas(Kind::Animation, Some(&Timing { playback: Playback::Pingpong, ..timing() })));
}

#[test]
fn an_atlas_of_tiles_numbers_them() {
    insta::assert_snapshot!(atlas(Kind::Tileset, None));
}

#[test]
fn an_atlas_of_a_sprite_is_one_frame_with_its_name() {
    insta::assert_snapshot!(atlas(Kind::Sprite, None));
}

/// Ten frames and more are not sorted as text, which is why a map is not enough.
#[test]
fn an_atlas_keeps_the_order_of_frames() {
    let frames = vec![RgbaImage::new(2, 2); 12];
    let bytes = file(".atlas.json", &item(Kind::Animation, &frames, None), &project()).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let places: Vec<_> = (0..12).map(|i| text.find(&format!("\"hero-walk@e/{i}\"")).unwrap()).collect();
    assert!(places.is_sorted());
}

#[test]
fn a_round_is_unrolled_and_lasts_as_long_as_it_should() {
    let frames = frames();
    let timing = Timing { playback: Playback::Pingpong, repeat: false, ..timing() };
    let item = item(Kind::Animation, &frames, Some(&timing));

    let apng = file(".apng", &item, &project()).unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(&apng)).read_info().unwrap();
    let control = reader.info().animation_control.unwrap();
    assert_eq!((control.num_frames, control.num_plays), (5, 1));
    for i in [0, 1, 2, 1, 0] {
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        assert_eq!(&pixels, frames[i].as_raw());
        let frame = reader.info().frame_control.unwrap();
        assert_eq!((frame.delay_num, frame.delay_den), (timing.durations[i] as u16, 1000));
    }

    let gif = file(".gif", &item, &project()).unwrap();
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut reader = options.read_info(&gif[..]).unwrap();
    for (i, delay) in [(0, 8), (1, 9), (2, 16), (1, 8), (0, 8)] {
        let frame = reader.read_next_frame().unwrap().unwrap();
        assert_eq!(frame.delay, delay);
        let opaque = |pixel: &[u8]| if pixel[3] == 0 { [0; 4] } else { [pixel[0], pixel[1], pixel[2], pixel[3]] };
        let pixels: Vec<u8> = frame.buffer.as_chunks::<4>().0.iter().flat_map(|pixel| opaque(pixel)).collect();
        assert_eq!(&pixels, frames[i].as_raw());
    }
    assert!(reader.read_next_frame().unwrap().is_none());
}

fn spec(id: &str) -> &'static FormatSpec {
    export::specs().into_iter().find(|spec| spec.id == id).unwrap()
}

/// What `bevy_asset_loader` reads: unknown fields are errors, and optional numbers stand without `Some`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
enum Entry {
    Image {
        path: String,
        sampler: Sampler,
    },
    TextureAtlasLayout {
        tile_size_x: u32,
        tile_size_y: u32,
        columns: u32,
        rows: u32,
        #[serde(default)]
        padding_x: u32,
        #[serde(default)]
        padding_y: u32,
        #[serde(default)]
        offset_x: u32,
        #[serde(default)]
        offset_y: u32,
    },
}

#[derive(serde::Deserialize)]
enum Sampler {
    Nearest,
}

#[derive(serde::Deserialize)]
struct Entries(BTreeMap<String, Entry>);

#[test]
fn the_shared_file_names_images_and_grids() {
    let project = project();
    let packing = SheetOptions { padding: 1, extrude: 1, columns: 0 };
    let entry = |kind, name, stem, grid: Grid, count| {
        let entry = IndexEntry::new(&project, &GroupId::new(kind, name), stem, &grid, count, Digest::of(b""));
        Listed { entry, sprites: None }
    };
    let alone = Grid::new(&SheetOptions::ALONE, None, 1, [16, 16]);
    let hero = entry(Kind::Sprite, "potion@red", "sprites/potion-red", alone, 1);
    let walk = entry(Kind::Animation, "walk", "animations/walk", Grid::new(&packing, None, 5, [32, 24]), 5);
    let grid = Grid::new(&packing, Some(Layout::Blob47), 47, [16, 16]);
    let meadow = entry(Kind::Tileset, "meadow", "tilesets/meadow", grid, 47);
    let project = Project { formats: vec![spec("bevy")], ..project };
    let manifest = |project| Manifest {
        project,
        groups: vec![],
        tilesets: vec![],
        atlases: vec![],
        trains: vec![],
        comparisons: vec![],
    };
    let shared = |project: &Project, listed: &[Listed]| shared(&manifest(project.clone()), listed, &[]);
    let files = shared(&project, &[walk.clone(), meadow.clone(), hero.clone()]).unwrap();
    assert_eq!(files, shared(&project, &[hero.clone(), walk, meadow]).unwrap());
    assert_eq!(files[0].path, "pixels.assets.ron");
    let text = String::from_utf8(files[0].bytes.clone().unwrap()).unwrap();
    let entries: BTreeMap<String, Entry> = ron::from_str(&text).map(|Entries(entries)| entries).unwrap();
    assert_eq!(entries.len(), 10);
    insta::assert_snapshot!(text);
    assert_eq!(shared(&Project { formats: vec![], ..project }, &[hero]).unwrap(), []);
}

/// Where this fails the bytes of outputs changed, with a dependency perhaps: raise the format's version with it.
#[test]
fn equal_frames_give_equal_bytes_everywhere() {
    let (frames, timing) = (frames(), timing());
    let item = item(Kind::Animation, &frames, Some(&timing));
    let indexed = Project { png: PngMode::Indexed, ..project() };
    let digest =
        |ending, project: &Project| dgx_pixels::words::digest::Digest::of(&file(ending, &item, project).unwrap()).tag();
    let rgba = [".png", "@2x.png", ".png.meta", ".json", ".apng", ".gif"];
    assert_eq!(rgba.map(|ending| digest(ending, &project())), ["e0db", "866d", "c7e4", "d28b", "68f3", "6694"]);
    assert_eq!(digest(".png", &indexed), "66f8");
}
