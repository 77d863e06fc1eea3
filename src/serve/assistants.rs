//! Metrics of assistants: calls by tool, and images by the name that a client gives itself.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// Names of clients that have a label of their own: a client may call itself anything.
const MOST_CLIENTS: usize = 20;

/// The longest name of a client.
const LONGEST: usize = 32;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Tool {
    tool: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Client {
    client: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Code {
    code: &'static str,
}

/// Refusals of a plan token.
const REFUSALS: [&str; 5] =
    ["plan-token-missing", "plan-token-unknown", "plan-token-expired", "plan-token-used", "plan-changed"];

pub(super) struct Assistants {
    calls: Family<Tool, Counter>,
    errors: Family<Tool, Counter>,
    seconds: Family<Tool, Histogram>,
    bytes: Family<Tool, Counter>,
    images: Family<Client, Counter>,
    refused: Family<Code, Counter>,
    clients: Mutex<BTreeSet<String>>,
}

impl Assistants {
    pub(super) fn new(registry: &mut Registry) -> Self {
        let new = Self {
            calls: Family::default(),
            errors: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(exponential_buckets(0.001, 4.0, 9))),
            bytes: Family::default(),
            images: Family::default(),
            refused: Family::default(),
            clients: Mutex::default(),
        };
        registry.register("mcp_calls", "Calls of tools by assistants, by tool", new.calls.clone());
        registry.register("mcp_errors", "Calls of tools that were refused or failed, by tool", new.errors.clone());
        registry.register("mcp_call_seconds", "Seconds of calls, by tool", new.seconds.clone());
        registry.register("mcp_answer_bytes", "Bytes of answers, by tool", new.bytes.clone());
        registry.register("mcp_images", "Images that servers drew for assistants, by client", new.images.clone());
        registry.register("mcp_tokens_refused", "Plan tokens that were refused, by code", new.refused.clone());
        new
    }

    pub(super) fn call(&self, tool: &'static str, seconds: f64, bytes: usize, refused: Option<&str>) {
        let tool = Tool { tool };
        self.calls.get_or_create(&tool).inc();
        self.seconds.get_or_create(&tool).observe(seconds);
        self.bytes.get_or_create(&tool).inc_by(bytes as u64);
        if let Some(refused) = refused {
            self.errors.get_or_create(&tool).inc();
            if let Some(code) = REFUSALS.into_iter().find(|code| *code == refused) {
                self.refused.get_or_create(&Code { code }).inc();
            }
        }
    }

    pub(super) fn image(&self, client: &str) {
        self.images.get_or_create(&Client { client: self.label(client) }).inc();
    }

    /// The label of a client: its name in plain characters, or `other` where there are too many.
    fn label(&self, client: &str) -> String {
        let is_plain = |c: &char| c.is_ascii_alphanumeric() || "-_. ".contains(*c);
        let name: String = client.chars().filter(is_plain).take(LONGEST).collect();
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        match name.trim() {
            "" => "unknown".to_owned(),
            name if clients.contains(name) => name.to_owned(),
            name if clients.len() < MOST_CLIENTS => {
                clients.insert(name.to_owned());
                name.to_owned()
            }
            _ => "other".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_that_invent_names_do_not_invent_labels() {
        let assistants = Assistants::new(&mut Registry::default());
        let labels: BTreeSet<String> = (0..1000).map(|n| assistants.label(&format!("client {n}\"\n"))).collect();
        assert_eq!((labels.len(), labels.contains("other")), (MOST_CLIENTS + 1, true));
        assert_eq!(assistants.label("\u{1b}\n"), "unknown");
        assert_eq!(assistants.label("client 0"), "client 0");
    }
}
