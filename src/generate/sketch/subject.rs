//! The subject of a prompt: the head noun, its colours, and a hash that decides the rest.

use crate::generate::sketch::nouns::{Noun, Role, noun_of, singular};
use crate::generate::sketch::ramp::{self, Ramp};
use crate::words::digest::Encoder;

/// Words that end the phrase whose last noun is the thing itself: "chest with a gold key" is a chest.
const ENDS: [&str; 14] =
    ["with", "in", "on", "of", "and", "holding", "wearing", "under", "near", "beside", "from", "at", "for", "carrying"];

/// A prompt as the artist understands it.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    /// The thing, if it is known.
    pub noun: Option<Noun>,
    /// The index of the word that names the thing: the noun, or the last word of the first phrase.
    head: usize,
    /// All words, lower case.
    pub words: Vec<String>,
    /// The colours that are named, in order.
    pub colors: Vec<Ramp>,
    /// What decides everything that no word does.
    pub hash: u64,
}

impl Subject {
    /// Reads a prompt.
    pub(super) fn of(text: &str) -> Self {
        let text: String = text.chars().flat_map(char::to_lowercase).collect();
        let words: Vec<String> =
            text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let digest = Encoder::new("dgx-pixels sketch subject v1").text(&words.join(" ")).finish();
        let hash = digest.0[..8].iter().fold(0, |hash, byte| hash << 8 | u64::from(*byte));
        let noun = head_noun(&text);
        let head = head_index(&text, &words, noun);
        let colors = words.iter().filter(|word| noun_of(word) != noun || noun.is_none());
        Self { noun, colors: colors.filter_map(|word| ramp::of_word(word)).collect(), hash, head, words }
    }

    /// Whether any of these words is in the prompt.
    pub(super) fn says(&self, any: &[&str]) -> bool {
        self.words.iter().any(|word| any.contains(&singular(word)))
    }

    /// The word that names the thing; empty for a prompt without words.
    pub(super) fn head_word(&self) -> &str {
        self.words.get(self.head).map_or("", String::as_str)
    }

    /// The first colour that is named, or `usual`.
    pub(super) fn color(&self, usual: Ramp) -> Ramp {
        self.colors.first().copied().unwrap_or(usual)
    }

    /// A number below `below` for the detail that `salt` names.
    pub(super) fn pick(&self, salt: u64, below: u64) -> usize {
        (mix(self.hash ^ mix(salt)) % below.max(1)) as usize
    }

    /// The first colour that is named, or any.
    pub(super) fn color_or_any(&self, salt: u64) -> Ramp {
        self.color(ramp::ANY[self.pick(salt, ramp::ANY.len() as u64)])
    }
}

fn head_noun(text: &str) -> Option<Noun> {
    let mut found = None;
    for word in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let end = word.ends_with([',', ';', '.', '(', ':']);
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        if found.is_some() && ENDS.contains(&word) {
            break;
        }
        found = match (found, noun_of(word)) {
            // A skeleton warrior is a skeleton: what one is goes before what one does.
            (Some(Noun::Figure(Role::Skeleton | Role::Goblin)), Some(Noun::Figure(_))) => found,
            (_, noun) => noun.or(found),
        };
        if found.is_some() && end {
            break;
        }
    }
    found
}

fn head_index(text: &str, words: &[String], noun: Option<Noun>) -> usize {
    if noun.is_some() {
        return words.iter().position(|word| noun_of(word) == noun).unwrap_or(0);
    }
    let phrase = text.split([',', ';', '.', '(', ':']).find(|phrase| phrase.chars().any(char::is_alphanumeric));
    let phrase = phrase.unwrap_or("").split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    phrase.take_while(|word| !ENDS.contains(word)).count().saturating_sub(1)
}

/// A finalizer of splitmix64: spreads every bit over all.
pub(crate) fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_the_first_phrase_is_drawn() {
        for (text, noun) in [
            ("red potion bottle", Noun::Potion),
            ("medieval knight with sword and shield", Noun::Figure(Role::Knight)),
            ("crystal sword", Noun::Sword),
            ("wooden treasure chest, gold key on top", Noun::Chest),
            ("Three mushrooms", Noun::Mushroom),
            ("skull", Noun::Skull),
            ("skeleton warriors", Noun::Figure(Role::Skeleton)),
            ("in the forest a goblin", Noun::Figure(Role::Goblin)),
        ] {
            assert_eq!(Subject::of(text).noun, Some(noun), "{text}");
        }
        assert_eq!(Subject::of("perpetuum mobile").noun, None);
        let word = |text: &str| Subject::of(text).head_word().to_owned();
        assert_eq!(word("rusty sprocket with teeth, on a table"), "sprocket");
        assert_eq!([word("giant spider"), word("...")], ["spider", ""]);
    }

    #[test]
    fn colours_are_named_by_words_that_are_not_the_thing() {
        assert_eq!(Subject::of("blue potion, golden cap").colors, [ramp::BLUE, ramp::GOLD]);
        assert!(Subject::of("stone").colors.is_empty());
    }
}
