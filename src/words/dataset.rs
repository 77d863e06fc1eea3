//! `dataset.toml`: what a user notes about the images of a training data set.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The notes of a folder of images.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatasetNotes {
    /// The word that calls the style.
    pub trigger: Option<String>,
    /// The template of captions.
    pub template: Option<String>,
    /// Where the images come from.
    pub source: Option<String>,
    /// Who made them.
    pub author: Option<String>,
    /// Their licence.
    pub licence: Option<String>,
    /// Words for all captions.
    pub tags: Vec<String>,
    /// What is true of one image or one folder, by its path relative to the file.
    pub image: BTreeMap<String, ImageNotes>,
}

/// What is noted about an image.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImageNotes {
    /// Where it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Its licence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Its caption; a text file beside the image takes precedence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// Words for its caption.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// It is pixel art at its native size, whatever its look suggests.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub native: bool,
}

impl DatasetNotes {
    /// Parses the file.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.message().to_owned())
    }

    /// The notes of an image: its own over those of its folders, the nearest first, over those of all.
    pub fn of(&self, path: &str) -> ImageNotes {
        let mut notes = ImageNotes {
            source: self.source.clone(),
            author: self.author.clone(),
            licence: self.licence.clone(),
            tags: self.tags.clone(),
            ..ImageNotes::default()
        };
        let covers = |key: &str| {
            let rest = path.strip_prefix(key.trim_end_matches('/'));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        // A folder sorts before what is in it.
        for (_, own) in self.image.iter().filter(|(key, _)| covers(key)) {
            notes.add(own);
        }
        notes
    }
}

impl ImageNotes {
    fn add(&mut self, own: &Self) {
        let over = |mine: &mut Option<String>, own: &Option<String>| {
            if own.is_some() {
                mine.clone_from(own);
            }
        };
        over(&mut self.source, &own.source);
        over(&mut self.author, &own.author);
        over(&mut self.licence, &own.licence);
        over(&mut self.caption, &own.caption);
        self.tags.extend(own.tags.iter().cloned());
        self.native |= own.native;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_of_an_image_win_over_those_of_its_folder() {
        let text = "author = \"a\"\ntags = [\"x\"]\n[image.hero]\nlicence = \"CC0\"\nauthor = \"b\"\n\
                    [image.\"hero/1.png\"]\nauthor = \"c\"\ntags = [\"y\"]\n";
        let notes = DatasetNotes::parse(text).unwrap();
        let of = |path: &str| {
            let found = notes.of(path);
            (found.author.unwrap(), found.licence, found.tags.join(" "))
        };
        assert_eq!(of("hero/1.png"), ("c".to_owned(), Some("CC0".to_owned()), "x y".to_owned()));
        assert_eq!(of("hero/2.png"), ("b".to_owned(), Some("CC0".to_owned()), "x".to_owned()));
        assert_eq!(of("heroes/2.png"), ("a".to_owned(), None, "x".to_owned()));
        assert!(DatasetNotes::parse("license = \"MIT\"").unwrap_err().contains("license"));
    }
}
