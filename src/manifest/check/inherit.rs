//! Tables that inherit from others: the layers of each, weakest first.

use std::collections::HashMap;

use super::Context;
use crate::manifest::problem::Problem;
use crate::manifest::raw::At;
use crate::words::source::Span;

/// A named table, what it inherits from, and its own keys.
pub(super) type Entry<'a, T> = (&'a At<String>, Option<&'a At<String>>, T);

/// The longest chain of tables.
const DEEPEST: usize = 16;

/// The layers of every table. All inherit from `default`, which is not among their layers.
pub(super) fn chains<T: Clone>(what: &str, entries: &[Entry<'_, T>], cx: &mut Context<'_>) -> HashMap<String, Vec<T>> {
    let index: HashMap<&str, usize> = entries.iter().enumerate().map(|(at, (name, ..))| (name.as_str(), at)).collect();
    let mut chains = HashMap::new();
    for (start, (name, ..)) in entries.iter().enumerate() {
        let chain = chain(what, start, entries, &index, cx);
        chains.insert(name.value.clone(), chain.iter().rev().map(|at| entries[*at].2.clone()).collect());
    }
    chains
}

/// The tables that one inherits from, itself first.
fn chain<T>(
    what: &str,
    start: usize,
    entries: &[Entry<'_, T>],
    index: &HashMap<&str, usize>,
    cx: &mut Context<'_>,
) -> Vec<usize> {
    let mut chain = vec![start];
    let mut at = start;
    while let Some(from) = entries[at].1.filter(|from| from.as_str() != "default") {
        let name = entries[at].0;
        if name.as_str() == "default" {
            let message = format!("the {what} `default` cannot inherit: all others inherit from it");
            cx.report(Problem::error("inherits-cycle", from.span, message).help("write its keys here"));
            break;
        }
        let Some(&next) = index.get(from.as_str()) else {
            // Reported once, at its own table.
            if at == start {
                let hints = cx.hints();
                cx.report(unknown(what, from, from.span, index.keys().copied().filter(|_| hints)));
            }
            break;
        };
        if let Some(first) = chain.iter().position(|seen| *seen == next) {
            // Reported once, at the first of the cycle.
            if first == 0 && chain.iter().all(|member| *member >= start) {
                cx.report(cycle(what, &chain, entries, from.span));
            }
            break;
        }
        if chain.len() == DEEPEST {
            let message = format!("more than {DEEPEST} tables inherit from each other here");
            cx.report(Problem::error("inherits-too-deep", from.span, message).help("inherit from one further up"));
            break;
        }
        chain.push(next);
        at = next;
    }
    chain
}

/// No table of that name.
pub(super) fn unknown<'a>(what: &str, name: &str, span: Span, known: impl Iterator<Item = &'a str>) -> Problem {
    let code = if what == "style" { "unknown-style" } else { "unknown-recipe" };
    let mut known: Vec<&str> = known.collect();
    known.sort_unstable();
    let problem = Problem::error(code, span, format!("no {what} is called `{name}`"));
    problem.help(format!("the manifest has no table `[{what}.NAME]`")).suggest(name, known)
}

fn cycle<T>(what: &str, chain: &[usize], entries: &[Entry<'_, T>], span: Span) -> Problem {
    let names = chain.iter().chain(chain.first()).map(|at| entries[*at].0.as_str());
    let path = names.collect::<Vec<_>>().join(" -> ");
    let message = format!("{what}s inherit from each other in a cycle: {path}");
    Problem::error("inherits-cycle", span, message).help("remove one `inherits` of the cycle")
}
