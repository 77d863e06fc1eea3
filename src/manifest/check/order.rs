//! Dependencies between assets: bases and inputs, without cycles, and an order in which all can be resolved.

use super::Context;
use super::gather::{Asset, Found, Gathered};
use super::references::{Reference, unknown_asset};
use crate::manifest::problem::Problem;
use crate::words::asset::Kind;
use crate::words::source::Span;

/// The longest chain of assets that are `of` each other.
const DEEPEST: usize = 16;

/// The longest chain of assets that need each other, by `of` or `inputs`.
const LONGEST: usize = 256;

/// Assets by number, each after its dependencies.
pub(super) struct Order {
    pub(super) sequence: Vec<usize>,
    /// The asset that each is `of`.
    pub(super) base: Vec<Option<usize>>,
}

/// Orders assets by their dependencies.
pub(super) fn order(all: &Gathered, cx: &mut Context<'_>) -> Order {
    let base: Vec<Option<usize>> = all.assets.iter().map(|asset| base(asset, all, cx)).collect();
    let edges: Vec<Vec<(usize, Span)>> = all.assets.iter().zip(&base).map(|(a, b)| edges(a, *b, all)).collect();
    let mut walk = Walk { all, edges: &edges, state: vec![State::New; all.assets.len()], sequence: Vec::new() };
    let mut cycles = Vec::new();
    for start in 0..all.assets.len() {
        walk.from(start, &mut cycles);
    }
    let sequence = walk.sequence;
    let mut order = Order { sequence, base };
    for (problem, members) in cycles {
        cx.report(problem);
        for member in members {
            order.base[member] = None;
        }
    }
    order.limit_depth(all, cx);
    limit_length(&order.sequence, &edges, cx);
    order
}

/// Reports the first chain of dependencies that is too long: each of its assets waits for the one before.
fn limit_length(sequence: &[usize], edges: &[Vec<(usize, Span)>], cx: &mut Context<'_>) {
    let mut length = vec![1; edges.len()];
    for &at in sequence {
        for &(to, span) in &edges[at] {
            length[at] = length[at].max(length[to] + 1);
            if length[to] == LONGEST {
                let message = format!("this chain of `of` and `inputs` has more than {LONGEST} assets");
                let problem = Problem::error("chain-too-long", span, message);
                cx.report(problem.help("take an asset nearer to the start of the chain"));
                return;
            }
        }
    }
}

impl Order {
    fn limit_depth(&mut self, all: &Gathered, cx: &mut Context<'_>) {
        let mut depth = vec![0; all.assets.len()];
        for &at in &self.sequence {
            let Some(base) = self.base[at] else { continue };
            depth[at] = depth[base] + 1;
            if depth[at] == DEEPEST {
                let span = all.assets[at].motion.of.as_ref().map_or_else(Span::default, |of| of.span);
                let message = format!("this chain of `of` has more than {DEEPEST} assets");
                cx.report(Problem::error("of-too-deep", span, message).help("use the first of them as `of`"));
            }
            if depth[at] >= DEEPEST {
                self.base[at] = None;
            }
        }
    }
}

fn base(asset: &Asset, all: &Gathered, cx: &mut Context<'_>) -> Option<usize> {
    let of = asset.motion.of.as_ref()?;
    let drawn = |kind| matches!(kind, Kind::Sprite | Kind::Animation);
    match all.find(of) {
        Some(Found::Asset(at)) if asset.recolor.is_some() && all.assets[at].kind != asset.kind => {
            let found = all.assets[at].kind;
            let message =
                format!("`{}` is {} {found}, not {} {}", of.value, article(found), article(asset.kind), asset.kind);
            let problem = Problem::error("wrong-kind", of.span, message);
            cx.report(problem.help("`recolor` is of an asset of the same kind"));
            None
        }
        Some(Found::Asset(at)) if asset.motion.still.is_some() && all.assets[at].kind != Kind::Sprite => {
            let found = all.assets[at].kind;
            let message = format!("`{}` is {} {found}, not a sprite", of.value, article(found));
            cx.report(Problem::error("wrong-kind", of.span, message).help("`still` is the sprite that moves"));
            None
        }
        Some(Found::Asset(at)) if drawn(all.assets[at].kind) => Some(at),
        Some(_) => {
            let message = format!("`{}` is not a sprite or an animation", of.value);
            let problem = Problem::error("wrong-kind", of.span, message);
            cx.report(problem.help("an animation is `of` the figure that it moves"));
            None
        }
        None => {
            let hints = cx.hints();
            cx.report(unknown_asset(of, of.span, all.names(|kind| hints && drawn(kind))));
            None
        }
    }
}

fn article(kind: Kind) -> &'static str {
    if kind == Kind::Animation { "an" } else { "a" }
}

fn edges(asset: &Asset, base: Option<usize>, all: &Gathered) -> Vec<(usize, Span)> {
    let of = asset.motion.of.as_ref().and_then(|of| Some((base?, of.span)));
    let inputs = asset.raw.inputs.iter().flat_map(|inputs| &inputs.0);
    let inputs = inputs.filter_map(|(_, value)| {
        let name = Reference::parse(value).asset()?;
        all.asset(name).map(|(at, _)| (at, value.span))
    });
    of.into_iter().chain(inputs).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

/// A depth-first walk with its own stack: the length of a chain is the manifest's choice.
struct Walk<'a> {
    all: &'a Gathered,
    edges: &'a [Vec<(usize, Span)>],
    state: Vec<State>,
    sequence: Vec<usize>,
}

impl Walk<'_> {
    fn from(&mut self, start: usize, cycles: &mut Vec<(Problem, Vec<usize>)>) {
        if self.state[start] != State::New {
            return;
        }
        let mut stack = vec![(start, 0)];
        self.state[start] = State::Open;
        while let Some((at, next)) = stack.last_mut() {
            let at = *at;
            let Some(&(to, span)) = self.edges[at].get(*next) else {
                self.state[at] = State::Done;
                self.sequence.push(at);
                stack.pop();
                continue;
            };
            *next += 1;
            match self.state[to] {
                State::New => {
                    self.state[to] = State::Open;
                    stack.push((to, 0));
                }
                State::Open => {
                    let from = stack.iter().position(|(seen, _)| *seen == to).unwrap_or(0);
                    let members: Vec<usize> = stack[from..].iter().map(|(at, _)| *at).collect();
                    cycles.push((self.cycle(&members, span), members));
                }
                State::Done => {}
            }
        }
    }

    fn cycle(&self, members: &[usize], span: Span) -> Problem {
        let names: Vec<&str> = members.iter().map(|at| self.all.assets[*at].name.as_str()).collect();
        let path = match names.as_slice() {
            [first @ .., last] if names.len() > 12 => {
                format!("{} -> .. -> {last} -> {}", first[..10].join(" -> "), names[0])
            }
            _ => format!("{} -> {}", names.join(" -> "), names[0]),
        };
        let problem = Problem::error("dependency-cycle", span, format!("these assets depend on each other: {path}"));
        problem.help("remove one `of` or `inputs` entry of the cycle")
    }
}
