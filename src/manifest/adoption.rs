//! An arm of a comparison becomes part of the style that its slots have.

use std::collections::BTreeSet;

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::check::STYLE_PROMPT;
use super::edit::Edited;
use super::load::Loaded;
use super::put::put;
use crate::words::asset::Kind;
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::style::Style;

/// What the comments of adoptions begin with: a new one takes the place of the last.
const COMMENT: &str = "# adopted ";

/// Which arm is adopted, and why.
#[derive(Clone, Copy, Debug)]
pub struct Adoption<'a> {
    /// The comparison.
    pub comparison: &'a str,
    /// The arm.
    pub arm: &'a str,
    /// The assets that are compared.
    pub assets: &'a BTreeSet<String>,
    /// The evidence, in one line.
    pub because: &'a str,
}

/// Writes the keys of an arm into the style that the compared assets have; returns its name and the changed file.
///
/// # Errors
/// `nothing-to-adopt`: the arm changes nothing. `many-styles`: the assets have several styles, or keys of their own.
pub fn adopt(loaded: &Loaded, adoption: &Adoption) -> Result<(String, Edited), Diagnostic> {
    let mut files = documents(loaded);
    let path = ["compare", adoption.comparison, "arms", adoption.arm];
    let arm = files.iter().find_map(|(_, document)| below(document.as_item(), &path)?.as_table_like());
    let keys: Vec<(String, Item)> =
        arm.into_iter().flat_map(TableLike::iter).map(|(key, item)| (key.to_owned(), item.clone())).collect();
    if keys.is_empty() {
        let message = format!("the arm `{}` changes no key of a style", adoption.arm);
        return Err(Diagnostic::error("nothing-to-adopt", message).hint("it is the present style: leave it as it is"));
    }
    let style = style_of(&files, adoption.assets)?;
    let edited = written(&mut files, &style, keys, adoption.because)?;
    Ok((style, edited))
}

/// A LoRA that a style gets.
#[derive(Clone, Copy, Debug)]
pub struct LoraAdoption<'a> {
    /// The style: `default`, or a named one.
    pub style: &'a str,
    /// The training run: LoRAs of its name are replaced.
    pub run: &'a str,
    /// The file.
    pub file: &'a str,
    /// The weight in thousandths.
    pub weight: u32,
    /// The word that calls the style; the prompt begins with it.
    pub trigger: &'a str,
    /// The evidence, in one line.
    pub because: &'a str,
}

/// Writes a LoRA of a training run into a style, after those that it has, and the trigger into its prompt.
///
/// # Errors
/// `unknown-style`: no style has the name.
pub fn adopt_lora(loaded: &Loaded, adoption: &LoraAdoption<'_>) -> Result<Edited, Diagnostic> {
    let mut files = documents(loaded);
    let of = |style: &str, key: &str| {
        files.iter().find_map(|(_, document)| below(document.as_item(), &["style", style, key])).cloned()
    };
    let is_there = files.iter().any(|(_, document)| below(document.as_item(), &["style", adoption.style]).is_some());
    if !is_there && adoption.style != "default" {
        let message = format!("no style is called `{}`", adoption.style);
        return Err(Diagnostic::error("unknown-style", message).hint("a style is a table `[style.NAME]`"));
    }
    let own = |key: &str| of(adoption.style, key).or_else(|| of("default", key));
    let mut loras = own("loras").and_then(|item| item.as_array().cloned()).unwrap_or_else(built_in_loras);
    loras.retain(|lora| !file_of(lora).is_some_and(|file| is_of_run(file, adoption.run)));
    loras.push(entry(adoption.file, f64::from(adoption.weight)));
    let mut keys = vec![("loras".to_owned(), Item::Value(Value::Array(loras)))];
    let prompt = own("prompt").and_then(|item| item.as_str().map(str::to_owned));
    let prompt = prompt.unwrap_or_else(|| STYLE_PROMPT.to_owned());
    if !prompt.split(',').any(|part| part.trim() == adoption.trigger) {
        keys.push(("prompt".to_owned(), Item::Value(format!("{}, {prompt}", adoption.trigger).into())));
    }
    written(&mut files, adoption.style, keys, adoption.because)
}

fn built_in_loras() -> Array {
    Style::built_in().loras.iter().map(|lora| entry(&lora.model.file, f64::from(lora.weight))).collect()
}

/// A LoRA with its weight in thousandths.
fn entry(file: &str, weight: f64) -> Value {
    let mut table = InlineTable::new();
    table.insert("file", file.into());
    table.insert("weight", (weight / 1000.0).into());
    Value::InlineTable(table)
}

/// LoRAs that a comparison tries out, each with its weight in thousandths, as arms of their own.
#[derive(Clone, Copy, Debug)]
pub struct Sweep<'a> {
    /// The comparison; it is written if there is none.
    pub comparison: &'a str,
    /// Its slots, where it is written.
    pub slots: &'a [String],
    /// The style whose other LoRAs all arms have.
    pub style: &'a str,
    /// Files and weights.
    pub loras: &'a [(String, u32)],
    /// A word that the prompts of these arms begin with.
    pub trigger: Option<&'a str>,
}

/// Writes arms into `[compare.NAME]`: the present style as `base`, and one for each LoRA and weight. Arms that are there
/// stay. Returns the names of the written arms.
///
/// # Errors
/// `missing-slots`: the comparison is new and has no slots.
pub fn sweep(loaded: &Loaded, sweep: &Sweep<'_>) -> Result<(Vec<String>, Edited), Diagnostic> {
    let mut files = documents(loaded);
    let of = |style: &str, key: &str| {
        files.iter().find_map(|(_, document)| below(document.as_item(), &["style", style, key])).cloned()
    };
    let own = |key: &str| of(sweep.style, key).or_else(|| of("default", key));
    let mut kept = own("loras").and_then(|item| item.as_array().cloned()).unwrap_or_else(built_in_loras);
    kept.retain(|lora| !sweep.loras.iter().any(|(file, _)| file_of(lora) == Some(file)));
    // Comments and line ends of the style have no place in an inline table.
    let plain = |lora: &Value| {
        let mut lora = lora.clone();
        lora.decor_mut().clear();
        lora
    };
    let kept: Array = kept.iter().map(plain).collect();
    let prompt = own("prompt").and_then(|item| item.as_str().map(str::to_owned));
    let prompt = prompt.unwrap_or_else(|| STYLE_PROMPT.to_owned());
    let mut arms = vec![("base".to_owned(), InlineTable::new())];
    for (file, weight) in sweep.loras {
        let (mut arm, mut loras) = (InlineTable::new(), kept.clone());
        loras.push(entry(file, f64::from(*weight)));
        arm.insert("loras", Value::Array(loras));
        if let Some(trigger) = sweep.trigger.filter(|trigger| !prompt.split(',').any(|part| part.trim() == *trigger)) {
            arm.insert("prompt", format!("{trigger}, {prompt}").into());
        }
        arms.push((arm_name(file, *weight), arm));
    }
    let path = ["compare", sweep.comparison];
    let has_it = |(_, document): &(String, DocumentMut)| below(document.as_item(), &path).is_some();
    let at = files.iter().position(has_it).or_else(|| files.iter().position(|(path, _)| path == "pixels.toml"));
    let (path, document) = at.and_then(|at| files.get_mut(at)).ok_or_else(unreadable)?;
    let written = add_arms(document, sweep, arms)?;
    Ok((written, Edited { path: path.as_str().into(), text: document.to_string() }))
}

/// `house-000500-80` for `house-000500.safetensors` at 0.8.
fn arm_name(file: &str, weight: u32) -> String {
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    let plain = stem.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '_' });
    let stem: String = plain.skip_while(|c| !c.is_ascii_alphanumeric()).take(40).collect();
    match weight % 10 {
        0 => format!("{stem}-{}", weight / 10),
        _ => format!("{stem}-{weight}m"),
    }
}

fn add_arms(
    document: &mut DocumentMut,
    sweep: &Sweep<'_>,
    arms: Vec<(String, InlineTable)>,
) -> Result<Vec<String>, Diagnostic> {
    let implicit = || {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    };
    let all = document.entry("compare").or_insert_with(implicit).as_table_like_mut().ok_or_else(unreadable)?;
    if all.get(sweep.comparison).is_none() {
        if sweep.slots.is_empty() {
            let message = format!("no comparison is called `{}` yet, and no slots are named", sweep.comparison);
            return Err(Diagnostic::error("missing-slots", message).hint("`--slots knight,tag:hero` names them"));
        }
        let mut table = Table::new();
        let slots: Array = sweep.slots.iter().map(String::as_str).collect();
        table.insert("slots", Item::Value(Value::Array(slots)));
        all.insert(sweep.comparison, Item::Table(table));
    }
    let table = all.get_mut(sweep.comparison).and_then(Item::as_table_like_mut).ok_or_else(unreadable)?;
    let found = table.entry("arms").or_insert_with(|| {
        let mut arms = Table::new();
        arms.set_dotted(true);
        Item::Table(arms)
    });
    let found = found.as_table_like_mut().ok_or_else(unreadable)?;
    let mut written = Vec::new();
    for (name, arm) in arms {
        // A base of any other name is the present style, too.
        let has_base = || found.iter().any(|(_, item)| item.as_table_like().is_some_and(TableLike::is_empty));
        if found.contains_key(&name) || (name == "base" && has_base()) {
            continue;
        }
        found.insert(&name, Item::Value(Value::InlineTable(arm)));
        written.push(name);
    }
    Ok(written)
}

/// The file of an entry of `loras`: a string, or a table.
fn file_of(lora: &Value) -> Option<&str> {
    lora.as_str().or_else(|| lora.as_inline_table()?.get("file")?.as_str())
}

/// Whether a file is a LoRA of a run: `house.safetensors`, `house-000500.safetensors`.
fn is_of_run(file: &str, run: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    let rest = name.strip_suffix(".safetensors").and_then(|name| name.strip_prefix(run));
    rest.is_some_and(|rest| {
        rest.is_empty() || rest.strip_prefix('-').is_some_and(|step| step.bytes().all(|c| c.is_ascii_digit()))
    })
}

/// The files of the manifest that can be changed.
fn documents(loaded: &Loaded) -> Vec<(String, DocumentMut)> {
    let files = loaded.sources.files().filter(|(path, _)| *path != "pixels.local.toml" && path.ends_with(".toml"));
    files.filter_map(|(path, text)| Some((path.to_owned(), text.parse().ok()?))).collect()
}

/// Sets keys of a style in the file that has it, with a comment above the first of them.
fn written(
    files: &mut [(String, DocumentMut)],
    style: &str,
    keys: Vec<(String, Item)>,
    because: &str,
) -> Result<Edited, Diagnostic> {
    let has_style = |(_, document): &(String, DocumentMut)| below(document.as_item(), &["style", style]).is_some();
    let at = files.iter().position(has_style).or_else(|| files.iter().position(|(path, _)| path == "pixels.toml"));
    let (path, document) = at.and_then(|at| files.get_mut(at)).ok_or_else(unreadable)?;
    write(document, style, keys, &format!("{COMMENT}{because}\n")).ok_or_else(unreadable)?;
    Ok(Edited { path: path.as_str().into(), text: document.to_string() })
}

fn unreadable() -> Diagnostic {
    Diagnostic::error("syntax", "`pixels.toml` has no table for styles that could be changed")
}

fn below<'a>(item: &'a Item, path: &[&str]) -> Option<&'a Item> {
    path.iter().try_fold(item, |item, key| item.as_table_like()?.get(key))
}

/// The name of the one style that all assets have.
fn style_of(files: &[(String, DocumentMut)], assets: &BTreeSet<String>) -> Result<String, Diagnostic> {
    let mut styles: BTreeSet<String> = BTreeSet::new();
    for asset in assets {
        styles.insert(named_style(files, asset)?);
    }
    let mut names = styles.iter();
    match (names.next(), names.next()) {
        (Some(style), None) => Ok(style.clone()),
        (None, _) => Ok("default".to_owned()),
        (Some(first), Some(second)) => {
            let message = format!("the compared assets have several styles, such as `{first}` and `{second}`");
            let hint = "compare assets of one style, or write the arm into each style by hand";
            Err(Diagnostic::error("many-styles", message).hint(hint))
        }
    }
}

/// The style that an asset names; an animation without one has its base's.
fn named_style(files: &[(String, DocumentMut)], asset: &str) -> Result<String, Diagnostic> {
    let mut name = asset.to_owned();
    // No chain of bases is longer than the number of assets; a manifest that loaded has no cycle.
    for _ in 0..64 {
        let found = Kind::ALL
            .iter()
            .find_map(|kind| files.iter().find_map(|(_, document)| below(document.as_item(), &[kind.word(), &name])));
        let style = found.and_then(|table| below(table, &["style"]));
        match style.map(|style| style.as_str()) {
            Some(Some(style)) => return Ok(style.to_owned()),
            Some(None) => {
                let message = format!("`{asset}` has keys of a style of its own");
                let diagnostic = Diagnostic::error("many-styles", message).about(Subject::Asset(asset.to_owned()));
                return Err(
                    diagnostic.hint("name a style there, `style = \"NAME\"`, and write its keys in `[style.NAME]`")
                );
            }
            None => {}
        }
        match found.and_then(|table| below(table, &["of"])?.as_str()) {
            Some(base) => name = base.split(['@', '#']).next().unwrap_or_default().to_owned(),
            None => break,
        }
    }
    Ok("default".to_owned())
}

/// Sets keys of a style, with a comment above the first of them.
fn write(document: &mut DocumentMut, style: &str, keys: Vec<(String, Item)>, comment: &str) -> Option<()> {
    let styles = document.entry("style").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let is_inline = styles.is_inline_table();
    let styles = styles.as_table_like_mut()?;
    if styles.get(style).is_none() {
        styles.insert(
            style,
            if is_inline { Item::Value(Value::InlineTable(Default::default())) } else { Item::Table(Table::new()) },
        );
    }
    match styles.get_mut(style)? {
        Item::Table(table) => {
            let mut comment = Some(comment);
            for (key, item) in keys {
                let decor = table.key(&key).map(|key| key.leaf_decor().clone()).unwrap_or_default();
                set(table, &key, item);
                let text = decor.prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
                let kept: String = text.split_inclusive('\n').filter(|line| !line.starts_with(COMMENT)).collect();
                if let Some(mut key) = table.key_mut(&key) {
                    *key.leaf_decor_mut() = decor;
                    key.leaf_decor_mut().set_prefix(format!("{}{kept}", comment.take().unwrap_or_default()));
                }
            }
        }
        // An inline table has no room for a comment; it goes above the line.
        item => {
            let table = item.as_table_like_mut()?;
            keys.into_iter().for_each(|(key, item)| set(table, &key, item));
            let mut key = document.key_mut("style")?;
            let text = key.leaf_decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().to_owned();
            key.leaf_decor_mut().set_prefix(format!("{text}{comment}"));
        }
    }
    Some(())
}

/// Sets a key to a value, with the spaces and the comment of the old one; `params` keeps what the arm does not name.
fn set(table: &mut dyn TableLike, key: &str, item: Item) {
    if let (Some(old), Some(new)) = (table.get_mut(key).and_then(Item::as_table_like_mut), item.as_table_like())
        && key == "params"
    {
        for (name, value) in new.iter() {
            old.insert(name, value.clone());
        }
        return;
    }
    if let Ok(value) = item.into_value() {
        put(table, key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{LoadOptions, load};

    const MANIFEST: &str = "\
[project]
name = \"test\"

# how it looks
[style.default]
steps = 8 # fast
# the house's own
loras = [] # none yet

[sprite.knight]
prompt = \"a knight\"

[sprite.orc]
prompt = \"an orc\"
style = \"dark\"

[style.dark]
cfg = 2

[compare.house]
slots = [\"knight\"]
arms.base = {}
arms.ours = { loras = [{ file = \"house.safetensors\", weight = 0.8 }], steps = 6 }
";

    fn adopted(text: &str, assets: &[&str], arm: &str) -> Result<(String, String), String> {
        let loaded = load(".".as_ref(), &LoadOptions::text(text)).unwrap_or_else(|problems| panic!("{problems}"));
        let assets = assets.iter().map(|asset| (*asset).to_owned()).collect();
        let adoption = Adoption { comparison: "house", arm, assets: &assets, because: "`ours`: 40 votes" };
        let adopted = adopt(&loaded, &adoption).map_err(|found| found.code.to_string());
        adopted.map(|(style, edited)| (style, edited.text))
    }

    #[test]
    fn an_arm_becomes_the_style_and_comments_stay() {
        let expected = MANIFEST
            .replace("steps = 8 # fast", "steps = 6 # fast")
            .replace(
                "# the house's own\nloras = [] # none yet",
                "# adopted `ours`: 40 votes\n# the house's own\nloras = [{ file = \"house.safetensors\", weight = 0.8 }] # none yet",
            );
        let (style, text) = adopted(MANIFEST, &["knight"], "ours").unwrap();
        assert_eq!((style.as_str(), text.as_str()), ("default", expected.as_str()));
        // The comment of an adoption takes the place of the last one's.
        assert_eq!(adopted(&text, &["knight"], "ours").unwrap().1, expected);
    }

    #[test]
    fn a_style_that_is_named_is_the_one_that_changes() {
        let (style, text) = adopted(MANIFEST, &["orc"], "ours").unwrap();
        assert_eq!(style, "dark");
        assert!(text.contains("[style.dark]\ncfg = 2\n# adopted `ours`: 40 votes\nloras = [{"), "{text}");
    }

    #[test]
    fn a_manifest_without_styles_gets_the_default_one() {
        let plain = MANIFEST.replace(
            "# how it looks\n[style.default]\nsteps = 8 # fast\n# the house's own\nloras = [] # none yet\n",
            "",
        );
        let (_, text) = adopted(&plain, &["knight"], "ours").unwrap();
        assert!(text.contains("[style.default]\n# adopted `ours`: 40 votes\nloras = ["), "{text}");
        load(".".as_ref(), &LoadOptions::text(text)).unwrap();
    }

    fn lora(text: &str, style: &str) -> Result<String, String> {
        let loaded = load(".".as_ref(), &LoadOptions::text(text)).unwrap_or_else(|problems| panic!("{problems}"));
        let file = "house-000500.safetensors";
        let because = "step 500 at 0.8";
        let adoption = LoraAdoption { style, run: "house", file, weight: 800, trigger: "dgxpx_house", because };
        adopt_lora(&loaded, &adoption).map(|edited| edited.text).map_err(|found| found.code.to_string())
    }

    #[test]
    fn a_lora_is_added_and_takes_the_place_of_an_earlier_one() {
        let text = MANIFEST
            .replace("loras = []", "loras = [{ file = \"lcm.safetensors\" }, { file = \"house.safetensors\" }]");
        let adopted = lora(&text, "default").unwrap();
        let loras =
            "[{ file = \"lcm.safetensors\" }, { file = \"house-000500.safetensors\", weight = 0.8 }] # none yet";
        assert!(
            adopted.contains(&format!("# adopted step 500 at 0.8\n# the house's own\nloras = {loras}")),
            "{adopted}"
        );
        assert!(adopted.contains("prompt = \"dgxpx_house, pixel art, {prompt}, simple, flat colors, {background}\""));
        assert_eq!(lora(&adopted, "default").unwrap(), adopted);
        load(".".as_ref(), &LoadOptions::text(adopted)).unwrap();
        // A style without LoRAs of its own keeps those that it had from the default one.
        let dark = lora(&text, "dark").unwrap();
        assert!(
            dark.contains(
                "[style.dark]\ncfg = 2\n# adopted step 500 at 0.8\nloras = [{ file = \"lcm.safetensors\" }, {"
            ),
            "{dark}"
        );
        assert_eq!(lora(&text, "light").unwrap_err(), "unknown-style");
    }

    #[test]
    fn a_manifest_without_styles_keeps_the_loras_that_are_built_in() {
        let adopted = lora("[project]\nname = \"test\"\n", "default").unwrap();
        assert!(adopted.contains("pixel-art-xl.safetensors\", weight = 1.2 }, { file = \"house-000500"), "{adopted}");
        load(".".as_ref(), &LoadOptions::text(adopted)).unwrap();
    }

    fn swept(text: &str, slots: &[&str], weights: &[u32]) -> Result<(Vec<String>, String), String> {
        let loaded = load(".".as_ref(), &LoadOptions::text(text)).unwrap_or_else(|problems| panic!("{problems}"));
        let slots: Vec<String> = slots.iter().map(|slot| (*slot).to_owned()).collect();
        let loras: Vec<(String, u32)> =
            weights.iter().map(|weight| ("house.safetensors".to_owned(), *weight)).collect();
        let wanted = Sweep { comparison: "grid", slots: &slots, style: "default", loras: &loras, trigger: None };
        sweep(&loaded, &wanted).map(|(arms, edited)| (arms, edited.text)).map_err(|found| found.code.to_string())
    }

    #[test]
    fn a_sweep_writes_an_arm_for_each_weight_once() {
        let (arms, text) = swept(MANIFEST, &["knight"], &[600, 800]).unwrap();
        assert_eq!(arms, ["base", "house-60", "house-80"]);
        let table = "[compare.grid]\nslots = [\"knight\"]\narms.base = {}\n\
                     arms.house-60 = { loras = [{ file = \"house.safetensors\", weight = 0.6 }] }\n";
        assert!(text.starts_with(MANIFEST) && text.contains(table), "{text}");
        load(".".as_ref(), &LoadOptions::text(text.as_str())).unwrap();
        let (more, text) = swept(&text, &[], &[800, 1000]).unwrap();
        assert_eq!(more, ["house-100"]);
        load(".".as_ref(), &LoadOptions::text(text.as_str())).unwrap();
        assert_eq!(swept(MANIFEST, &[], &[800]).unwrap_err(), "missing-slots");
    }

    #[test]
    fn what_cannot_be_adopted_is_said() {
        assert_eq!(adopted(MANIFEST, &["knight"], "base").unwrap_err(), "nothing-to-adopt");
        assert_eq!(adopted(MANIFEST, &["knight", "orc"], "ours").unwrap_err(), "many-styles");
        let own = MANIFEST.replace("style = \"dark\"", "style = { steps = 3 }");
        assert_eq!(adopted(&own, &["orc"], "ours").unwrap_err(), "many-styles");
    }
}
