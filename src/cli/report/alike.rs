//! Reports of one kind by the hundred: the first are shown, the names of the others follow in one line.

use std::collections::BTreeMap;

/// So many reports of one kind are shown.
const SHOWN: usize = 5;

/// So many names of the others are shown.
const NAMED: usize = 8;

/// Reports that were seen, by word and code.
#[derive(Default)]
pub(super) struct Alike(BTreeMap<(String, String), Kind>);

#[derive(Default)]
struct Kind {
    shown: usize,
    hidden: Vec<String>,
}

impl Alike {
    /// Whether a report is one of the first of its kind.
    pub(super) fn shows(&mut self, word: &str, code: &str, name: &str) -> bool {
        let kind = self.0.entry((word.to_owned(), code.to_owned())).or_default();
        if kind.shown < SHOWN {
            kind.shown += 1;
            return true;
        }
        kind.hidden.push(name.to_owned());
        false
    }

    /// One line for the others of every kind.
    pub(super) fn rest(&mut self) -> Vec<String> {
        let kinds = std::mem::take(&mut self.0).into_iter().filter(|(_, kind)| !kind.hidden.is_empty());
        kinds.map(|((word, code), Kind { hidden, .. })| format!("{word}: {}", more(&code, &hidden))).collect()
    }
}

/// `12 more (CODE): a, b and 10 others; ..`.
fn more(code: &str, names: &[String]) -> String {
    let listed = names[..names.len().min(NAMED)].join(", ");
    let others = match names.len().saturating_sub(NAMED) {
        0 => String::new(),
        1 => " and 1 other".to_owned(),
        many => format!(" and {many} others"),
    };
    format!("{} more ({code}): {listed}{others}; `--verbose` shows each", names.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hundreds_of_one_kind_are_a_few_lines() {
        let mut alike = Alike::default();
        let shown = (0..300).filter(|n| alike.shows("failed", "output-write", &format!("a{n}"))).count();
        assert!(alike.shows("failed", "raw-lost", "b") && alike.shows("warning", "output-write", "c"));
        assert_eq!(shown, 5);
        let line = "failed: 295 more (output-write): a5, a6, a7, a8, a9, a10, a11, a12 and 287 others; \
                    `--verbose` shows each";
        assert_eq!(alike.rest(), [line]);
        assert_eq!(alike.rest(), [""; 0]);
    }
}
