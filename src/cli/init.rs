//! `dgx-pixels init`: a project that builds at once.

use std::path::Path;

use anyhow::Context;

use super::args::{Global, Init};
use super::{Exit, project, style};
use crate::manifest;
use crate::store::write_whole;

const MANIFEST: &str = include_str!("init.toml");
const PROFILES: &str = include_str!("profiles.toml");
const IGNORED: [&str; 2] = ["/.dgx-pixels/", "/pixels.local.toml"];

/// Writes pixels.toml, the schema and what git should ignore; nothing that is there is touched.
pub fn run(global: &Global, args: &Init) -> anyhow::Result<Exit> {
    let folder = args.folder.clone().unwrap_or_else(|| ".".into());
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let path = folder.join("pixels.toml");
    if path.exists() {
        return Err(project::usage(
            format!("`{}` is there already", path.display()),
            "edit it, or begin in another folder",
        ));
    }
    let full = std::fs::canonicalize(&folder).unwrap_or_else(|_| folder.clone());
    let own = full.file_name().map_or_else(|| "game".to_owned(), |name| name.to_string_lossy().into_owned());
    let name = manifest::edit::quoted(&args.name.clone().unwrap_or(own));
    let mut text = MANIFEST.replace("\"NAME\"", &name).replace("\"BACKEND\"", &format!("\"{}\"", args.backend));
    if args.backend == "comfyui" {
        text.push_str(PROFILES);
    }
    write_whole(&path, text.as_bytes(), "init").with_context(|| format!("cannot write `{}`", path.display()))?;
    let schema = serde_json::to_string_pretty(&crate::session::schema())? + "\n";
    write_whole(&folder.join("pixels.schema.json"), schema.as_bytes(), "init")
        .context("cannot write `pixels.schema.json`")?;
    ignore(&folder)?;
    if !global.quiet {
        style::out(&format!("began a project in {}; build it with `dgx-pixels build`", folder.display()));
        if args.backend == "comfyui" {
            style::hint(
                "it asks ComfyUI at http://127.0.0.1:8188; name other servers in `pixels.local.toml`, or draw placeholders with `dgx-pixels build --fill sketch`",
            );
        }
    }
    Ok(Exit::Success)
}

fn ignore(folder: &Path) -> anyhow::Result<()> {
    let path = folder.join(".gitignore");
    let mut text = std::fs::read_to_string(&path).unwrap_or_default();
    for line in IGNORED {
        if !text.lines().any(|own| own.trim() == line) {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            text.push_str(line);
            text.push('\n');
        }
    }
    write_whole(&path, text.as_bytes(), "init").context("cannot write `.gitignore`")
}
