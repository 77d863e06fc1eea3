//! A list with one prompt per line.

use super::names::{Unnamed, names};
use super::tables::{Key, Prompt};
use crate::manifest::check::valid_name;
use crate::manifest::edit::NewValue;
use crate::manifest::problem::Problems;
use crate::words::source::{Sources, Span};

/// One prompt per line, with an optional name before a colon: `hero: a knight`. Empty lines and lines that start with
/// `#` are skipped.
///
/// # Errors
/// Lines with one name.
pub fn lines(file: &str, text: &str) -> Result<Vec<Prompt>, Problems> {
    let mut sources = Sources::default();
    let number = sources.add(file, text);
    // A line is a part of the text, so that its place is the distance of their beginnings.
    let at = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
    let range = |part: &str| at(part)..at(part) + part.len();
    let list: Vec<(Option<&str>, &str)> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| named(line).map_or((None, line), |(name, prompt)| (Some(name), prompt)))
        .collect();
    let unnamed = |(name, prompt): &(Option<&'_ str>, &'_ str)| {
        let given = name.map(|name| (at(name)..at(name) + name.len(), name.to_owned()));
        (given, (*prompt).to_owned())
    };
    let owned: Vec<_> = list.iter().map(unnamed).collect();
    let images: Vec<Unnamed<'_>> = owned
        .iter()
        .map(|(given, prompt)| Unnamed {
            given: given.as_ref().map(|(range, name)| (name.as_str(), Span::new(number, range.clone()))),
            prompt,
            all: prompt.clone(),
        })
        .collect();
    let mut problems = Vec::new();
    let names = names(&images, &mut problems);
    if !problems.is_empty() {
        return Err(Problems::new(problems, sources));
    }
    let prompts = list.iter().zip(names).map(|((_, prompt), name)| Prompt {
        at: range(prompt),
        name,
        keys: vec![Key { key: "prompt", value: NewValue::Text((*prompt).to_owned()), at: range(prompt) }],
    });
    Ok(prompts.collect())
}

/// Name and prompt of a line that names its image.
fn named(line: &str) -> Option<(&str, &str)> {
    let (name, prompt) = line.split_once(':')?;
    let (name, prompt) = (name.trim(), prompt.trim());
    (valid_name(name).is_ok() && !prompt.is_empty()).then_some((name, prompt))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(prompts: &[Prompt]) -> Vec<&str> {
        prompts.iter().map(|prompt| prompt.name.as_str()).collect()
    }

    #[test]
    fn a_line_may_have_a_name() {
        let text = "# heroes\n\nhero: a knight\r\na castle at night: moody\na knight\na knight\n";
        let list = lines("list", text).unwrap();
        assert_eq!(names(&list), ["hero", "a-castle-at-night-moody", "a-knight", "a-knight-2"]);
        assert_eq!(list[1].keys[0].value, NewValue::Text("a castle at night: moody".to_owned()));
        assert_eq!(&text[list[0].at.clone()], "a knight");
    }

    #[test]
    fn names_are_unique() {
        let problems = lines("list", "a: x\n\nA: y\nb: z\nb: w\n").unwrap_err().diagnostics();
        let found: Vec<(u32, &str)> =
            problems.iter().map(|found| (found.place.as_ref().unwrap().line, found.message.as_str())).collect();
        assert_eq!(found, [(3, "the name `A` is there twice"), (5, "the name `b` is there twice")]);
    }

    #[test]
    fn a_hundred_thousand_equal_prompts_have_names_of_their_own() {
        let list = lines("list", &"knight\n".repeat(100_000)).unwrap();
        assert_eq!(list[99_999].name, "knight-100000");
    }
}
