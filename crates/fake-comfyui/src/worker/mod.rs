//! The worker: one job after the other, node by node, with the frames and the cache of a real server.

mod job;
mod key;
mod node;
mod output;

use std::sync::Arc;

use self::job::Job;
pub use self::key::input_file;
use crate::options::Zombie;
use crate::state::Shared;

/// Runs what is in the queue, for ever.
pub async fn work(shared: Arc<Shared>) {
    loop {
        let next = {
            let mut state = shared.lock();
            let next = if state.zombie == Some(Zombie::Idle) { None } else { state.queue.start() };
            if next.is_some() {
                state.tell_queue();
            }
            next.map(|item| (item, state.zombie))
        };
        let Some((item, zombie)) = next else {
            shared.work.notified().await;
            continue;
        };
        let keys = key::keys(&shared.lock(), &item.graph);
        let Some(keys) = keys.filter(|_| zombie.is_none()) else {
            shared.lock().zombie = Some(Zombie::Stuck);
            std::future::pending::<()>().await;
            return;
        };
        Job::new(&shared, item, keys).run().await;
    }
}

/// Why a job ends early.
enum End {
    Interrupted,
    Failed { kind: &'static str, message: String },
    Crashed,
}

impl End {
    fn failed(kind: &'static str, message: impl Into<String>) -> Self {
        Self::Failed { kind, message: message.into() + "\n" }
    }

    fn out_of_memory(message: &str) -> Self {
        let tips = "This error means you ran out of memory on your GPU.\n\nTIPS: If the workflow worked before you might \
                    have accidentally set the batch_size to a large number.";
        Self::Failed { kind: "torch.OutOfMemoryError", message: format!("{message}\n{tips}") }
    }
}
