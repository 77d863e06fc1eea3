//! Which types there are: one for each sprite with its animations, and for each other asset.

use std::collections::BTreeMap;

use crate::words::asset::{GroupId, Kind};
use crate::words::index::Entry;
use crate::words::project::DIRECTION;

use super::super::ExportError;
use super::names::{FACINGS, facing, is_identifier, pascal, pascal_after};

/// Types of the file that are there in any case.
const TAKEN: [&str; 7] = ["Asset", "Facing", "Facing8", "Frame", "Image", "Playback", "Tile"];

/// All types of a file.
pub(super) struct Model<'a> {
    pub(super) subjects: Vec<Subject<'a>>,
    pub(super) axes: Vec<Axis>,
}

/// A sprite with its animations, or another asset: one enum.
pub(super) struct Subject<'a> {
    pub(super) ident: String,
    pub(super) states: Vec<State<'a>>,
}

/// One asset: a variant of the enum.
pub(super) struct State<'a> {
    pub(super) ident: String,
    /// The types of its fields.
    pub(super) axes: Vec<String>,
    /// Its members: the variant of each axis, and what is written of it.
    pub(super) members: Vec<(Vec<String>, &'a Entry)>,
}

/// The values of an axis: one enum.
#[derive(PartialEq, Eq)]
pub(super) struct Axis {
    pub(super) ident: String,
    /// The axis in the manifest.
    pub(super) name: String,
    pub(super) values: Vec<String>,
}

/// The entries of one asset, by name.
type Members<'a> = BTreeMap<(Kind, &'a str), Vec<&'a Entry>>;

impl<'a> Model<'a> {
    /// The types of these entries.
    pub(super) fn of(entries: &'a [Entry]) -> Result<Self, ExportError> {
        let mut assets = Members::new();
        for entry in entries {
            assets.entry((entry.kind, &entry.asset)).or_default().push(entry);
        }
        let mut found: BTreeMap<(Kind, &str), Vec<Vec<&Entry>>> = BTreeMap::new();
        for (key, mut members) in assets {
            members.sort_by(|a, b| a.name.cmp(&b.name));
            let subject = members.first().and_then(|first| base(first)).unwrap_or(key);
            found.entry(subject).or_default().push(members);
        }
        let mut model = Self { subjects: Vec::new(), axes: Vec::new() };
        let mut types: BTreeMap<String, GroupId> = BTreeMap::new();
        for ((kind, name), mut assets) in found {
            // The sprite stands before its animations.
            assets.sort_by_key(|members| (members[0].kind != kind, members[0].asset.clone()));
            let id = GroupId::new(kind, name);
            let ident = named(&id, pascal(name), &TAKEN, &mut types)?;
            let subject = model.subject(ident, name, assets, &mut types)?;
            model.subjects.extend(subject);
        }
        Ok(model)
    }

    fn subject(
        &mut self,
        ident: String,
        name: &str,
        assets: Vec<Vec<&'a Entry>>,
        types: &mut BTreeMap<String, GroupId>,
    ) -> Result<Option<Subject<'a>>, ExportError> {
        let (mut states, mut variants) = (Vec::new(), BTreeMap::new());
        for members in assets {
            let id = GroupId::new(members[0].kind, &*members[0].asset);
            let state = named(&id, state(&id, name), &[], &mut variants)?;
            let Some(axes) = self.axes(&id, &ident, &state, &members, types)? else { continue };
            let variant = |entry: &&'a Entry| {
                let values = entry.axes.iter().map(|value| variant(&value.axis, &value.value)).collect();
                (values, *entry)
            };
            states.push(State { ident: state, axes, members: members.iter().map(variant).collect() });
        }
        Ok((!states.is_empty()).then_some(Subject { ident, states }))
    }

    /// The types of an asset's axes. `None` if a combination was never made: each must have its data.
    fn axes(
        &mut self,
        id: &GroupId,
        subject: &str,
        state: &str,
        members: &[&Entry],
        types: &mut BTreeMap<String, GroupId>,
    ) -> Result<Option<Vec<String>>, ExportError> {
        let names: Vec<&str> = members[0].axes.iter().map(|value| &*value.axis).collect();
        let (mut idents, mut combinations) = (Vec::new(), 1);
        for (at, name) in names.into_iter().enumerate() {
            let mut words: Vec<&str> = members.iter().map(|entry| &*entry.axes[at].value).collect();
            words.sort_unstable();
            words.dedup();
            combinations *= words.len();
            if name == DIRECTION {
                let known =
                    |count: usize| facings(count).all(|name| words.iter().any(|word| facing(word) == Some(name)));
                match words.len() {
                    4 if known(4) => idents.push("Facing".to_owned()),
                    8 => idents.push("Facing8".to_owned()),
                    _ => return Ok(None),
                }
                continue;
            }
            let values = values(id, name, &words)?;
            let shared = format!("{subject}{}", pascal(name));
            let known = self.axes.iter().any(|axis| axis.ident == shared && axis.values == values && axis.name == name);
            if known {
                idents.push(shared);
                continue;
            }
            let taken = types.get(&shared).is_some();
            let ident = if taken { format!("{subject}{state}{}", pascal(name)) } else { shared };
            let ident = named(id, ident, &TAKEN, types)?;
            self.axes.push(Axis { ident: ident.clone(), name: name.to_owned(), values });
            idents.push(ident);
        }
        Ok((combinations == members.len()).then_some(idents))
    }
}

/// The sprite that an animation is one of.
fn base(entry: &Entry) -> Option<(Kind, &str)> {
    let of = entry.of.as_ref().filter(|of| entry.kind == Kind::Animation && of.kind == Kind::Sprite)?;
    Some((of.kind, of.asset()))
}

/// The name of an asset among those of its subject.
fn state(id: &GroupId, subject: &str) -> String {
    match id.kind {
        Kind::Sprite | Kind::Texture => "Still".to_owned(),
        Kind::Tileset => "Tiles".to_owned(),
        Kind::Animation if id.name == subject => "Play".to_owned(),
        Kind::Animation => {
            let rest = id.name.strip_prefix(subject).filter(|rest| rest.starts_with(['-', '_', '.']));
            pascal_after(subject, rest.unwrap_or(&id.name))
        }
    }
}

/// The variants of an axis.
fn values(id: &GroupId, axis: &str, words: &[&str]) -> Result<Vec<String>, ExportError> {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    for word in words {
        let ident = variant(axis, word);
        if !is_identifier(&ident) {
            return Err(refused(id, format!("the value `{word}` of its axis `{axis}` is no identifier in Rust")));
        }
        if let Some(other) = known.insert(ident.clone(), word) {
            return Err(refused(id, format!("the values `{other}` and `{word}` are both `{ident}` in Rust")));
        }
    }
    Ok(words.iter().map(|word| variant(axis, word)).collect())
}

/// The variant of a value.
fn variant(axis: &str, value: &str) -> String {
    match facing(value).filter(|_| axis == DIRECTION) {
        Some(facing) => facing.to_owned(),
        None => pascal_after(axis, value),
    }
}

/// Notes an identifier, unless Rust refuses it or another asset has it.
fn named(
    id: &GroupId,
    ident: String,
    taken: &[&str],
    known: &mut BTreeMap<String, GroupId>,
) -> Result<String, ExportError> {
    if !is_identifier(&ident) {
        return Err(refused(id, format!("`{ident}` is no identifier in Rust")));
    }
    if taken.contains(&&*ident) {
        return Err(refused(id, format!("`{ident}` is a type of `assets.rs` itself")));
    }
    match known.get(&ident) {
        Some(other) => {
            let table = |id: &GroupId| format!("`[{}.{}]`", id.kind, id.name);
            Err(refused(id, format!("{} and {} are both `{ident}` in Rust", table(other), table(id))))
        }
        None => {
            known.insert(ident.clone(), id.clone());
            Ok(ident)
        }
    }
}

fn refused(id: &GroupId, why: String) -> ExportError {
    ExportError::RustName { asset: id.clone(), why }
}

/// The directions of an enum of so many, in the order of their axis.
pub(super) fn facings(count: usize) -> impl Iterator<Item = &'static str> {
    FACINGS.iter().step_by(FACINGS.len() / count).map(|(_, name)| *name)
}
