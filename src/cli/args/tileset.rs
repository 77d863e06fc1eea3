//! The arguments of `dgx-pixels tileset`.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;

use crate::words::layout::Layout;

/// Verify tilesets
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct TilesetArgs {
    #[command(subcommand)]
    pub command: TilesetCommand,
}

#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum TilesetCommand {
    /// Verify that the tiles of a sheet join; exits 3 if they do not
    Verify(TilesetVerify),
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct TilesetVerify {
    /// The sheet (PNG, JPEG or WebP): tiles row by row, ascending as the layout has them; margin and spacing are found
    pub image: PathBuf,
    /// Which tiles it has
    #[arg(long, value_name = "LAYOUT", value_parser = PossibleValuesParser::new(words()))]
    pub layout: String,
    /// The size of a tile, such as 16 or 16x24
    #[arg(long, value_name = "SIZE")]
    pub tile: String,
    /// Draw the first tiles that do not join
    #[arg(long, value_name = "FILE")]
    pub draw: Option<PathBuf>,
}

/// The layouts whose tiles have neighbours.
fn words() -> Vec<&'static str> {
    Layout::ALL.into_iter().filter(|layout| *layout != Layout::Single).map(Layout::word).collect()
}
