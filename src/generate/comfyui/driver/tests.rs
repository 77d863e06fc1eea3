//! What no server is needed for.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::channel;

use super::*;
use crate::generate::comfyui::expected::Expected;
use crate::generate::{Batch, BatchRef, Context};
use crate::words::ask::ComfyAsk;
use crate::words::cancel::Cancel;
use crate::words::digest::Digest;
use crate::words::source::Sources;
use crate::words::style::Style;

fn batch() -> Batch {
    Batch::new(Context {
        root: Path::new("").into(),
        workflows: BTreeMap::new(),
        sources: Sources::default(),
        observer: Arc::new(()),
        replies: channel().0,
        log: Arc::new(()),
        cancel: Cancel::default(),
        time_limit: None,
    })
}

fn ask() -> ComfyAsk {
    let text = String::new;
    ComfyAsk { style: Style::built_in(), prompt: text(), negative: text(), inputs: BTreeMap::new() }
}

#[test]
fn the_driver_waits_for_no_batch_that_is_gone() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut driver = Driver::new(Arc::default(), runtime.handle());
    let batch = batch();
    let id = batch.id();
    let state = driver.batch(&batch);
    state.withdrawing = 1;
    state.held.push(Arrival { key: Digest::of(b"one"), result: Err(Failure::Cancelled) });
    driver.cancel(id);
    assert!(driver.patience().is_some());
    drop(batch);
    driver.release();
    assert_eq!(driver.patience(), None);
}

#[test]
fn a_task_that_panics_ends_with_an_error_of_its_attempt() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (inbox, mut received) = unbounded_channel();
    let batch = batch();
    let id = AttemptId { job: JobId(1), number: 1 };
    let attempt = Attempt::new(id, "prompt".to_owned(), "prefix".to_owned(), &batch);
    let expected = Expected { canvas: [64, 64], exact: false };
    let (batch, settings) = (BatchRef::clone(&batch), Arc::default());
    let task = Task::Fetch { attempt, ask: ask(), expected, batch, settings };
    let panicked = task.panicked(ServerId(0));
    runtime.block_on(tasks::supervise(async { panic!("a bug") }, panicked, inbox.clone()));
    let Some(DriverEvent::Fetched { attempt, result }) = received.blocking_recv() else { panic!("no result") };
    assert!(attempt == id && matches!(*result, Err(FetchError::Damaged(_))));
    runtime.block_on(tasks::supervise(async {}, task.panicked(ServerId(0)), inbox));
    assert!(received.blocking_recv().is_none());
}
