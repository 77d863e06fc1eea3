//! "Did you mean": the nearest known word, and lists of words in messages.

/// The known word that is most like the given one, if any is like it at all.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > 100 {
        return None;
    }
    let lower = word.to_lowercase();
    let score = |known: &str| strsim::jaro_winkler(&lower, &known.to_lowercase());
    let scored = known.into_iter().map(|known| (score(known), known)).filter(|(score, _)| *score > 0.8);
    scored
        .fold(None, |best: Option<(f64, &str)>, (score, known)| match best {
            Some((high, _)) if high >= score => best,
            _ => Some((score, known)),
        })
        .map(|(_, known)| known)
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
