//! One frame of each screen of the terminal interface at 200 x 60, with 100 requests in progress and eight pictures.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use dgx_pixels::session::{Counts, Listed, ListedItem, NextPairs, PlannedStep, RequestProgress, ShownPair, Snapshot};
use dgx_pixels::tui::{
    Answer, App, Art, Card, Depth, ImageMode, Images, Input, Options, Pair, PictureCache, Screen, draw,
};
use dgx_pixels::words::asset::{GroupId, Kind, SlotId};
use dgx_pixels::words::digest::{Digest, Short};
use dgx_pixels::words::event::ServerState;
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

fn app(screen: Screen, assets: usize) -> App {
    let options = Options { targets: Vec::new(), screen, images: ImageMode::Half };
    let mut app = App::new(&options, "half blocks", Size::new(200, 60));
    let items: Vec<ListedItem> = (0..assets).map(item).collect();
    let done = |app: &mut App, answer: Answer| app.update(Input::Done(Box::new(answer)));
    done(&mut app, Answer::Listed(Ok((Arc::new(Listed { version: 1, items }), Arc::new([])))));
    let key = |n: usize| format!("sprite:sprite{n:05}");
    let card = |n: usize| (key(n), Card { art: Some(art(n as u32)), ..Card::default() });
    done(&mut app, Answer::Cards((0..15).map(key).collect(), Ok((0..15).map(card).collect())));
    let slot = |n: usize| SlotId::only(GroupId::new(Kind::Sprite, format!("sprite{n:05}")));
    let request = |n: usize| RequestProgress {
        slot: slot(n),
        n: 1,
        step: n as u32 % 8,
        steps: 8,
        server: Some("http://spark:8188".to_owned()),
    };
    let snapshot = Snapshot {
        seq: 1,
        jobs: [(JobId(1), JobState::queued("build").running())].into(),
        requests: (0..100).map(request).collect(),
        servers: [("http://spark:8188".to_owned(), ServerState::Up)].into(),
        counts: Counts { to_make: 200, to_generate: 200, requested: 100, captured: 20, made: 20, failed: 0 },
    };
    app.update(Input::Events { events: Vec::new(), missed: 0, snapshot: Box::new(snapshot) });
    for n in 0..8 {
        done(&mut app, Answer::Preview(slot(n), 1, Some(art(n as u32))));
    }
    if screen == Screen::Compare {
        done(&mut app, Answer::Comparisons(Ok(vec!["house".to_owned()])));
        app.update(Input::Key(KeyEvent::from(KeyCode::Enter)));
        let raw = Digest::of(b"raw");
        let (left, right, slot) = (raw, raw, "knight".to_owned());
        let pair = ShownPair { n: 1, slot, seed: 1, left, right, left_image: None, right_image: None };
        let next =
            NextPairs { version: 1, name: "house".to_owned(), rater: Short(1), votes: 1, own: 1, pairs: vec![pair] };
        done(&mut app, Answer::Pair(Ok(Pair { next, art: [Some(art(1)), Some(art(2))] })));
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

criterion_group!(benches, frames);
criterion_main!(benches);
