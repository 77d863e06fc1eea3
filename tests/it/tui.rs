//! The screens of the terminal interface as text, and what keys change, without a terminal.

use std::sync::Arc;
use std::time::Duration;

use dgx_pixels::session::doctor::{Area, Device, Finding, Inventory, InventoryFile, Level, Report};
use dgx_pixels::session::{
    ComparedArm, ComparedPair, ComparisonReport, Counts, Listed, ListedItem, ListedSlot, NextPairs, PlannedPick,
    PlannedStep, RequestProgress, ShownCandidate, ShownPair, Snapshot, Threshold,
};
use dgx_pixels::tui::{
    Answer, App, Art, Card, Choice, Depth, Detail, Effect, ImageMode, Images, Input, KEYS, Options, Pair, PictureCache,
    Screen, Slot, draw,
};
use dgx_pixels::words::asset::{GroupId, Kind, SlotId};
use dgx_pixels::words::color::Rgb;
use dgx_pixels::words::diagnostic::Diagnostic;
use dgx_pixels::words::digest::{Digest, Short};
use dgx_pixels::words::event::ServerState;
use dgx_pixels::words::job::{JobId, JobState};
use dgx_pixels::words::lock::By;
use dgx_pixels::words::sprite::{Restoration, Verdict};
use image::{Rgba, RgbaImage};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Size;

const SIZES: [[u16; 2]; 3] = [[80, 24], [120, 40], [250, 70]];

/// A disc of two colours.
pub fn disc(side: u32) -> Arc<Art> {
    let middle = f64::from(side - 1) / 2.0;
    let image = RgbaImage::from_fn(side, side, |x, y| match (f64::from(x) - middle).hypot(f64::from(y) - middle) {
        far if far > middle => Rgba([0; 4]),
        _ if x < y => Rgba([200, 60, 60, 255]),
        _ => Rgba([240, 200, 80, 255]),
    });
    Arc::new(Art::still(image))
}

fn item(kind: Kind, name: &str, verdict: Option<&str>, tag: &str) -> ListedItem {
    let pick = PlannedPick { n: 1, by: By::Gates, available: true, passes: true };
    ListedItem {
        kind,
        name: name.to_owned(),
        asset: name.split('@').next().unwrap().to_owned(),
        tags: vec![tag.to_owned()],
        prompt: Some(format!("pixel art, a {name} with a very long list of words that has to be cut")),
        backend: Some("comfyui"),
        size: Some([32, 32]),
        frames: if kind == Kind::Animation { 6 } else { 1 },
        step: if verdict.is_some() { PlannedStep::Fresh } else { PlannedStep::Make },
        stale: verdict.is_none(),
        verdict: verdict.map(|verdict| Verdict::from(verdict.to_owned())),
        slots: vec![ListedSlot { id: name.to_owned(), candidates: 3, pick: verdict.map(|_| pick), held: false }],
        files: vec![format!("sprites/{name}.png")],
    }
}

pub fn items() -> Vec<ListedItem> {
    vec![
        item(Kind::Animation, "knight-walk@e", Some("pass"), "hero"),
        item(Kind::Sprite, "knight@e", Some("pass"), "hero"),
        item(Kind::Sprite, "orc", Some("grid 412 < 600"), "enemy"),
        item(Kind::Sprite, "potion@red", None, "loot"),
        item(Kind::Sprite, "騎士-\u{1b}[2Jé", Some("pass"), "hero"),
        item(Kind::Texture, "grass", Some("pass"), "ground"),
    ]
}

pub fn app(screen: Screen, size: [u16; 2]) -> App {
    let options = Options { targets: Vec::new(), screen, images: ImageMode::Half };
    let mut app = App::new(&options, "half blocks", Size::new(size[0], size[1]));
    app.begin();
    done(&mut app, Answer::Listed(Ok((Arc::new(Listed { version: 1, items: items() }), Arc::new([])))));
    let keys: Vec<String> = items().iter().map(|item| format!("{}:{}", item.kind, item.name)).collect();
    let card = |key: &String| {
        let art = (!key.contains("potion")).then(|| disc(32));
        let why = key.contains("potion").then(|| "it was never made".to_owned());
        (key.clone(), Card { art, error: None, why })
    };
    let cards = keys.iter().map(card).collect();
    done(&mut app, Answer::Cards(keys, Ok(cards)));
    app
}

fn done(app: &mut App, answer: Answer) -> Vec<Effect> {
    app.update(Input::Done(Box::new(answer)))
}

pub fn press(app: &mut App, keys: &str) -> Vec<Effect> {
    let code = |c: char| match c {
        '\r' => KeyCode::Enter,
        '\u{1b}' => KeyCode::Esc,
        '→' => KeyCode::Right,
        '↓' => KeyCode::Down,
        c => KeyCode::Char(c),
    };
    keys.chars().flat_map(|c| app.update(Input::Key(KeyEvent::from(code(c))))).collect()
}

fn shown(app: &App, [width, height]: [u16; 2]) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let mut cache = PictureCache::plain(Images::half(Depth::True));
    terminal.draw(|frame| draw(frame, app, &mut cache)).unwrap();
    let buffer = terminal.backend().buffer();
    let line = |y: u16| {
        let cells: String = (0..width).map(|x| buffer[(x, y)].symbol()).collect();
        cells.trim_end().to_owned() + "\n"
    };
    (0..height).map(line).collect()
}

fn snapshots(name: &str, app: impl Fn([u16; 2]) -> App) {
    for size in SIZES {
        let text = shown(&app(size), size);
        assert!(!text.contains('\u{1b}'), "{text}");
        insta::assert_snapshot!(format!("{name}_{}x{}", size[0], size[1]), text);
    }
}

#[test]
fn the_gallery() {
    snapshots("gallery", |size| {
        let mut app = app(Screen::Gallery, size);
        press(&mut app, "→");
        app
    });
}

#[test]
fn an_open_asset() {
    snapshots("asset", |size| {
        let mut app = app(Screen::Gallery, size);
        press(&mut app, "→→\r");
        done(&mut app, Answer::Opened("sprite:orc".to_owned(), Ok(Box::new(detail()))));
        app
    });
}

fn detail() -> Detail {
    let choice = |n: u32, verdict: &str, picked: Option<By>| Choice {
        shown: ShownCandidate {
            n,
            seed: 816_241_234 + u64::from(n),
            verdict: Verdict::from(verdict.to_owned()),
            score: 870,
            failed: Vec::new(),
            metrics: None,
            picked,
            kept: n == 3,
            current: true,
            counts: true,
            raw: Digest::of(&[n as u8]),
            backend: "comfyui 0.44.1".to_owned(),
            device: Some("NVIDIA GB10".to_owned()),
            millis: Some(2150),
            restored: None,
            error: None,
        },
        art: Some(disc(32)),
        photo: None,
    };
    let choices = vec![choice(1, "grid 412 < 600", None), choice(2, "pass", Some(By::User)), choice(3, "pass", None)];
    Detail {
        item: items()[2].clone(),
        art: Some(disc(32)),
        map: None,
        slots: vec![Slot { id: "orc".to_owned(), target: "sprite:orc".to_owned(), choices }],
        found: Some(Restoration {
            grid: [128, 128],
            pitch: [8000, 8000],
            palette: vec![Rgb([200, 60, 60]), Rgb([240, 200, 80])],
            metrics: [("grid".to_owned(), 871)].into(),
            ..Restoration::default()
        }),
        thresholds: vec![Threshold { metric: "grid", threshold: 600, minimum: true }],
        provenance: Vec::new(),
        why: None,
        error: None,
    }
}

/// A build of three requests, one of them drawn.
fn running(app: &mut App, requests: usize) {
    let request = |n: usize| RequestProgress {
        slot: SlotId::only(GroupId::new(Kind::Sprite, format!("knight{n:03}"))),
        n: 1,
        step: if n == 0 { 4 } else { 0 },
        steps: if n == 0 { 8 } else { 0 },
        server: (n == 0).then(|| "http://spark:8188".to_owned()),
    };
    let snapshot = Snapshot {
        seq: 9,
        jobs: [(JobId(1), JobState::queued("build").running())].into(),
        requests: (0..requests).map(request).collect(),
        servers: [("http://spark:8188".to_owned(), ServerState::Up), ("http://old:8188".to_owned(), ServerState::Down)]
            .into(),
        counts: Counts { to_make: 9, to_generate: 12, requested: 5, captured: 3, made: 2, failed: 1 },
    };
    app.update(Input::Events { events: Vec::new(), missed: 0, snapshot: Box::new(snapshot) });
}

#[test]
fn a_build() {
    snapshots("build", |size| {
        let mut app = app(Screen::Build, size);
        running(&mut app, 5);
        app
    });
}

#[test]
fn a_prompt() {
    snapshots("prompt", |size| {
        let mut app = app(Screen::Prompt, size);
        press(&mut app, "a knight with \"quotes\", b, q and ?");
        app
    });
}

fn pair(own: usize) -> Pair {
    let shown = ShownPair {
        n: 1,
        slot: "knight".to_owned(),
        seed: 7,
        left: Digest::of(b"left"),
        right: Digest::of(b"right"),
        left_image: None,
        right_image: None,
    };
    let next = NextPairs { version: 1, name: "house".to_owned(), rater: Short(1), votes: 40, own, pairs: vec![shown] };
    Pair { next, art: [Some(disc(32)), Some(disc(32))] }
}

fn standing() -> ComparisonReport {
    let arm = |name: &str, strength| ComparedArm {
        name: name.to_owned(),
        images: 8,
        wins: 12,
        losses: 8,
        ties: 3,
        both_bad: 1,
        strength,
        low: strength - 400,
        high: strength + 400,
    };
    ComparisonReport {
        version: 1,
        name: "house".to_owned(),
        file: "compare/house.votes.jsonl".to_owned(),
        best: Some("ours".to_owned()),
        enough: false,
        says: "not enough votes to tell `ours` from `base`, about 40 more would".to_owned(),
        arms: vec![arm("base", -200), arm("ours", 200)],
        pairs: vec![ComparedPair {
            a: "base".to_owned(),
            b: "ours".to_owned(),
            wins: 8,
            losses: 12,
            ties: 3,
            both_bad: 1,
            difference: -400,
            low: -900,
            high: 100,
            chance: 400,
            told: false,
            more: Some(40),
        }],
        votes: 24,
        repeated: 0,
        skipped: 1,
        elsewhere: 0,
        undone: 0,
        bad_lines: Vec::new(),
        raters: Vec::new(),
        agreements: Vec::new(),
        paired: true,
        measured: Vec::new(),
        cells: Vec::new(),
    }
}

fn voting(size: [u16; 2]) -> App {
    let mut app = app(Screen::Compare, size);
    done(&mut app, Answer::Comparisons(Ok(vec!["house".to_owned()])));
    press(&mut app, "\r");
    done(&mut app, Answer::Pair(Ok(pair(23))));
    done(&mut app, Answer::Standing("house".to_owned(), Ok(Box::new(standing()))));
    app
}

#[test]
fn a_vote_names_no_arm() {
    snapshots("compare", |size| {
        let app = voting(size);
        let text = shown(&app, size);
        assert!(!text.contains("base") && !text.contains("ours"), "{text}");
        app
    });
    snapshots("compare_report", |size| {
        let mut app = voting(size);
        press(&mut app, "i");
        app
    });
}

#[test]
fn a_vote_is_cast_once() {
    let mut app = voting([80, 24]);
    let votes = press(&mut app, "lr").into_iter().filter(|effect| matches!(effect, Effect::Vote(..))).count();
    assert_eq!(votes, 1, "the second key comes before the next pair");
    done(&mut app, Answer::Pair(Ok(pair(24))));
    assert!(press(&mut app, "t").iter().any(|effect| matches!(effect, Effect::Vote(..))));
}

#[test]
fn the_servers() {
    let file = |folder: &str, file: &str, present: bool| InventoryFile {
        folder: folder.to_owned(),
        file: file.to_owned(),
        about: present.then_some("SDXL base"),
        sha256: present.then(|| "31e35c80fc4829d14f90153f4c74cd59c90b779f6afe05a74cd6120b893f7e5b".to_owned()),
        wanted: vec!["knight".to_owned(), "orc".to_owned()],
        present,
        hint: (!present).then(|| "did you mean `pixel-art-xl-v2.safetensors`?".to_owned()),
    };
    let inventory = Inventory {
        server: "http://spark:8188".to_owned(),
        version: Some("0.44.1".to_owned()),
        error: None,
        devices: vec![Device { name: "NVIDIA GB10".to_owned(), memory: 128 << 30, free: 90 << 30 }],
        queued: 2,
        files: vec![
            file("checkpoints", "sd_xl_base_1.0.safetensors", true),
            file("loras", "pixel-art-xl.safetensors", false),
        ],
    };
    let finding = |level, diagnostic| Finding { area: Area::Models, level, diagnostic };
    let warning = Diagnostic::warning("no-licence", "the licence is unknown").hint("read it");
    let report = Report { findings: vec![finding(Level::Warning, warning)] };
    snapshots("servers", |size| {
        let mut app = app(Screen::Servers, size);
        done(&mut app, Answer::Examined(Ok((report.clone(), vec![inventory.clone()]))));
        app
    });
}

#[test]
fn the_help_and_a_question() {
    snapshots("help", |size| {
        let mut app = app(Screen::Gallery, size);
        press(&mut app, "?");
        app
    });
    let mut app = app(Screen::Build, [80, 24]);
    running(&mut app, 2);
    press(&mut app, "q");
    insta::assert_snapshot!("question_80x24", shown(&app, [80, 24]));
}

#[test]
fn a_small_terminal_says_what_it_needs() {
    for size in [[79, 24], [80, 23], [10, 3], [1, 1]] {
        let text = shown(&app(Screen::Gallery, size), size);
        assert!(size[0] < 40 || text.contains("80x24 or more is needed"), "{text}");
    }
}

#[test]
fn nothing_is_drawn_that_did_not_change() {
    let mut app = app(Screen::Gallery, [80, 24]);
    assert!(app.take_changed());
    assert!(app.tick(Duration::from_secs(1)).is_empty());
    assert!(!app.take_changed(), "time alone changes nothing");
    assert_eq!(app.deadline(), None, "and nothing is waited for");
}

#[test]
fn a_burst_of_events_is_drawn_once_and_none_is_lost() {
    let mut app = app(Screen::Build, [80, 24]);
    let effects = app.update(Input::Events { events: Vec::new(), missed: 100_000, snapshot: Box::default() });
    assert!(effects.is_empty(), "{effects:?}");
    let listed = app.tick(Duration::from_secs(1));
    assert!(listed.contains(&Effect::List), "what was missed is looked up: {listed:?}");
}

#[test]
fn the_filter_knows_words_tags_kinds_and_states() {
    let mut app = app(Screen::Gallery, [80, 24]);
    for (filter, count) in
        [("tag:her", 3), ("sprite", 4), ("fails", 1), ("knight", 2), ("hero sprite", 2), ("zebra", 0)]
    {
        press(&mut app, "\u{1b}/");
        press(&mut app, filter);
        let text = shown(&app, [80, 24]);
        assert!(text.contains(&format!("{count} of 6 assets")), "{filter}:\n{text}");
        press(&mut app, "\u{1b}");
    }
}

/// docs/tui.md lists the keys that the help shows.
#[test]
fn the_documentation_has_every_key() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tui.md")).unwrap();
    for (title, keys) in KEYS {
        assert!(text.contains(&format!("**{title}**")), "{title}");
        for (key, what) in keys {
            let row = format!("| `{key}` | {what} |");
            assert!(text.contains(&row), "{row}");
        }
    }
}
