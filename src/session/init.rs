//! Begins a project that builds at once.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::first_style::{FirstStyle, first_style};
use super::from_images::{Tables, from_images};
use super::{Error, Operation, Result};
use crate::manifest;
use crate::store::{self, read_if_there, write_in_project};
use crate::words::file_error::{Access, FileResult};
use crate::words::text::with_line_ends_of;

const MANIFEST: &str = include_str!("init.toml");
/// Profiles for those who have a ComfyUI server.
const PROFILES: &str = include_str!("profiles.toml");
const IGNORED: [&str; 2] = ["/.dgx-pixels/", "/pixels.local.toml"];

const ATTRIBUTES_FILE: &str = ".gitattributes";
/// Without it git on Windows writes other line ends into what is generated, and every other program that compares it sees
/// a change.
const ATTRIBUTES: &str = "\
# What DGX-Pixels writes has the same bytes on every system. After a merge: dgx-pixels lock resolve, then dgx-pixels build.
/pixels.lock text eol=lf linguist-generated
/pixels.schema.json text eol=lf linguist-generated
/assets/** text=auto eol=lf linguist-generated
*.png binary
*.apng binary
*.gif binary
*.webp binary
*.jpg binary
*.jpeg binary
";

/// What generates the images of a new project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Generator {
    /// ComfyUI servers.
    Comfyui,
    /// The built-in placeholder art.
    Sketch,
}

impl Generator {
    /// The word in the manifest.
    fn word(self) -> &'static str {
        match self {
            Self::Comfyui => "comfyui",
            Self::Sketch => "sketch",
        }
    }
}

/// What a new project has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Contents {
    /// A few assets to begin with.
    #[default]
    Usual,
    /// All keys of the manifest, explained.
    Example,
    /// A sprite for every image of a folder in the project.
    Images(PathBuf),
}

/// A project that was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct NewProject {
    /// Its folder, as it was given.
    pub folder: PathBuf,
    /// Its name.
    pub name: String,
    /// What generates its images.
    pub backend: Generator,
    /// The files that were written, relative to the folder.
    pub files: Vec<String>,
    /// The server whose models the manifest names; null if none was asked or none answers.
    pub server: Option<String>,
    /// Those models, with the folder below ComfyUI's `models/`.
    pub models: Vec<String>,
    /// What the user should know.
    pub notes: Vec<String>,
}

/// As [`init_with`], with the usual contents.
///
/// # Errors
/// As of [`init_with`].
pub fn init(op: &Operation, name: Option<&str>, backend: Generator) -> Result<NewProject> {
    init_with(op, name, backend, &Contents::Usual)
}

/// Writes `pixels.toml`, its schema, what git should ignore, and which files are text to it into the operation's folder. The project has the folder's name unless another is
/// given. A manifest that exists is an error, and nothing is written.
pub fn init_with(op: &Operation, name: Option<&str>, backend: Generator, contents: &Contents) -> Result<NewProject> {
    let folder = op.root;
    std::fs::create_dir_all(folder).accessing(Access::CreateFolder, folder)?;
    let path = folder.join("pixels.toml");
    if path.exists() {
        let message = format!("`{}` exists already", path.display());
        return Err(Error::usage("file-exists", message, "edit it, or begin in another folder"));
    }
    let full = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let own = || full.file_name().map_or_else(|| "game".to_owned(), |name| name.to_string_lossy().into_owned());
    let name = name.map_or_else(own, str::to_owned);
    let quoted = manifest::edit::quoted(&name);
    let images = match contents {
        Contents::Images(images) => from_images(op, images)?,
        Contents::Usual | Contents::Example => Tables::default(),
    };
    let text = match contents {
        Contents::Usual => MANIFEST.to_owned(),
        Contents::Example => example(),
        Contents::Images(_) => {
            format!("{}{}", MANIFEST.split("[recipe.default]").next().unwrap_or(MANIFEST), images.text)
        }
    };
    let mut text = text.replace("\"NAME\"", &quoted).replace("\"BACKEND\"", &format!("\"{}\"", backend.word()));
    let FirstStyle { server, text: style, profiles, chosen, mut notes } = match backend {
        Generator::Comfyui if *contents == Contents::Usual => first_style(folder, PROFILES),
        _ => FirstStyle::default(),
    };
    text.push_str(&style);
    text.push_str(&profiles);
    notes.extend(images.notes);
    let schema = format!("{:#}\n", super::schema());
    let _ = store::sweep(folder);
    let mut files = vec![("pixels.toml", text), ("pixels.schema.json", schema), (".gitignore", ignored(folder)?)];
    if folder.join(ATTRIBUTES_FILE).symlink_metadata().is_err() {
        files.push((ATTRIBUTES_FILE, ATTRIBUTES.to_owned()));
    }
    for (file, text) in &files {
        write_in_project(folder, &folder.join(file), text.as_bytes(), "init").writing(file)?;
    }
    let files = files.into_iter().map(|(file, _)| file.to_owned()).collect();
    Ok(NewProject { folder: folder.to_owned(), name, backend, files, server, models: chosen, notes })
}

/// The manifest that explains all keys.
fn example() -> String {
    const EXAMPLE: &str = include_str!("../../pixels.toml.example");
    let head = "# A complete manifest. Copy it to `pixels.toml` and keep what you need; all keys have defaults.";
    let text = EXAMPLE.replace(head, "# A complete manifest: keep what you need; all keys have defaults.");
    let text = text.replacen("name = \"dungeon\"", "name = \"NAME\"", 1);
    text.replacen("backend = \"comfyui\"", "backend = \"BACKEND\"", 1)
}

fn not_utf8(_: std::string::FromUtf8Error) -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::InvalidData, "it is not UTF-8 text")
}

/// The folder's `.gitignore` with our lines.
fn ignored(folder: &Path) -> Result<String> {
    let own = read_if_there(&folder.join(".gitignore")).reading(".gitignore")?;
    let mut text = String::from_utf8(own.unwrap_or_default()).map_err(not_utf8).reading(".gitignore")?;
    let before = text.clone();
    for line in IGNORED {
        if !text.lines().any(|own| own.trim() == line) {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            text.push_str(line);
            text.push('\n');
        }
    }
    Ok(with_line_ends_of(before.as_bytes(), &text))
}
