//! What no server is needed for.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::channel;

use super::*;
use crate::generate::{Batch, Context};
use crate::words::cancel::Cancel;
use crate::words::digest::Digest;
use crate::words::source::Sources;

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
