//! Atlases: their pages show every frame as the assets' own images do, and follow what changes.

use std::collections::BTreeMap;

use dgx_pixels::assemble::atlas;
use dgx_pixels::export::index::read;
use dgx_pixels::words::atlas::Packing;
use dgx_pixels::words::index::{Entry, Index};
use image::RgbaImage;
use proptest::prelude::*;
use serde_json::Value;

use crate::project::Project;

const ATLAS: &str = "[atlas.things]\nof = [\"tag:thing\", \"guard*\"]\nextrude = 1\n";

/// Potions, a guard with its mirror image, and its walk back and forth.
fn game(atlas: &str) -> Project {
    Project::with(&format!(
        "[project]\nname = \"test\"\nbackend = \"sketch\"\nexport = [\"bevy\", \"index\", \"phaser\"]\nscale = [1, 2]\n\
         [sprite.guard]\npreset = \"character\"\nprompt = \"guard\"\nsize = 16\ndirections = 4\nmirror = {{ w = \"e\" }}\n\
         [animation.guard-walk]\nof = \"guard\"\naction = \"walk\"\nframes = 3\nplayback = \"pingpong\"\n\
         [sprite.potion]\npreset = \"item\"\nprompt = \"{{color}} potion\"\nsize = [12, 16]\ntags = [\"thing\"]\n\
         matrix = {{ color = [\"red\", \"blue\"] }}\n\
         [sprite.rock]\npreset = \"item\"\nprompt = \"rock\"\nsize = 24\ntags = [\"other\"]\n{atlas}"
    ))
}

fn index(project: &Project) -> Index {
    read(&project.read("assets/pixels.index.json")).unwrap()
}

fn image(project: &Project, path: &str) -> RgbaImage {
    image::load_from_memory(&project.read(&format!("assets/{path}"))).unwrap().to_rgba8()
}

fn cut(image: &RgbaImage, [x, y, w, h]: [u32; 4], k: u32) -> RgbaImage {
    image::imageops::crop_imm(image, x * k, y * k, w * k, h * k).to_image()
}

/// Holds every frame of the atlas to the asset's own image, at every scale, in the index and in the files of engines.
fn check_frames(project: &Project) -> usize {
    let index = index(project);
    let atlas = &index.atlases[0];
    let entry = |name: &str| -> &Entry { index.assets.iter().find(|entry| entry.name == name).unwrap() };
    for (i, k) in [(0, 1), (1, 2)] {
        let pages: Vec<RgbaImage> = atlas.pages.iter().map(|page| image(project, &page.images[i].path)).collect();
        for (page, at) in pages.iter().zip(&atlas.pages) {
            assert_eq!(<[u32; 2]>::from(page.dimensions()), at.images[i].size);
            assert_eq!(at.images[i].rgba, Some(dgx_pixels::words::digest::Digest::of(page.as_raw())));
        }
        let mut named: BTreeMap<String, Value> = BTreeMap::new();
        for page in &atlas.pages {
            let path = page.images[i].path.replace(".png", ".json");
            let json: Value = serde_json::from_slice(&project.read(&format!("assets/{path}"))).unwrap();
            assert!(page.images[i].path.ends_with(json["meta"]["image"].as_str().unwrap()));
            assert_eq!(json["meta"]["related_multi_packs"].as_array().map_or(0, Vec::len), atlas.pages.len() - 1);
            named.extend(json["frames"].as_object().unwrap().clone());
        }
        for frame in &atlas.frames {
            let entry = entry(&frame.name);
            let own = &entry.frames[frame.frame];
            let wanted = cut(&image(project, &entry.images[i].path), [own.x, own.y, own.w, own.h], k);
            let place = [frame.x, frame.y, frame.w, frame.h];
            assert!(cut(&pages[frame.page], place, k) == wanted, "{} {}", frame.name, frame.frame);
            let key =
                if entry.animation.is_some() { format!("{}/{}", frame.name, frame.frame) } else { frame.name.clone() };
            let json = &named[&key];
            let rect = ["x", "y", "w", "h"].map(|side| json["frame"][side].as_u64().unwrap() as u32);
            assert_eq!(rect, place.map(|at| at * k));
            assert_eq!(json["duration"].as_u64(), own.duration.map(u64::from));
        }
        assert_eq!(named.len(), atlas.frames.len());
    }
    atlas.frames.len()
}

/// An image that no manifest knows is generated beside what a project makes of its assets.
#[test]
fn one_offs_need_none_of_the_assets_that_other_tables_name() {
    let others = "[compare.look]\nslots = [\"rock\"]\narms.a = {}\narms.b = { steps = 9 }\n\
                  [train.own]\ndata = \"art\"\nbase = \"base.safetensors\"\ntrigger = \"own\"\n";
    for tables in [ATLAS, others] {
        let project = game(tables);
        project.run(&["generate", "item", "key", "--out", "key.png"]).exit(0);
        assert!(project.exists("key.png"), "{tables}");
    }
}

#[test]
fn an_atlas_shows_every_frame_of_its_assets() {
    let project = game(ATLAS);
    project.build(&[]).exit(0);
    assert_eq!(check_frames(&project), 2 + 4 + 4 * 3);
    let json: Value = serde_json::from_slice(&project.read("assets/atlases/things.json")).unwrap();
    let round: Vec<&str> =
        json["animations"]["guard-walk@e"].as_array().unwrap().iter().flat_map(Value::as_str).collect();
    assert_eq!(round, ["guard-walk@e/0", "guard-walk@e/1", "guard-walk@e/2", "guard-walk@e/1"]);
    let phaser: Value = serde_json::from_slice(&project.read("assets/atlases/things.phaser.json")).unwrap();
    assert_eq!(phaser["textures"][0]["frames"].as_array().unwrap().len(), 18);
    assert!(project.exists("assets/atlases/things.png.meta") && project.exists("assets/atlases/things@2x.json"));
    project.check(&["--outputs"]).exit(0).build(&[]).exit(0).asked(0).wrote(0);
}

#[test]
fn an_atlas_that_one_page_does_not_hold_has_more() {
    let project = game(&format!("{ATLAS}size = 128\n"));
    project.build(&[]).exit(0);
    let pages = index(&project).atlases[0].pages.len();
    assert!(pages > 1, "{pages}");
    assert_eq!(check_frames(&project), 18);
    // All frames of an animation lie on one page.
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    index(&project).atlases[0]
        .frames
        .iter()
        .for_each(|frame| places.entry(frame.name.clone()).or_default().push(frame.page));
    assert!(places.values().all(|pages| pages.iter().all(|page| *page == pages[0])));
    assert!(project.lock().contains("assets/atlases/things-2.png") || project.lock().contains("atlases/things-2.png"));
    project.remove("assets/atlases/things-2.png").check(&[]).exit(4).build(&[]).exit(0).check(&["--outputs"]).exit(0);
    project.edit("pixels.toml", "size = 128\n", "").build(&[]).exit(0);
    assert!(!project.exists("assets/atlases/things-2.png") && !project.exists("assets/atlases/things-2@2x.json"));
    assert_eq!(check_frames(&project), 18);
    project.edit("pixels.toml", ATLAS, "").build(&[]).exit(0);
    assert!(!project.exists("assets/atlases/things.png") && !project.exists("assets/atlases/things.json"));
}

/// A clone has files and lock, and no sprites.
#[test]
fn a_clone_changes_an_atlas_of_its_own() {
    let project = game(ATLAS);
    project.build(&[]).exit(0);
    let before = project.read("assets/atlases/things.png");
    let clone = project.copy();
    clone.remove(".dgx-pixels").check(&["--outputs"]).exit(0).build(&[]).exit(0);
    clone.remove(".dgx-pixels").edit("pixels.toml", "extrude = 1", "extrude = 2").check(&["--outputs"]).exit(4);
    clone.build(&[]).exit(0);
    assert!(clone.read("assets/atlases/things.png") != before);
    assert_eq!(check_frames(&clone), 18);
    let edited = image::load_from_memory(&before).unwrap();
    let mut own = std::io::Cursor::new(Vec::new());
    edited.write_to(&mut own, image::ImageFormat::Png).unwrap();
    let other = project.copy();
    other.remove(".dgx-pixels").write("assets/atlases/things.png", own.get_ref());
    other.edit("pixels.toml", "extrude = 1", "extrude = 2").build(&[]).exit(1);
    assert!(other.read("assets/atlases/things.png") == *own.get_ref());
}

#[test]
fn an_asset_of_an_atlas_can_be_renamed() {
    let project = game("[atlas.things]\nof = [\"potion@red\", \"rock\"]\n[atlas.one]\nof = \"potion\"\n");
    project.build(&[]).exit(0).run_line("mv potion flask").exit(0).build(&[]).exit(0);
    let text = project.text("pixels.toml");
    assert!(text.contains("of = [\"flask@red\", \"rock\"]") && text.contains("of = \"flask\""), "{text}");
}

#[test]
fn an_atlas_of_nothing_or_without_room_is_an_error_with_its_place() {
    let bad = [
        "[atlas.a]\nof = []\n",
        "[atlas.a]\nof = [\"tag:thign\"]\n",
        "[atlas.a]\nof = [\"rok\", \"[\"]\n",
        "[atlas.a]\nsize = 64\n",
        "[atlas.a]\nof = \"rock\"\nsize = 48\n",
        "[atlas.a]\nof = \"rock\"\npath = \"sprites/rock\"\n",
        "[atlas.a]\nof = \"rock\"\npath = \"sprites/x\"\n[sprite.b]\nprompt = \"b\"\nsize = 8\npath = \"sprites/x-2\"\n",
        "[atlas.a]\nof = \"rock\"\n[atlas.a-2]\nof = \"rock\"\n",
        "[atlas.a]\nof = \"rock\"\ncolumns = 4\n",
        "[atlas.a]\nof = \"rock\"\n[atlas.A]\nof = \"rock\"\n",
    ];
    let told: Vec<String> = bad
        .iter()
        .map(|atlas| {
            let project = game(atlas);
            let shown = project.build(&[]).exit(2).shown();
            assert!(!project.exists("assets"));
            format!("{atlas}\n{shown}")
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_found_size_that_no_page_holds_fails_the_atlas_alone() {
    let project =
        game("[sprite.big]\nprompt = \"castle\"\n[atlas.a]\nof = \"big\"\nsize = 32\n[atlas.b]\nof = \"rock\"\n");
    project.build(&[]).exit(1).reports("atlas-page");
    assert!(!project.exists("assets/atlases/a.png") && project.exists("assets/atlases/b.png"));
}

fn frame(width: u32, height: u32, color: u8) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, y| image::Rgba([color, (x * 7) as u8, (y * 5) as u8, 255]))
}

proptest! {
    #[test]
    fn packed_frames_are_whole_and_apart(
        sizes in prop::collection::vec((1u32..40, 1u32..40, 0u8..3), 1..60),
        padding in 0u32..4,
        extrude in 0u32..3,
        side in 60u32..200,
    ) {
        let frames: Vec<Vec<RgbaImage>> = sizes.chunks(3).map(|some| some.iter().map(|(w, h, c)| frame(*w, *h, *c)).collect()).collect();
        let members: Vec<&[RgbaImage]> = frames.iter().map(Vec::as_slice).collect();
        let packing = Packing { padding, extrude, side };
        let pages = atlas(&members, &packing).unwrap();
        prop_assert_eq!(&pages, &atlas(&members, &packing).unwrap());
        let mut seen = 0;
        for page in &pages {
            prop_assert!(page.image.width() <= side && page.image.height() <= side);
            let mut taken: BTreeMap<(u32, u32), (u32, u32)> = BTreeMap::new();
            for (member, number, rect) in &page.frames {
                seen += 1;
                let source = &frames[*member][*number];
                // The frame with what is repeated round it; the padding round that stays empty.
                for y in 0..rect.height + 2 * extrude {
                    for x in 0..rect.width + 2 * extrude {
                        let inside = |at: u32, length: u32| at.saturating_sub(extrude).min(length - 1);
                        let at = (rect.x + x - extrude, rect.y + y - extrude);
                        let wanted = source.get_pixel(inside(x, rect.width), inside(y, rect.height));
                        prop_assert_eq!(page.image.get_pixel(at.0, at.1), wanted);
                        let owner = taken.entry(at).or_insert((rect.x, rect.y));
                        prop_assert_eq!(*owner, (rect.x, rect.y));
                    }
                }
            }
            for (x, y, pixel) in page.image.enumerate_pixels() {
                prop_assert!(pixel.0[3] == 0 || taken.contains_key(&(x, y)));
            }
        }
        prop_assert_eq!(seen, sizes.len());
    }
}

/// Sprites of a game: mostly small, some large.
fn mixed(count: u32) -> Vec<RgbaImage> {
    let mut state = 7u32;
    let mut next = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    (0..count)
        .map(|i| {
            let sides = [8, 12, 16, 16, 24, 32, 48, 64];
            let (width, height) = (sides[next(8) as usize], sides[next(8) as usize]);
            let mut frame = frame(width, height, 0);
            frame.put_pixel(0, 0, image::Rgba([(i >> 8) as u8, i as u8, 9, 255]));
            frame
        })
        .collect()
}

#[test]
fn pages_are_filled_and_equal_frames_lie_on_them_once() {
    let frames = mixed(2000);
    let members: Vec<&[RgbaImage]> = frames.chunks(1).collect();
    let packing = Packing { padding: 0, extrude: 0, side: 4096 };
    let pages = atlas(&members, &packing).unwrap();
    let area: u64 = frames.iter().map(|frame| u64::from(frame.width() * frame.height())).sum();
    let page = &pages[0].image;
    let fill = area * 1000 / u64::from(page.width() * page.height());
    assert!(pages.len() == 1 && fill >= 960, "{} {fill}", pages.len());
    let twice: Vec<&[RgbaImage]> = members.iter().chain(&members).copied().collect();
    let doubled = atlas(&twice, &packing).unwrap();
    assert!(doubled[0].image == *page);
    assert_eq!(doubled[0].frames.len(), 4000);
}
