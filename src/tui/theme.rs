//! Styles. A terminal may be light or dark: only its own colours are used, and no ground is painted. Colour is never the only
//! sign.

use ratatui::style::{Color, Modifier, Style};

/// How many colours the terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// 24 bits.
    True,
    /// The 256 of xterm.
    Indexed,
    /// The user wants none.
    None,
}

impl Depth {
    /// By the environment.
    pub fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let is = |name: &str| variable(name).filter(|value| !value.is_empty());
        if is("NO_COLOR").is_some() || is("TERM").as_deref() == Some("dumb") {
            return Self::None;
        }
        let full = is("COLORTERM").is_some_and(|value| matches!(value.as_str(), "truecolor" | "24bit"));
        if full || is("TERM").is_some_and(|term| term.contains("direct")) { Self::True } else { Self::Indexed }
    }
}

/// The styles of the screen.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    /// How many colours there are.
    pub depth: Depth,
}

impl Theme {
    fn color(self, color: Color) -> Style {
        if self.depth == Depth::None { Style::new() } else { Style::new().fg(color) }
    }

    pub(super) fn good(self) -> Style {
        self.color(Color::Green)
    }

    pub(super) fn bad(self) -> Style {
        self.color(Color::Red)
    }

    pub(super) fn warning(self) -> Style {
        self.color(Color::Yellow)
    }

    pub(super) fn accent(self) -> Style {
        self.color(Color::Cyan)
    }

    pub(super) fn dim(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    pub(super) fn bold(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub(super) fn chosen(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_follow_the_environment() {
        let of = |pairs: &[(&str, &str)]| {
            Depth::of(|name| pairs.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(of(&[("COLORTERM", "truecolor"), ("TERM", "xterm")]), Depth::True);
        assert_eq!(of(&[("TERM", "xterm-256color")]), Depth::Indexed);
        assert_eq!(of(&[("NO_COLOR", "1"), ("COLORTERM", "truecolor")]), Depth::None);
        assert_eq!((of(&[("NO_COLOR", "")]), of(&[("TERM", "dumb")])), (Depth::Indexed, Depth::None));
    }
}
