//! Captions: a template over what file names, folders, notes and the image itself say.

use std::collections::BTreeMap;

use crate::words::dataset::ImageNotes;

/// The template of captions; parts between commas that stay empty are left out.
pub const TEMPLATE: &str = "{trigger}, pixel art, {words}, {folders}, {tags}, {view}, {background}";

/// The names of a template.
const NAMES: [&str; 8] = ["trigger", "words", "folders", "tags", "view", "background", "size", "colors"];

/// Views, and the words of file names that mean them.
const VIEWS: [(&str, &[&str]); 5] = [
    ("front", &["front", "south"]),
    ("back", &["back", "north", "rear"]),
    ("side", &["side", "profile", "east", "west", "left", "right"]),
    ("top-down", &["top", "topdown", "overhead"]),
    ("isometric", &["isometric", "iso"]),
];

/// The views that a set of characters should show.
pub(super) const COMMON_VIEWS: [&str; 3] = ["front", "back", "side"];

/// How captions are made.
#[derive(Clone, Debug)]
pub(super) struct Captions {
    /// The word that calls the style.
    pub(super) trigger: String,
    pub(super) template: String,
}

/// What a caption is made of.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    pub(super) words: Vec<String>,
    pub(super) folders: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) view: Option<&'static str>,
    pub(super) background: String,
    pub(super) size: String,
    pub(super) colors: String,
}

impl Parts {
    /// What the path of an image and its notes say.
    pub(super) fn of(path: &str, notes: &ImageNotes) -> Self {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let mut words = words(stem);
        let is_view = |word: &str| VIEWS.iter().find(|(_, names)| names.contains(&word)).map(|(view, _)| *view);
        let view = words.iter().chain(&notes.tags).find_map(|word| is_view(word));
        words.retain(|word| is_view(word).is_none());
        let folders = folder.split('/').flat_map(|folder| self::words(unrepeated(folder).1)).collect();
        Self { words, folders, tags: notes.tags.clone(), view, ..Self::default() }
    }

    /// The caption.
    pub(super) fn caption(&self, Captions { trigger, template }: &Captions) -> String {
        let view = self.view.map_or_else(String::new, |view| format!("{view} view"));
        let values = BTreeMap::from([
            ("trigger", trigger.clone()),
            ("words", self.words.join(" ")),
            ("folders", self.folders.join(" ")),
            ("tags", self.tags.join(", ")),
            ("view", view),
            ("background", self.background.clone()),
            ("size", self.size.clone()),
            ("colors", self.colors.clone()),
        ]);
        let mut text = String::new();
        let mut rest = template.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            text.push_str(before);
            text.push_str(values.get(name).map_or("", String::as_str));
            rest = after;
        }
        text.push_str(rest);
        tidy(&text)
    }
}

/// The first name of a template that is not known.
pub(super) fn unknown_name(template: &str) -> Option<&str> {
    let names = template.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or(rest));
    names.into_iter().find(|name| !NAMES.contains(name))
}

/// One line, without control characters and empty parts.
pub(super) fn tidy(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let parts = text.split(',').map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The repeats that a folder's name sets for other trainers (`10_knights`), and the rest of the name.
pub(super) fn unrepeated(folder: &str) -> (u32, &str) {
    let repeats = folder.split_once('_').and_then(|(number, rest)| Some((number.parse::<u32>().ok()?, rest)));
    repeats.filter(|(repeats, _)| (1..=1000).contains(repeats)).unwrap_or((1, folder))
}

/// The words of a name, without numbers: `KnightWalk_03` is `knight walk`.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower = false;
    for c in name.chars() {
        if !c.is_alphabetic() || (c.is_uppercase() && lower) {
            words.push(String::new());
        }
        if c.is_alphabetic()
            && let Some(last) = words.last_mut()
        {
            last.extend(c.to_lowercase());
        }
        lower = c.is_lowercase();
    }
    words.into_iter().filter(|word| word.chars().count() > 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caption_is_made_of_names_tags_and_view() {
        let notes = ImageNotes { tags: vec!["hero".to_owned()], ..ImageNotes::default() };
        let mut parts = Parts::of("10_castle guards/KnightWalk_back-03.png", &notes);
        parts.background = "white background".to_owned();
        let captions =
            |trigger: &str, template: &str| Captions { trigger: trigger.to_owned(), template: template.to_owned() };
        let caption = parts.caption(&captions("dgxpx_house", TEMPLATE));
        assert_eq!(caption, "dgxpx_house, pixel art, knight walk, castle guards, hero, back view, white background");
        assert_eq!(parts.caption(&captions("x", "{view},,{tags}\n,")), "back view, hero");
        assert_eq!(unknown_name("{words} {what}"), Some("what"));
        assert_eq!(unknown_name(TEMPLATE), None);
    }

    #[test]
    fn names_with_line_ends_stay_in_one_line() {
        let parts = Parts::of("a\nb/evil\nname\u{1b}[31m.png", &ImageNotes::default());
        assert!(
            !parts
                .caption(&Captions { trigger: "t".to_owned(), template: TEMPLATE.to_owned() })
                .contains(char::is_control)
        );
    }
}
