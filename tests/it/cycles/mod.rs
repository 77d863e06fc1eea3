//! Animations hold still: what a model spoils from frame to frame is repaired, what an artist drew is not touched.

mod art;
mod spoil;

use dgx_pixels::process::process;
use dgx_pixels::words::color::Rgb;
use dgx_pixels::words::raw::Raw;
use dgx_pixels::words::recipe::{PaletteChoice, Recipe, Repair, Size};
use dgx_pixels::words::sprite::Sprites;
use image::{Rgba, RgbaImage};

use crate::project::Project;
use art::{COLORS, cycles, jumpy, still, walk};
use spoil::{Spoil, spoiled};

fn given() -> PaletteChoice {
    PaletteChoice::Given(COLORS.map(Rgb).to_vec())
}

/// A recipe with a frame that the figure nearly fills.
fn recipe(palette: PaletteChoice) -> Recipe {
    Recipe { size: Size::Frame([32, 32]), palette, ..Recipe::default() }
}

fn restored(frames: &[RgbaImage], by: Spoil, recipe: &Recipe) -> Sprites {
    process(&spoiled(frames, by, 5), recipe, None).unwrap()
}

/// The frames in the frame of a recipe.
fn framed(frames: &[RgbaImage], recipe: &Recipe) -> Vec<RgbaImage> {
    restored(frames, Spoil::default(), recipe).frames
}

/// The number of the figure's colour that is nearest; none where it is transparent.
fn color(pixel: &Rgba<u8>) -> Option<usize> {
    let far = |color: &[u8; 3]| (0..3).map(|i| u32::from(color[i].abs_diff(pixel.0[i])).pow(2)).sum::<u32>();
    (0..COLORS.len()).filter(|_| pixel.0[3] > 0).min_by_key(|i| far(&COLORS[*i]))
}

/// How many pixels of the frames have another colour than the truth, and how many of the truth are opaque.
fn wrong(frames: &[RgbaImage], truth: &[RgbaImage]) -> [usize; 2] {
    assert_eq!(frames.len(), truth.len());
    let pixels = |frames: &[RgbaImage]| frames.iter().flat_map(|f| f.pixels().map(color)).collect::<Vec<_>>();
    let [found, true_colors] = [frames, truth].map(pixels);
    assert_eq!(found.len(), true_colors.len());
    let differing = found.iter().zip(&true_colors).filter(|(a, b)| a != b).count();
    [differing, true_colors.iter().flatten().count()]
}

#[test]
fn a_spoiled_walk_is_the_walk_again() {
    let truth = framed(&walk(), &recipe(given()));
    for seed in [5, 6, 11] {
        let sprites = process(&spoiled(&walk(), Spoil::ALL, seed), &recipe(given()), None).unwrap();
        assert_eq!(wrong(&sprites.frames, &truth)[0], 0, "{seed}: {:?}", sprites.found.metrics);
    }
    let sprites = restored(&walk(), Spoil::ALL, &recipe(PaletteChoice::Auto));
    let [wrong, all] = wrong(&sprites.frames, &truth);
    assert!(100 * wrong <= all, "{wrong} of {all}");
    assert!(10 * sprites.found.palette.len() <= 11 * COLORS.len(), "{} colours", sprites.found.palette.len());
}

#[test]
fn a_spoiled_figure_that_stands_still_stands_still() {
    for palette in [given(), PaletteChoice::Auto] {
        let sprites = restored(&still(), Spoil::ALL, &recipe(palette));
        assert!(sprites.frames.iter().all(|frame| *frame == sprites.frames[0]), "{:?}", sprites.found.metrics);
        assert_eq!(wrong(&sprites.frames, &framed(&still(), &recipe(given())))[0], 0);
    }
}

#[test]
fn each_repair_is_counted_and_can_be_turned_off() {
    let spoils = [
        ("moved", Spoil { drift: 2, ..Spoil::default() }),
        ("tinted", Spoil { tint: 10, ..Spoil::default() }),
        ("nothing", Spoil { scale: 0.04, ..Spoil::default() }),
    ];
    let truth = framed(&walk(), &recipe(given()));
    for (counted, by) in spoils {
        let sprites = restored(&walk(), by, &recipe(given()));
        assert_eq!(sprites.frames, truth, "{counted}: {:?}", sprites.found.metrics);
        for name in ["moved", "tinted", "snapped"] {
            let count = sprites.found.metrics.get(name).copied();
            assert!(
                count.is_none_or(|count| name == counted && (1..=6).contains(&count)),
                "{counted}: {name} {count:?}"
            );
            assert_eq!(count.is_some(), name == counted);
        }
        let off = restored(&walk(), by, &Recipe { repair: Repair::Off, ..recipe(given()) });
        assert!(!["moved", "tinted", "snapped"].iter().any(|name| off.found.metrics.contains_key(*name)));
        assert_eq!(off.frames == truth, counted == "nothing");
    }
}

#[test]
fn a_drift_never_shrinks_a_subject() {
    let by = Spoil { drift: 2, ..Spoil::default() };
    let tight = Recipe { size: Size::Frame([28, 28]), ..recipe(given()) };
    assert_eq!(restored(&walk(), by, &tight).found.factor(), 1000);
    assert!(restored(&walk(), by, &Recipe { repair: Repair::Off, ..tight }).found.factor() > 1000);
}

#[test]
fn cycles_that_are_drawn_well_stay_to_the_byte() {
    for (name, frames) in cycles() {
        let raws: Vec<Raw> = frames.iter().cloned().map(Raw::new).collect();
        let sprites = process(&raws, &Recipe::default(), None).unwrap();
        assert_eq!(sprites.frames, frames, "{name} at its own size");
        let sprites = restored(&frames, Spoil::default(), &Recipe::default());
        let inner = |frame: &RgbaImage| {
            image::imageops::crop_imm(frame, 3, 3, frame.width() - 6, frame.height() - 6).to_image()
        };
        assert_eq!(sprites.frames.iter().map(inner).collect::<Vec<_>>(), frames, "{name}: {:?}", sprites.found.metrics);
    }
}

#[test]
fn an_action_that_leaves_the_ground_keeps_its_height() {
    let (_, jump) = cycles().remove(5);
    let by = Spoil { noise: 10, jpeg: true, ..Spoil::default() };
    let recipe = Recipe { size: Size::Frame([40, 44]), repair: Repair::of_action("jump"), ..recipe(given()) };
    let sprites = restored(&jump, by, &recipe);
    assert_eq!(sprites.frames, framed(&jump, &recipe), "{:?}", sprites.found.metrics);
}

#[test]
fn a_figure_that_jumps_to_and_fro_flickers_more_than_any_clean_cycle() {
    let measured = |frames: &[RgbaImage], name: &str| {
        let raws: Vec<Raw> = frames.iter().cloned().map(Raw::new).collect();
        process(&raws, &Recipe::default(), None).unwrap().found.metrics[name]
    };
    assert_eq!(measured(&still(), "flicker"), 0);
    let jumpy = measured(&jumpy(), "flicker");
    for (name, frames) in cycles() {
        let [flicker, open] = ["flicker", "loop"].map(|metric| measured(&frames, metric));
        assert!(2 * flicker < jumpy && flicker < 150 && open < 150, "{name}: {flicker} of {jumpy}, loop {open}");
    }
}

/// The walk with a figure of other colours that looks the other way in its third frame, 8 pixels a cell.
fn with_another_figure() -> Vec<RgbaImage> {
    let mut frames = walk();
    let mut other = image::imageops::flip_horizontal(&frames[2]);
    other.pixels_mut().filter(|pixel| pixel.0[3] > 0).for_each(|pixel| pixel.0.swap(0, 2));
    frames[2] = other;
    frames
}

#[test]
fn a_frame_that_fits_neither_of_those_beside_it_fails_and_is_named() {
    let project = |frames: &[RgbaImage], keys: &str| {
        let manifest =
            "[project]\nname = \"test\"\n[animation.walk]\naction = \"walk\"\nsource = \"raw/w*.png\"\nsize = 32\n";
        let project = Project::with(&format!("{manifest}{keys}"));
        for (i, raw) in spoiled(frames, Spoil::default(), 5).into_iter().enumerate() {
            project.write(&format!("raw/w{i}.png"), dgx_pixels::store::encode(&raw.pixels).unwrap());
        }
        project
    };
    project(&walk(), "").build(&[]).exit(0);
    project(&with_another_figure(), "").build(&[]).exit(3).says("frame 3 flickers");
    project(&with_another_figure(), "gates = { flicker = 1000 }\n").build(&[]).exit(0);
    project(&with_another_figure(), "repair = false\n").build(&[]).exit(0);
}

#[test]
fn a_last_frame_that_does_not_lead_back_fails_and_is_named() {
    let mut frames = walk();
    frames.rotate_left(3);
    let mut other = with_another_figure();
    frames[5] = other.swap_remove(2);
    let project = |keys: &str| {
        let manifest = "[project]\nname = \"test\"\n[animation.walk]\nsource = \"raw/w*.png\"\nsize = 32\n";
        let project = Project::with(&format!("{manifest}{keys}"));
        for (i, raw) in spoiled(&frames, Spoil::default(), 5).into_iter().enumerate() {
            project.write(&format!("raw/w{i}.png"), dgx_pixels::store::encode(&raw.pixels).unwrap());
        }
        project
    };
    project("").build(&[]).exit(3).says("frame 6 does not lead back to the first");
    for once in ["repeat = false\n", "playback = \"pingpong\"\n", "action = \"death\"\n"] {
        project(once).build(&[]).exit(0);
    }
}

/// Six frames of a walk as a sheet of three columns and two rows.
fn sheet() -> RgbaImage {
    let mut sheet = RgbaImage::new(96, 64);
    for (i, frame) in (0..).zip(walk()) {
        image::imageops::replace(&mut sheet, &frame, 32 * (i % 3), 32 * (i / 3));
    }
    sheet
}

#[test]
fn a_sheet_is_read_row_by_row() {
    let project = Project::with(
        "[project]\nname = \"test\"\n[animation.walk]\nsource = \"walk.png\"\nstrip = [3, 2]\nsize = 32\n",
    );
    project.write("walk.png", dgx_pixels::store::encode(&sheet()).unwrap()).build(&[]).exit(0);
    let made = image::open(project.path("assets/animations/walk.png")).unwrap().to_rgba8();
    let frame = |i: u32| image::imageops::crop_imm(&made, 32 * i, 0, 32, 32).to_image();
    assert_eq!((0..6).map(frame).collect::<Vec<_>>(), walk());
    project
        .edit("pixels.toml", "strip = [3, 2]", "strip = [3, 3]\nrepair = false")
        .build(&[])
        .exit(1)
        .says("uneven-strip");
    project.build(&[]).says("`walk.png` is 64 pixels high, which 3 rows do not divide; 2 are to be seen");
    project.edit("pixels.toml", "strip = [3, 3]", "strip = [9, 9]").build(&[]).exit(2).says("81 frames");
    project.edit("pixels.toml", "strip = [9, 9]", "strip = [9]").build(&[]).exit(2).says("`[columns, rows]`");
}

/// Rows of a sheet: figures that look elsewhere, each with a colour of its own.
fn rows() -> (RgbaImage, Vec<Vec<RgbaImage>>) {
    let shifted = |by: u8| {
        let turn = |frame: RgbaImage| {
            let mut frame = frame;
            frame
                .pixels_mut()
                .filter(|pixel| pixel.0[3] > 0)
                .for_each(|pixel| pixel.0[1] = pixel.0[1].saturating_add(by));
            frame
        };
        walk().into_iter().map(turn).collect::<Vec<_>>()
    };
    let rows = vec![shifted(0), shifted(20), shifted(40), shifted(60)];
    let mut sheet = RgbaImage::new(32 * 6, 32 * 4);
    for (y, row) in (0..).zip(&rows) {
        for (x, frame) in (0..).zip(row) {
            image::imageops::replace(&mut sheet, frame, 32 * x, 32 * y);
        }
    }
    (sheet, rows)
}

#[test]
fn named_rows_of_a_sheet_are_directions_or_actions() {
    let (sheet, rows) = rows();
    let with = |keys: &str| {
        let project = Project::with(&format!("[project]\nname = \"test\"\n{keys}"));
        project.write("walk.png", dgx_pixels::store::encode(&sheet).unwrap());
        project
    };
    let strip = "source = \"walk.png\"\nstrip = [6, 4]\nsize = 32\n";
    let frames = |project: &Project, name: &str| {
        let made = image::open(project.path(&format!("assets/animations/{name}.png"))).unwrap().to_rgba8();
        (0..6).map(|i| image::imageops::crop_imm(&made, 32 * i, 0, 32, 32).to_image()).collect::<Vec<_>>()
    };
    let turned = with(&format!("[animation.walk]\n{strip}directions = 4\nrows = [\"s\", \"w\", \"e\", \"n\"]\n"));
    turned.build(&[]).exit(0);
    for (row, facing) in ["s", "w", "e", "n"].into_iter().enumerate() {
        assert_eq!(frames(&turned, &format!("walk-{facing}")), rows[row], "{facing}");
    }
    let actions = format!("{strip}rows = [\"walk\", \"run\", \"hit\", \"walk-e\"]\n");
    let acts = with(&format!(
        "[animation.hero-run]\naction = \"run\"\n{actions}[animation.walk]\n{actions}\
         [animation.hero-walk]\naction = \"walk\"\nmatrix = {{ side = [\"e\"] }}\n{actions}"
    ));
    acts.build(&[]).exit(0);
    assert_eq!(frames(&acts, "hero-run"), rows[1]);
    assert_eq!(frames(&acts, "walk"), rows[0]);
    assert_eq!(frames(&acts, "hero-walk-e"), rows[3]);
    for (bad, says) in [
        ("directions = 4\nrows = [\"s\", \"w\", \"e\"]\n", "`rows` names 3 rows, but the strip has 4"),
        ("directions = 4\nrows = [\"s\", \"w\", \"e\", \"s\"]\n", "two rows are called `s`"),
        ("directions = 4\nrows = [\"s\", \"w\", \"e\", \"north\"]\n", "no row is called `n`"),
        ("directions = 4\nrows = [\"a\", \"b\", \"c\", \"d\"]\n", "would be the same image"),
    ] {
        with(&format!("[animation.walk]\n{strip}{bad}")).build(&[]).exit(2).says(says);
    }
    with("[animation.walk]\nsource = \"walk.png\"\nsize = 32\nrows = [\"walk\"]\n")
        .build(&[])
        .exit(2)
        .says("needs a `strip`");
}

#[test]
fn rows_of_a_sheet_have_the_colours_of_the_whole() {
    // The same figure in both rows, whose noise alone would give each row shades of its own.
    let by = Spoil { noise: 10, jpeg: true, ..Spoil::default() };
    let rows = [5, 6].map(|seed| spoiled(&walk()[..3], by, seed));
    let side = rows[0][0].pixels.width();
    let mut sheet = RgbaImage::new(3 * side, 2 * side);
    for (y, row) in (0..).zip(&rows) {
        for (x, raw) in (0..).zip(row) {
            image::imageops::replace(&mut sheet, &raw.pixels, side as i64 * x, side as i64 * y);
        }
    }
    let project = |tables: &str| {
        let project = Project::with(&format!("[project]\nname = \"test\"\n{tables}"));
        project.write("walk.png", dgx_pixels::store::encode(&sheet).unwrap());
        project
    };
    let colors = |project: &Project, name: &str| -> std::collections::BTreeSet<[u8; 4]> {
        let made = image::open(project.path(&format!("assets/animations/{name}.png"))).unwrap().to_rgba8();
        made.pixels().map(|pixel| pixel.0).filter(|pixel| pixel[3] > 0).collect()
    };
    let strip = "source = \"walk.png\"\nstrip = [3, 2]\nsize = 32\n";
    let turned =
        project(&format!("[animation.walk]\n{strip}matrix = {{ side = [\"e\", \"w\"] }}\nrows = [\"e\", \"w\"]\n"));
    turned.build(&[]).exit(0);
    let found = colors(&turned, "walk-e");
    assert_eq!(found, colors(&turned, "walk-w"));
    assert!(10 * found.len() <= 11 * COLORS.len(), "{} colours", found.len());
    assert!(turned.lock().contains("[animation.\"walk@sheet-1\"]"), "{}", turned.lock());
    turned.build(&["--locked"]).exit(0);
    // Another asset that has one of the rows has the same colours.
    let actions = format!("{strip}rows = [\"walk\", \"run\"]\n");
    let acts = project(&format!("[animation.run]\n{actions}[animation.walk]\n{actions}"));
    acts.build(&[]).exit(0);
    assert_eq!([colors(&acts, "run"), colors(&acts, "walk")], [found.clone(), found]);
    // A given palette is shared anyway.
    let given = project(&format!("[animation.run]\n{actions}palette = \"endesga-32\"\n"));
    given.build(&[]).exit(0);
    assert!(!given.lock().contains("@sheet"));
}
