//! Names of images that have none: they come from the prompt and never from the place in a list, so that an inserted
//! line renames no other image.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use deunicode::deunicode;
use unicode_normalization::UnicodeNormalization;

use crate::manifest::check::valid_name;
use crate::manifest::problem::Problem;
use crate::words::digest::Digest;
use crate::words::source::Span;

/// The longest name that is derived from a prompt, without its digest.
const LONGEST: usize = 40;

/// A name derived from a prompt: its words in lower case, `medieval-knight`, transliterated where they are not ASCII.
/// Different prompts in other scripts can sound the same, so that these end in a digest.
pub fn name_of(prompt: &str) -> String {
    let composed: String = prompt.nfc().collect();
    let name = words_of(&deunicode(&composed));
    let name = if valid_name(&name).is_ok() { name } else { "picture".to_owned() };
    if composed.chars().all(is_latin) { name } else { with_digest(&name, &composed) }
}

fn words_of(text: &str) -> String {
    let mut name = String::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if !name.is_empty() && name.len() + 1 + word.len() > LONGEST {
            break;
        }
        if !name.is_empty() {
            name.push('-');
        }
        name.push_str(&word.to_ascii_lowercase()[..word.len().min(LONGEST)]);
    }
    name
}

/// Latin letters, marks on them, and punctuation: what is read as ASCII without loss.
fn is_latin(letter: char) -> bool {
    matches!(letter, '\0'..='\u{24f}' | '\u{300}'..='\u{36f}' | '\u{1e00}'..='\u{1eff}' | '\u{2000}'..='\u{206f}')
}

fn with_digest(name: &str, of: &str) -> String {
    format!("{name}-{:.6}", Digest::of(of.as_bytes()).to_string())
}

/// An image of a list, as far as its name depends on it.
pub(super) struct Unnamed<'a> {
    /// The name that the list gives, and where.
    pub(super) given: Option<(&'a str, Span)>,
    pub(super) prompt: &'a str,
    /// Everything that the list says of the image, so that equal images have equal texts.
    pub(super) all: String,
}

/// The names of a list, in its order. A name that is given twice, or that is no name, is a problem.
pub(super) fn names(list: &[Unnamed<'_>], problems: &mut Vec<Problem>) -> Vec<String> {
    let mut taken = given(list, problems);
    let bases: Vec<Option<String>> =
        list.iter().map(|image| image.given.is_none().then(|| name_of(image.prompt))).collect();
    let mut images: BTreeMap<&str, BTreeSet<(&str, &str)>> = BTreeMap::new();
    for (image, base) in list.iter().zip(&bases) {
        let Some(base) = base else { continue };
        images.entry(base).or_default().insert((image.prompt, &image.all));
    }
    let alone = |image: &Unnamed<'_>, base: &str| {
        let same_prompt = images[base].iter().filter(|(prompt, _)| *prompt == image.prompt).count() == 1;
        images[base].len() == 1 || (same_prompt && image.prompt == base.replace('-', " "))
    };
    // What depends on the image alone comes first; numbers are for equal images, which may change places.
    let wanted: Vec<Option<String>> = (list.iter().zip(&bases))
        .map(|(image, base)| {
            let base = base.as_deref()?;
            let plain = alone(image, base) && !taken.contains(base);
            Some(if plain { base.to_owned() } else { with_digest(base, &image.all) })
        })
        .collect();
    taken.extend(wanted.iter().flatten().cloned());
    let mut last: HashMap<&str, usize> = HashMap::new();
    let named = list.iter().zip(&wanted).map(|(image, wanted)| match (image.given, wanted) {
        (Some((name, _)), _) => name.to_owned(),
        (None, None) => String::new(),
        (None, Some(wanted)) => {
            let number = last.entry(wanted).or_insert(0);
            *number += 1;
            let mut name = if *number == 1 { wanted.clone() } else { format!("{wanted}-{number}") };
            while *number > 1 && taken.contains(&name) {
                *number += 1;
                name = format!("{wanted}-{number}");
            }
            name
        }
    });
    named.collect()
}

/// The given names in lower case.
fn given(list: &[Unnamed<'_>], problems: &mut Vec<Problem>) -> BTreeSet<String> {
    let mut places: BTreeMap<String, Span> = BTreeMap::new();
    for (name, span) in list.iter().filter_map(|image| image.given) {
        if let Err(why) = valid_name(name) {
            let problem = Problem::error("bad-prompt-list", span, format!("the name `{name}` {why}"));
            problems.push(problem.help("use letters, digits, `-`, `_` and `.`"));
        } else if let Some(first) = places.insert(name.to_ascii_lowercase(), span) {
            let problem = Problem::error("bad-prompt-list", span, format!("the name `{name}` is there twice"));
            problems.push(problem.help("rename one").related(first, "also here"));
        }
    }
    places.into_keys().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(prompts: &[&str]) -> Vec<String> {
        let image = |prompt: &&'static str| Unnamed { given: None, prompt, all: (*prompt).to_owned() };
        let leaked: Vec<&'static str> = prompts.iter().map(|prompt| &*prompt.to_string().leak()).collect();
        let list: Vec<Unnamed<'_>> = leaked.iter().map(image).collect();
        names(&list, &mut Vec::new())
    }

    #[test]
    fn names_come_from_any_prompt() {
        assert_eq!(name_of("Medieval Knight, with sword!"), "medieval-knight-with-sword");
        assert_eq!(name_of("Kästchen mit Öl"), "kastchen-mit-ol");
        assert_eq!(name_of("Ka\u{308}stchen"), name_of("K\u{e4}stchen"));
        assert_eq!(name_of("the knight\u{2019}s sword \u{2014} old"), "the-knight-s-sword-old");
        assert!(name_of(&"very ".repeat(50)).len() <= LONGEST);
        assert_eq!(name_of("con"), "picture");
        assert_eq!(name_of("!?"), "picture");
        for other in ["火の剣", "меч", "سيف", "⚔️", "\u{e000}\u{e001}"] {
            let name = name_of(other);
            assert!(valid_name(&name).is_ok() && name.contains('-'), "{other}: {name}");
        }
        assert_ne!(name_of("\u{e000}"), name_of("\u{e001}"));
    }

    #[test]
    fn an_inserted_line_renames_no_other() {
        let long = "a very long description of a castle on a hill in the";
        let lists: [&[&str]; 3] = [
            &["火の剣", "氷の剣"],
            &["a knight", "A knight!", "an oak"],
            &[&format!("{long} north"), &format!("{long} south"), "an oak"],
        ];
        for list in lists {
            let before = named(list);
            assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), list.len(), "{before:?}");
            for new in ["水の剣", "a knight?", &format!("{long} west"), "an oak tree"] {
                for at in 0..=list.len() {
                    let mut longer = list.to_vec();
                    longer.insert(at, new);
                    let mut after = named(&longer);
                    after.remove(at);
                    assert_eq!(after, before, "{new} at {at}");
                }
            }
        }
    }

    #[test]
    fn equal_prompts_are_numbered() {
        assert_eq!(
            named(&["knight", "oak", "knight", "knight-2", "knight"]),
            ["knight", "oak", "knight-3", "knight-2", "knight-4"]
        );
    }
}
