//! What goes out as events.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{AttemptId, Driver, Input, ServerId, SocketEvent};
use crate::generate::comfyui::scheduler::{Cause, Health, Notice};
use crate::generate::comfyui::wire::{Frame, Preview};
use crate::words::diagnostic::Diagnostic;
use crate::words::event::{Event, ServerState};

impl Driver {
    /// Frames wake the scheduler and move progress bars; those of others' prompts are ignored.
    pub(crate) fn socket_event(&mut self, server: ServerId, event: SocketEvent) {
        match event {
            SocketEvent::Connected => self.input(Input::Socket { server, open: true }),
            SocketEvent::Frame(Frame::Status) => self.input(Input::Heard { server }),
            SocketEvent::Closed => self.input(Input::Socket { server, open: false }),
            SocketEvent::Frame(Frame::Progress { prompt: Some(prompt), step }) => {
                let Some(attempt) = self.by_prompt.get(&prompt).copied() else { return };
                self.at_work.insert(server, attempt);
                self.progress(server, attempt, step);
                self.input(Input::Progressed { attempt });
            }
            SocketEvent::Frame(Frame::Ended { prompt }) => {
                if let Some(attempt) = self.by_prompt.get(&prompt).copied() {
                    self.at_work.remove(&server);
                    self.input(Input::Finished { attempt });
                }
            }
            SocketEvent::Preview(preview) => self.preview(server, preview),
            SocketEvent::Frame(_) => {}
        }
    }

    fn progress(&mut self, server: ServerId, id: AttemptId, step: Option<(u32, u32)>) {
        let Some(job) = self.jobs.get(&id.job) else { return };
        let Some(attempt) = self.attempts.get_mut(&id) else { return };
        let Some((step, steps)) = step.filter(|step| *step != attempt.step) else { return };
        attempt.step = (step, steps);
        let (slot, n, server) = (job.request.slot.clone(), job.request.n, self.address(server));
        let model = job.request.ask.checkpoint().map(str::to_owned);
        job.batch.observer.on(&Event::Progress { slot, n, step, steps, server, model });
    }

    fn preview(&mut self, server: ServerId, preview: Preview) {
        let attempt = match &preview.prompt {
            Some(prompt) => self.by_prompt.get(prompt).copied(),
            None => self.at_work.get(&server).copied(),
        };
        let Some(job) = attempt.and_then(|attempt| self.jobs.get(&attempt.job)) else { return };
        job.batch.observer.on(&Event::Preview {
            slot: job.request.slot.clone(),
            n: job.request.n,
            format: preview.format.to_owned(),
            base64: STANDARD.encode(&preview.bytes),
        });
    }

    fn address(&self, server: ServerId) -> String {
        self.links.get(server.0).map(|link| link.address.clone()).unwrap_or_default()
    }

    /// Reports a notice of the scheduler as an event.
    pub(crate) fn notify(&mut self, notice: Notice) {
        match notice {
            Notice::Server { server, health, cause } => self.notify_health(server, health, &cause),
            Notice::Requeued { attempt, diagnostic } => {
                let Some(job) = self.jobs.get(&attempt.job) else { return };
                job.batch.observer.on(&Event::warned(&job.request.slot.to_string(), diagnostic));
            }
            Notice::Moved { attempt, server, others } => {
                let Some(job) = self.jobs.get(&attempt.job) else { return };
                let others = if others > 0 { "others' requests" } else { "other requests" };
                let message = format!("taken back from `{}`, where it waited behind {others}", self.address(server));
                job.batch.observer.on(&Event::Noted { name: job.request.slot.to_string(), message });
            }
            Notice::Adopted { attempt, server } => {
                let Some(job) = self.jobs.get(&attempt.job) else { return };
                let message = format!("`{}` still had it from an earlier build", self.address(server));
                job.batch.observer.on(&Event::Noted { name: job.request.slot.to_string(), message });
            }
            Notice::Shared { server, others } => {
                let message = format!("others have {others} in its queue as well");
                let server = self.address(server);
                let state = ServerState::Busy;
                self.emit(&Event::Server { server, state, diagnostic: state.diagnostic(message) });
            }
            Notice::Waiting { diagnostic } => self.emit(&Event::warned("", diagnostic)),
        }
    }

    /// Reports a server's health to each batch that knows another state.
    fn notify_health(&mut self, server: ServerId, health: Health, cause: &Cause) {
        let address = self.address(server);
        let state = match health {
            Health::Unknown => return,
            Health::Up => ServerState::Up,
            Health::Slow => ServerState::Busy,
            Health::Down => ServerState::Down,
            Health::Stalled => ServerState::Stalled,
        };
        for batch in self.batches.values_mut() {
            let state = match (batch.states.insert(server, state), state) {
                (None, ServerState::Up) => continue,
                (Some(ServerState::Down | ServerState::Stalled), ServerState::Up) => ServerState::Returned,
                (_, state) => state,
            };
            let diagnostic = Diagnostic { hint: cause.hint.clone(), ..state.diagnostic(&cause.message) };
            batch.emit(&Event::Server { server: address.clone(), state, diagnostic });
        }
    }
}
