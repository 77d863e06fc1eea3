//! What events of the project, and the answers of the threads, change.

use super::app::LIST;
use super::effect::{Answer, Effect};
use super::{App, Screen};
use crate::words::event::Event;

impl App {
    /// Something happened in the project.
    pub(super) fn event(&mut self, event: &Event, effects: &mut Vec<Effect>) {
        self.build.event(event, self.now, effects);
        match event {
            Event::Waiting { holder } => self.say(&format!("waits for {holder}")),
            Event::Processed { group, .. } => {
                self.list.wanted = true;
                self.gallery.made(&format!("{}:{}", group.kind, group.name), effects);
            }
            Event::Finished(_) => {
                self.list.wanted = true;
                self.gallery.cards.all_changed();
                effects.extend(self.gallery.reopen());
                effects.push(Effect::Plan);
            }
            Event::Job { state, id } if state.is_over() => {
                self.list.wanted = true;
                effects.push(Effect::Jobs);
                self.prompt.over(*id, effects);
            }
            _ => {}
        }
    }

    /// An effect was carried out.
    pub(super) fn answer(&mut self, answer: Answer, effects: &mut Vec<Effect>) {
        match answer {
            Answer::Listed(listed) => {
                self.list.running = false;
                self.list.after = self.now + LIST;
                match listed {
                    Ok((listed, problems)) => self.gallery.list(listed, problems),
                    Err(errors) => self.fail(&errors),
                }
            }
            Answer::Changed => {
                self.list.wanted = true;
                self.gallery.cards.all_changed();
                effects.extend(self.gallery.reopen());
                effects.push(Effect::Plan);
            }
            Answer::Decided(decided) => {
                self.list.wanted = true;
                effects.extend(self.gallery.decided());
                effects.push(Effect::Plan);
                self.tell(decided);
            }
            Answer::Said(said) => self.tell(said),
            Answer::Cards(asked, drawn) => {
                if let Err(errors) = &drawn {
                    self.fail(errors);
                }
                self.gallery.cards.answer(&asked, drawn.unwrap_or_default());
            }
            Answer::Opened(key, detail) => self.gallery.opened(&key, detail),
            Answer::Grid(target, n, found) => self.gallery.gridded(&target, n, found),
            Answer::Started(screen, started) => match started {
                Ok(job) if screen == Screen::Prompt => self.prompt.started(&job, effects),
                Ok(job) => {
                    self.build.asked_for(Some(job.id));
                    self.say(&format!("job {} is queued", job.id.0));
                }
                Err(errors) => {
                    if screen != Screen::Prompt {
                        self.build.asked_for(None);
                    }
                    self.fail(&errors);
                }
            },
            Answer::Made(job, made) => {
                let made = made.map_err(|errors| self.fail(&errors)).unwrap_or_default();
                self.prompt.made(job, made);
            }
            Answer::Jobs(jobs) => self.prompt.history(&jobs),
            Answer::Names(names) => self.prompt.names(names),
            Answer::Planned(plan) => self.build.planned(plan),
            Answer::Preview(slot, n, art) => self.build.preview(slot, n, art),
            Answer::Machine(machine) => self.build.machine = Some(machine),
            Answer::Comparisons(names) => {
                let names = names.map_err(|errors| self.fail(&errors)).unwrap_or_default();
                self.compare.names(names);
            }
            Answer::Looks(looks) => self.compare.looks(looks, self.now),
            Answer::Cast(cast) => match self.compare.cast(cast, effects) {
                Ok(said) => self.say(said),
                Err(errors) => self.fail(&errors),
            },
            Answer::Standing(name, report) => self.compare.standing(&name, report, effects),
            Answer::Examined(found) => self.servers.examined(found),
        }
    }
}
