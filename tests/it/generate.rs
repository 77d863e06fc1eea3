//! The backends that need no server: files of the project, and the placeholder artist.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;
use std::sync::mpsc;

use dgx_pixels::generate::files::Files;
use dgx_pixels::generate::sketch::{Sketch, draw};
use dgx_pixels::generate::{Arrival, Backend, Batch, Context, Failure, Request};
use dgx_pixels::words::ask::{Ask, FilesAsk, Pose, SketchAsk, Source};
use dgx_pixels::words::asset::{GroupId, Kind, SlotId};
use dgx_pixels::words::cancel::Cancel;
use dgx_pixels::words::color::Rgb;
use dgx_pixels::words::digest::Digest;
use dgx_pixels::words::image_file::{Decoded, decode};
use dgx_pixels::words::raw::pixels_digest;
use dgx_pixels::words::source::Sources;
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use proptest::prelude::*;

const MAGENTA: Rgb = Rgb([255, 0, 255]);

fn sketch(subject: &str, size: [u32; 2]) -> SketchAsk {
    SketchAsk {
        kind: Kind::Sprite,
        subject: subject.to_owned(),
        things: Vec::new(),
        presets: vec![],
        size,
        key: Some(MAGENTA),
        pose: Pose { frames: 1, ..Pose::default() },
        inputs: BTreeMap::new(),
    }
}

fn source(path: &str, part: Option<(u32, u32)>) -> Ask {
    Ask::Files(FilesAsk { sources: vec![Source { path: path.to_owned(), part: part.map(Into::into), frame: None }] })
}

/// Asks everything at once and returns the answers in the order of the asks.
fn answers(backend: &dyn Backend, root: &std::path::Path, asks: Vec<Ask>) -> Vec<Arrival> {
    answers_on(4, backend, root, asks, &Cancel::default())
}

/// As [`answers`], on a pool of so many threads.
fn answers_on(
    threads: usize,
    backend: &dyn Backend,
    root: &std::path::Path,
    asks: Vec<Ask>,
    cancel: &Cancel,
) -> Vec<Arrival> {
    let (replies, arrivals) = mpsc::channel();
    let batch = Batch::new(Context {
        root: root.into(),
        workflows: BTreeMap::new(),
        sources: Sources::default(),
        observer: Arc::new(()),
        replies,
        log: Arc::new(()),
        cancel: cancel.clone(),
        time_limit: None,
    });
    let request = |(i, ask): (usize, Ask)| Request {
        key: Digest::of(&i.to_le_bytes()),
        slot: SlotId::only(GroupId::new(Kind::Sprite, format!("thing-{i}"))),
        n: 1,
        seed: 7,
        ask: Arc::new(ask),
        inputs: BTreeMap::new(),
    };
    let requests: Vec<Request> = asks.into_iter().enumerate().map(request).collect();
    let keys: Vec<Digest> = requests.iter().map(|request| request.key).collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| backend.submit(requests, &batch));
    drop(batch);
    let mut arrived: Vec<Arrival> = arrivals.iter().collect();
    arrived.sort_by_key(|arrival| keys.iter().position(|key| *key == arrival.key));
    assert_eq!(arrived.len(), keys.len(), "every request is answered exactly once");
    arrived
}

/// The message of the only answer, which must be a failure.
fn failure(root: &std::path::Path, ask: Ask) -> String {
    answers(&Files, root, vec![ask]).remove(0).result.unwrap_err().to_string()
}

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let strip = RgbaImage::from_fn(12, 4, |x, _| Rgba([(x / 4) as u8 * 100, 0, 0, 255]));
    strip.save(folder.path().join("strip.png")).unwrap();
    std::fs::write(folder.path().join("notes.png"), "not a picture").unwrap();
    folder
}

#[test]
fn a_strip_is_cut_into_equal_parts() {
    let project = project();
    let asks = (0..3).map(|part| source("strip.png", Some((part, 3)))).collect();
    for (part, arrival) in answers(&Files, project.path(), asks).into_iter().enumerate() {
        let captured = arrival.result.unwrap();
        assert_eq!(captured.raw.pixels.dimensions(), (4, 4));
        assert_eq!(captured.raw.pixels.get_pixel(2, 2).0, [part as u8 * 100, 0, 0, 255]);
        assert_eq!((captured.provenance.backend.as_str(), captured.lossy), ("files", false));
    }
}

#[test]
fn files_that_cannot_be_used_say_why() {
    let project = project();
    std::fs::create_dir(project.path().join("folder.png")).unwrap();
    for (ask, expected) in [
        (source("strip.png", Some((0, 5))), "`strip.png` is 12 pixels wide, which 5 frames do not divide"),
        (source("strip.png", Some((0, 0))), "`strip.png` is 12 pixels wide, which 0 frames do not divide"),
        (source("strip.png", Some((3, 3))), "`strip.png` has 3 frames, no number 3"),
        (source("notes.png", None), "`notes.png` is not an image of a known format; PNG, JPEG and WebP can be read"),
        (source("folder.png", None), "`folder.png` cannot be read: it is a folder, not a plain file"),
        (source("../strip.png", None), "`../strip.png` is outside the project"),
        (source("/etc/hostname", None), "`/etc/hostname` is outside the project"),
        (source("", None), "`` is outside the project"),
    ] {
        assert_eq!(failure(project.path(), ask), expected);
    }
    assert!(failure(project.path(), source("gone.png", None)).starts_with("`gone.png` cannot be read"));
}

#[cfg(unix)]
#[test]
fn links_may_not_leave_the_project() {
    let (outside, project) = (project(), project());
    let link = |from: &str, to: &str| {
        std::os::unix::fs::symlink(outside.path().join(from), project.path().join(to)).unwrap();
    };
    link("strip.png", "link.png");
    link("", "folder");
    for path in ["link.png", "folder/strip.png"] {
        assert_eq!(failure(project.path(), source(path, None)), format!("`{path}` is outside the project"));
    }
}

#[test]
fn what_is_cancelled_is_answered_as_cancelled() {
    let project = project();
    let sketches = vec![Ask::Sketch(sketch("sword", [16, 16]))];
    let files = vec![source("strip.png", None)];
    let backends: [(Box<dyn Backend>, Vec<Ask>); 2] = [(Box::new(Files), files), (Box::new(Sketch), sketches)];
    let cancel = Cancel::default();
    cancel.cancel();
    for (backend, asks) in backends {
        let failure = answers_on(4, &*backend, project.path(), asks, &cancel).remove(0).result.unwrap_err();
        assert_eq!(failure, Failure::Cancelled);
    }
}

#[test]
fn any_number_of_threads_draws_the_same() {
    let asks = || ["knight", "potion", "tree", "slime"].map(|word| Ask::Sketch(sketch(word, [32, 32]))).to_vec();
    let drawn = |threads: usize| -> Vec<Digest> {
        let arrived = answers_on(threads, &Sketch, std::path::Path::new("."), asks(), &Cancel::default());
        arrived.into_iter().map(|arrival| arrival.result.unwrap().raw.digest).collect()
    };
    assert_eq!(drawn(1), drawn(4));
}

// ------------------------------------------------------------------ decoding

/// A PNG made by hand: stored deflate, so that any header goes with any data.
struct Png {
    width: u32,
    height: u32,
    depth: u8,
    color: u8,
    interlace: u8,
    extra: Vec<(&'static [u8; 4], Vec<u8>)>,
    rows: Vec<u8>,
}

impl Png {
    fn new(width: u32, height: u32, depth: u8, color: u8, rows: &[u8]) -> Self {
        Self { width, height, depth, color, interlace: 0, extra: vec![], rows: rows.to_vec() }
    }

    fn chunk(mut self, name: &'static [u8; 4], data: &[u8]) -> Self {
        self.extra.push((name, data.to_vec()));
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
        let mut chunk = |name: &[u8; 4], data: &[u8]| {
            out.extend((data.len() as u32).to_be_bytes());
            let start = out.len();
            out.extend(name);
            out.extend(data);
            out.extend(crc32(&out[start..]).to_be_bytes());
        };
        let sides = [self.width.to_be_bytes(), self.height.to_be_bytes()].concat();
        chunk(b"IHDR", &[sides, vec![self.depth, self.color, 0, 0, self.interlace]].concat());
        self.extra.iter().for_each(|(name, data)| chunk(name, data));
        let length = self.rows.len() as u16;
        let stored = [&[0x78, 1, 1][..], &length.to_le_bytes(), &(!length).to_le_bytes(), &self.rows].concat();
        chunk(b"IDAT", &[stored, adler32(&self.rows).to_be_bytes().to_vec()].concat());
        chunk(b"IEND", &[]);
        out
    }

    fn first_pixel(&self) -> [u8; 4] {
        decode(&self.bytes(), "hand.png").unwrap().pixels.get_pixel(0, 0).0
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65521;
        (a, (b + a) % 65521)
    });
    b << 16 | a
}

fn encoded(format: ImageFormat) -> Vec<u8> {
    let image = RgbaImage::from_fn(9, 5, |x, y| Rgba([(x * 28) as u8, (y * 50) as u8, 90, 255]));
    let mut bytes = Cursor::new(vec![]);
    DynamicImage::from(image).into_rgb8().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

fn lossy_webp() -> Vec<u8> {
    hex(concat!(
        "524946463600000057454250565038202a0000009001009d012a0400040002c04c25a00274ba00039800feed903f885dec6dbffcf4cf",
        "eb6fe3ff19000000"
    ))
}

fn animated_webp() -> Vec<u8> {
    hex(concat!(
        "524946468600000057454250565038580a00000002000000030000030000414e494d06000000000000000000414e4d462a0000000000",
        "00000000030000030000000000025650384c110000002f03c0000007508f22d7a3ff8188e87f0000414e4d4628000000000000000000",
        "030000030000000000005650384c100000002f03c0000007508fa847ff0311d1ff00"
    ))
}

/// A JPEG whose frame header says something else: at `offset` from the marker.
fn patched_jpeg(offset: usize, bytes: &[u8]) -> Vec<u8> {
    let mut jpeg = encoded(ImageFormat::Jpeg);
    let at = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap() + offset;
    jpeg[at..at + bytes.len()].copy_from_slice(bytes);
    jpeg
}

#[test]
fn every_still_picture_is_read() {
    for (format, lossy) in [(ImageFormat::Png, false), (ImageFormat::Jpeg, true), (ImageFormat::WebP, false)] {
        // The name lies on purpose: the content tells.
        let decoded = decode(&encoded(format), "picture.gif").unwrap();
        assert_eq!((decoded.pixels.dimensions(), decoded.lossy), ((9, 5), lossy), "{format:?}");
    }
    let Decoded { pixels, lossy } = decode(&lossy_webp(), "lossy.webp").unwrap();
    assert_eq!((pixels.dimensions(), lossy), ((4, 4), true));
}

#[test]
fn every_kind_of_png_pixel_is_read() {
    let grey = [1, 2, 3].map(|i| i * 40);
    for (png, expected) in [
        (Png::new(1, 1, 8, 0, &[0, 77]), [77, 77, 77, 255]),
        (Png::new(1, 1, 1, 0, &[0, 0x80]), [255; 4]),
        (Png::new(1, 1, 8, 4, &[0, 77, 9]), [77, 77, 77, 9]),
        (Png::new(1, 1, 16, 0, &[0, 0x80, 0x00]), [128, 128, 128, 255]),
        (Png::new(1, 1, 16, 6, &[0, 0, 0, 255, 255, 1, 0, 127, 255]), [0, 255, 1, 127]),
        (Png::new(1, 1, 8, 3, &[0, 1]).chunk(b"PLTE", &[9, 9, 9, 40, 80, 120]), [grey[0], grey[1], grey[2], 255]),
        (
            Png::new(1, 1, 8, 3, &[0, 1]).chunk(b"PLTE", &[9, 9, 9, 40, 80, 120]).chunk(b"tRNS", &[255, 7]),
            [40, 80, 120, 7],
        ),
        (Png::new(1, 1, 8, 2, &[0, 1, 2, 3]).chunk(b"tRNS", &[0, 1, 0, 2, 0, 3]), [1, 2, 3, 0]),
        // Gamma is not applied.
        (Png::new(1, 1, 8, 0, &[0, 77]).chunk(b"gAMA", &100_000u32.to_be_bytes()), [77, 77, 77, 255]),
        // Two interlaced pixels: the first and the sixth pass have one each.
        (Png { interlace: 1, ..Png::new(2, 1, 8, 0, &[0, 50, 0, 60]) }, [50, 50, 50, 255]),
    ] {
        assert_eq!(png.first_pixel(), expected, "colour type {} depth {}", png.color, png.depth);
    }
}

#[test]
fn orientation_is_applied() {
    // Orientation 6: the camera was turned to the left.
    let exif = hex("45786966000049492a0008000000010012010300010000000600000000000000");
    let mut jpeg = encoded(ImageFormat::Jpeg);
    let segment = [&[0xff, 0xe1][..], &(exif.len() as u16 + 2).to_be_bytes(), &exif].concat();
    jpeg.splice(2..2, segment);
    assert_eq!(decode(&jpeg, "photo.jpg").unwrap().pixels.dimensions(), (5, 9));
}

#[test]
fn what_is_no_still_picture_says_why_and_what_to_do() {
    let mut bomb = Png::new(16_385, 1, 8, 0, &[]).bytes();
    bomb.truncate(60);
    let cut = |format: ImageFormat| {
        let bytes = encoded(format);
        bytes[..bytes.len() * 3 / 4].to_vec()
    };
    let table: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", vec![], "`x` is empty"),
        ("text", b"hello".to_vec(), "not an image of a known format"),
        ("gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;".to_vec(), "`x` is a GIF; PNG, JPEG and WebP can be read"),
        ("bmp", b"BM0000000000".to_vec(), "`x` is a BMP"),
        ("wide", bomb, "`x` is 16385 x 1 pixels"),
        ("bomb", Png::new(16_000, 16_000, 8, 6, &[0]).bytes(), "`x` is 16000 x 16000 pixels"),
        ("huge", Png::new(u32::MAX, u32::MAX, 8, 6, &[0]).bytes(), "pixels; 1 to 16384 a side"),
        ("flat", Png::new(0, 0, 8, 0, &[]).bytes(), "`x` is 0 x 0 pixels"),
        ("low", Png::new(4, 0, 8, 0, &[]).bytes(), "`x` is 4 x 0 pixels"),
        ("short data", Png::new(4, 4, 8, 0, &[0, 1]).bytes(), "`x` is "),
        ("depth", Png::new(1, 1, 3, 0, &[0, 1]).bytes(), "`x` is damaged"),
        ("no palette", Png::new(1, 1, 8, 3, &[0, 1]).bytes(), "`x` is damaged"),
        (
            "apng",
            Png::new(1, 1, 8, 0, &[0, 1]).chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]).bytes(),
            "`x` is an animated PNG",
        ),
        ("awebp", animated_webp(), "`x` is an animated WebP"),
        ("cut png", cut(ImageFormat::Png), "`x` is "),
        ("cut jpeg", cut(ImageFormat::Jpeg), "`x` is cut off"),
        ("cut webp", cut(ImageFormat::WebP), "`x` is "),
        ("only soi", vec![0xff, 0xd8, 0xff], "`x` is cut off"),
        ("wide jpeg", patched_jpeg(7, &[0xff, 0xff]), "`x` is 65535 x 5 pixels"),
        ("no height", patched_jpeg(5, &[0, 0]), "`x` is 9 x 0 pixels"),
        ("cmyk", patched_jpeg(9, &[4]), "`x` is a CMYK JPEG"),
    ];
    for (case, bytes, expected) in table {
        let error = decode(&bytes, "x").map(|decoded| decoded.pixels.dimensions()).expect_err(case);
        assert!(error.to_string().contains(expected), "{case}: {error}");
        assert!(error.hint().is_some(), "{case}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), head in 0usize..5) {
        let heads: [&[u8]; 5] = [b"", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xd8\xff", b"RIFF\x40\0\0\0WEBPVP8L", b"RIFF\x40\0\0\0WEBPVP8X"];
        let _ = decode(&[heads[head], &bytes].concat(), "random");
    }

    #[test]
    fn damaged_files_never_panic(
        which in 0usize..5,
        changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..8),
        cut in any::<usize>(),
    ) {
        let mut bytes = match which {
            0 => encoded(ImageFormat::Png),
            1 => encoded(ImageFormat::Jpeg),
            2 => encoded(ImageFormat::WebP),
            3 => lossy_webp(),
            _ => animated_webp(),
        };
        for (at, value) in changes {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        bytes.truncate(bytes.len().saturating_sub(cut % 8));
        let _ = decode(&bytes, "damaged");
    }
}

// ------------------------------------------------------------------ the placeholder artist

fn posed(subject: &str, size: [u32; 2], facing: &str, action: &str, frame: u32, frames: u32) -> SketchAsk {
    let pose = Pose { facing: Some(facing.to_owned()), action: Some(action.to_owned()), frame, frames };
    SketchAsk { pose, kind: Kind::Animation, ..sketch(subject, size) }
}

fn texture(subject: &str, size: [u32; 2]) -> SketchAsk {
    SketchAsk { kind: Kind::Texture, key: None, ..sketch(subject, size) }
}

/// The logical image.
fn sampled(ask: &SketchAsk, seed: u64) -> RgbaImage {
    let (image, [width, height]) = (draw(ask, seed), canvas(ask));
    RgbaImage::from_fn(width, height, |x, y| *image.get_pixel(x * 8, y * 8))
}

/// The cells of a raw: those of the sprite, and a ring of background round a cut-out of few cells.
fn canvas(ask: &SketchAsk) -> [u32; 2] {
    let small = ask.kind != Kind::Texture && ask.key.is_some() && ask.size.iter().all(|side| *side < 12);
    ask.size.map(|side| side + if small { 2 } else { 0 })
}

/// The logical picture; every block of eight by eight pixels must be of one colour.
fn logical(ask: &SketchAsk, seed: u64) -> RgbaImage {
    let image = draw(ask, seed);
    let [width, height] = canvas(ask);
    assert_eq!(image.dimensions(), (width * 8, height * 8));
    let small = RgbaImage::from_fn(width, height, |x, y| *image.get_pixel(x * 8, y * 8));
    let blocks = image.enumerate_pixels().all(|(x, y, pixel)| pixel == small.get_pixel(x / 8, y / 8));
    assert!(blocks, "`{}` is off its grid", ask.subject);
    small
}

fn is_key(pixel: &Rgba<u8>) -> bool {
    pixel.0 == [255, 0, 255, 255]
}

/// One past the lowest row with a subject.
fn baseline(image: &RgbaImage) -> Option<u32> {
    image.enumerate_pixels().filter(|(_, _, pixel)| !is_key(pixel)).map(|(_, y, _)| y + 1).max()
}

#[test]
fn a_change_of_art_is_noticed() {
    let with = |preset: &str, subject: &str, size| SketchAsk {
        things: Vec::new(),
        presets: vec![preset.to_owned()],
        key: None,
        ..sketch(subject, size)
    };
    let asks = [
        sketch("medieval knight with sword and shield", [32, 32]),
        posed("medieval knight with sword and shield", [32, 32], "w", "walk", 1, 6),
        posed("old wizard", [24, 24], "e", "attack", 3, 4),
        posed("goblin", [48, 48], "n", "hurt", 0, 3),
        sketch("red potion bottle", [16, 16]),
        sketch("golden sword", [32, 32]),
        sketch("treasure chest", [24, 24]),
        posed("slime", [16, 16], "s", "idle", 2, 4),
        sketch("oak tree", [32, 48]),
        sketch("perpetuum mobile", [20, 20]),
        texture("lush grass", [16, 16]),
        texture("cobblestone", [32, 32]),
        with("scene", "haunted forest at night", [80, 45]),
        with("portrait", "queen", [48, 48]),
    ];
    let digests: Vec<String> =
        asks.iter().map(|ask| format!("{} {}", pixels_digest(&draw(ask, 1)).short(), ask.subject)).collect();
    insta::assert_snapshot!(digests.join("\n"));
}

#[test]
fn the_seed_moves_details_of_single_pictures_only() {
    let still = sketch("blue potion", [32, 32]);
    assert!((1..9).any(|seed| draw(&still, seed) != draw(&still, 0)));
    let changed = |seed| {
        let (a, b) = (logical(&still, seed), logical(&still, 0));
        a.pixels().zip(b.pixels()).filter(|(a, b)| a != b).count()
    };
    assert!((1..9).all(|seed| changed(seed) < 32 * 32 / 20));
    let frame = posed("blue potion", [32, 32], "s", "idle", 1, 4);
    assert!((1..9).all(|seed| draw(&frame, seed) == draw(&frame, 0)));
}

#[test]
fn frames_of_a_figure_share_their_baseline() {
    let people = ["knight", "old wizard", "archer", "goblin", "skeleton", "villager", "hero", "king", "ninja"];
    for (person, size) in people.iter().flat_map(|person| [16, 32].map(|size| (person, size))) {
        for (facing, action) in
            [("s", "walk"), ("e", "walk"), ("n", "walk"), ("w", "run"), ("s", "idle"), ("e", "hurt"), ("sw", "attack")]
        {
            let frame = |i| baseline(&sampled(&posed(person, [size, size], facing, action, i, 5), 0));
            let rows: Vec<_> = (0..5).map(frame).collect();
            assert!(rows.iter().all(|row| *row == Some(size - 1)), "{person} {size} {facing} {action}: {rows:?}");
        }
    }
}

#[test]
fn walking_moves_and_directions_differ() {
    let frame = |facing: &str, i| logical(&posed("knight", [32, 32], facing, "walk", i, 4), 0);
    for facing in ["s", "e", "n", "w"] {
        assert!((0..4).all(|i| frame(facing, i) != frame(facing, (i + 1) % 4)), "{facing}");
    }
    let mirrored = image::imageops::flip_horizontal(&frame("e", 0));
    assert_ne!(frame("w", 0), mirrored, "the shield is on the other arm");
}

#[test]
fn subjects_keep_off_the_key_and_the_border() {
    for key in [MAGENTA, Rgb([0, 255, 0]), Rgb([255, 255, 255]), Rgb([92, 96, 104]), Rgb([0, 0, 0])] {
        for subject in
            ["knight", "purple potion", "skull", "green slime", "tree", "white ghost", "pink heart", "iron key"]
        {
            let image = logical(&SketchAsk { key: Some(key), ..sketch(subject, [32, 32]) }, 0);
            let distance =
                |pixel: &Rgba<u8>| (0..3).map(|i| (i32::from(pixel.0[i]) - i32::from(key.0[i])).pow(2)).sum::<i32>();
            assert!(image.pixels().all(|pixel| distance(pixel) == 0 || distance(pixel) > 10_000), "{subject} on {key}");
            assert!(image.pixels().any(|pixel| distance(pixel) > 0), "nothing is drawn of {subject} on {key}");
            let rim = image.enumerate_pixels().filter(|(x, y, _)| *x == 0 || *y == 0 || *x == 31 || *y == 31);
            assert!(rim.into_iter().all(|(_, _, pixel)| distance(pixel) == 0), "{subject}");
        }
    }
}

#[test]
fn textures_join_with_themselves() {
    let words =
        ["grass", "dirt path", "cobblestone", "brick wall", "water", "sand", "snow", "wood planks", "lava", "carpet"];
    for (word, size) in words.iter().flat_map(|word| [[16, 16], [32, 32], [24, 40], [33, 17]].map(|size| (word, size)))
    {
        let image = logical(&texture(word, size), 0);
        for image in [image.clone(), image::imageops::rotate90(&image)] {
            let (w, h) = image.dimensions();
            let light = |x: u32, y: u32| image.get_pixel(x % w, y).0[..3].iter().map(|&c| i64::from(c)).sum::<i64>();
            let step = |x: u32| (0..h).map(|y| (light(x, y) - light(x + 1, y)).abs()).sum::<i64>();
            let inner = (0..w - 1).map(step).max().unwrap();
            assert!(step(w - 1) <= inner * 5 / 4, "{word} {size:?}: {} > {inner}", step(w - 1));
        }
    }
}

#[test]
fn every_size_is_drawn() {
    for size in [[8, 8], [9, 31], [64, 8], [8, 128], [129, 40], [200, 133], [1024, 16]] {
        for subject in ["knight", "sword", "tree", "slime", "chest", "nothing known"] {
            assert!(baseline(&logical(&sketch(subject, size), 0)).is_some(), "{subject} {size:?}");
        }
        logical(&texture("water", size), 0);
        for preset in ["scene", "portrait"] {
            logical(&SketchAsk { presets: vec![preset.to_owned()], key: None, ..sketch("wizard", size) }, 0);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_artist_never_panics(
        words in proptest::collection::vec("knight|wizard|king|goblin|potion|sword|axe|bow|staff|coin|gem|crystal|bat|ghost|red|with|grass|brick|\\PC{0,6}", 0..4),
        w in 1u32..70, h in 1u32..70,
        preset in "scene|portrait|character|creature|item|other",
        facing in "s|se|e|ne|n|nw|w|sw|x|",
        action in "walk|run|idle|attack|hurt|open|dance|",
        frame in any::<u32>(), frames in 0u32..9,
        is_texture in any::<bool>(), keyed in any::<bool>(), seed in any::<u64>(),
    ) {
        let ask = SketchAsk {
            presets: vec![preset],
            key: keyed.then_some(MAGENTA),
            kind: if is_texture { Kind::Texture } else { Kind::Sprite },
            pose: Pose { facing: Some(facing), action: Some(action), frame, frames },
            ..sketch(&words.join(" "), [w, h])
        };
        let image = draw(&ask, seed);
        prop_assert_eq!(image.dimensions(), (w * 8, h * 8));
        prop_assert_eq!(image, draw(&ask, seed));
    }
}
