//! Begins a project that builds at once.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::first_style::{FirstStyle, first_style};
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
# What DGX-Pixels writes has the same bytes on every system.
/pixels.lock text eol=lf
/pixels.schema.json text eol=lf
/assets/** text=auto eol=lf
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

/// Writes `pixels.toml`, its schema, what git should ignore, and which files are text to it into the operation's folder. The project has the folder's name unless another is
/// given. A manifest that exists is an error, and nothing is written.
pub fn init(op: &Operation, name: Option<&str>, backend: Generator) -> Result<NewProject> {
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
    let mut text = MANIFEST.replace("\"NAME\"", &quoted).replace("\"BACKEND\"", &format!("\"{}\"", backend.word()));
    let FirstStyle { server, text: style, profiles, chosen, notes } = match backend {
        Generator::Comfyui => first_style(folder, PROFILES),
        Generator::Sketch => FirstStyle::default(),
    };
    text.push_str(&style);
    text.push_str(&profiles);
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
