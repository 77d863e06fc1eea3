//! `dgx-pixels palette`: lists, shows, extracts and converts palettes.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use anstyle::{RgbColor, Style};
use anyhow::Context;
use image::{ImageReader, RgbaImage};

use super::project;
use crate::process::quantize;
use crate::words::palette::{Format, MAX_COLORS, Palette, builtin, builtin_names, extract, parse, write};

/// No palette file is longer.
const MAX_BYTES: u64 = 16 << 20;
/// No picture that colours are taken from is wider or higher.
const MAX_SIDE: u32 = 16_384;
/// Swatches in a row on a terminal.
const ROW: usize = 6;

/// List, show, extract and convert palettes
#[derive(Clone, Debug, clap::Args)]
pub struct PaletteArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum Command {
    /// List the built-in palettes
    List,
    /// Show the colours of a palette
    Show {
        /// A built-in palette, or a file (.gpl .hex .pal .json .png)
        #[arg(value_name = "NAME|FILE")]
        palette: String,
    },
    /// Take the palette of a picture
    Extract {
        /// The picture (PNG, JPEG or WebP)
        image: PathBuf,
        /// Reduce it to at most so many colours
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
        colors: Option<u16>,
        /// Write a file (.gpl .hex .pal .json .png) instead of showing them
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Write over a file
        #[arg(long)]
        force: bool,
    },
    /// Write a palette in the format that the end of OUT names
    Convert {
        /// A built-in palette, or a file
        #[arg(value_name = "IN")]
        from: String,
        /// The file to write (.gpl .hex .pal .json .png)
        #[arg(value_name = "OUT")]
        to: PathBuf,
        /// Write over a file
        #[arg(long)]
        force: bool,
    },
}

/// Runs the subcommand; its result goes to stdout, as swatches where that shows colours.
pub fn run(args: &PaletteArgs) -> anyhow::Result<()> {
    let painted = !matches!(anstream::stdout().current_choice(), anstream::ColorChoice::Never);
    super::style::text(&result(&args.command, painted)?);
    Ok(())
}

fn result(command: &Command, painted: bool) -> anyhow::Result<String> {
    match command {
        Command::List => Ok(list(painted)),
        Command::Show { palette } => Ok(show(&find(palette)?, painted)),
        Command::Extract { image, colors, output, force } => {
            let palette = extracted(image, *colors)?;
            match output {
                Some(output) => save(&palette, output, *force),
                None => Ok(show(&palette, painted)),
            }
        }
        Command::Convert { from, to, force } => save(&find(from)?, to, *force),
    }
}

fn list(painted: bool) -> String {
    let mut text = String::new();
    for (name, palette) in builtin_names().into_iter().filter_map(|name| Some((name, builtin(name)?))) {
        let _ = writeln!(text, "{name:15} {:3}  {} by {}", palette.colors.len(), palette.name, palette.author);
        if painted {
            let swatch = |color| format!("{}  {:#}", style(color), style(color));
            let blocks: String = palette.colors.iter().map(|color| swatch(color.0)).collect();
            let _ = writeln!(text, "{blocks}");
        }
    }
    text
}

/// Plain colours are a `.hex` file at the same time.
fn show(palette: &Palette, painted: bool) -> String {
    if !painted {
        return palette.colors.iter().map(|color| format!("{color}\n")).collect();
    }
    let count = palette.colors.len();
    let mut text = format!("{}{}", palette.name, if palette.author.is_empty() { "" } else { " by " });
    let _ = writeln!(text, "{}, {count} {}", palette.author, if count == 1 { "colour" } else { "colours" });
    for row in palette.colors.chunks(ROW) {
        let swatches = row.iter().map(|color| format!("{}    {:#} {color}", style(color.0), style(color.0)));
        let _ = writeln!(text, "{}", swatches.collect::<Vec<_>>().join("  "));
    }
    text
}

fn style([r, g, b]: [u8; 3]) -> Style {
    Style::new().bg_color(Some(RgbColor(r, g, b).into()))
}

/// The built-in palette of that name, else the file.
fn find(name: &str) -> anyhow::Result<Palette> {
    if let Some(palette) = builtin(name) {
        return Ok(palette);
    }
    if Format::of(name).is_none() {
        let near = builtin_names().into_iter().max_by_key(|known| (strsim::jaro(known, name) * 1000.0) as u32);
        let meant = near.filter(|near| strsim::jaro(near, name) > 0.7);
        let hint = meant.map_or(String::new(), |near| format!("did you mean `{near}`? "));
        let message = format!("no palette is called `{name}`");
        return Err(project::usage(message, format!("{hint}`dgx-pixels palette list` shows all")));
    }
    let mut bytes = Vec::new();
    let read = File::open(name).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|error| {
        project::usage(format!("`{name}` could not be read: {error}"), "`dgx-pixels palette list` shows those built in")
    })?;
    parse(name, &bytes).map_err(|error| {
        project::usage(format!("`{name}` could not be read: {error}"), "formats: .gpl .hex .pal .json .png")
    })
}

fn extracted(path: &Path, colors: Option<u16>) -> anyhow::Result<Palette> {
    let image = open(path).map_err(|error| {
        project::usage(format!("`{}` could not be read: {error}", path.display()), "PNG, JPEG and WebP are read")
    })?;
    let exact = extract::exact(&image);
    let most = colors.map_or(MAX_COLORS, usize::from);
    let colors = match colors {
        _ if exact.is_empty() => {
            let message = format!("`{}` has no opaque pixel", path.display());
            return Err(project::usage(message, "take a picture that shows the colours"));
        }
        _ if exact.len() <= most => exact,
        Some(count) => quantize::reduce_colors(&extract::opaque(&image).collect::<Vec<_>>(), usize::from(count)),
        None => {
            let (name, count) = (path.display(), exact.len());
            let glance = quantize::preview_colors(&extract::opaque(&image).collect::<Vec<_>>(), 8);
            let glance: Vec<String> = glance.iter().map(ToString::to_string).collect();
            return Err(project::usage(
                format!("`{name}` has {count} colours, a palette has {MAX_COLORS} at most"),
                format!("`--colors 32` finds the 32 that stand for it best; roughly, it has {}", glance.join(" ")),
            ));
        }
    };
    let name = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    Ok(Palette { name, author: String::new(), colors })
}

fn open(path: &Path) -> anyhow::Result<RgbaImage> {
    let mut reader = ImageReader::open(path)?.with_guessed_format()?;
    let mut limits = image::Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(MAX_SIDE), Some(MAX_SIDE));
    reader.limits(limits);
    Ok(reader.decode()?.into_rgba8())
}

/// Writes a file whole or not at all, and over another only if that is wanted; there is nothing to show then.
fn save(palette: &Palette, path: &Path, force: bool) -> anyhow::Result<String> {
    let name = path.to_string_lossy();
    let Some(format) = Format::of(&name) else {
        return Err(project::usage(format!("`{name}` names no format"), "end it in .gpl, .hex, .pal, .json or .png"));
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = tempfile::Builder::new().make_in(folder, |path| File::create_new(path)).and_then(|mut file| {
        file.write_all(&write(palette, format))?;
        if force {
            file.persist(path)?
        } else {
            file.persist_noclobber(path)?
        };
        Ok(())
    });
    match written {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(project::usage(format!("`{name}` exists already"), "`--force` writes over it"));
        }
        other => other.with_context(|| format!("`{name}` could not be written"))?,
    }
    Ok(String::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(command: Command) -> String {
        result(&command, false).unwrap_or_else(|error| {
            let error = crate::session::Error::from(error);
            let found = &error.diagnostics()[0];
            match &found.hint {
                Some(hint) => format!("{}\nhint: {hint}", found.message),
                None => found.message.clone(),
            }
        })
    }

    #[test]
    fn every_built_in_palette_is_listed() {
        assert!(shown(Command::List).contains("sweetie-16       16  Sweetie 16 by GrafxKid\n"));
        assert_eq!(shown(Command::List).lines().count(), builtin_names().len());
    }

    #[test]
    fn colours_are_plain_without_a_terminal_and_blocks_on_one() {
        assert_eq!(shown(Command::Show { palette: "one-bit".to_owned() }), "#000000\n#ffffff\n");
        let painted = show(&builtin("slso8").unwrap_or_else(|| unreachable!()), true);
        assert!(painted.starts_with("SLSO8 by Luis Miguel Maldonado, 8 colours\n"));
        assert!(painted.contains("\u{1b}[48;2;13;43;69m    \u{1b}[0m #0d2b45"));
    }

    #[test]
    fn an_unknown_name_has_a_way_out() {
        let message = shown(Command::Show { palette: "endesga-23".to_owned() });
        assert_eq!(
            message,
            "no palette is called `endesga-23`\nhint: did you mean `endesga-32`? `dgx-pixels palette list` shows all"
        );
    }

    #[test]
    fn a_file_is_converted_and_never_lost() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("x.gpl");
        let convert = |from: &str, force| shown(Command::Convert { from: from.to_owned(), to: to.clone(), force });
        assert_eq!(convert("slso8", false), "");
        assert_eq!(parse("x.gpl", &std::fs::read(&to).unwrap()).unwrap(), builtin("slso8").unwrap());
        assert!(convert("nes", false).ends_with("exists already\nhint: `--force` writes over it"));
        assert_eq!(convert("nes", true), "");
        assert_eq!(shown(Command::Show { palette: to.to_string_lossy().into_owned() }).lines().count(), 55);
    }

    #[test]
    fn a_picture_of_many_colours_asks_how_many_are_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let image = folder.path().join("photo.png");
        RgbaImage::from_fn(32, 32, |x, y| image::Rgba([x as u8, y as u8, 0, 255])).save(&image).unwrap();
        let extract = |colors| shown(Command::Extract { image: image.clone(), colors, output: None, force: false });
        assert!(extract(None).contains("has 1024 colours, a palette has 256 at most\nhint: `--colors 32`"));
        assert_eq!(extract(Some(8)).lines().count(), 8);
    }
}
