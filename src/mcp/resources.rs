//! Resources: the project's texts, its assets and palettes, and what a manifest may say.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rmcp::model::{ErrorData, ReadResourceResult, Resource, ResourceContents, ResourceTemplate};
use serde::Serialize;
use serde_json::json;

use super::Server;
use crate::session::{self, AssetFilter, Cancel, Error, Operation, ProjectText, Result, View};
use crate::words::suggest::nearest;
use crate::words::text::shortened;

pub(super) const MANIFEST: &str = "pixels://manifest";
pub(super) const LOCK: &str = "pixels://lock";
const DOCS: &str = "pixels://docs/manifest";
const ASSET: &str = "pixels://asset/";
const PALETTE: &str = "pixels://palette/";

/// Assets of a page of the list.
const PAGE: usize = 100;

/// Names that a completion offers.
const COMPLETIONS: usize = 100;

/// Every key of a manifest, with what it means.
const KEYS: &str = include_str!("../../pixels.toml.example");

/// Resources that each project has.
fn fixed() -> [Resource; 3] {
    let text = |uri: &str, name: &str, of: &str, kind: &str| {
        Resource::new(uri, name).with_description(of).with_mime_type(kind)
    };
    [
        text(MANIFEST, "pixels.toml", "What the project makes.", "application/toml"),
        text(LOCK, "pixels.lock", "What was captured, picked and made.", "application/toml"),
        text(DOCS, "Keys of pixels.toml", "Every key of the manifest, with examples.", "application/toml"),
    ]
}

/// Resources that have a name in their address.
pub(super) fn templates() -> Vec<ResourceTemplate> {
    vec![
        ResourceTemplate::new("pixels://asset/{name}", "Asset")
            .with_description("Facts of an asset, and its image.")
            .with_mime_type("application/json"),
        ResourceTemplate::new("pixels://palette/{name}", "Palette")
            .with_description("A built-in palette with its colours.")
            .with_mime_type("application/json"),
    ]
}

/// The address of an asset.
pub(super) fn asset(name: &str) -> String {
    format!("{ASSET}{name}")
}

impl Server {
    /// A page of resources: the fixed ones first, then the assets.
    pub(super) fn resources(&self, cursor: Option<&str>) -> Result<(Vec<Resource>, Option<String>)> {
        let wrong = || Error::usage("bad-arguments", "the cursor is none of this list", "begin without one");
        let from: usize = cursor.map_or(Ok(0), |cursor| cursor.parse().map_err(|_| wrong()))?;
        let filter = AssetFilter { from, most: PAGE, ..AssetFilter::default() };
        let listed = self.0.project.run(&Cancel::default(), |operation| session::assets(operation, &filter));
        let mut resources = if from == 0 { fixed().to_vec() } else { Vec::new() };
        // A broken manifest can still be read.
        let Ok(page) = listed else { return Ok((resources, None)) };
        resources.extend(
            page.items.into_iter().map(|item| {
                Resource::new(format!("{ASSET}{}", item.name), item.name).with_mime_type("application/json")
            }),
        );
        Ok((resources, page.next.map(|next| next.to_string())))
    }

    /// The contents of a resource.
    pub(super) fn resource(&self, uri: &str) -> std::result::Result<ReadResourceResult, ErrorData> {
        let project = &self.0.project;
        let text = |wanted| {
            let text = project.run(&Cancel::default(), |operation| session::project_text(operation, wanted));
            text.map(|text| {
                vec![ResourceContents::text(self.clean_text(&text), uri).with_mime_type("application/toml")]
            })
        };
        let read = match uri {
            MANIFEST => text(ProjectText::Manifest),
            LOCK => text(ProjectText::Lock),
            DOCS => Ok(vec![ResourceContents::text(KEYS, uri).with_mime_type("application/toml")]),
            _ => match (uri.strip_prefix(ASSET), uri.strip_prefix(PALETTE)) {
                (Some(name), _) => self.asset(uri, name),
                (_, Some(name)) => palette(uri, name),
                _ => Err(Error::usage(
                    "unknown-resource",
                    format!("there is no resource `{}`", shortened(uri)),
                    "list them",
                )),
            },
        };
        read.map(ReadResourceResult::new).map_err(|error| {
            let diagnostics = json!({ "diagnostics": error.diagnostics() });
            ErrorData::resource_not_found(self.clean_text(&error.to_string()), Some(self.clean(diagnostics)))
        })
    }

    fn asset(&self, uri: &str, name: &str) -> Result<Vec<ResourceContents>> {
        let target = [name.to_owned()];
        let look = |operation: &Operation| {
            let facts = session::list(operation, &target)?;
            Ok((facts, session::picture(operation, name, View::Sprites).ok()))
        };
        let (facts, picture) = self.0.project.run(&Cancel::default(), look)?;
        let picture = picture.map(|picture| {
            let uri = format!("{uri}#picture");
            ResourceContents::blob(BASE64_STANDARD.encode(picture.png), uri).with_mime_type("image/png")
        });
        Ok(std::iter::once(self.json(uri, &facts)).chain(picture).collect())
    }

    fn json(&self, uri: &str, value: &impl Serialize) -> ResourceContents {
        let value = self.clean(serde_json::to_value(value).unwrap_or_default());
        ResourceContents::text(value.to_string(), uri).with_mime_type("application/json")
    }

    /// Names that begin with what was typed, or are near it.
    pub(super) fn completions(&self, uri: &str, typed: &str) -> Vec<String> {
        let names: Vec<String> = if uri.starts_with(PALETTE) {
            session::palette::list().into_iter().map(|palette| palette.id.to_owned()).collect()
        } else {
            let filter = AssetFilter { most: usize::MAX, ..AssetFilter::default() };
            let listed = self.0.project.run(&Cancel::default(), |operation| session::assets(operation, &filter));
            listed.map_or_else(|_| Vec::new(), |page| page.items.into_iter().map(|item| item.name).collect())
        };
        let begins: Vec<String> =
            names.iter().filter(|name| name.starts_with(typed)).take(COMPLETIONS).cloned().collect();
        if begins.is_empty() {
            return nearest(typed, names.iter().map(String::as_str)).map(str::to_owned).into_iter().collect();
        }
        begins
    }
}

fn palette(uri: &str, name: &str) -> Result<Vec<ResourceContents>> {
    session::palette::require_portable(name)?;
    let palette = session::palette::find(name)?;
    let text = serde_json::to_string(&palette).map_err(super::internal)?;
    Ok(vec![ResourceContents::text(text, uri).with_mime_type("application/json")])
}
