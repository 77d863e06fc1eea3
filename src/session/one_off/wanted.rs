//! What is wanted: a prompt or a list of prompts becomes tables of a manifest.

use std::path::{Path, PathBuf};

use crate::manifest::MoreAssets;
use crate::manifest::edit::NewValue;
use crate::manifest::prompts::{self, Key, Prompt};
use crate::plain_file::{self, Refused};
use crate::session::add::{seed, value};
use crate::session::{Error, NewAsset, Result, palette};
use crate::words::asset::Kind;
use crate::words::diagnostic::Diagnostic;
use crate::words::text::with_unix_line_ends;

/// No list that a person wrote is larger.
const LARGEST: u64 = 16 << 20;

/// How images look that are no asset of a manifest. Texts are written as on a command line: `32x48`, `#1a1c2c,#5d275d`.
#[derive(Clone, Debug, Default)]
pub struct Appearance {
    /// The frame in logical pixels; as found if left out.
    pub size: Option<String>,
    /// A palette by name or file, or colours.
    pub palette: Option<String>,
    /// A style of the manifest.
    pub style: Option<String>,
    /// What the image does not show.
    pub negative: Option<String>,
}

impl Appearance {
    /// What was given, by key, as it was written.
    fn given(&self) -> Vec<(&'static str, &str)> {
        let texts =
            [("size", &self.size), ("palette", &self.palette), ("style", &self.style), ("negative", &self.negative)];
        texts.into_iter().filter_map(|(key, text)| Some((key, text.as_deref()?))).collect()
    }

    /// The keys of a sprite.
    fn keys(&self) -> Result<Vec<(&'static str, NewValue)>> {
        // A palette file lies where the command is given, not where the manifest is.
        let palette = self.palette.as_deref().map(palette::portable).transpose()?;
        let texts = [("size", &self.size), ("palette", &palette), ("style", &self.style), ("negative", &self.negative)];
        let given = texts.into_iter().filter_map(|(key, text)| Some((key, text.as_deref()?)));
        given.map(|(key, text)| Ok((key, value(key, text)?))).collect()
    }
}

/// Images of one prompt.
#[derive(Clone, Debug)]
pub struct FromPrompt {
    /// One preset, or several with commas.
    pub preset: String,
    /// What the images show.
    pub prompt: String,
    /// Their name; made of the prompt if left out.
    pub name: Option<String>,
    /// How many.
    pub count: u32,
    /// The first one's seed; the next ones count on.
    pub seed: Option<u64>,
    /// How they look.
    pub appearance: Appearance,
    /// A `.png` file, or a folder.
    pub out: PathBuf,
}

/// Images of a list of prompts.
#[derive(Clone, Debug)]
pub struct FromList {
    /// The list: lines, `.csv`, or `.toml` with the tables of a manifest.
    pub file: PathBuf,
    /// The preset of prompts without one.
    pub preset: Option<String>,
    /// How they look where the list says nothing else.
    pub appearance: Appearance,
    /// The folder for them.
    pub out: PathBuf,
}

/// Where images go.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// The only one.
    File(PathBuf),
    /// A folder, for files with their names.
    Folder(PathBuf),
}

impl Place {
    pub(super) fn folder(&self) -> &Path {
        match self {
            Self::File(path) => path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")),
            Self::Folder(folder) => folder,
        }
    }

    pub(super) fn of(&self, name: &str) -> PathBuf {
        match self {
            Self::File(path) => path.clone(),
            // A member has a file name as in the output of a build.
            Self::Folder(folder) => folder.join(format!("{}.png", name.replace('@', "-"))),
        }
    }
}

/// Assets, and where their images go.
pub(super) struct Wanted {
    pub(super) assets: MoreAssets,
    pub(super) place: Place,
}

impl FromPrompt {
    pub(super) fn wanted(&self) -> Result<Wanted> {
        let name = self.name();
        let assets = self.assets(&name)?;
        Ok(Wanted { assets, place: self.place(&name)? })
    }

    /// The sprite that a manifest has of it.
    pub(super) fn asset(&self) -> Result<NewAsset> {
        let Appearance { size, palette, style, negative } = self.appearance.clone();
        Ok(NewAsset {
            preset: Some(self.preset.clone()),
            prompt: Some(self.prompt.clone()),
            size,
            palette: palette.as_deref().map(palette::portable).transpose()?,
            style,
            negative,
            candidates: (self.count > 1).then_some(self.count),
            seed: self.seed,
            ..NewAsset::new(Kind::Sprite, self.name())
        })
    }

    /// The name of the sprite that [`super::add_and_build`] adds.
    pub fn asset_name(&self) -> String {
        self.name()
    }

    fn name(&self) -> String {
        self.name.clone().unwrap_or_else(|| prompts::name_of(&self.prompt))
    }

    fn assets(&self, name: &str) -> Result<MoreAssets> {
        let common = self.appearance.keys()?;
        let (preset, whole) = (0..self.preset.len(), format!("{} {}", self.preset, self.prompt));
        let words = preset.end + 1..whole.len();
        let prompt = |number: u32| {
            let name = if self.count == 1 { name.to_owned() } else { format!("{name}-{}", number + 1) };
            let mut keys = vec![
                Key { key: "preset", value: value("preset", &self.preset)?, at: preset.clone() },
                Key { key: "prompt", value: NewValue::Text(self.prompt.clone()), at: words.clone() },
            ];
            if let Some(first) = self.seed {
                keys.push(Key { key: "seed", value: seed(first, number)?, at: 0..whole.len() });
            }
            Ok(Prompt { at: 0..whole.len(), name, keys })
        };
        let list: Vec<Prompt> = (0..self.count).map(prompt).collect::<Result<_>>()?;
        Ok(prompts::tables(&list, &self.appearance.given(), &common).assets("the command line", &whole))
    }

    fn place(&self, name: &str) -> Result<Place> {
        let out = &self.out;
        let is_file = out.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png")) && !out.is_dir();
        if is_file && self.count > 1 {
            let message = format!("`{}` is one file for {} images", out.display(), self.count);
            return Err(Error::usage("bad-out", message, format!("name a folder; the images become {name}-1.png ..")));
        }
        if !is_file && out.is_file() {
            let message = format!("`{}` is a file that is no PNG", out.display());
            return Err(Error::usage("bad-out", message, "`--out` names a folder or a `.png` file"));
        }
        Ok(if is_file { Place::File(out.clone()) } else { Place::Folder(out.clone()) })
    }
}

impl FromList {
    pub(super) fn wanted(&self) -> Result<Wanted> {
        let name = self.file.display().to_string();
        if self.out.exists() && !self.out.is_dir() {
            let message = format!("`{}` is not a folder", self.out.display());
            return Err(Error::usage("bad-out", message, "`--out` names the folder for the images"));
        }
        let bytes = read(&self.file)?;
        let bytes = with_unix_line_ends(&bytes);
        let assets = self.assets(&name, prompts::decode(&name, &bytes)?)?;
        if assets.text.is_empty() {
            let message = format!("`{name}` has no prompts");
            return Err(Error::usage("empty-list", message, "write a prompt a line, or `name: prompt`"));
        }
        Ok(Wanted { assets, place: Place::Folder(self.out.clone()) })
    }

    fn assets(&self, name: &str, text: &str) -> Result<MoreAssets> {
        let extension = self.file.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
        let list: Vec<Prompt> = match extension.as_deref() {
            // The tables of a manifest say all that a manifest can say.
            Some("toml") => {
                let (name, text) = (name.to_owned(), text.to_owned());
                return Ok(MoreAssets { name, text, alone: true, origin: None });
            }
            Some("csv") => prompts::csv(name, text, &|palette| self.palette_beside(palette))?,
            _ => prompts::lines(name, text)?,
        };
        let (mut given, mut common) = (self.appearance.given(), self.appearance.keys()?);
        if let Some(preset) = &self.preset {
            given.push(("preset", preset));
            common.push(("preset", value("preset", preset)?));
        }
        Ok(prompts::tables(&list, &given, &common).assets(name, text))
    }

    /// A palette file lies beside the list that names it, as far as there is one.
    fn palette_beside(&self, name: &str) -> std::result::Result<String, Diagnostic> {
        let folder = self.file.parent().unwrap_or(Path::new(""));
        palette::portable_from(folder, name).map_err(|error| {
            error.diagnostics().into_iter().next().unwrap_or_else(|| Diagnostic::error("bad-value", error.to_string()))
        })
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    let shown = file.display();
    plain_file::read(file, LARGEST).map_err(|error| {
        let hint = match Refused::of(&error) {
            Some(Refused::TooLong(_)) => "split the list",
            _ => plain_file::hint(&error, "name a list of prompts"),
        };
        let code = plain_file::code(&error, "unreadable-list");
        Error::usage(code, format!("`{shown}` cannot be read: {error}"), hint)
    })
}
