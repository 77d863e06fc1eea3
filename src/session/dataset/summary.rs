//! Counts over all images of a data set.

use std::collections::BTreeMap;

use serde::Serialize;

use super::caption::COMMON_VIEWS;
use super::look::Looked;

/// Counts over all images.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Image files.
    pub images: usize,
    /// Images that can be trained on.
    pub usable: usize,
    /// Usable images that are no copies or mirror images of others.
    pub distinct: usize,
    /// Images by native size.
    pub sizes: BTreeMap<String, usize>,
    /// Images by scale.
    pub scales: BTreeMap<String, usize>,
    /// Colours of all images together.
    pub colors: usize,
    /// Of these, colours that at least half of the images have.
    pub shared_colors: usize,
    /// Images by view.
    pub views: BTreeMap<&'static str, usize>,
    /// Common views that no image shows, if any shows a view.
    pub missing_views: Vec<&'static str>,
    /// The most frequent words of names, folders and tags.
    pub subjects: Vec<WordCount>,
    /// Images with a caption that a user wrote.
    pub captioned: usize,
    /// Images without a known licence.
    pub unlicensed: usize,
}

/// A word and how many images have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WordCount {
    /// The word.
    pub word: String,
    /// How many images have it.
    pub images: usize,
}

/// The most words that a summary lists.
const WORDS: usize = 20;

impl Summary {
    /// Counts.
    pub(super) fn of(looked: &[Looked], distinct: usize) -> Self {
        let usable: Vec<&Looked> = looked.iter().filter(|looked| looked.native.is_some()).collect();
        let mut summary = Self { images: looked.len(), usable: usable.len(), distinct, ..Self::default() };
        let mut colors: BTreeMap<[u8; 4], usize> = BTreeMap::new();
        let mut words: BTreeMap<&str, usize> = BTreeMap::new();
        for Looked { image, colors: own, parts, .. } in &usable {
            if let Some([width, height]) = image.native {
                *summary.sizes.entry(format!("{width}x{height}")).or_default() += 1;
            }
            let scale = image.scale.map_or_else(|| "restored".to_owned(), |scale| format!("{scale}x"));
            *summary.scales.entry(scale).or_default() += 1;
            own.iter().filter(|color| color[3] > 0).for_each(|color| *colors.entry(*color).or_default() += 1);
            image.view.into_iter().for_each(|view| *summary.views.entry(view).or_default() += 1);
            summary.captioned += usize::from(image.own_caption);
            summary.unlicensed += usize::from(image.notes.licence.is_none());
            let mut own: Vec<&str> =
                parts.words.iter().chain(&parts.folders).chain(&parts.tags).map(String::as_str).collect();
            own.sort_unstable();
            own.dedup();
            own.into_iter().for_each(|word| *words.entry(word).or_default() += 1);
        }
        summary.colors = colors.len();
        summary.shared_colors = colors.values().filter(|count| **count * 2 >= usable.len()).count();
        if !summary.views.is_empty() {
            summary.missing_views = COMMON_VIEWS.into_iter().filter(|view| !summary.views.contains_key(view)).collect();
        }
        let mut words: Vec<(&str, usize)> = words.into_iter().collect();
        words.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let words = words.into_iter().take(WORDS);
        summary.subjects = words.map(|(word, images)| WordCount { word: word.to_owned(), images }).collect();
        summary
    }
}
