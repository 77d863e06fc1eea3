//! A pose by name, drawn by this program as a skeleton for a ControlNet.

use serde::Serialize;

use super::direction::DIRECTIONS;

/// What stands before the name of a pose where an input is named: `pose:walk`.
pub const PREFIX: &str = "pose:";

/// One frame of a pose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Skeleton {
    /// Whose it is.
    pub body: Body,
    /// What it does.
    pub action: Action,
    /// Where it looks: one of [`DIRECTIONS`].
    pub facing: &'static str,
    /// The frame's number from 0.
    pub frame: u32,
    /// Frames in all; 1 for a sprite.
    pub frames: u32,
    /// Width and height of the image.
    pub canvas: [u32; 2],
}

/// Whose skeleton it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Body {
    /// Two legs: the 18 points of OpenPose.
    Humanoid,
    /// Four legs: the 17 points of AP-10K.
    Quadruped,
}

/// What it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Two steps, a foot always on the ground.
    Walk,
    /// Two strides with a flight between them.
    Run,
    /// One breath.
    Idle,
    /// A blow from above, or a bite.
    Attack,
    /// Thrown back, and up again.
    Hurt,
    /// Falls, and lies.
    Death,
    /// Crouches, flies, lands.
    Jump,
    /// Arms up, or rears.
    Cast,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 8] =
        [Self::Walk, Self::Run, Self::Idle, Self::Attack, Self::Hurt, Self::Death, Self::Jump, Self::Cast];

    /// The word in the manifest.
    pub fn word(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::Run => "run",
            Self::Idle => "idle",
            Self::Attack => "attack",
            Self::Hurt => "hurt",
            Self::Death => "death",
            Self::Jump => "jump",
            Self::Cast => "cast",
        }
    }

    /// Whether its last frame leads back to the first one.
    pub fn is_cycle(self) -> bool {
        matches!(self, Self::Walk | Self::Run | Self::Idle)
    }
}

/// All poses, those of the humanoid first.
pub fn poses() -> impl Iterator<Item = (Body, Action)> {
    [Body::Humanoid, Body::Quadruped].into_iter().flat_map(|body| Action::ALL.map(|action| (body, action)))
}

/// The name of a pose in the manifest: `walk`, `quadruped-walk`.
pub fn name(body: Body, action: Action) -> String {
    match body {
        Body::Humanoid => action.word().to_owned(),
        Body::Quadruped => format!("quadruped-{}", action.word()),
    }
}

/// The pose of that name.
pub fn named(text: &str) -> Option<(Body, Action)> {
    poses().find(|(body, action)| name(*body, *action) == text)
}

/// The direction of that name, as it is compared.
pub fn facing(name: &str) -> Option<&'static str> {
    DIRECTIONS.into_iter().find(|direction| *direction == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pose_is_found_by_its_name() {
        assert!(poses().all(|(body, action)| named(&name(body, action)) == Some((body, action))));
        assert_eq!((poses().count(), named("quadruped")), (16, None));
    }
}
