//! "Did you mean": the nearest known word, and lists of words in messages.

/// Longer words are not compared.
const LONGEST: usize = 100;

/// The nearest of the known words, if it is near enough to be meant.
///
/// Near is at most one edit for every three letters of the longer word, where an edit adds, drops or replaces a letter
/// or swaps two neighbours; case does not matter. The first of equally near words wins.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let word = word.to_lowercase();
    let edits = |known: &'a str| Some((edits(&word, &known.to_lowercase())?, known));
    known.into_iter().filter_map(edits).min_by_key(|(edits, _)| *edits).map(|(_, known)| known)
}

/// The file of a list that may be meant: the same name in another folder, else the nearest one. Windows separates
/// folders with backslashes; case does not matter.
pub fn nearest_file<'a>(file: &str, files: &'a [String]) -> Option<&'a str> {
    let plain = |path: &str| path.replace('\\', "/").to_lowercase();
    let name = |path: &str| plain(path).rsplit('/').next().unwrap_or_default().to_owned();
    let (whole, own) = (plain(file), name(file));
    let same =
        files.iter().find(|other| plain(other) == whole).or_else(|| files.iter().find(|other| name(other) == own));
    let edits = |other: &'a String| Some((edits(&own, &name(other))?, other));
    let near = || files.iter().filter_map(edits).min_by_key(|(edits, _)| *edits).map(|(_, other)| other);
    same.or_else(near).map(String::as_str)
}

/// How many edits lie between two words, if they are few enough.
fn edits(a: &str, b: &str) -> Option<usize> {
    let (long, short) = (a.chars().count().max(b.chars().count()), a.chars().count().min(b.chars().count()));
    let most = long / 3;
    if long > LONGEST || long - short > most {
        return None;
    }
    Some(strsim::osa_distance(a, b)).filter(|edits| *edits <= most)
}

/// `did you mean ..?`, if one of the known words is near.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, known).map(|near| format!("did you mean `{near}`?"))
}

/// A list in backticks: `a`, `b` and `c`.
pub fn words(words: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{}`", word.as_ref())).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A list that ends early: `a`, `b` and 3 more.
pub fn list(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(5).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(5);
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        let known = ["slso8", "endesga-32", "pico-8", "knight", "checkpoint", "canvas", "e", "Potion@red", "id"];
        let cases = [
            ("endesga-23", Some("endesga-32")),
            ("endesga", Some("endesga-32")),
            ("chekpoint", Some("checkpoint")),
            ("KNIGTH", Some("knight")),
            ("knigt", Some("knight")),
            ("potion@rde", Some("Potion@red")),
            ("pico8", Some("pico-8")),
            ("slos8", Some("slso8")),
            ("E", Some("e")),
            ("qqqqq", None),
            ("kraken", None),
            ("w", None),
            ("ix", None),
            ("castle", None),
            ("", None),
            ("zzzzzzzzzzzzzzzzzzzz", None),
        ];
        for (word, wanted) in cases {
            assert_eq!(nearest(word, known), wanted, "{word}");
        }
    }

    #[test]
    fn the_same_file_in_another_folder_wins_over_a_near_name() {
        let files = ["pixel-art-xk.safetensors", "sdxl\\style\\Pixel-Art-XL.safetensors", "a/sd_base.safetensors"];
        let files = files.map(str::to_owned);
        let cases = [
            ("pixel-art-xl.safetensors", Some(files[1].as_str())),
            ("other/pixel-art-xl.safetensors", Some(files[1].as_str())),
            ("pixel-art-xy.safetensors", Some(files[0].as_str())),
            ("sd_bass.safetensors", Some(files[2].as_str())),
            ("nothing.ckpt", None),
        ];
        for (file, near) in cases {
            assert_eq!(nearest_file(file, &files), near, "{file}");
        }
    }

    #[test]
    fn the_first_of_equally_near_words_wins() {
        assert_eq!(nearest("walk3", ["walk1", "walk2"]), Some("walk1"));
        assert_eq!(nearest(&"a".repeat(101), ["a"]), None);
    }
}
