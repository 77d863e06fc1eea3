//! Images that a caller who is on no command line asks for: the palettes are built-in ones or colours, never files of this
//! machine, and the images go into the job's folder.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::done::Done;
use super::terms::Terms;
use crate::manifest::prompts::COLUMNS;
use crate::session::one_off::{self, Appearance, Delivered, FromList, FromPrompt, How, OneOffs};
use crate::session::planned::Planned;
use crate::session::{
    Agreed, BuildOptions, Consent, Error, Existing, Offer, Operation, Outcome, Result, build, palette,
};
use crate::store;
use crate::words::asset::Kind;
use crate::words::file_error::FileResult;

/// The most images of one prompt.
const MOST_IMAGES: u32 = 64;

/// The most prompts of a list.
const MOST_PROMPTS: usize = 1000;

/// The preset of a prompt that has neither style nor preset.
const PRESET: &str = "16bit";

/// What a text that says something has.
const WORD: &str = r"\S";

/// The folder of a job's images, in the job's own folder.
const MADE: &str = "made";

/// Width and height, or the width alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Side {
    /// A square.
    Square(u32),
    /// Width and height.
    Pair([u32; 2]),
    /// `32` or `32x48`.
    Text(String),
}

impl Side {
    fn text(&self) -> String {
        match self {
            Self::Square(side) => side.to_string(),
            Self::Pair([width, height]) => format!("{width}x{height}"),
            Self::Text(text) => text.clone(),
        }
    }
}

/// Images of one prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GenerateImages {
    /// What the images show.
    #[schemars(length(min = 1), regex(pattern = WORD))]
    pub prompt: String,
    /// A preset such as `16bit`, or a style of the manifest.
    #[serde(default)]
    pub style: Option<String>,
    /// Presets with commas, such as `character,16bit`.
    #[serde(default)]
    pub preset: Option<String>,
    /// The name of the image; made of the prompt if left out.
    #[serde(default)]
    pub name: Option<String>,
    /// The frame in logical pixels; as found if left out.
    #[serde(default)]
    pub size: Option<Side>,
    /// A built-in palette, or colours such as `#1a1c2c,#5d275d`.
    #[serde(default)]
    #[schemars(schema_with = "palette::schema")]
    pub palette: Option<String>,
    /// What the image does not show.
    #[serde(default)]
    pub negative: Option<String>,
    /// The first image's seed; the next ones count on.
    #[serde(default)]
    #[schemars(range(max = 9_223_372_036_854_775_807_u64))]
    pub seed: Option<u64>,
    /// How many images.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 64))]
    pub count: u32,
    /// `comfyui` or `sketch`; the project's own if left out.
    #[serde(default)]
    pub backend: Option<String>,
    /// Adds a sprite to the manifest and builds it, in place of images that no manifest knows; `count` is then the number
    /// of its candidates.
    #[serde(default)]
    pub add: bool,
    /// Seconds after which requests to servers that have no answer fail.
    #[serde(default)]
    pub time_limit: Option<u32>,
}

/// Images of a list of prompts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchImages {
    /// The prompts.
    #[schemars(length(min = 1, max = 1000))]
    pub prompts: Vec<BatchPrompt>,
    /// The preset of prompts without one.
    #[serde(default)]
    pub preset: Option<String>,
    /// `comfyui` or `sketch`; the project's own if left out.
    #[serde(default)]
    pub backend: Option<String>,
    /// Seconds after which requests to servers that have no answer fail.
    #[serde(default)]
    pub time_limit: Option<u32>,
}

/// A prompt of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchPrompt {
    /// What the image shows.
    #[schemars(length(min = 1), regex(pattern = WORD))]
    pub prompt: String,
    /// The name of the image; made of the prompt if left out.
    #[serde(default)]
    pub name: Option<String>,
    /// Presets with commas.
    #[serde(default)]
    pub preset: Option<String>,
    /// The frame in logical pixels.
    #[serde(default)]
    pub size: Option<Side>,
    /// A built-in palette, or colours.
    #[serde(default)]
    #[schemars(schema_with = "palette::schema")]
    pub palette: Option<String>,
    /// The seed.
    #[serde(default)]
    #[schemars(range(max = 9_223_372_036_854_775_807_u64))]
    pub seed: Option<u64>,
    /// A style of the manifest.
    #[serde(default)]
    pub style: Option<String>,
    /// What the image does not show.
    #[serde(default)]
    pub negative: Option<String>,
}

fn one() -> u32 {
    1
}

impl GenerateImages {
    pub(super) fn check(&self) -> Result<()> {
        check_prompt(&self.prompt)?;
        if !(1..=MOST_IMAGES).contains(&self.count) {
            let message = format!("`count` is from 1 to {MOST_IMAGES}");
            return Err(Error::usage("bad-value", message, "send several requests, or a batch"));
        }
        check_seed(self.seed)?;
        self.palette.as_deref().map_or(Ok(()), palette::require_portable)
    }

    /// The prompt as the command line gives it. A style that is a preset is one.
    fn from(&self, out: PathBuf) -> FromPrompt {
        let (of_style, style) = match &self.style {
            Some(word) if one_off::is_preset(word) => (Some(word.clone()), None),
            other => (None, other.clone()),
        };
        let given: Vec<String> = self.preset.iter().cloned().chain(of_style).collect();
        let preset = if given.is_empty() && style.is_none() { PRESET.to_owned() } else { given.join(",") };
        FromPrompt {
            preset,
            prompt: self.prompt.clone(),
            name: self.name.clone(),
            count: self.count,
            seed: self.seed,
            appearance: Appearance {
                size: self.size.as_ref().map(Side::text),
                palette: self.palette.clone(),
                style,
                negative: self.negative.clone(),
            },
            out,
        }
    }

    pub(super) fn make(&self, operation: &Operation, folder: &Path) -> Result<OneOffs> {
        let made = made_in(folder)?;
        let how = how(&self.backend, self.time_limit);
        one_off::generate(operation, &self.from(made), &how).map(named)
    }

    /// What it would cost, with the token that allows it.
    ///
    /// # Errors
    /// As of [`one_off::offer_generation`] and [`one_off::offer_sprite`].
    pub fn offer(&self, operation: &Operation, ceiling: Option<usize>) -> Result<Offer> {
        let from = self.from(PathBuf::from("."));
        match self.add {
            true => one_off::offer_sprite(operation, &from, ceiling),
            false => one_off::offer_generation(operation, &from, &how(&self.backend, self.time_limit), ceiling),
        }
    }

    /// Whether it is agreed to as things are now; the token stays good.
    ///
    /// # Errors
    /// [`crate::session::Refusal::NotAgreed`] with the plan of now, or as of [`Self::offer`].
    pub fn check_agreed(&self, operation: &Operation, agreed: Agreed) -> Result<()> {
        let from = self.from(PathBuf::from("."));
        match self.add {
            true => one_off::check_sprite(operation, &from, agreed),
            false => one_off::check_generation(operation, &from, &how(&self.backend, self.time_limit), agreed),
        }
    }

    /// The name of the image or sprite.
    pub fn asset_name(&self) -> String {
        self.from(PathBuf::from(".")).asset_name()
    }

    pub(super) fn make_agreed(
        &self,
        operation: &Operation,
        folder: &Path,
        token: Option<&str>,
        terms: &Terms,
    ) -> Result<Done> {
        let may = |options: &BuildOptions, planned: &Planned| terms.permit(operation, options, token, planned);
        if self.add {
            return one_off::add_if(operation, &self.from(PathBuf::from(".")), terms.left, &may).map(Done::Built);
        }
        let (from, how) = (self.from(made_in(folder)?), how(&self.backend, self.time_limit));
        one_off::generate_if(operation, &from, &how, &may).map(|made| Done::Made(named(made)))
    }

    /// Adds the sprite unless a run that was cut off did, and builds it.
    pub(super) fn add_and_build(&self, operation: &Operation, again: bool) -> Result<Outcome> {
        let from = self.from(PathBuf::from("."));
        match one_off::add_and_build(operation, &from) {
            Err(error) if again && error.diagnostics().iter().any(|one| one.code == "duplicate-key") => {
                let targets = vec![format!("{}:{}", Kind::Sprite, from.asset_name())];
                build(operation, &BuildOptions { targets, consent: Consent::Given, ..BuildOptions::default() })
            }
            built => built,
        }
    }
}

impl BatchImages {
    pub(super) fn check(&self) -> Result<()> {
        if self.prompts.is_empty() || self.prompts.len() > MOST_PROMPTS {
            let message = format!("a batch has from 1 to {MOST_PROMPTS} prompts");
            return Err(Error::usage("bad-value", message, "split the list"));
        }
        self.prompts.iter().try_for_each(|prompt| check_prompt(&prompt.prompt))?;
        self.prompts.iter().try_for_each(|prompt| check_seed(prompt.seed))?;
        let palettes = self.prompts.iter().filter_map(|prompt| prompt.palette.as_deref());
        palettes.into_iter().try_for_each(palette::require_portable)
    }

    /// Writes the list into the job's folder as a person would, and makes its images.
    pub(super) fn make(&self, operation: &Operation, folder: &Path) -> Result<OneOffs> {
        let list = folder.join("prompts.csv");
        let bytes = self.csv().map_err(|error| Error::internal(format!("a list cannot be written: {error}")))?;
        store::write_unflushed(&list, &bytes, "job-file").writing(&list)?;
        let from = FromList {
            file: list,
            preset: self.preset.clone(),
            appearance: Appearance::default(),
            out: made_in(folder)?,
        };
        one_off::batch(operation, &from, &how(&self.backend, self.time_limit)).map(named)
    }

    fn csv(&self) -> std::io::Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(COLUMNS)?;
        for prompt in &self.prompts {
            let size = prompt.size.as_ref().map(Side::text).unwrap_or_default();
            let seed = prompt.seed.map(|seed| seed.to_string()).unwrap_or_default();
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let cell = |column: &str| match column {
                "name" => text(&prompt.name),
                "prompt" => prompt.prompt.clone(),
                "preset" => text(&prompt.preset),
                "size" => size.clone(),
                "palette" => text(&prompt.palette),
                "seed" => seed.clone(),
                "style" => text(&prompt.style),
                _ => text(&prompt.negative),
            };
            writer.write_record(COLUMNS.map(cell))?;
        }
        writer.into_inner().map_err(|error| error.into_error())
    }
}

fn check_prompt(prompt: &str) -> Result<()> {
    match prompt.trim() {
        "" => Err(Error::usage("bad-value", "the prompt is empty", "say what the image shows")),
        _ => Ok(()),
    }
}

fn check_seed(seed: Option<u64>) -> Result<()> {
    match seed {
        Some(seed) if i64::try_from(seed).is_err() => {
            Err(Error::usage("bad-value", "the seed is too large", "seeds are 0 to 2^63-1"))
        }
        _ => Ok(()),
    }
}

fn how(backend: &Option<String>, time_limit: Option<u32>) -> How {
    // Only this job writes into its folder.
    How { backend: backend.clone(), existing: Existing::Replace, time_limit }
}

fn made_in(folder: &Path) -> Result<PathBuf> {
    let made = folder.join(MADE);
    std::fs::create_dir_all(&made).writing(&made)?;
    Ok(made)
}

/// The images by their names in the job's folder.
fn named(made: OneOffs) -> OneOffs {
    let name = |path: &str| Path::new(path).file_name().map_or_else(String::new, |name| name.to_string_lossy().into());
    let delivered = made.delivered.iter().map(|file| Delivered { path: name(&file.path), ..file.clone() }).collect();
    OneOffs { delivered, ..made }
}

/// The name of a delivered file in its job's folder.
pub(super) fn file_name(path: &str) -> String {
    Path::new(path).file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
