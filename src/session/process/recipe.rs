//! How images are restored: the recipe of a file, or one that restores as found, with options on top.

use std::path::{Path, PathBuf};

use crate::manifest;
use crate::plain_file::{self, LONGEST_TEXT};
use crate::session::{Error, Result, palette};
use crate::words::recipe::{Alpha, DrawnFrame, Fit, GridChoice, Holes, Matte, PaletteChoice, Recipe, Shadow, Size};

/// What the caller says of the recipe. Sizes are written as `32` or `32x48`.
#[derive(Clone, Debug, Default)]
pub struct RecipeOptions {
    /// A TOML file with the keys of a recipe.
    pub file: Option<PathBuf>,
    /// Logical cells across and down; found if left out.
    pub grid: Option<String>,
    /// Width of a logical pixel in pixels of the image; found if left out.
    pub pixel_size: Option<f64>,
    /// The frame; as found if left out.
    pub size: Option<String>,
    /// A palette by name or file.
    pub palette: Option<String>,
    /// At most so many colours; of a palette, so many of its colours.
    pub colors: Option<u32>,
    /// The background that is cut out: `auto`, `key`, `none` or a colour `#rrggbb`.
    pub background: Option<String>,
    /// What becomes of a frame that is drawn along the border.
    pub drawn_frame: Option<DrawnFrame>,
    /// What becomes of background that the subject encloses.
    pub holes: Option<Holes>,
    /// What becomes of the shadow that a subject casts on its background.
    pub shadow: Option<Shadow>,
    /// What becomes of half-transparent pixels.
    pub alpha: Option<Alpha>,
    /// What happens to a subject larger than its frame.
    pub fit: Option<Fit>,
}

impl RecipeOptions {
    /// The recipe; options win over the file.
    pub(super) fn recipe(&self) -> Result<Recipe> {
        let mut recipe = self.base()?;
        if let Some(grid) = &self.grid {
            recipe.grid = GridChoice::Cells(pair(grid, "--grid", 4096)?);
        }
        if let Some(size) = self.pixel_size {
            if !(1.0..=256.0).contains(&size) {
                return Err(bad("`--pixel-size` is from 1 to 256", "leave it out to have it found"));
            }
            let milli = (size * 1000.0).round() as u32;
            recipe.grid = GridChoice::Pitch([milli, milli]);
        }
        if let Some(size) = &self.size {
            recipe.size = Size::Frame(pair(size, "--size", 1024)?);
        }
        if let Some(name) = &self.palette {
            recipe.palette = PaletteChoice::Given(palette::colors_of(name)?);
        }
        if let Some(colors) = self.colors {
            if !(1..=256).contains(&colors) {
                return Err(bad("`--colors` is from 1 to 256", "leave it out to have the true number found"));
            }
            recipe.palette = std::mem::replace(&mut recipe.palette, PaletteChoice::Auto).limited(colors);
        }
        recipe.drawn_frame = self.drawn_frame.unwrap_or(recipe.drawn_frame);
        recipe.holes = self.holes.unwrap_or(recipe.holes);
        recipe.shadow = self.shadow.unwrap_or(recipe.shadow);
        recipe.alpha = self.alpha.unwrap_or(recipe.alpha);
        recipe.fit = self.fit.unwrap_or(recipe.fit);
        if let Some(background) = &self.background {
            recipe.matte = Matte::parse(background).ok_or_else(|| {
                let message = format!("`--background {background}` is not a background");
                bad(message, "write `auto`, `key`, `none` or a colour `#rrggbb`")
            })?;
        }
        Ok(recipe)
    }

    fn base(&self) -> Result<Recipe> {
        let Some(path) = &self.file else {
            return Ok(manifest::parse_recipe_file("recipe", "", Path::new("."))?);
        };
        let text = plain_file::read_text(path, LONGEST_TEXT).map_err(|error| {
            let message = format!("`{}` cannot be read: {error}", path.display());
            let hint = plain_file::hint(&error, "`--recipe` names a TOML file with the keys of a recipe");
            Error::usage(plain_file::code(&error, "unreadable-recipe"), message, hint)
        })?;
        let folder = path.parent().unwrap_or(Path::new("."));
        Ok(manifest::parse_recipe_file(&path.display().to_string(), &text, folder)?)
    }
}

fn bad(message: impl Into<String>, hint: impl Into<String>) -> Error {
    Error::usage("bad-value", message, hint)
}

/// `32` or `32x48`.
pub(in crate::session) fn pair(text: &str, option: &str, most: u32) -> Result<[u32; 2]> {
    let (width, height) = text.split_once(['x', 'X']).unwrap_or((text, text));
    match (width.parse(), height.parse()) {
        (Ok(width), Ok(height)) if (1..=most).contains(&width) && (1..=most).contains(&height) => Ok([width, height]),
        _ => Err(bad(
            format!("`{option} {text}` is not a size from 1 to {most}"),
            format!("write it as `{option} 32` or `{option} 32x48`"),
        )),
    }
}
