//! Aseprite files, GIFs and APNGs as sources: what was exported comes back as it was, and what cannot be read is said.

use std::collections::BTreeSet;
use std::io::Write;

use dgx_pixels::export::index::read;
use dgx_pixels::words::frames_file::{Problem, frames, outline};
use dgx_pixels::words::index::Index;
use dgx_pixels::words::timing::Playback;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::{Rgba, RgbaImage};

use crate::project::Project;

const RED: [u8; 4] = [200, 30, 30, 255];
const BLUE: [u8; 4] = [20, 40, 220, 255];

/// The chunks of one frame and how long it is shown.
struct Frame(u16, Vec<Vec<u8>>);

/// An Aseprite file of RGBA frames with these chunks.
fn file(size: [u16; 2], frames: &[Frame]) -> Vec<u8> {
    let mut file = vec![0; 128];
    file[4..6].copy_from_slice(&0xA5E0_u16.to_le_bytes());
    file[6..8].copy_from_slice(&(frames.len() as u16).to_le_bytes());
    file[8..10].copy_from_slice(&size[0].to_le_bytes());
    file[10..12].copy_from_slice(&size[1].to_le_bytes());
    file[12..14].copy_from_slice(&32_u16.to_le_bytes());
    file[14] = 1;
    for Frame(duration, chunks) in frames {
        let length: usize = 16 + chunks.iter().map(Vec::len).sum::<usize>();
        file.extend((length as u32).to_le_bytes());
        file.extend(0xF1FA_u16.to_le_bytes());
        file.extend((chunks.len() as u16).to_le_bytes());
        file.extend(duration.to_le_bytes());
        file.extend([0; 6]);
        file.extend(chunks.concat());
    }
    let length = (file.len() as u32).to_le_bytes();
    file[..4].copy_from_slice(&length);
    file
}

fn chunk(kind: u16, body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 6).to_le_bytes()[..], &kind.to_le_bytes(), body].concat()
}

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// A layer: its kind, its depth in groups, whether it is seen, its opacity.
fn layer(kind: u16, child: u16, visible: bool, opacity: u8) -> Vec<u8> {
    let mut body = words(&[u16::from(visible), kind, child, 0, 0, 0]);
    body.extend([opacity, 0, 0, 0]);
    body.extend(words(&[1]));
    body.push(b'l');
    if kind == 2 {
        body.extend([0; 4]);
    }
    chunk(0x2004, &body)
}

fn cel_of(layer: u16, at: [i16; 2], kind: u16, z: i16, rest: &[u8]) -> Vec<u8> {
    let mut body = words(&[layer, at[0] as u16, at[1] as u16]);
    body.push(255);
    body.extend(words(&[kind, z as u16]));
    body.extend([0; 5]);
    body.extend(rest);
    chunk(0x2005, &body)
}

fn packed(size: [u16; 2], pixels: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(pixels).unwrap();
    [words(&size), encoder.finish().unwrap()].concat()
}

/// A cel of one colour.
fn cel(layer: u16, at: [i16; 2], size: [u16; 2], color: [u8; 4]) -> Vec<u8> {
    let pixels = color.repeat(usize::from(size[0]) * usize::from(size[1]));
    cel_of(layer, at, 2, 0, &packed(size, &pixels))
}

fn link(layer: u16, to: u16) -> Vec<u8> {
    cel_of(layer, [0, 0], 1, 0, &words(&[to]))
}

fn tags(tags: &[(&str, u16, u16, u8, u16)]) -> Vec<u8> {
    let mut body = words(&[tags.len() as u16]);
    body.extend([0; 8]);
    for (name, first, last, direction, repeat) in tags {
        body.extend(words(&[*first, *last]));
        body.push(*direction);
        body.extend(words(&[*repeat]));
        body.extend([0; 10]);
        body.extend(words(&[name.len() as u16]));
        body.extend(name.as_bytes());
    }
    chunk(0x2018, &body)
}

fn problem(bytes: &[u8]) -> Problem {
    outline(bytes, "x").and_then(|_| frames(bytes, "x", &BTreeSet::from([0]))).unwrap_err().problem
}

#[test]
fn layers_groups_opacity_and_links_show_what_the_editor_shows() {
    let first = vec![
        layer(0, 0, true, 255),
        layer(1, 0, false, 255),
        layer(0, 1, true, 255),
        layer(0, 0, true, 128),
        cel(0, [0, 0], [4, 4], RED),
        cel(2, [0, 0], [4, 4], BLUE),
        cel(3, [2, -1], [4, 2], [0, 0, 0, 255]),
    ];
    let bytes = file([4, 4], &[Frame(70, first), Frame(0, vec![link(0, 0), cel(3, [0, 3], [1, 1], BLUE)])]);
    let outline = outline(&bytes, "x").unwrap();
    assert_eq!((outline.size, outline.durations), ([4, 4], vec![70, 100]));
    let shown = frames(&bytes, "x", &BTreeSet::from([0, 1, 7])).unwrap();
    assert_eq!(shown.len(), 2);
    assert_eq!(shown[&0].get_pixel(0, 0), &Rgba(RED));
    let half = shown[&0].get_pixel(3, 0).0;
    assert!((90..110).contains(&half[0]) && half[3] == 255, "{half:?}");
    assert_eq!((shown[&0].get_pixel(2, 1), shown[&1].get_pixel(1, 3)), (&Rgba(RED), &Rgba(RED)));
    assert_ne!(shown[&1].get_pixel(0, 3), &Rgba(RED));
}

#[test]
fn files_that_cannot_be_read_are_told_apart() {
    let image = || cel(0, [0, 0], [2, 2], RED);
    let plain = || layer(0, 0, true, 255);
    let one = |chunks: Vec<Vec<u8>>| file([2, 2], &[Frame(100, chunks)]);
    assert_eq!(problem(b""), Problem::Truncated);
    assert_eq!(problem(b"not one of them"), Problem::Format);
    assert_eq!(problem(&one(vec![layer(2, 0, true, 255)])), Problem::Tilemap);
    assert_eq!(problem(&one(vec![plain(), cel_of(0, [0, 0], 3, 0, &[0; 40])])), Problem::Tilemap);
    assert_eq!(problem(&one(vec![plain(), cel_of(0, [0, 0], 2, 1, &packed([1, 1], &RED))])), Problem::Order(1));
    let many: Vec<Frame> = (0..10_000).map(|_| Frame(1, Vec::new())).collect();
    assert_eq!(problem(&file([2, 2], &many)), Problem::Frames(10_000));
    let cycle = [Frame(1, vec![plain(), link(0, 1)]), Frame(1, vec![link(0, 2)]), Frame(1, vec![link(0, 1)])];
    assert_eq!(problem(&file([2, 2], &cycle)), Problem::Cycle(1));
    let own = [Frame(1, vec![plain(), link(0, 0)])];
    assert_eq!(problem(&file([2, 2], &own)), Problem::Cycle(1));
    let chain = [Frame(1, vec![plain(), link(0, 1)]), Frame(1, vec![link(0, 2)]), Frame(1, vec![image()])];
    assert_eq!(problem(&file([2, 2], &chain)), Problem::Link { from: 1, to: 2 });
    assert_eq!(problem(&one(vec![plain(), link(0, 9)])), Problem::Link { from: 1, to: 10 });
    assert_eq!(problem(&file([0, 2], &[Frame(1, vec![plain()])])), Problem::Size(0, 2));
    let huge = vec![plain(), cel_of(0, [0, 0], 2, 0, &packed([65_535, 65_535], &RED))];
    assert_eq!(problem(&one(huge)), Problem::Pixels);
    // A small cel that unpacks to very much.
    let bomb = vec![plain(), cel_of(0, [0, 0], 2, 0, &packed([2, 2], &vec![0; 40 << 20]))];
    assert!(matches!(problem(&one(bomb)), Problem::Damaged(_)));
    assert!(matches!(problem(&one(vec![plain(), tags(&[("walk", 0, 3, 0, 0)])])), Problem::Damaged(_)));
    assert!(matches!(problem(&one(vec![plain(), cel(7, [0, 0], [1, 1], RED)])), Problem::Damaged(_)));
}

#[test]
fn no_cut_and_no_changed_byte_makes_the_reader_panic() {
    let whole = file(
        [4, 4],
        &[Frame(9, vec![layer(0, 0, true, 255), tags(&[("a", 0, 0, 0, 0)]), cel(0, [0, 0], [4, 4], RED)])],
    );
    assert!(frames(&whole, "x", &BTreeSet::from([0])).is_ok());
    for length in 0..whole.len() {
        let cut = problem(&whole[..length]);
        assert!(matches!(cut, Problem::Truncated | Problem::Format), "{length}: {cut}");
    }
    for at in 0..whole.len() {
        for flip in [1, 0x80, 0xff] {
            let mut changed = whole.clone();
            changed[at] ^= flip;
            drop(frames(&changed, "x", &BTreeSet::from([0])));
        }
    }
}

const GAME: &str = "[project]\nname = \"test\"\nbackend = \"sketch\"\nexport = [\"aseprite-file\", \"aseprite-character\", \
                    \"index\", \"apng\", \"gif\"]\n\
                    [sprite.guard]\npreset = \"character\"\nprompt = \"guard\"\nsize = 16\ndirections = 4\n\
                    [animation.guard-walk]\nof = \"guard\"\naction = \"walk\"\nframes = 3\nfps = 60\nplayback = \"pingpong\"\n\
                    [animation.guard-jump]\nof = \"guard\"\naction = \"jump\"\nframes = 4\ndurations = [40, 50, 60, 700]\nrepeat = false\n";

fn index(project: &Project) -> Index {
    read(&project.read("assets/pixels.index.json")).unwrap()
}

/// A project whose sources are what another one exported.
fn imported(game: &Project, tables: &str) -> Project {
    let project = Project::with(&format!(
        "[project]\nname = \"test\"\nexport = [\"index\"]\n[recipe.default]\nbackground = \"none\"\n{tables}"
    ));
    for (path, bytes) in game.files("assets") {
        project.write(&format!("art/{path}"), bytes);
    }
    project
}

/// What the index of both says of frames, durations, tags and pixels is the same.
fn assert_same(game: &Project, own: &Project, count: usize) {
    own.build(&[]).exit(0);
    let (theirs, ours) = (index(game), index(own));
    let mut seen = 0;
    for entry in &ours.assets {
        let wanted = theirs.assets.iter().find(|other| other.name == entry.name).unwrap();
        assert_eq!(entry.images[0].rgba, wanted.images[0].rgba, "{}", entry.name);
        assert_eq!(entry.frames, wanted.frames, "{}", entry.name);
        assert_eq!(entry.animation, wanted.animation, "{}", entry.name);
        seen += 1;
    }
    assert_eq!(seen, count);
}

#[test]
fn no_pixel_duration_or_tag_changes_between_export_and_import() {
    let game = Project::with(GAME);
    game.build(&[]).exit(0);
    let alone = imported(
        &game,
        "[sprite.guard]\nsource = \"art/assets/sprites/guard-{direction}.aseprite\"\nsize = 16\ndirections = 4\n\
         [animation.guard-walk]\nsource = \"art/assets/animations/guard-walk-{direction}.aseprite\"\nsize = 16\ndirections = 4\n\
         [animation.guard-jump]\nsource = \"art/assets/animations/guard-jump-{direction}.aseprite\"\nsize = 16\ndirections = 4\n",
    );
    assert_same(&game, &alone, 12);
    let together = imported(
        &game,
        "[sprite.guard]\nsource = \"art/assets/characters/guard.aseprite\"\ntag = \"still-{direction}\"\nsize = 16\ndirections = 4\n\
         [animation.guard-walk]\nsource = \"art/assets/characters/guard.aseprite\"\ntag = \"walk-{direction}\"\naction = \"walk\"\nsize = 16\ndirections = 4\n\
         [animation.guard-jump]\nsource = \"art/assets/characters/guard.aseprite\"\ntag = \"jump-{direction}\"\naction = \"jump\"\nsize = 16\ndirections = 4\n",
    );
    assert_same(&game, &together, 12);
    together.check(&["--outputs"]).exit(0).build(&[]).exit(0).wrote(0);
}

#[test]
fn frames_of_a_gif_and_an_apng_are_those_of_the_sheet() {
    let game = Project::with(GAME);
    game.build(&[]).exit(0);
    for ending in ["gif", "apng"] {
        let own = imported(
            &game,
            &format!(
                "[animation.guard-jump]\nsource = \"art/assets/animations/guard-jump-s.{ending}\"\npixel_size = 1\nsize = 16\n\
                 repeat = false\naction = \"jump\"\n"
            ),
        );
        own.build(&[]).exit(0);
        let (theirs, ours) = (index(&game), index(&own));
        let wanted = theirs.assets.iter().find(|entry| entry.name == "guard-jump@s").unwrap();
        assert_eq!(ours.assets[0].images[0].rgba, wanted.images[0].rgba, "{ending}");
        assert_eq!(ours.assets[0].frames, wanted.frames, "{ending}");
    }
}

#[test]
fn a_gif_is_laid_upon_itself_as_its_disposal_says() {
    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, 3, 1, &[200, 30, 30, 20, 40, 220]).unwrap();
    let mut put = |left: u16, index: u8, dispose| {
        let frame = gif::Frame {
            left,
            width: 1,
            height: 1,
            delay: 7,
            dispose,
            buffer: vec![index].into(),
            ..gif::Frame::default()
        };
        encoder.write_frame(&frame).unwrap();
    };
    put(0, 0, gif::DisposalMethod::Keep);
    put(1, 1, gif::DisposalMethod::Previous);
    put(2, 1, gif::DisposalMethod::Background);
    put(1, 0, gif::DisposalMethod::Keep);
    drop(encoder);
    assert_eq!(outline(&bytes, "x").unwrap().durations, [70; 4]);
    let shown = frames(&bytes, "x", &(0..4).collect()).unwrap();
    let row = |image: &RgbaImage| {
        let letter = |pixel: &Rgba<u8>| {
            if pixel.0[3] == 0 {
                '.'
            } else if pixel.0 == RED {
                'r'
            } else {
                'b'
            }
        };
        image.pixels().map(letter).collect::<String>()
    };
    assert_eq!(shown.values().map(row).collect::<Vec<_>>(), ["r..", "rb.", "r.b", "rr."]);
    for length in 0..bytes.len() - 1 {
        drop(outline(&bytes[..length], "x").and_then(|_| frames(&bytes[..length], "x", &(0..4).collect())));
    }
}

#[test]
fn sources_with_frames_that_do_not_fit_are_errors_with_their_place() {
    let walk = |name: &str, count: usize| {
        let first = vec![
            layer(0, 0, true, 255),
            tags(&[("walk", 0, 1, 2, 0), ("run", 1, 1, 0, 0)]),
            cel(0, [0, 0], [2, 2], RED),
        ];
        let rest = (1..count).map(|_| Frame(50, vec![link(0, 0)]));
        (name.to_owned(), file([8, 8], &std::iter::once(Frame(50, first)).chain(rest).collect::<Vec<_>>()))
    };
    let files = [
        walk("walk.aseprite", 3),
        walk("long.aseprite", 70),
        ("cut.aseprite".to_owned(), walk("", 3).1[..200].to_vec()),
        ("tiles.aseprite".to_owned(), file([8, 8], &[Frame(1, vec![layer(2, 0, true, 255)])])),
    ];
    let bad = [
        "source = \"walk.aseprite\"\ntag = \"wlak\"\n",
        "source = \"walk.aseprite\"\nframes = 4\n",
        "source = \"walk.aseprite\"\nstrip = 3\n",
        "source = \"long.aseprite\"\n",
        "source = \"cut.aseprite\"\n",
        "source = \"tiles.aseprite\"\n",
        "source = [\"walk.aseprite\", \"long.aseprite\"]\n",
        "source = \"walk.aseprite\"\ndurations = [10, 20]\n",
        "source = \"walk.aseprite\"\nevents = { step = 4 }\n",
        "source = \"none.aseprite\"\n",
        "source = \"walk.psd\"\n",
    ];
    let project = |keys: &str| {
        let project = Project::with(&format!("[project]\nname = \"test\"\n[animation.walk]\nsize = 8\n{keys}"));
        files.iter().for_each(|(path, bytes)| {
            project.write(path, bytes);
        });
        project
    };
    let told: Vec<String> =
        bad.iter().map(|keys| format!("{keys}\n{}", project(keys).build(&[]).exit(2).shown())).collect();
    insta::assert_snapshot!(told.join("\n"));
    project("source = \"walk.png\"\ntag = \"walk\"\n").build(&[]).exit(2);
    let good = project("source = \"walk.aseprite\"\ntag = \"walk\"\n")
        .edit("pixels.toml", "\"test\"\n", "\"test\"\nexport = [\"index\"]\n")
        .copy();
    good.build(&[]).exit(0);
    let animation = index(&good).assets[0].clone();
    assert_eq!(animation.frames.len(), 2);
    assert_eq!(animation.animation.unwrap().playback, Playback::Pingpong);
    project("source = \"long.aseprite\"\ntag = \"run\"\n").build(&[]).exit(0);
}
