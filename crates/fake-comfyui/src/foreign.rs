//! Other clients of the server: their jobs, and what they stop and clear.

use serde_json::json;

use crate::Fake;
use crate::queue::Item;
use crate::state::now;

impl Fake {
    /// Somebody else interrupts whatever runs.
    pub fn foreign_interrupt(&self) {
        self.shared.lock().is_interrupted = true;
    }

    /// Somebody else clears the queue.
    pub fn foreign_clear(&self) {
        let mut state = self.shared.lock();
        state.queue.clear();
        state.tell_queue();
    }

    /// Somebody else clears the history.
    pub fn foreign_forget(&self) {
        self.shared.lock().queue.forget_all();
    }

    /// Somebody else asks for `count` jobs of `seconds`; their ids.
    pub fn foreign_jobs(&self, count: usize, seconds: f64) -> Vec<String> {
        let ids: Vec<String> = (0..count).map(|n| self.foreign_job(n, seconds)).collect();
        self.shared.work.notify_one();
        ids
    }

    fn foreign_job(&self, n: usize, seconds: f64) -> String {
        let id = uuid::Uuid::new_v4().to_string();
        let graph = json!({
            "1": { "class_type": "EmptyImage", "inputs": { "width": 16, "height": 16, "batch_size": 1, "color": n } },
            "2": { "class_type": "DgxpSleep", "inputs": { "image": ["1", 0], "seconds": seconds, "tick": 0.05, "salt": id } },
            "9": { "class_type": "SaveImage", "inputs": { "images": ["2", 0], "filename_prefix": "foreign" } },
        });
        let mut state = self.shared.lock();
        let number = json!(state.counter);
        state.counter += 1;
        let extra = json!({ "client_id": "foreign" }).as_object().cloned().unwrap();
        let outputs = vec!["9".to_owned()];
        state.queue.push(Item { number, id: id.clone(), graph, extra, outputs, created: now() });
        state.tell_queue();
        id
    }
}
