//! What goes out as events.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Driver, ServerId, Told};
use crate::generate::comfyui::wire::{Frame, Preview};
use crate::generate::fleet::{News, Standing, Tell, Ticket};
use crate::words::diagnostic::Diagnostic;
use crate::words::event::{Event, ServerState};

impl Driver {
    /// A frame wakes the fleet and moves a bar; frames of others are nobody's business.
    pub fn told(&mut self, server: ServerId, told: Told) {
        match told {
            Told::Connected => self.news(News::Socket { server, open: true }),
            Told::Closed => self.news(News::Socket { server, open: false }),
            Told::Frame(Frame::Progress { prompt: Some(prompt), step }) => {
                let Some(ticket) = self.prompts.get(&prompt).copied() else { return };
                self.at_work.insert(server, ticket);
                self.progress(server, ticket, step);
                self.news(News::Stirred { ticket });
            }
            Told::Frame(Frame::Ended { prompt }) => {
                if let Some(ticket) = self.prompts.get(&prompt).copied() {
                    self.at_work.remove(&server);
                    self.news(News::Over { ticket });
                }
            }
            Told::Preview(preview) => self.preview(server, preview),
            Told::Frame(_) => {}
        }
    }

    fn progress(&mut self, server: ServerId, ticket: Ticket, step: Option<(u32, u32)>) {
        let address = self.links.get(server.0).map(|link| link.address.clone()).unwrap_or_default();
        let Some(job) = self.jobs.get_mut(&ticket.job) else { return };
        let Some(tried) = job.tries.get_mut(&ticket.attempt) else { return };
        let Some((step, steps)) = step.filter(|step| *step != tried.step) else { return };
        tried.step = (step, steps);
        let (slot, n) = (job.request.slot.clone(), job.request.n);
        job.batch.observer.on(&Event::Progress { slot, n, step, steps, server: address });
    }

    fn preview(&mut self, server: ServerId, preview: Preview) {
        let named = match &preview.prompt {
            Some(prompt) => self.prompts.get(prompt).copied(),
            None => self.at_work.get(&server).copied(),
        };
        let Some(job) = named.and_then(|ticket| self.jobs.get(&ticket.job)) else { return };
        job.batch.observer.on(&Event::Preview {
            slot: job.request.slot.clone(),
            n: job.request.n,
            format: preview.format.to_owned(),
            base64: STANDARD.encode(&preview.bytes),
        });
    }

    /// What the fleet wants to be known.
    pub fn pass_on(&mut self, tell: Tell) {
        let address = |server: &ServerId| self.links.get(server.0).map(|link| link.address.clone()).unwrap_or_default();
        match tell {
            Tell::Server { server, standing, why, hint } => self.pass_on_state(server, standing, &why, hint),
            Tell::Again { ticket, server, why } => {
                let Some(job) = self.jobs.get(&ticket.job) else { return };
                let message = format!("asked for once more: on `{}` {why}", address(&server));
                let name = job.request.slot.to_string();
                job.batch.observer.on(&Event::warned(&name, Diagnostic::warning("request-repeated", message)));
            }
            Tell::Adopted { ticket, server } => {
                let Some(job) = self.jobs.get(&ticket.job) else { return };
                let message = format!("`{}` still had it from an earlier build", address(&server));
                job.batch.observer.on(&Event::Noted { name: job.request.slot.to_string(), message });
            }
            Tell::Busy { server, foreign } => {
                let message = format!("others have {foreign} in its queue as well");
                let server = address(&server);
                self.emit(&Event::Server { server, state: ServerState::Busy, message, hint: None });
            }
            Tell::Waiting { why } => {
                self.emit(&Event::warned("", Diagnostic::warning("servers-waiting", why)));
            }
        }
    }

    /// Tells each batch how a server is now, if that is another state than the batch was told.
    fn pass_on_state(&mut self, server: ServerId, standing: Standing, why: &str, hint: Option<&'static str>) {
        let address = self.links.get(server.0).map(|link| link.address.clone()).unwrap_or_default();
        let state = match standing {
            Standing::Unknown => return,
            Standing::Up => ServerState::Up,
            Standing::Slow => ServerState::Busy,
            Standing::Down => ServerState::Down,
            Standing::Stalled => ServerState::Stalled,
        };
        for batch in self.batches.values_mut() {
            let state = match (batch.states.insert(server, state), state) {
                (None, ServerState::Up) => continue,
                (Some(ServerState::Down | ServerState::Stalled), ServerState::Up) => ServerState::Returned,
                (_, state) => state,
            };
            let (server, message, hint) = (address.clone(), why.to_owned(), hint.map(str::to_owned));
            batch.emit(&Event::Server { server, state, message, hint });
        }
    }
}
