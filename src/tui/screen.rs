//! The five screens.

/// The five screens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Screen {
    /// What a build does.
    Build,
    /// All assets.
    #[default]
    Gallery,
    /// Blind votes.
    Compare,
    /// Images of one prompt.
    Prompt,
    /// Servers and models.
    Servers,
}

impl Screen {
    /// All of them, in the order of their keys.
    pub const ALL: [Self; 5] = [Self::Build, Self::Gallery, Self::Compare, Self::Prompt, Self::Servers];

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Build => "Build",
            Self::Gallery => "Gallery",
            Self::Compare => "Compare",
            Self::Prompt => "Prompt",
            Self::Servers => "Servers",
        }
    }

    pub(super) fn beside(self, by: usize) -> Self {
        let at = Self::ALL.iter().position(|screen| *screen == self).unwrap_or(0);
        Self::ALL[(at + by) % Self::ALL.len()]
    }
}
