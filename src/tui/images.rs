//! What the terminal has for images: asked once, before any key is read.

use ratatui_image::picker::{Picker, ProtocolType};

use super::theme::Depth;

/// What the user wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ImageMode {
    /// What the terminal has.
    #[default]
    Auto,
    /// Words only.
    Off,
    /// Half blocks.
    Half,
    /// Sixel.
    Sixel,
    /// Kitty's protocol.
    Kitty,
    /// iTerm2's protocol.
    Iterm2,
}

/// How images are drawn.
#[derive(Clone, Debug)]
pub struct Images {
    pub(super) how: How,
    /// The colours of half blocks and words.
    pub depth: Depth,
    pub(super) says: String,
}

/// What draws them.
#[derive(Clone, Debug)]
pub(super) enum How {
    Off,
    Half,
    Protocol(Box<Picker>),
}

impl Images {
    /// Half blocks.
    pub fn half(depth: Depth) -> Self {
        Self { how: How::Half, depth, says: "half blocks".to_owned() }
    }

    /// Words only.
    pub fn off() -> Self {
        Self { how: How::Off, depth: Depth::None, says: "off".to_owned() }
    }

    /// Asks the terminal once. Only before anything else reads from it.
    pub(super) fn ask(mode: ImageMode) -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let depth = Depth::of(variable);
        let half = |says: &str| Self { says: says.to_owned(), ..Self::half(depth) };
        let in_tmux = variable("TMUX").is_some() || variable("TERM").is_some_and(|term| term.starts_with("tmux"));
        let wanted = match mode {
            ImageMode::Off => return Self { depth, ..Self::off() },
            ImageMode::Auto if depth == Depth::None => {
                return Self { says: "off: the environment wants no colours".to_owned(), ..Self::off() };
            }
            ImageMode::Half => return half("half blocks"),
            ImageMode::Auto if in_tmux => {
                return half("half blocks: tmux clears other images; `--images sixel` if yours has Sixel");
            }
            ImageMode::Auto => None,
            ImageMode::Sixel => Some(ProtocolType::Sixel),
            ImageMode::Kitty => Some(ProtocolType::Kitty),
            ImageMode::Iterm2 => Some(ProtocolType::Iterm2),
        };
        // A terminal that answers nothing would leave a thread behind that reads keys.
        if ratatui::crossterm::terminal::supports_keyboard_enhancement().is_err() {
            return half("half blocks: the terminal does not say what it has");
        }
        let Ok(mut picker) = Picker::from_query_stdio() else { return half("half blocks") };
        wanted.into_iter().for_each(|wanted| picker.set_protocol_type(wanted));
        let says = match picker.protocol_type() {
            ProtocolType::Halfblocks => return half("half blocks: the terminal has no images"),
            ProtocolType::Sixel => "Sixel",
            ProtocolType::Kitty => "Kitty",
            ProtocolType::Iterm2 => "iTerm2",
        };
        Self { how: How::Protocol(Box::new(picker)), depth, says: says.to_owned() }
    }
}
