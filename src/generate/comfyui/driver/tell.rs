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
        job.outside.observer.on(&Event::Progress { slot, n, step, steps, server: address });
    }

    fn preview(&mut self, server: ServerId, preview: Preview) {
        let named = match &preview.prompt {
            Some(prompt) => self.prompts.get(prompt).copied(),
            None => self.at_work.get(&server).copied(),
        };
        let Some(job) = named.and_then(|ticket| self.jobs.get(&ticket.job)) else { return };
        job.outside.observer.on(&Event::Preview {
            slot: job.request.slot.clone(),
            n: job.request.n,
            format: preview.format.to_owned(),
            base64: STANDARD.encode(&preview.bytes),
        });
    }

    /// What the fleet wants to be known.
    pub fn pass_on(&mut self, tell: Tell) {
        let Some(observer) = self.observer.clone() else { return };
        let address = |server: &ServerId| self.links.get(server.0).map(|link| link.address.clone()).unwrap_or_default();
        let name =
            |ticket: &Ticket| self.jobs.get(&ticket.job).map(|job| job.request.slot.to_string()).unwrap_or_default();
        match tell {
            Tell::Server { server, standing, why, hint } => {
                let state = match standing {
                    Standing::Unknown => return,
                    Standing::Up => ServerState::Up,
                    Standing::Slow => ServerState::Busy,
                    Standing::Down => ServerState::Down,
                    Standing::Stalled => ServerState::Stalled,
                };
                let before = self.states.insert(server, state);
                let state = match (before, state) {
                    (None, ServerState::Up) => return,
                    (Some(ServerState::Down | ServerState::Stalled), ServerState::Up) => ServerState::Returned,
                    (_, state) => state,
                };
                let hint = hint.map(str::to_owned);
                observer.on(&Event::Server { server: address(&server), state, message: why, hint });
            }
            Tell::Again { ticket, server, why } => {
                let message = format!("asked for once more: on `{}` {why}", address(&server));
                observer.on(&Event::warned(&name(&ticket), Diagnostic::warning("request-repeated", message)));
            }
            Tell::Adopted { ticket, server } => {
                let message = format!("`{}` still had it from an earlier build", address(&server));
                observer.on(&Event::Noted { name: name(&ticket), message });
            }
            Tell::Busy { server, foreign } => {
                let message = format!("others have {foreign} in its queue as well");
                let server = address(&server);
                observer.on(&Event::Server { server, state: ServerState::Busy, message, hint: None });
            }
            Tell::Waiting { why } => {
                observer.on(&Event::warned("", Diagnostic::warning("servers-waiting", why)));
            }
        }
    }
}
