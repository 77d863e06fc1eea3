//! The overlays of `process --explain`.

use dgx_pixels::manifest;
use dgx_pixels::process;
use dgx_pixels::process::explain::{Explanation, explain, support};
use dgx_pixels::words::raw::Raw;
use image::{ImageFormat, Rgba, RgbaImage};
use insta::assert_snapshot;

use crate::images::assert_goldens;
use crate::project::Project;

const SIDE: u32 = 10;
const CELLS: [u32; 2] = [24, 18];

/// A checkered rectangle on magenta, in cells of ten pixels.
fn raw() -> RgbaImage {
    RgbaImage::from_fn(CELLS[0] * SIDE, CELLS[1] * SIDE, |x, y| {
        let (column, row) = (x / SIDE, y / SIDE);
        let inside = (5..19).contains(&column) && (4..14).contains(&row);
        match (inside, (column * 7 + row * 3) % 5 < 2) {
            (false, _) => Rgba([255, 0, 255, 255]),
            (true, true) => Rgba([40, 90, 60, 255]),
            (true, false) => Rgba([230, 200, 120, 255]),
        }
    })
}

/// The same with cells of 9.7 pixels and noise, so that it has no exact blocks.
fn uneven() -> RgbaImage {
    let raw = raw();
    let place = |at: u32| (f64::from(at) * 10.0 / 9.7) as u32;
    let (width, height) = (CELLS[0] * 97 / 10, CELLS[1] * 97 / 10);
    RgbaImage::from_fn(width, height, |x, y| {
        let noise = (x * 31 + y * 17 + x * y % 7) % 9;
        Rgba(raw.get_pixel(place(x).min(239), place(y).min(179)).0.map(|v| v.saturating_sub(noise as u8) | 1))
    })
}

fn explained(raw: RgbaImage) -> (Raw, Explanation) {
    let recipe = manifest::parse_recipe_file("recipe", "", ".".as_ref()).unwrap();
    let raw = Raw::new(raw);
    let (sprites, mut seen) = explain(std::slice::from_ref(&raw), &recipe, None).unwrap();
    assert_eq!(sprites, process::process(std::slice::from_ref(&raw), &recipe, None).unwrap());
    (raw, seen.remove(0))
}

fn png(image: &RgbaImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn opened(project: &Project, path: &str) -> RgbaImage {
    image::load_from_memory(&project.read(path)).unwrap_or_else(|error| panic!("{path}: {error}")).to_rgba8()
}

#[test]
fn overlays_equal_their_goldens() {
    let (raw, seen) = explained(raw());
    let overlays = seen.overlays(&raw);
    assert_goldens(overlays.named().map(|(name, image)| (format!("explain/{name}"), image)));
}

#[test]
fn four_pictures_are_written_for_every_image() {
    let project = Project::new().file("raw/a.png", png(&raw())).file("raw/b.png", png(&uneven()));
    project.run(&["process", "raw", "--out", "made", "--explain", "seen"]).exit(0);
    let size = |path: &str| opened(&project, path).dimensions();
    assert_eq!(size("seen/a/grid.png"), (2 * 240, 2 * 180));
    assert_eq!((size("seen/a/confidence.png"), size("seen/a/residue.png")), ((240, 180), (240, 180)));
    assert_eq!((size("seen/b/confidence.png"), size("seen/b/residue.png")), ((232, 174), (232, 174)));
    assert!(size("seen/a/palette.png").1 < 60 && project.exists("seen/b/palette.png"));
}

#[test]
fn a_group_is_explained_frame_by_frame() {
    let project = Project::new().file("raw/a.png", png(&raw())).file("raw/b.png", png(&raw()));
    project.run(&["process", "raw", "--out", "made", "--explain", "seen", "--group"]).exit(0);
    assert_eq!(project.read("seen/a/grid.png"), project.read("seen/b/grid.png"));
}

#[test]
fn lines_are_drawn_between_cells_and_nowhere_else() {
    let project = Project::new().file("a.png", png(&raw()));
    project.run(&["process", "a.png", "--out", "made", "--explain", "seen"]).exit(0);
    let (raw, drawn) = (raw(), opened(&project, "seen/a/grid.png"));
    let line = |at: u32, cells: u32| at.is_multiple_of(2 * SIDE) && at > 0 && at < 2 * SIDE * cells;
    for (x, y, pixel) in drawn.enumerate_pixels() {
        let under = raw.get_pixel(x / 2, y / 2);
        let lined = line(x, CELLS[0]) || line(y, CELLS[1]);
        assert_eq!(pixel != under, lined, "{x} {y}: {pixel:?} over {under:?}");
    }
}

#[test]
fn lines_lie_where_the_cells_of_an_uneven_raw_meet() {
    let (_, seen) = explained(uneven());
    assert_eq!(seen.lattice.cells(), [24, 18]);
    for column in 5..19 {
        let [x, _] = seen.lattice.corner(column, 9);
        assert!((x - 9.7 * column as f64).abs() < 1.2, "column {column} begins at {x}");
    }
}

#[test]
fn support_is_sure_on_the_grid_and_silent_where_nothing_is_drawn() {
    let (raw, seen) = explained(uneven());
    let support = support(&raw, &seen.lattice);
    let at = |column: usize, row: usize| support[row * 24 + column];
    assert!(at(12, 9).unwrap() > 0.7, "{:?}", at(12, 9));
    assert_eq!(at(0, 0), None);
}

#[test]
fn the_residue_is_dark_where_cells_have_the_colour_of_the_raw() {
    let (raw, seen) = explained(raw());
    let residue = seen.overlays(&raw).residue;
    assert_eq!(residue.get_pixel(125, 95).0, [0, 0, 0, 255]);
    assert_ne!(residue.get_pixel(5, 5).0, [0, 0, 0, 255]);
    let mut spoiled = seen.cells.clone();
    spoiled.put_pixel(12, 9, Rgba([255, 255, 255, 255]));
    let residue = process::explain::residue(&raw, &seen.lattice, &spoiled);
    assert_eq!(residue.get_pixel(125, 95).0, [255, 255, 255, 255]);
    assert_eq!(residue.get_pixel(135, 95).0, [0, 0, 0, 255]);
}

#[test]
fn colours_are_counted_most_first() {
    let (_, seen) = explained(raw());
    let counts: Vec<usize> = seen.colors.iter().map(|(_, count)| *count).collect();
    assert_eq!((counts.len(), counts.iter().sum::<usize>()), (2, 14 * 10));
    assert!(counts[0] >= counts[1]);
    let picture = seen.overlays(&Raw::new(raw())).palette;
    let color = seen.colors[0].0;
    assert_eq!(picture.get_pixel(8, 8).0[..3], color.0);
}

#[test]
fn overlays_never_replace_an_original() {
    let project = Project::new().file("a/grid.png", png(&raw())).file("a.png", png(&raw()));
    let run = project.run(&["process", "a.png", "a/grid.png", "--out", "made", "--explain", "."]).exit(2);
    let shown = run.shown();
    assert_eq!(project.read("a/grid.png"), png(&raw()));
    let run = project.run(&["process", "a.png", "--out", "made", "--explain", "a.png"]).exit(2);
    assert_snapshot!(shown + &run.shown());
}
