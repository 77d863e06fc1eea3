//! The session's project handle: jobs, events for subscribers, and files that change between operations.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use dgx_pixels::generate::Change;
use dgx_pixels::session::{self, BuildOptions, Cancel, Delivery, Error, Exit, Job, Outcome, Project, Subscription};
use dgx_pixels::words::asset::{GroupId, Kind, SlotId};
use dgx_pixels::words::event::Event;
use dgx_pixels::words::job::JobPhase;

use crate::project::{GAME, KNIGHT};

type Folder = crate::project::Project;

fn open(folder: &Folder) -> Project {
    Project::open(&folder.path(""), None).unwrap()
}

fn build(project: &Project) -> Job<Outcome> {
    project.start("build", |op| session::build(op, &BuildOptions::default())).unwrap()
}

/// Waits for the events up to the end of the first job; says how many were missed.
fn collect(subscription: &mut Subscription, pause: Duration) -> (Vec<u64>, u64) {
    let (mut seen, mut gaps) = (Vec::new(), 0);
    while let Some(delivery) = subscription.wait() {
        match delivery {
            Delivery::Gap { missed } => gaps += missed,
            Delivery::Event(numbered) => {
                seen.push(numbered.seq);
                if matches!(&numbered.event, Event::Job { state, .. } if state.phase == JobPhase::Over) {
                    break;
                }
            }
        }
        std::thread::sleep(pause);
    }
    (seen, gaps)
}

#[test]
fn ten_subscribers_see_every_event_and_one_that_sleeps_slows_nobody() {
    let folder = Folder::with(GAME);
    let project = open(&folder);
    let fast: Vec<_> = (0..9).map(|_| project.subscribe().1).collect();
    let (_, mut sleeper) = project.subscribe();
    let asleep = std::thread::spawn(move || collect(&mut sleeper, Duration::from_millis(2)));
    let threads: Vec<_> =
        fast.into_iter().map(|mut one| std::thread::spawn(move || collect(&mut one, Duration::ZERO))).collect();
    assert_eq!(build(&project).wait().unwrap().exit(), Exit::Success);
    let last = project.snapshot().seq;
    for thread in threads {
        let (seen, gaps) = thread.join().unwrap();
        assert_eq!((seen, gaps), ((1..=last).collect::<Vec<_>>(), 0));
    }
    let (seen, gaps) = asleep.join().unwrap();
    assert_eq!(gaps + seen.len() as u64, last);
}

#[test]
fn a_slow_subscriber_gets_a_gap_and_goes_on_from_a_snapshot() {
    let feed = session::Feed::with_capacity(16);
    let (snapshot, mut slow) = feed.subscribe();
    assert_eq!(snapshot.seq, 0);
    for n in 0..100 {
        feed.emit(None, &Event::Wrote { path: format!("{n}.png") });
    }
    assert_eq!(slow.try_next(), Some(Delivery::Gap { missed: 84 }));
    let Some(Delivery::Event(next)) = slow.try_next() else { panic!("no event after the gap") };
    assert_eq!((next.seq, feed.snapshot().seq), (85, 100));
}

#[test]
fn a_late_subscriber_starts_from_a_snapshot() {
    let folder = Folder::with(KNIGHT);
    let project = open(&folder);
    build(&project).wait().unwrap();
    let (snapshot, mut late) = project.subscribe();
    assert_eq!((snapshot.counts.made, snapshot.counts.captured, snapshot.requests.len()), (1, 1, 0));
    let job = snapshot.jobs.values().next().unwrap();
    assert_eq!((job.command.as_str(), job.phase, job.exit), ("build", JobPhase::Over, Some(0)));
    assert_eq!(late.try_next(), None);
}

#[test]
fn two_jobs_run_one_after_the_other_and_the_first_can_be_cancelled() {
    let folder = Folder::with(GAME);
    let cancel_at_first_capture = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&cancel_at_first_capture);
    let project = open(&folder);
    let (_, mut events) = project.subscribe();
    let (first, second) = (build(&project), build(&project));
    let cancel = first.cancel.clone();
    let watcher = std::thread::spawn(move || {
        while let Some(Delivery::Event(numbered)) = events.wait() {
            if matches!(numbered.event, Event::Captured { .. }) {
                seen.fetch_add(1, Ordering::SeqCst);
                cancel.cancel();
                break;
            }
        }
    });
    let (first, second) = (first.wait().unwrap(), second.wait().unwrap());
    watcher.join().unwrap();
    assert_eq!((first.exit(), second.exit()), (Exit::Interrupted, Exit::Success));
    assert_eq!(cancel_at_first_capture.load(Ordering::SeqCst), 1);
    // What the first one captured was adopted by the second.
    assert!(second.adopted >= 1 || first.made >= 1, "{first:?} {second:?}");
    folder.build(&[]).exit(0).asked(0);
}

#[test]
fn a_job_that_is_cancelled_in_the_queue_never_begins() {
    let folder = Folder::with(KNIGHT);
    let project = open(&folder);
    let (release, wait) = channel::<()>();
    let first = project.start("wait", move |_| {
        wait.recv().unwrap();
        Ok(())
    });
    let first = first.unwrap();
    let second = build(&project);
    assert!(project.cancel(second.id));
    release.send(()).unwrap();
    first.wait().unwrap();
    assert!(matches!(second.wait(), Err(Error::Cancelled)));
    assert!(!folder.path("pixels.lock").exists());
}

#[test]
fn an_edit_on_disk_is_seen_by_the_next_operation() {
    let folder = Folder::with(KNIGHT);
    let project = open(&folder);
    build(&project).wait().unwrap();
    folder.append("pixels.toml", "[sprite.potion]\npreset = \"item\"\nprompt = \"potion\"\nsize = 16\n");
    let outcome = project.run(&Cancel::default(), |op| session::build(op, &BuildOptions::default())).unwrap();
    assert_eq!((outcome.made, outcome.fresh), (1, 1));
    folder.write("pixels.toml", "[project]\nname = 3\n");
    let error = project.run(&Cancel::default(), |op| session::build(op, &BuildOptions::default())).unwrap_err();
    assert_eq!((error.exit(), error.diagnostics()[0].place.as_ref().unwrap().line), (Exit::Usage, 2));
}

#[test]
fn two_projects_build_in_one_process() {
    let (a, b) = (Folder::with(KNIGHT), Folder::with(GAME));
    let (first, second) = (open(&a), open(&b));
    let jobs = [build(&first), build(&second)];
    jobs.into_iter().for_each(|job| assert_eq!(job.wait().unwrap().exit(), Exit::Success));
    assert_eq!(a.tree(), a.copy().tree());
}

#[test]
fn a_closed_project_cancels_its_jobs_and_gives_its_lock_back() {
    let folder = Folder::with(KNIGHT);
    let (project, other) = (open(&folder), open(&folder));
    let (locked, has_lock) = channel();
    let running = project.start("wait", move |op| -> Result<(), Error> {
        let _lock = op.lock("wait")?;
        let (cancelled, cancellation) = channel();
        let _listening = op.cancel.on_cancel(move || cancelled.send(()).unwrap_or_default());
        locked.send(()).unwrap();
        cancellation.recv_timeout(Duration::from_secs(60)).unwrap();
        Err(Error::Cancelled)
    });
    let (running, queued) = (running.unwrap(), build(&project));
    has_lock.recv().unwrap();
    let waits_for_lock = build(&other);
    drop(other);
    assert!(matches!(waits_for_lock.wait(), Err(Error::Cancelled)));
    drop(project.clone());
    assert!(!running.cancel.is_cancelled());
    drop(project);
    assert!(matches!((running.wait(), queued.wait()), (Err(Error::Cancelled), Err(Error::Cancelled))));
    let reopened = open(&folder);
    let outcome = build(&reopened).wait().unwrap();
    assert_eq!((outcome.exit(), outcome.made), (Exit::Success, 1));
}

#[test]
fn the_feed_keeps_one_preview_of_a_request_and_none_in_the_ring() {
    let feed = session::Feed::default();
    let (_, mut events) = feed.subscribe();
    let slot = SlotId::only(GroupId::new(Kind::Sprite, "knight"));
    for base64 in ["old", "new"] {
        let (slot, base64) = (slot.clone(), base64.to_owned());
        feed.emit(None, &Event::Preview { slot, n: 1, format: "jpeg".to_owned(), base64 });
    }
    assert_eq!(feed.preview(&slot, 1), Some(("jpeg".to_owned(), "new".to_owned())));
    let Some(Delivery::Event(sent)) = events.try_next() else { panic!("no event") };
    assert!(matches!(&sent.event, Event::Preview { base64, .. } if base64.is_empty()));
}

#[test]
fn a_request_that_is_cancelled_alone_fails_its_asset_and_nothing_is_recorded_as_done() {
    let fake = crate::server_builds::slow(2.0);
    let folder = crate::server_builds::project(&[&fake], &crate::server_builds::sprites(&["knight", "orc"]));
    let project = open(&folder);
    let (_, mut events) = project.subscribe();
    let job = build(&project);
    let captured = std::iter::from_fn(|| events.wait()).find_map(|delivery| match delivery {
        Delivery::Event(numbered) => match &numbered.event {
            Event::Captured { slot, .. } => Some(slot.group.name.clone()),
            _ => None,
        },
        Delivery::Gap { .. } => None,
    });
    let other = if captured.unwrap() == "knight" { "orc" } else { "knight" };
    let other = SlotId::only(GroupId::new(Kind::Sprite, other));
    assert!(project.change_request(&other, 1, Change::Cancel));
    let outcome = job.wait().unwrap();
    let failed: Vec<&str> = outcome.failed.iter().map(|(_, why)| &*why.code).collect();
    assert_eq!((outcome.exit(), failed), (Exit::Failed, vec!["request-cancelled"]));
    assert!(!project.change_request(&other, 1, Change::Cancel));
    assert_eq!(build(&project).wait().unwrap().exit(), Exit::Success);
}

#[test]
fn a_source_that_is_deleted_is_a_problem_of_the_manifest_in_an_open_project_too() {
    let text = "[project]\nname = \"x\"\n[sprite.a]\nsource = \"a.png\"\nsize = 16\n";
    let folder = Folder::with(text).file("a.png", crate::project::png(16, [200, 30, 30]));
    let project = open(&folder);
    // What was just written may change again under the same time stamp, and is not kept.
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(build(&project).wait().unwrap().made, 1);
    folder.remove("a.png");
    let error = build(&project).wait().unwrap_err();
    assert_eq!((error.exit(), &*error.diagnostics()[0].code), (Exit::Usage, "missing-file"));
}

#[test]
fn a_build_that_was_cancelled_before_it_began_requests_nothing() {
    let folder = Folder::with(KNIGHT);
    let cancel = Cancel::default();
    cancel.cancel();
    let outcome = open(&folder).run(&cancel, |op| session::build(op, &BuildOptions::default())).unwrap();
    assert_eq!((outcome.exit(), outcome.asked), (Exit::Interrupted, 0));
    folder.build(&[]).exit(0).asked(1);
}
