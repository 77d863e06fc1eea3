//! Changes of a recipe that are tried without editing the manifest: `palette=pico-8`, `size=24`.

use std::path::Path;

use super::built_ins::{BuiltIns, Versions};
use super::check::{self, Context, RecipeLayer};
use super::disk::Disk;
use super::preset::Preset;
use super::problem::Problems;
use super::raw::{self, RawRecipeFile};
use crate::words::asset::Kind;
use crate::words::diagnostic::Diagnostic;
use crate::words::recipe::{Framing, Matte, PaletteChoice, Recipe, Size};
use crate::words::source::Sources;
use crate::words::text::shortened;

/// Some keys of a recipe that take the place of what resolved recipes have.
#[derive(Clone, Debug)]
pub struct RecipeChange {
    presets: Vec<Preset>,
    layer: RecipeLayer,
    size: Option<[u32; 2]>,
}

/// Why a change cannot be used.
#[derive(Debug)]
pub enum BadChange {
    /// It is not of the form `KEY=VALUE`.
    Form(Diagnostic),
    /// No recipe has such a key, or the key no such value.
    Values(Problems),
}

impl RecipeChange {
    /// Reads `KEY=VALUE` with the keys of a recipe; a value may be written without quotes. Palette files are relative to
    /// `folder`.
    ///
    /// # Errors
    /// All that is wrong with the changes.
    pub fn read(changes: &[String], folder: &Path) -> Result<Self, BadChange> {
        let lines: Vec<String> = changes.iter().map(|change| line(change)).collect::<Result<_, _>>()?;
        let mut sources = Sources::default();
        let (mut problems, mut disk) = (Vec::new(), Disk::new(folder));
        let file = sources.add("what-if", lines.concat());
        let Some(raw) = raw::parse::<RawRecipeFile>(file, &sources, &mut problems) else {
            return Err(BadChange::Values(Problems::new(problems, sources)));
        };
        let mut cx = Context::new(&sources, &mut disk, problems);
        let keys = raw.top;
        let names = keys.preset.map(|names| names.value.0).unwrap_or_default();
        let presets = check::presets(&names, &Versions::new(), &BuiltIns::default(), &mut cx);
        let layer = RecipeLayer::read(&keys.keys, &mut cx);
        let size = keys.size.map(|size| [size.value.0.u32(), size.value.1.u32()]);
        let problems = cx.problems;
        if problems.is_empty() {
            return Ok(Self { presets, layer, size });
        }
        Err(BadChange::Values(Problems::new(problems, sources)))
    }

    /// The new size of frames and tiles, if it is among the changes.
    pub fn size(&self) -> Option<[u32; 2]> {
        self.size
    }

    /// The recipe of an asset as it would be. What its kind and its prompt imply stays.
    pub fn apply(&self, kind: Kind, before: &Recipe) -> Recipe {
        let mut recipe = before.clone();
        for preset in &self.presets {
            (preset.recipe)().apply_preset(&mut recipe);
        }
        self.layer.apply(&mut recipe);
        if let (PaletteChoice::Best { count, .. }, PaletteChoice::Given(_)) = (&before.palette, &recipe.palette) {
            recipe.palette = recipe.palette.limited(*count);
        }
        if let Some(size) = self.size {
            recipe.size = Size::Frame(size);
        }
        if let (true, Matte::Expected(key) | Matte::Color(key)) = (recipe.matte != before.matte, before.matte) {
            recipe = recipe.on(key);
        }
        if kind == Kind::Texture {
            recipe.matte = before.matte;
        } else {
            recipe.framing = match recipe.matte {
                Matte::None => Framing::Crop,
                _ if before.framing == Framing::Crop => Framing::Subject,
                _ => before.framing,
            };
        }
        recipe
    }
}

/// A change as a line of TOML.
pub(super) fn line(change: &str) -> Result<String, BadChange> {
    let is_key = |key: &str| !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b));
    let Some((key, value)) = change.split_once('=').filter(|(key, _)| is_key(key.trim())) else {
        let message = format!("`{}` is not a change of a recipe", shortened(change));
        let hint = "write it as KEY=VALUE, such as `palette=pico-8`";
        return Err(BadChange::Form(Diagnostic::error("bad-value", message).hint(hint)));
    };
    let (key, value) = (key.trim(), value.trim());
    let is_value = toml::from_str::<toml::Table>(&format!("v = {value}")).is_ok_and(|table| table.len() == 1);
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let list = |parts: &mut dyn Iterator<Item = String>| format!("[{}]", parts.collect::<Vec<_>>().join(", "));
    let value = match key {
        "size" | "grid" if !is_value && value.contains('x') => list(&mut value.split('x').map(str::to_owned)),
        "cleanup" | "palette" if !is_value && (value.starts_with('#') || key == "cleanup") => {
            list(&mut value.split(',').map(|part| quoted(part.trim())))
        }
        _ if is_value => value.to_owned(),
        _ => quoted(value),
    };
    Ok(format!("{key} = {value}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::palette::builtin;
    use crate::words::recipe::{Cleanup, Gate, Outline};

    fn changed(changes: &[&str], before: &Recipe) -> Recipe {
        let changes: Vec<String> = changes.iter().map(|change| (*change).to_owned()).collect();
        RecipeChange::read(&changes, Path::new(".")).unwrap().apply(Kind::Sprite, before)
    }

    #[test]
    fn values_are_written_as_on_a_command_line() {
        let before = Recipe::default();
        let after = changed(
            &["palette=pico-8", "size=24x32", "outline=outer", "cleanup=dust,orphans", "gates.grid=500"],
            &before,
        );
        assert_eq!(after.palette, PaletteChoice::Given(builtin("pico-8").unwrap().colors));
        assert_eq!((after.size, after.outline), (Size::Frame([24, 32]), Outline::Outer));
        assert_eq!(after.cleanup, Cleanup { orphans: true, jaggies: false, dust: true });
        assert_eq!(after.gates[&Gate::Grid], 500);
        assert_eq!(changed(&["palette=#000000,#ffffff"], &before).palette.palette().unwrap().len(), 2);
        assert_eq!(changed(&[], &before), before);
    }

    #[test]
    fn a_limit_of_colours_holds_under_another_palette() {
        let palette = |name: &str| PaletteChoice::Given(builtin(name).unwrap().colors);
        let before = Recipe { palette: palette("endesga-32").limited(4), ..Recipe::default() };
        assert_eq!(changed(&["palette=pico-8"], &before).palette, palette("pico-8").limited(4));
    }

    #[test]
    fn what_a_background_implies_follows() {
        let on_key = Recipe { matte: Matte::Expected(crate::words::color::Rgb([255, 0, 255])), ..Recipe::default() };
        let opaque = changed(&["background=none"], &on_key);
        assert_eq!((opaque.matte, opaque.framing), (Matte::None, Framing::Crop));
        assert_eq!(changed(&["background=auto"], &on_key).matte, on_key.matte);
    }

    #[test]
    fn mistakes_are_reported() {
        let read = |change: &str| RecipeChange::read(&[change.to_owned()], Path::new("."));
        assert!(matches!(read("palette"), Err(BadChange::Form(_))));
        assert!(matches!(read("a b=1"), Err(BadChange::Form(_))));
        for wrong in ["palette=endesga-23", "size=0", "sizes=3", "outline=x\ny=1", "recipe.size=3=4"] {
            assert!(matches!(read(wrong), Err(BadChange::Values(_))), "{wrong}");
        }
    }
}
