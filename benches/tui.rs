//! One frame of each screen of the terminal interface at 200 x 60, with 100 requests in progress and eight pictures.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dgx_pixels::session::{Counts, Listed, ListedItem, NextSet, Numbered, PlannedStep, RequestProgress, Snapshot};
use dgx_pixels::tui::{
    Answer, App, Art, Card, Depth, ImageMode, Images, Input, Looks, Options, PictureCache, Screen, draw,
};
use dgx_pixels::words::asset::{GroupId, Kind, SlotId};
use dgx_pixels::words::compare::{Set, Shown};
use dgx_pixels::words::digest::{Digest, Short};
use dgx_pixels::words::event::{Event, ServerState};
use dgx_pixels::words::job::{JobId, JobState};
use dgx_pixels::words::sprite::Verdict;
use image::{Rgba, RgbaImage};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Size;

fn art(seed: u32) -> Arc<Art> {
    let pixel = |x: u32, y: u32| match (x * 31 + y * 17 + seed * 7) % 33 {
        0 => Rgba([0; 4]),
        n => Rgba([(n * 7) as u8, (n * 5) as u8, (255 - n * 3) as u8, 255]),
    };
    Arc::new(Art::still(RgbaImage::from_fn(32, 32, pixel)))
}

fn item(n: usize) -> ListedItem {
    ListedItem {
        kind: Kind::Sprite,
        name: format!("sprite{n:05}"),
        asset: format!("sprite{n:05}"),
        tags: vec!["hero".to_owned()],
        prompt: Some("medieval knight with sword and shield".to_owned()),
        backend: Some("comfyui"),
        size: Some([32, 32]),
        frames: 1,
        step: PlannedStep::Fresh,
        stale: false,
        verdict: Some(Verdict::Pass),
        slots: Vec::new(),
        files: Vec::new(),
    }
}

fn slot(n: usize) -> SlotId {
    SlotId::only(GroupId::new(Kind::Sprite, format!("sprite{n:05}")))
}

/// A build with 100 requests in progress.
fn snapshot() -> Snapshot {
    let request = |n: usize| RequestProgress {
        slot: slot(n),
        n: 1,
        step: n as u32 % 8,
        steps: 8,
        server: Some("http://spark:8188".to_owned()),
    };
    Snapshot {
        seq: 1,
        jobs: [(JobId(1), JobState::queued("build").running())].into(),
        requests: (0..100).map(request).collect(),
        servers: [("http://spark:8188".to_owned(), ServerState::Up)].into(),
        models: [("http://spark:8188".to_owned(), "sd_xl_base_1.0.safetensors".to_owned())].into(),
        counts: Counts { to_make: 200, to_generate: 200, requested: 100, captured: 20, made: 20, failed: 0 },
    }
}

fn app(screen: Screen, assets: usize) -> App {
    let options = Options { targets: Vec::new(), screen, images: ImageMode::Half };
    let mut app = App::new(&options, "half blocks", Size::new(200, 60));
    let items: Vec<ListedItem> = (0..assets).map(item).collect();
    let done = |app: &mut App, answer: Answer| app.update(Input::Done(Box::new(answer)));
    done(&mut app, Answer::Listed(Ok((Arc::new(Listed { version: 1, items }), Arc::new([])))));
    let key = |n: usize| format!("sprite:sprite{n:05}");
    let card = |n: usize| (key(n), Card { art: Some(art(n as u32)), ..Card::default() });
    done(&mut app, Answer::Cards((0..15).map(key).collect(), Ok((0..15).map(card).collect())));
    app.update(Input::Events { events: Vec::new(), missed: 0, snapshot: Box::new(snapshot()) });
    for n in 0..8 {
        done(&mut app, Answer::Preview(slot(n), 1, Some(art(n as u32))));
    }
    if screen == Screen::Compare {
        done(&mut app, Answer::Comparisons(Ok(vec!["house".to_owned()])));
        app.update(Input::Key(KeyEvent::from(KeyCode::Enter)));
        let image = |n: u8| Shown { raw: Digest::of(&[n]), ask: Short(n.into()) };
        let set = Set { n: 1, slot: "knight".to_owned(), seed: 1, images: (0..4).map(image).collect() };
        let next = NextSet { name: "house".to_owned(), votes: 1, own: 1, arms: 4, set, images: vec![None; 4] };
        let looks = Looks { next, art: (0..4).map(|n| Some(art(n))).collect() };
        done(&mut app, Answer::Looks(Ok(looks)));
    }
    app
}

fn frames(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("frame");
    for screen in Screen::ALL {
        let mut app = app(screen, 10_000);
        let mut terminal = Terminal::new(TestBackend::new(200, 60)).unwrap();
        let mut cache = PictureCache::plain(Images::half(Depth::True));
        let mut down = true;
        group.bench_function(screen.word(), |bencher| {
            bencher.iter(|| {
                // The cursor moves, so that cells change.
                let code = if down { KeyCode::Down } else { KeyCode::Up };
                down = !down;
                black_box(app.update(Input::Key(KeyEvent::from(code))));
                terminal.draw(|frame| draw(frame, &app, &mut cache)).unwrap();
            });
        });
    }
    group.finish();
}

/// 100,000 events as the feed hands them over, with one frame after each portion.
fn burst(criterion: &mut Criterion) {
    const EVENTS: usize = 100_000;
    const PORTION: usize = 2048;
    let event = |n: usize| Event::Progress {
        slot: slot(n % 100),
        n: 1,
        step: n as u32 % 8,
        steps: 8,
        server: "http://spark:8188".to_owned(),
        model: None,
    };
    let events: Vec<Arc<Numbered>> =
        (0..EVENTS).map(|n| Arc::new(Numbered { seq: n as u64 + 1, job: Some(JobId(1)), event: event(n) })).collect();
    let mut group = criterion.benchmark_group("burst");
    group.sample_size(10).throughput(Throughput::Elements(EVENTS as u64));
    group.bench_function("100000 events", |bencher| {
        let mut app = app(Screen::Build, 10_000);
        let mut terminal = Terminal::new(TestBackend::new(200, 60)).unwrap();
        let mut cache = PictureCache::plain(Images::half(Depth::True));
        bencher.iter(|| {
            for portion in events.chunks(PORTION) {
                let snapshot = Box::new(snapshot());
                black_box(app.update(Input::Events { events: portion.to_vec(), missed: 0, snapshot }));
                terminal.draw(|frame| draw(frame, &app, &mut cache)).unwrap();
            }
        });
    });
    group.finish();
}

criterion_group!(benches, frames, burst);
criterion_main!(benches);
