//! The screens of the terminal interface as text, and what keys change, without a terminal.

use std::sync::Arc;
use std::time::Duration;

use dgx_pixels::session::doctor::{Area, Device, Finding, Inventory, InventoryFile, Level, Report};
use dgx_pixels::session::{
    ComparedArm, ComparedPair, ComparisonReport, Counts, FoundGrid, Listed, ListedItem, ListedSlot, NextSet,
    PlannedPick, PlannedStep, RequestProgress, ShownCandidate, Snapshot, Threshold,
};
use dgx_pixels::tui::{
    Answer, App, Art, Card, Choice, Depth, Detail, Effect, Gridded, ImageMode, Images, Input, KEYS, Looks, Options,
    PictureCache, Screen, Slot, draw,
};
use dgx_pixels::words::asset::{GroupId, Kind, SlotId};
use dgx_pixels::words::color::Rgb;
use dgx_pixels::words::compare::{Set, SetAnswer, Shown};
use dgx_pixels::words::diagnostic::Diagnostic;
use dgx_pixels::words::digest::{Digest, Short};
use dgx_pixels::words::event::ServerState;
use dgx_pixels::words::job::{JobId, JobState};
use dgx_pixels::words::lock::By;
use dgx_pixels::words::sprite::{Restoration, Verdict};
use image::{Rgba, RgbaImage};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Rect, Size};
use ratatui::style::Color;

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

fn draw_into(app: &App, into: &mut Buffer) {
    let mut terminal = Terminal::new(TestBackend::new(into.area.width, into.area.height)).unwrap();
    let mut cache = PictureCache::plain(Images::half(Depth::True));
    terminal.draw(|frame| draw(frame, app, &mut cache)).unwrap();
    *into = terminal.backend().buffer().clone();
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
        models: [("http://spark:8188".to_owned(), "sd_xl_base_1.0.safetensors".to_owned())].into(),
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

fn looks(own: usize, images: u8) -> Looks {
    let image = |n: u8| Shown { raw: Digest::of(&[n]), ask: Short(n.into()) };
    let set = Set { n: 1, slot: "knight".to_owned(), seed: 7, images: (0..images).map(image).collect() };
    let files = set.images.iter().map(|_| None).collect();
    let next = NextSet { name: "house".to_owned(), votes: 40, own, arms: 3, set, images: files };
    Looks { next, art: (0..images).map(|_| Some(disc(32))).collect() }
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
    done(&mut app, Answer::Looks(Ok(looks(23, 2))));
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

fn mouse(app: &mut App, kind: MouseEventKind, [column, row]: [u16; 2]) -> Vec<Effect> {
    app.update(Input::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }))
}

fn click(app: &mut App, place: [u16; 2]) -> Vec<Effect> {
    mouse(app, MouseEventKind::Down(MouseButton::Left), place)
}

/// Where a text stands on the screen.
fn place(app: &App, size: [u16; 2], text: &str) -> [u16; 2] {
    let screen = shown(app, size);
    let found = screen.lines().zip(0..).find_map(|(line, row)| Some((line[..line.find(text)?].chars().count(), row)));
    let (column, row) = found.unwrap_or_else(|| panic!("{text}:\n{screen}"));
    [column as u16 + 1, row]
}

/// What a click points at is asked of the screen as it is drawn.
#[test]
fn the_mouse_goes_where_it_points() {
    for size in SIZES {
        let mut app = app(Screen::Build, size);
        let tab = place(&app, size, "F2 Gallery");
        click(&mut app, tab);
        let orc = place(&app, size, "orc");
        assert!(click(&mut app, orc).iter().all(|effect| matches!(effect, Effect::Cards(_))), "it is chosen");
        assert!(shown(&app, size).contains("▸orc") || shown(&app, size).contains("▸✗ orc"), "{}", shown(&app, size));
        assert!(click(&mut app, orc).contains(&Effect::Open("sprite:orc".to_owned(), 0)), "and then opened");
        done(&mut app, Answer::Opened("sprite:orc".to_owned(), Ok(Box::new(detail()))));
        let first = place(&app, size, "grid 412");
        assert!(click(&mut app, first).is_empty(), "it is chosen");
        assert_eq!(click(&mut app, first), [Effect::Pick("sprite:orc".to_owned(), 1, Some(2))]);
        click(&mut app, [0, 0]);
        assert!(shown(&app, size).contains("Requests"), "the first tab");
        let mut app = voting(size);
        let right = place(&app, size, "right (r)");
        let voted = click(&mut app, [right[0], right[1] - 2]);
        assert!(matches!(voted[..], [Effect::Vote(SetAnswer::Best(1), _)]), "{voted:?}");
    }
    let mut app = app(Screen::Gallery, [80, 24]);
    mouse(&mut app, MouseEventKind::ScrollDown, [5, 5]);
    assert!(shown(&app, [80, 24]).contains("▸✓ knight@e"), "{}", shown(&app, [80, 24]));
    press(&mut app, "/x");
    mouse(&mut app, MouseEventKind::ScrollUp, [5, 5]);
    assert!(shown(&app, [80, 24]).contains("Filter: x"), "the wheel types nothing");
    assert!(click(&mut app, [79, 23]).is_empty());
}

#[test]
fn a_vote_is_cast_once() {
    let mut app = voting([80, 24]);
    let votes = press(&mut app, "lr").into_iter().filter(|effect| matches!(effect, Effect::Vote(..))).count();
    assert_eq!(votes, 1, "the second key comes before the next pair");
    done(&mut app, Answer::Looks(Ok(looks(24, 2))));
    assert!(press(&mut app, "t").iter().any(|effect| matches!(effect, Effect::Vote(..))));
}

#[test]
fn three_images_are_judged_at_once() {
    let mut app = voting([120, 40]);
    assert!(press(&mut app, "+").contains(&Effect::AtOnce(3)));
    done(&mut app, Answer::Looks(Ok(looks(23, 3))));
    assert!(press(&mut app, "+").is_empty(), "there are three arms");
    assert!(press(&mut app, "l4").is_empty(), "of three images none is the left one, and none the fourth");
    insta::assert_snapshot!("compare_three_120x40", shown(&app, [120, 40]));
    let answered = press(&mut app, "3");
    assert!(matches!(answered[..], [Effect::Vote(SetAnswer::Best(2), _)]), "{answered:?}");
    done(&mut app, Answer::Looks(Ok(looks(25, 2))));
    assert!(press(&mut app, "-").contains(&Effect::AtOnce(2)));
    for (size, images) in [([80, 24], 3), ([80, 24], 4), ([250, 70], 4)] {
        let mut app = voting(size);
        done(&mut app, Answer::Looks(Ok(looks(23, images))));
        let text = shown(&app, size);
        assert!((1..=images).all(|n| text.contains(&format!("({n})"))) && text.contains('▀'), "{text}");
    }
}

/// A raw of 16 x 16 cells of 8 pixels, and its grid.
fn gridded() -> Gridded {
    let raw = RgbaImage::from_fn(128, 128, |x, y| {
        if (x / 8 + y / 8) % 2 == 0 { Rgba([90, 40, 40, 255]) } else { Rgba([20, 20, 60, 255]) }
    });
    let corners = (0..=16).flat_map(|row| (0..=16).map(move |column| [column * 800, row * 800])).collect();
    Gridded { raw, grid: Ok(FoundGrid { raw: Digest::of(b"raw"), size: [128; 2], cells: [16; 2], corners }) }
}

#[test]
fn a_raw_is_shown_under_its_grid() {
    let mut app = app(Screen::Gallery, [120, 40]);
    press(&mut app, "→→\r");
    done(&mut app, Answer::Opened("sprite:orc".to_owned(), Ok(Box::new(detail()))));
    let asked = press(&mut app, "f");
    assert_eq!(asked, [Effect::Grid("sprite:orc".to_owned(), 2)]);
    assert!(shown(&app, [120, 40]).contains("finding the grid"));
    done(&mut app, Answer::Grid("sprite:orc".to_owned(), 1, Err(Vec::new())));
    assert!(shown(&app, [120, 40]).contains("finding the grid"), "an answer about another candidate");
    done(&mut app, Answer::Grid("sprite:orc".to_owned(), 2, Ok(Box::new(gridded()))));
    let text = shown(&app, [120, 40]);
    assert!(text.contains("128x128, 16x16 cells of about 8.00 px, every line"), "{text}");
    let mut buffer = Buffer::empty(Rect::new(0, 0, 120, 40));
    draw_into(&app, &mut buffer);
    let is_line = |x: u16, y: u16| buffer[(x, y)].fg == Color::Rgb(255, 255, 255);
    // 70 pixels of the screen for 128 of the raw: lines every 4.4 of them.
    assert!(buffer.content.iter().filter(|cell| cell.fg == Color::Rgb(255, 255, 255)).count() > 500);
    assert!((0..120).any(|x| (4..38).all(|y| is_line(x, y))), "a line from top to bottom");
    press(&mut app, "+");
    assert!(shown(&app, [120, 40]).contains("every line"));
    press(&mut app, "\u{1b}");
    assert!(shown(&app, [120, 40]).contains("your pick"), "the asset stays open");
    press(&mut app, "f");
    let why = Diagnostic::error("no-image", "the raw of `orc` 2 is not on this machine");
    done(&mut app, Answer::Grid("sprite:orc".to_owned(), 2, Err(vec![why])));
    assert!(shown(&app, [120, 40]).contains("not on this machine"));
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
        last_model: Some("sd_xl_base_1.0.safetensors".to_owned()),
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
