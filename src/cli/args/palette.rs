//! The arguments of `dgx-pixels palette`.

use std::path::PathBuf;

/// List, show, extract and convert palettes
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct PaletteArgs {
    #[command(subcommand)]
    pub command: PaletteCommand,
}

#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum PaletteCommand {
    /// List the built-in palettes
    List,
    /// Show the colours of a palette
    Show {
        /// A built-in palette, or a file (.gpl .hex .pal .json .png .txt .act .ase .aco .aseprite)
        #[arg(value_name = "NAME|FILE")]
        palette: String,
    },
    /// Extract the palette of an image
    Extract {
        /// The image (PNG, JPEG or WebP)
        image: PathBuf,
        /// Maximum number of colours
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
        colors: Option<u16>,
        /// Write a file (.gpl .hex .pal .json .png) instead of printing the colours
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Overwrite an existing file
        #[arg(long)]
        force: bool,
    },
    /// Convert a palette into the format that the extension of OUT names
    Convert {
        /// A built-in palette, or a file
        #[arg(value_name = "IN")]
        from: String,
        /// The file to write (.gpl .hex .pal .json .png)
        #[arg(value_name = "OUT")]
        to: PathBuf,
        /// Overwrite an existing file
        #[arg(long)]
        force: bool,
    },
}
