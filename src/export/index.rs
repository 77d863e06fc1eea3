//! `pixels.index.json`: what a project writes, for games and tools that read it; [`crate::words::index`] has its fields.

use schemars::generate::SchemaSettings;

use crate::words::atlas::Packed;
use crate::words::format::FormatSpec;
use crate::words::index::{Entry, Index, VERSION};
use crate::words::project::Project;

use super::sheet_json::text;
use super::{Asset, ExportError, Format, Listed, Needs, Output, atlas};

static SPEC: FormatSpec = FormatSpec { id: "index", version: 1, files: &[], shared: &["pixels.index.json"] };

/// The index of all assets.
pub(super) struct IndexJson;

impl Format for IndexJson {
    fn spec(&self) -> &'static FormatSpec {
        &SPEC
    }

    fn bytes(&self, _: &Asset<'_>, output: &Output, _: &Project) -> Result<Vec<u8>, ExportError> {
        Err(ExportError::NoFormat(output.path.clone()))
    }

    fn needs(&self) -> Needs {
        Needs::Digests
    }

    fn is_whole(&self, _: &str, listed: &[Listed]) -> bool {
        listed.iter().all(|asset| asset.entry.is_whole())
    }

    fn shared_bytes(&self, name: &str, listed: &[Listed], project: &Project) -> Result<Vec<u8>, ExportError> {
        self.bytes_with_atlases(name, listed, &[], project)
    }

    fn bytes_with_atlases(
        &self,
        _: &str,
        listed: &[Listed],
        atlases: &[Packed<'_>],
        project: &Project,
    ) -> Result<Vec<u8>, ExportError> {
        let entries = listed.iter().map(|asset| &asset.entry);
        let mut assets: Vec<Entry> = entries.filter(|entry| entry.is_whole()).cloned().collect();
        assets.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        let mut atlases: Vec<_> = atlases.iter().map(|packed| atlas::entry(packed, project)).collect();
        atlases.sort_by(|a, b| a.name.cmp(&b.name));
        text(&Index { version: VERSION, project: project.name.clone(), assets, atlases })
    }

    /// It reads as an index and says nothing else.
    fn is_shared(&self, _: &str, found: &str) -> bool {
        let index = read(found.as_bytes());
        index.and_then(|index| text(&index).ok()).is_some_and(|text| text == found.as_bytes())
    }
}

/// The entries of an index of this version.
pub fn read(bytes: &[u8]) -> Option<Index> {
    serde_json::from_slice::<Index>(bytes).ok().filter(|index| index.version == VERSION)
}

/// The path of the index, relative to the output folder.
pub fn path() -> &'static str {
    SPEC.shared[0]
}

/// The JSON schema of the index, draft 07.
pub fn schema() -> serde_json::Value {
    let mut schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<Index>().to_value();
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), path().into());
    }
    schema
}
