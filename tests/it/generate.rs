//! The backends that need no server: files of the project, and the placeholder artist.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc;

use dgx_pixels::asset::{GroupId, Kind, SlotId};
use dgx_pixels::color::Rgb;
use dgx_pixels::digest::Digest;
use dgx_pixels::generate::files::Files;
use dgx_pixels::generate::sketch::Sketch;
use dgx_pixels::generate::{Arrival, Backend, Outside, Request};
use dgx_pixels::manifest::{Ask, FilesAsk, Pose, SketchAsk, Source};
use image::{Rgba, RgbaImage};

const MAGENTA: Rgb = Rgb([255, 0, 255]);

fn sketch(subject: &str, size: [u32; 2]) -> SketchAsk {
    SketchAsk {
        kind: Kind::Sprite,
        subject: subject.to_owned(),
        presets: vec![],
        size,
        key: Some(MAGENTA),
        pose: Pose { frames: 1, ..Pose::default() },
        inputs: BTreeMap::new(),
    }
}

fn source(path: &str, part: Option<(u32, u32)>) -> Ask {
    Ask::Files(FilesAsk { sources: vec![Source { path: path.to_owned(), part }] })
}

/// Asks everything at once and returns the answers in the order of the asks.
fn answers(backend: &dyn Backend, root: &std::path::Path, asks: Vec<Ask>) -> Vec<Arrival> {
    answers_on(4, backend, root, asks)
}

/// As [`answers`], on a pool of so many threads.
fn answers_on(threads: usize, backend: &dyn Backend, root: &std::path::Path, asks: Vec<Ask>) -> Vec<Arrival> {
    let (replies, arrivals) = mpsc::channel();
    let outside = Outside { root: root.into(), observer: Arc::new(()), replies };
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
    pool.install(|| backend.submit(requests, &outside));
    drop(outside);
    let mut arrived: Vec<Arrival> = arrivals.iter().collect();
    arrived.sort_by_key(|arrival| keys.iter().position(|key| *key == arrival.key));
    assert_eq!(arrived.len(), keys.len(), "every request is answered exactly once");
    arrived
}

/// The message of the only answer, which must be a failure.
fn failure(root: &std::path::Path, ask: Ask) -> String {
    answers(&Files::default(), root, vec![ask]).remove(0).result.unwrap_err().message
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
    for (part, arrival) in answers(&Files::default(), project.path(), asks).into_iter().enumerate() {
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
        (source("notes.png", None), "`notes.png` is no picture of a known format; PNG, JPEG and WebP can be read"),
        (source("folder.png", None), "`folder.png` is not a file"),
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
    let backends: [(Box<dyn Backend>, Vec<Ask>); 2] =
        [(Box::new(Files::default()), files), (Box::new(Sketch::default()), sketches)];
    for (backend, asks) in backends {
        backend.cancel();
        assert!(answers(&*backend, project.path(), asks).remove(0).result.unwrap_err().cancelled);
    }
}

#[test]
fn any_number_of_threads_draws_the_same() {
    let asks = || ["knight", "potion", "tree", "slime"].map(|word| Ask::Sketch(sketch(word, [32, 32]))).to_vec();
    let drawn = |threads: usize| -> Vec<Digest> {
        let arrived = answers_on(threads, &Sketch::default(), std::path::Path::new("."), asks());
        arrived.into_iter().map(|arrival| arrival.result.unwrap().raw.digest).collect()
    };
    assert_eq!(drawn(1), drawn(4));
}
