//! The incremental plan equals the plan of everything: on random manifests, states and sequences of events.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use dgx_pixels::manifest::{LoadOptions, load};
use dgx_pixels::plan::{Inputs, ItemPlan, Plan, Planner, State, Step, Want};
use dgx_pixels::session::versions;
use dgx_pixels::words::asset::{GroupId, SlotId};
use dgx_pixels::words::diagnostic::Diagnostic;
use dgx_pixels::words::digest::{Digest, Encoder};
use dgx_pixels::words::lock::{By, Candidate, Made, Pick, Reroll};
use dgx_pixels::words::project::Manifest;
use dgx_pixels::words::sprite::Verdict;
use proptest::collection::vec;
use proptest::prelude::*;

/// Numbers that become one asset each.
#[derive(Clone, Debug)]
struct Spec {
    prompt: u8,
    backend: u8,
    candidates: u8,
    reroll: u8,
    seed: u8,
    of: usize,
    shape: u8,
}

fn spec() -> impl Strategy<Value = Spec> {
    (0..2u8, 0..3u8, 1..4u8, 0..3u8, 0..3u8, 0..8usize, 0..6u8).prop_map(
        |(prompt, backend, candidates, reroll, seed, of, shape)| Spec {
            prompt,
            backend,
            candidates,
            reroll,
            seed,
            of,
            shape,
        },
    )
}

/// A manifest in which equal requests, inputs, animations, mirrors, matrices and tilesets occur.
fn manifest(specs: &[Spec]) -> Manifest {
    let mut text = "[project]\nname = \"test\"\nexport = [\"bevy\"]\n".to_owned();
    for (i, spec) in specs.iter().enumerate() {
        let kind = if spec.shape == 4 { "texture" } else { "sprite" };
        let Spec { prompt, candidates, reroll, .. } = spec;
        writeln!(text, "[{kind}.a{i}]\nprompt = \"thing {prompt}\"\nsize = 16").unwrap();
        writeln!(text, "candidates = {candidates}\nreroll = {reroll}").unwrap();
        if spec.backend == 0 {
            text += "backend = \"sketch\"\n";
        }
        if spec.seed > 0 {
            writeln!(text, "seed = {}", spec.seed).unwrap();
        }
        let of = spec.of % (i + 1);
        let is_plain = |spec: &Spec| [0, 1, 5].contains(&spec.shape);
        match spec.shape {
            1 if of < i && is_plain(&specs[of]) => writeln!(text, "inputs = {{ figure = \"a{of}\" }}").unwrap(),
            2 => text += "matrix = { color = [\"red\", \"blue\"] }\n",
            3 => text += "directions = 4\nmirror = { w = \"e\" }\n",
            4 => writeln!(text, "[tileset.t{i}]\nof = \"a{i}\"\nsize = 16\nlayout = \"edge16\"").unwrap(),
            5 => writeln!(
                text,
                "[animation.w{i}]\nof = \"a{i}\"\naction = \"walk\"\nframes = 2\ninputs = {{ figure = \"a{i}\" }}"
            )
            .unwrap(),
            _ => {}
        }
    }
    let options = LoadOptions { formats: dgx_pixels::export::specs(), ..LoadOptions::text(text) };
    Arc::unwrap_or_clone(load(Path::new("."), &options).unwrap_or_else(|problems| panic!("{problems}")).manifest)
}

/// What happens, and a number that says to which of those to whom it can happen.
type Happening = (u8, u16);

/// Lets it happen; the ids that it touches, as the conductor knows them.
fn happen(plan: &Plan, state: &mut State, (what, which): Happening) -> BTreeSet<GroupId> {
    let number = |digest: &Digest| Encoder::new("test").digest(digest).finish();
    match what {
        0..6 => arrive(plan, state, which, what == 5),
        6..11 => {
            let adopts = slots(plan).flat_map(|(_, slot)| slot.adopt.iter().map(|want| (slot.id.clone(), *want)));
            let Some((slot, want)) = nth(adopts, which) else { return BTreeSet::new() };
            let (raw, from) = state.records[&want.request].clone();
            let hash = number(&raw).short().0;
            let verdict = if hash.is_multiple_of(3) { Verdict::Fail("grid 1 < 2".to_owned()) } else { Verdict::Pass };
            let (ask, score) = (want.ask.short(), (hash % 4) as i64);
            let line = Candidate { ask, n: want.n, seed: want.seed, raw, from, verdict, score };
            state.lock.slot_mut(&slot).add(line);
            BTreeSet::from([slot.group])
        }
        11..14 => {
            let settling = slots(plan).filter(|(_, slot)| slot.pick_is_new).map(|(_, slot)| slot.clone());
            let Some(slot) = nth(settling, which) else { return BTreeSet::new() };
            state.lock.slot_mut(&slot.id).pick = slot.pick;
            BTreeSet::from([slot.id.group])
        }
        14..18 => {
            let ready = plan.items.values().filter(|item| matches!(item.step, Step::Make(_)));
            nth(ready, which).map_or_else(BTreeSet::new, |item| make(item, state, which))
        }
        18 => decide(state, which, |entry, line| {
            entry.pick = Some(Pick { ask: line.ask, n: line.n, raw: line.raw, by: By::User });
        }),
        19 => decide(state, which, |entry, _| entry.pick = None),
        20 => decide(state, which, |entry, line| {
            entry.pick = None;
            entry.rerolls.insert(line.ask, Reroll { first: line.n + 1, keep: vec![line.n] });
        }),
        21 => {
            let raw = nth(sorted(state.raws.iter()), which).copied();
            raw.map_or_else(BTreeSet::new, |raw| {
                state.raws.remove(&raw);
                mentions(plan, state, &raw)
            })
        }
        22 => {
            let sprite = nth(sorted(state.sprites.iter()), which).copied();
            sprite.map_or_else(BTreeSet::new, |sprite| {
                state.sprites.remove(&sprite);
                mentions(plan, state, &sprite)
            })
        }
        _ => {
            let outputs = state.outputs.get_or_insert_default();
            let path = nth(sorted(outputs.keys()), which).cloned();
            path.map_or_else(BTreeSet::new, |path| {
                outputs.remove(&path);
                let named = |item: &&ItemPlan| item.outputs.iter().any(|output| output.path == path);
                plan.items.values().filter(named).map(|item| item.id.clone()).collect()
            })
        }
    }
}

/// A request is answered, or fails.
fn arrive(plan: &Plan, state: &mut State, which: u16, fails: bool) -> BTreeSet<GroupId> {
    let recaptures = plan.items.values().flat_map(|item| match &item.step {
        Step::Recapture(wants, _) => wants.iter().map(|(_, want)| *want).collect(),
        _ => Vec::new(),
    });
    let Some(want) = nth(plan.requests().map(|(_, want)| *want).chain(recaptures), which) else {
        return BTreeSet::new();
    };
    if fails {
        state.failed.insert(want.request, Diagnostic::error("generate", "the server is down"));
        return mentions(plan, state, &want.request);
    }
    // Few different images, so that slots share raws.
    let raw = Digest::of(&[want.request.0[0] % 16]);
    state.records.insert(want.request, (raw, "1234".to_owned()));
    state.raws.insert(raw);
    let mut touched = mentions(plan, state, &want.request);
    touched.extend(mentions(plan, state, &raw));
    touched
}

/// An item is made, or breaks.
fn make(item: &ItemPlan, state: &mut State, which: u16) -> BTreeSet<GroupId> {
    if which.is_multiple_of(16) {
        state.broken.insert(item.id.clone(), Diagnostic::error("restore", "it broke"));
        return BTreeSet::from([item.id.clone()]);
    }
    let sprite = item.key.unwrap();
    let files = item.outputs.iter().map(|output| (output.path.clone(), sprite.short()));
    let verdict = if which % 4 == 1 { Verdict::Fail("grid 1 < 2".to_owned()) } else { Verdict::Pass };
    let made = Made {
        sprite,
        pixels: sprite,
        process: versions().process,
        verdict,
        files: files.collect(),
        proof: None,
        merged: Vec::new(),
    };
    state.outputs.get_or_insert_default().extend(made.files.clone());
    state.exported.insert(item.id.clone(), item.export);
    state.sprites.insert(sprite);
    let entry = state.lock.entries.entry(item.id.clone()).or_default();
    (entry.parts, entry.made) = (item.parts.clone(), Some(made));
    BTreeSet::from([item.id.clone()])
}

fn decide(
    state: &mut State,
    which: u16,
    decision: impl Fn(&mut dgx_pixels::words::lock::SlotEntry, &Candidate),
) -> BTreeSet<GroupId> {
    let entries = state.lock.entries.iter();
    let lines = entries.flat_map(|(id, entry)| {
        entry
            .slots
            .iter()
            .flat_map(move |(number, slot)| slot.candidates.iter().map(move |line| (id.clone(), *number, line.clone())))
    });
    let Some((group, number, line)) = nth(lines, which) else { return BTreeSet::new() };
    let slot = SlotId { group: group.clone(), frame: (number > 0).then_some(number) };
    decision(state.lock.slot_mut(&slot), &line);
    BTreeSet::from([group])
}

fn slots(plan: &Plan) -> impl Iterator<Item = (&ItemPlan, &dgx_pixels::plan::SlotPlan)> {
    plan.items.values().flat_map(|item| item.slots.iter().map(move |slot| (item, slot)))
}

fn nth<T>(all: impl Iterator<Item = T>, which: u16) -> Option<T> {
    let mut all: Vec<T> = all.collect();
    (!all.is_empty()).then(|| all.swap_remove(usize::from(which) % all.len()))
}

fn sorted<'a, T: Ord + 'a>(all: impl Iterator<Item = &'a T>) -> impl Iterator<Item = &'a T> {
    all.collect::<BTreeSet<_>>().into_iter()
}

/// Who wants this request, rests on this raw, or has this sprite; who failed may want it, too.
fn mentions(plan: &Plan, state: &State, digest: &Digest) -> BTreeSet<GroupId> {
    let of_want =
        |want: &Want| want.request == *digest || state.records.get(&want.request).is_some_and(|(raw, _)| raw == digest);
    let of_item = |item: &&ItemPlan| {
        let wants = match &item.step {
            Step::Recapture(wants, _) => wants.iter().any(|(_, want)| of_want(want)),
            _ => false,
        };
        let slots = item.slots.iter().any(|slot| {
            let picked = slot.pick.as_ref().is_some_and(|pick| pick.raw == *digest);
            picked || slot.error.is_some() || slot.requests.iter().chain(&slot.adopt).any(of_want)
        });
        wants || slots || item.key == Some(*digest)
    };
    plan.items.values().filter(of_item).map(|item| item.id.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_incremental_plan_is_the_plan_of_everything(
        specs in vec(spec(), 1..5),
        happenings in vec((0..24u8, any::<u16>()), 0..60),
    ) {
        let manifest = manifest(&specs);
        let inputs = Inputs { versions: versions(), ..Inputs::default() };
        let planner = Planner::new(&manifest, &inputs);
        let mut state = State { outputs: Some(Default::default()), ..State::default() };
        let mut plan = planner.plan(&state);
        for happening in happenings {
            let touched = happen(&plan, &mut state, happening);
            planner.update(&mut plan, &touched, &state);
            let whole = planner.plan(&state);
            let differs = plan.items.values().find(|item| whole.items.get(&item.id) != Some(item));
            let other = differs.and_then(|item| whole.items.get(&item.id));
            prop_assert!(plan == whole, "after {:?}: {:#?}\n{:#?}", happening, differs, other);
        }
    }

    #[test]
    fn a_settled_project_asks_for_nothing_under_any_gate(specs in vec(spec(), 1..5)) {
        let mut manifest = manifest(&specs);
        let inputs = Inputs { versions: versions(), ..Inputs::default() };
        let state = settled(&manifest, &inputs);
        for group in &mut manifest.groups {
            group.recipe.margin += 1;
            group.recipe.gates.insert(dgx_pixels::words::recipe::Gate::Grid, 1001);
        }
        let plan = Planner::new(&manifest, &inputs).plan(&state);
        prop_assert_eq!(plan.requests().count(), 0);
        prop_assert!(slots(&plan).all(|(_, slot)| !slot.pick_is_new));
    }
}

/// Everything that can come has come, in the order of the plan.
pub fn settled(manifest: &Manifest, inputs: &Inputs) -> State {
    let planner = Planner::new(manifest, inputs);
    let mut state = State { outputs: Some(Default::default()), ..State::default() };
    for what in [0, 6, 11, 15].into_iter().cycle().take(4000) {
        let plan = planner.plan(&state);
        let open = plan.items.values().any(|item| item.is_stale_by_slots() || matches!(item.step, Step::Make(_)));
        if !open {
            return state;
        }
        happen(&plan, &mut state, (what, 2));
    }
    panic!("it never becomes up to date: {:#?}", planner.plan(&state));
}
