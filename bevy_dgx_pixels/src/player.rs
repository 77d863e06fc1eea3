//! Plays the animation of an entity.

use std::time::Duration;

use bevy_ecs::prelude::*;
use bevy_reflect::Reflect;
use bevy_reflect::std_traits::ReflectDefault;

use crate::index::{Animation, Entry};
use crate::sprite::PixelSprite;

/// Plays the animation that the entity's [`PixelSprite`] names, from its first frame. Another one starts anew; another direction
/// of the same one goes on where it is.
#[derive(Component, Clone, Debug, PartialEq, Reflect)]
#[reflect(Component, Default)]
#[require(PixelSprite)]
pub struct Player {
    /// 1 is as the manifest says; never backwards.
    pub speed: f32,
    /// Holds the frame.
    pub paused: bool,
    /// Whether an animation that does not repeat has ended.
    pub finished: bool,
    place: usize,
    shown: Duration,
    /// The animation's table in the manifest.
    playing: String,
}

impl Default for Player {
    fn default() -> Self {
        Self { speed: 1.0, paused: false, finished: false, place: 0, shown: Duration::ZERO, playing: String::new() }
    }
}

/// A frame with an event of the manifest begins.
#[derive(EntityEvent, Clone, Debug, PartialEq, Eq)]
pub struct FrameEvent {
    /// Who plays.
    pub entity: Entity,
    /// The animation's name in the lock.
    pub animation: String,
    /// The event, such as `step`.
    pub event: String,
    /// The frame, from 0.
    pub frame: usize,
}

/// An animation that does not repeat has ended.
#[derive(EntityEvent, Clone, Debug, PartialEq, Eq)]
pub struct PlayerFinished {
    /// Who plays.
    pub entity: Entity,
    /// The animation's name in the lock.
    pub animation: String,
}

/// What a step of time brings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// The frames that began, in order; at most one round of them.
    pub began: Vec<usize>,
    /// Whether the animation ended in it.
    pub ended: bool,
}

impl Player {
    /// Starts again with the first frame.
    pub fn restart(&mut self) {
        *self = Self { speed: self.speed, paused: self.paused, ..Self::default() };
    }

    /// The place in the round, from 0.
    pub fn place(&self) -> usize {
        self.place
    }

    /// Lets time pass. A round that became shorter goes on with its first frame.
    pub fn advance(&mut self, entry: &Entry, delta: Duration) -> Step {
        let Some(animation) = &entry.animation else { return Step::default() };
        let mut step = Step::default();
        if self.playing != entry.asset {
            self.restart();
            self.playing.clone_from(&entry.asset);
            step.began.push(animation.round[0]);
        }
        if self.place >= animation.round.len() {
            (self.place, self.shown) = (0, Duration::ZERO);
            step.began.push(animation.round[0]);
        }
        if self.paused || self.finished {
            return step;
        }
        self.shown += delta.mul_f32(self.speed.clamp(0.0, 1_000.0));
        if animation.repeat {
            self.shown = within_a_round(self.shown, entry, animation);
        }
        self.pass(entry, animation, &mut step);
        step
    }

    fn pass(&mut self, entry: &Entry, animation: &Animation, step: &mut Step) {
        loop {
            let duration = milliseconds(entry.duration(animation.round[self.place]));
            if self.shown < duration {
                return;
            }
            if self.place + 1 == animation.round.len() && !animation.repeat {
                (self.finished, step.ended) = (true, true);
                return;
            }
            self.shown -= duration;
            self.place = (self.place + 1) % animation.round.len();
            step.began.push(animation.round[self.place]);
        }
    }

    /// The frame that is shown.
    pub fn frame(&self, entry: &Entry) -> usize {
        let round = entry.animation.as_ref().map_or(&[][..], |animation| &animation.round);
        round.get(self.place).copied().unwrap_or(0)
    }
}

/// Whole rounds beyond the first change nothing: a game that slept does not trigger their events.
fn within_a_round(shown: Duration, entry: &Entry, animation: &Animation) -> Duration {
    let round: Duration = animation.round.iter().map(|&frame| milliseconds(entry.duration(frame))).sum();
    if shown < round * 2 {
        return shown;
    }
    let rounds = shown.as_nanos() / round.as_nanos() - 1;
    let rest = shown.as_nanos() - rounds * round.as_nanos();
    Duration::from_nanos(u64::try_from(rest).unwrap_or(0))
}

fn milliseconds(duration: u32) -> Duration {
    Duration::from_millis(duration.into())
}

/// The events of a frame, in the order of their names.
pub fn events_of(animation: &Animation, frame: usize) -> impl Iterator<Item = &str> {
    let named = animation.events.iter();
    let on_it = named.filter(move |(_, frames)| frames.iter().any(|&at| at as usize == frame));
    on_it.map(|(name, _)| name.as_str())
}
