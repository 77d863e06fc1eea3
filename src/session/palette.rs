//! Palettes: the built-in ones, those of files and those of images; and files written in any of the formats.

use std::path::{Path, PathBuf};

use image::RgbaImage;
use serde::Serialize;

use super::image::write as write_file;
use super::{Error, Existing, Result};
use crate::plain_file;
use crate::process::quantize;
use crate::words::color::Rgb;
use crate::words::image_file;
use crate::words::palette::{Format, MAX_BYTES, Palette, builtin, builtin_names, extract, is_file_name, parse, write};
use crate::words::suggest::nearest;
use crate::words::text::shortened;

/// The most colours that are taken from an image.
const MAX_EXTRACTED: usize = 256;
/// A built-in palette.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct BuiltIn {
    /// What a manifest calls it.
    pub id: &'static str,
    /// Its name, author and colours.
    #[serde(flatten)]
    pub palette: Palette,
}

/// A palette file that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Saved {
    /// The file, as it was given.
    pub path: PathBuf,
    /// How many colours it has.
    pub colors: usize,
}

/// The built-in palettes.
pub fn list() -> Vec<BuiltIn> {
    let named = builtin_names().into_iter().filter_map(|id| Some((id, builtin(id)?)));
    named.map(|(id, palette)| BuiltIn { id, palette }).collect()
}

/// The built-in palette of that name, else the file.
pub fn find(name: &str) -> Result<Palette> {
    if let Some(palette) = builtin(name) {
        return Ok(palette);
    }
    if !is_file_name(name) && !Path::new(name).exists() {
        let hint = nearest(name, builtin_names()).map_or(String::new(), |near| format!("did you mean `{near}`? "));
        let message = format!("no palette is called `{name}`");
        return Err(Error::usage("unknown-palette", message, format!("{hint}`dgx-pixels palette list` shows all")));
    }
    let unreadable =
        |code, error: String, hint: &str| Error::usage(code, format!("`{name}` could not be read: {error}"), hint);
    let bytes = plain_file::read(Path::new(name), MAX_BYTES as u64).map_err(|error| {
        let hint = plain_file::hint(&error, "`dgx-pixels palette list` shows those built in");
        unreadable(plain_file::code(&error, "unreadable-palette"), error.to_string(), hint)
    })?;
    parse(name, &bytes).map_err(|error| unreadable("unreadable-palette", error.to_string(), &error.hint()))
}

/// Refuses a palette that is neither built in nor a list of colours: who is not on this machine's command line names no
/// file of it.
///
/// # Errors
/// `unknown-palette`.
pub fn require_portable(text: &str) -> Result<()> {
    if builtin(text).is_some() || colors(text).is_some() {
        return Ok(());
    }
    let hint = nearest(text, builtin_names()).map_or(String::new(), |near| format!("did you mean `{near}`? "));
    let message = format!("no palette is called `{}`", shortened(text));
    let hint = format!("{hint}name a built-in palette, or colours such as `#1a1c2c,#5d275d`");
    Err(Error::usage("unknown-palette", message, hint))
}

/// The schema of a palette as [`require_portable`] takes it, or null.
pub fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let (color, gap) = ("#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})", "[, ]");
    let pattern = format!("^(?:{}|{gap}*{color}(?:{gap}+{color})*{gap}*)$", builtin_names().join("|"));
    schemars::json_schema!({ "type": ["string", "null"], "pattern": pattern })
}

/// The colours of a text such as `#1a1c2c,#5d275d`, each once; `None` if it is another one.
fn colors(text: &str) -> Option<Vec<Rgb>> {
    let words = text.split([',', ' ']).filter(|word| !word.is_empty());
    let mut colors = Vec::new();
    for word in words {
        let color = Rgb::parse(word).filter(|_| word.starts_with('#'))?;
        if !colors.contains(&color) {
            colors.push(color);
        }
    }
    Some(colors).filter(|colors| !colors.is_empty())
}

/// The colours of a palette by name or file, or of a list.
pub(super) fn colors_of(text: &str) -> Result<Vec<Rgb>> {
    colors(text).map_or_else(|| Ok(find(text)?.colors), Ok)
}

/// A palette as a manifest may have it anywhere: the colours of a file, else the text itself.
pub(super) fn portable(text: &str) -> Result<String> {
    portable_from(Path::new(""), text)
}

/// As [`portable`], for a file that is relative to a folder.
pub(super) fn portable_from(folder: &Path, text: &str) -> Result<String> {
    let path = folder.join(text);
    if !path.is_file() {
        return Ok(text.to_owned());
    }
    let colors: Vec<String> = find(&path.to_string_lossy())?.colors.iter().map(ToString::to_string).collect();
    Ok(colors.join(","))
}

/// The palette of an image: its colours, or so many that stand for them best.
pub fn of_image(path: &Path, colors: Option<u16>) -> Result<Palette> {
    let shown = path.display();
    let message = |problem: &dyn std::fmt::Display| format!("`{shown}` could not be read: {problem}");
    let hint = "PNG, JPEG and WebP are read";
    let bytes = plain_file::read(path, image_file::MAX_BYTES).map_err(|error| {
        Error::usage(plain_file::code(&error, "unreadable-image"), message(&error), plain_file::hint(&error, hint))
    })?;
    let image = image_file::decode(&bytes, "")
        .map_err(|error| Error::usage("unreadable-image", message(&format!("it {}", error.problem)), hint))?;
    let image = image.pixels;
    let exact = extract::exact(&image);
    let most = colors.map_or(MAX_EXTRACTED, usize::from);
    let colors = match colors {
        _ if exact.is_empty() => {
            let message = format!("`{shown}` has no opaque pixel");
            return Err(Error::usage("no-colors", message, "take an image that shows the colours"));
        }
        _ if exact.len() <= most => exact,
        Some(count) => quantize::reduce_colors(&opaque(&image), usize::from(count)),
        None => {
            let preview: Vec<String> =
                quantize::preview_colors(&opaque(&image), 8).iter().map(ToString::to_string).collect();
            return Err(Error::usage(
                "too-many-colors",
                format!("`{shown}` has {} colours, at most {MAX_EXTRACTED} are taken from an image", exact.len()),
                format!("`--colors 32` finds the 32 that stand for it best; roughly, it has {}", preview.join(" ")),
            ));
        }
    };
    let name = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    Ok(Palette { name, author: String::new(), colors, duplicates: 0 })
}

fn opaque(image: &RgbaImage) -> Vec<Rgb> {
    extract::opaque(image).collect()
}

/// Writes a palette in the format that the end of the file's name says, whole or not at all.
pub fn save(palette: &Palette, path: &Path, existing: Existing) -> Result<Saved> {
    let name = path.to_string_lossy();
    let Some(format) = Format::of(&name) else {
        let hint = "end it in .gpl, .hex, .pal, .json or .png";
        return Err(Error::usage("unknown-format", format!("`{name}` names no format"), hint));
    };
    write_file(path, &write(palette, format), existing, "palette")?;
    Ok(Saved { path: path.to_owned(), colors: palette.colors.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told<T: std::fmt::Debug>(result: Result<T>) -> String {
        let found = result.unwrap_err().diagnostics().remove(0);
        format!("{}: {}\nhint: {}", found.code, found.message, found.hint.unwrap())
    }

    #[test]
    fn an_unknown_name_has_a_way_out() {
        assert_eq!(
            told(find("endesga-23")),
            "unknown-palette: no palette is called `endesga-23`\nhint: did you mean `endesga-32`? `dgx-pixels palette list` shows all"
        );
    }

    #[test]
    fn a_file_is_converted_and_never_lost() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("x.gpl");
        let convert = |from: &str, existing| save(&find(from).unwrap(), &to, existing);
        assert_eq!(convert("slso8", Existing::Keep).unwrap(), Saved { path: to.clone(), colors: 8 });
        assert_eq!(parse("x.gpl", &std::fs::read(&to).unwrap()).unwrap(), builtin("slso8").unwrap());
        assert!(told(convert("nes", Existing::Keep)).ends_with("exists already\nhint: `--force` writes over it"));
        convert("nes", Existing::Replace).unwrap();
        assert_eq!(find(&to.to_string_lossy()).unwrap().colors.len(), 55);
    }

    #[test]
    fn a_picture_of_many_colours_asks_how_many_are_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let image = folder.path().join("photo.png");
        RgbaImage::from_fn(32, 32, |x, y| image::Rgba([x as u8, y as u8, 0, 255])).save(&image).unwrap();
        assert!(
            told(of_image(&image, None))
                .contains("has 1024 colours, at most 256 are taken from an image\nhint: `--colors 32`")
        );
        assert_eq!(of_image(&image, Some(8)).unwrap().colors.len(), 8);
    }

    #[test]
    fn a_palette_file_becomes_its_colours() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("two.hex");
        std::fs::write(&file, "000000\nffffff\n").unwrap();
        assert_eq!(portable_from(folder.path(), "two.hex").unwrap(), "#000000,#ffffff");
        assert_eq!(portable("pico-8").unwrap(), "pico-8");
    }
}
