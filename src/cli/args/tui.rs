use clap::ValueEnum;

use super::Profile;

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Tui {
    /// Show and build only these: names, globs, `tag:NAME`
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    #[command(flatten)]
    pub profile: Profile,
    /// The first screen
    #[arg(long, value_enum, default_value_t = FirstScreen::Gallery)]
    pub screen: FirstScreen,
    /// How images are drawn: `auto` asks the terminal; inside tmux it is `half`
    #[arg(long, value_enum, default_value_t = Images::Auto)]
    pub images: Images,
}

/// The screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FirstScreen {
    Build,
    Gallery,
    Compare,
    Prompt,
    Servers,
}

/// What draws images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Images {
    Auto,
    Off,
    Half,
    Sixel,
    Kitty,
    #[value(name = "iterm2")]
    Iterm2,
}
