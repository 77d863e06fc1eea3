//! `dgx-pixels palette`: lists, shows, extracts and converts palettes.

use std::fmt::Write as _;
use std::path::Path;

use anstyle::{RgbColor, Style};

use super::args::{Global, PaletteArgs, PaletteCommand as Command};
use super::{Exit, report, style};
use crate::session::palette::{self, BuiltIn};
use crate::session::{self, Existing};
use crate::words::palette::Palette;
use crate::words::text::printable;

/// Swatches in a row on a terminal.
const ROW: usize = 6;

/// Runs the subcommand; its result goes to stdout, as swatches where that shows colours.
pub(super) fn run(global: &Global, args: &PaletteArgs) -> session::Result<Exit> {
    let painted = !matches!(anstream::stdout().current_choice(), anstream::ColorChoice::Never);
    match &args.command {
        Command::List => report::list(global, "palettes", &palette::list(), |all| style::text(&list(all, painted))),
        Command::Show { palette } => shown(global, &found(palette)?, painted),
        Command::Extract { image, colors, output, force } => {
            let palette = palette::of_image(image, *colors)?;
            match output {
                Some(output) => save(global, &palette, output, *force)?,
                None => shown(global, &palette, painted),
            }
        }
        Command::Convert { from, to, force } => save(global, &found(from)?, to, *force)?,
    }
    Ok(Exit::Success)
}

/// A palette by name or file; what it has twice is said.
fn found(name: &str) -> session::Result<Palette> {
    let palette = palette::find(name)?;
    if palette.duplicates > 0 {
        let duplicates = style::count(palette.duplicates, "duplicate", "duplicates");
        style::warning(&format!("`{name}`: {duplicates} left out"), None);
    }
    Ok(palette)
}

fn shown(global: &Global, palette: &Palette, painted: bool) {
    report::result(global, "palette", palette, |palette| style::text(&show(palette, painted)));
}

/// Nothing is printed for a file that is written.
fn save(global: &Global, palette: &Palette, path: &Path, force: bool) -> session::Result<()> {
    let saved = palette::save(palette, path, Existing::replace_if(force))?;
    report::value(global, "palette-written", &saved, |_| {});
    Ok(())
}

fn list(all: &[BuiltIn], painted: bool) -> String {
    let mut text = String::new();
    for BuiltIn { id, palette } in all {
        let _ = writeln!(text, "{id:15} {:3}  {} by {}", palette.colors.len(), palette.name, palette.author);
        if painted {
            let swatch = |color| format!("{}  {:#}", swatch(color), swatch(color));
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
    let [name, author] = [&palette.name, &palette.author].map(|text| printable(text));
    let by = if author.is_empty() { "" } else { " by " };
    let mut text = format!("{name}{by}{author}, {}\n", style::count(palette.colors.len(), "colour", "colours"));
    for row in palette.colors.chunks(ROW) {
        let swatches = row.iter().map(|color| format!("{}    {:#} {color}", swatch(color.0), swatch(color.0)));
        let _ = writeln!(text, "{}", swatches.collect::<Vec<_>>().join("  "));
    }
    text
}

fn swatch([r, g, b]: [u8; 3]) -> Style {
    Style::new().bg_color(Some(RgbColor(r, g, b).into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::palette::{builtin, builtin_names};

    #[test]
    fn every_built_in_palette_is_listed() {
        let list = list(&palette::list(), false);
        assert!(list.contains("sweetie-16       16  Sweetie 16 by GrafxKid\n"));
        assert_eq!(list.lines().count(), builtin_names().len());
    }

    #[test]
    fn colours_are_plain_without_a_terminal_and_blocks_on_one() {
        assert_eq!(show(&palette::find("one-bit").unwrap(), false), "#000000\n#ffffff\n");
        let painted = show(&builtin("slso8").unwrap(), true);
        assert!(painted.starts_with("SLSO8 by Luis Miguel Maldonado, 8 colours\n"));
        assert!(painted.contains("\u{1b}[48;2;13;43;69m    \u{1b}[0m #0d2b45"));
    }

    #[test]
    fn the_name_of_a_palette_commands_no_terminal() {
        let palette = Palette { name: "a\u{1b}[31mb".to_owned(), ..builtin("one-bit").unwrap() };
        assert!(show(&palette, true).starts_with("ab by "));
    }
}
