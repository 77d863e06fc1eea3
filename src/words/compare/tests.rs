use std::collections::BTreeSet;

use super::*;

const RESAMPLES: usize = 300;

/// A comparison of `arms` arms over `cells` cells.
fn cells(arms: usize, cells: usize) -> Vec<Cell> {
    let slide = |cell: usize, arm: usize| Slide {
        ask: Digest::of(format!("ask {arm}").as_bytes()).short(),
        raw: Some(Digest::of(format!("{cell} {arm}").as_bytes())),
    };
    let cell = |at: usize| Cell {
        slot: format!("slot-{}", at / 4),
        seed: at as u64 % 4,
        arms: (0..arms).map(|arm| slide(at, arm)).collect(),
    };
    (0..cells).map(cell).collect()
}

/// Strengths of arms, and the share of ties between equal ones.
struct Truth<'a> {
    strengths: &'a [f64],
    ties: f64,
}

impl Truth<'_> {
    /// Davidson's tie parameter.
    fn v(&self) -> f64 {
        2.0 * self.ties / (1.0 - self.ties)
    }

    fn answer(&self, left: usize, right: usize, random: &mut Random) -> Answer {
        let (l, r) = (self.strengths[left], self.strengths[right]);
        let tie = self.v() * (l * r).sqrt();
        let drawn = random.unit() * (l + r + tie);
        if drawn < l {
            Answer::Left
        } else if drawn < l + r {
            Answer::Right
        } else {
            Answer::Tie
        }
    }
}

/// Votes of three raters through the design, who take turns of ten pairs.
fn simulate(
    cells: &[Cell],
    votes: usize,
    seed: u64,
    mut answer: impl FnMut(usize, usize, usize, &mut Random) -> Answer,
) -> Votes {
    let mut random = Random::new(seed);
    let mut all = Votes::default();
    for turn in 0..votes.div_ceil(10) {
        let rater = rater(&format!("rater {}", turn % 3));
        for pair in next_pairs(cells, &all, rater, seed, 10.min(votes - all.votes.len())) {
            let cell = cells.iter().find(|cell| cell.slot == pair.slot && cell.seed == pair.seed).unwrap();
            let (left, right) = (cell.arm(&pair.left).unwrap(), cell.arm(&pair.right).unwrap());
            let vote = vote(&pair, rater, seed, answer(turn % 3, left, right, &mut random));
            all.votes.push((Short(all.votes.len() as u64), vote));
        }
    }
    all.votes.sort_by_key(|(id, vote)| (vote.rater, vote.design, vote.n, *id));
    all
}

fn vote(pair: &Pair, rater: Short, design: u64, answer: Answer) -> Vote {
    let Pair { n, slot, seed, left, right } = pair.clone();
    Vote { v: VERSION, rater, design, n, slot, seed, left, right, answer, ms: 1000 + n }
}

fn measured(cells: &[Cell], votes: &Votes, seed: u64) -> Intervals {
    let arms = cells[0].arms.len();
    intervals(&Tally::of(cells, votes, arms), RESAMPLES, seed)
}

#[test]
fn known_strengths_are_found_in_their_order_and_their_intervals_cover_them() {
    let (cells, truth) = (cells(3, 100), Truth { strengths: &[1.0, 2.0, 4.0], ties: 0.15 });
    let (mut ordered, mut covered) = (0, [0; 3]);
    for run in 0..100 {
        let votes = simulate(&cells, 300, run, |_, left, right, random| truth.answer(left, right, random));
        let found = measured(&cells, &votes, run);
        let log = &found.strengths.log;
        ordered += usize::from(log[0] < log[1] && log[1] < log[2]);
        for (at, difference) in found.differences.iter().enumerate() {
            let (a, b) = difference.arms;
            covered[at] += usize::from(difference.range.has((truth.strengths[a] / truth.strengths[b]).ln()));
        }
    }
    assert!(ordered >= 95, "{ordered} of 100");
    assert!(covered.iter().all(|covered| (90..=98).contains(covered)), "{covered:?} of 100");
}

#[test]
fn a_set_holds_arms_of_one_cell_that_the_rater_did_not_compare() {
    let cells = cells(4, 3);
    let own = rater("own");
    let mut all = Votes::default();
    let mut places = [0; 4];
    for turn in 0..60 {
        let set = next_set(&cells, &all, own, 9, 4).unwrap();
        let cell = cells.iter().find(|cell| cell.slot == set.slot && cell.seed == set.seed).unwrap();
        let arms: BTreeSet<usize> = set.images.iter().map(|shown| cell.arm(shown).unwrap()).collect();
        assert_eq!(arms.len(), set.images.len(), "no image twice");
        assert!(turn > 0 || arms.len() == 4, "at first nothing is known");
        places[cell.arm(&set.images[0]).unwrap()] += 1;
        for (pair, answer) in set.votes(SetAnswer::Best(0)) {
            let vote = vote(&pair, own, 9, answer);
            let again = all.votes.iter().filter(|(_, other)| other.raws() == vote.raws()).count();
            assert!(again == 0 || set.images.len() == 2 || turn >= 9, "turn {turn}: {set:?}");
            all.votes.push((Short(all.votes.len() as u64), vote));
        }
    }
    assert!(places.iter().all(|count| *count > 2), "every arm stands first now and then: {places:?}");
    let pairs = next_pairs(&cells, &all, own, 9, 1);
    let set = next_set(&cells, &all, own, 9, 2).unwrap();
    assert_eq!([pairs[0].left, pairs[0].right].as_slice(), set.images, "of two images it is the pair");
}

#[test]
fn equal_arms_are_seldom_told_apart() {
    let (cells, truth) = (cells(3, 60), Truth { strengths: &[1.0, 1.0, 1.0], ties: 0.15 });
    let told = (0..100).filter(|run| {
        let votes = simulate(&cells, 300, 1000 + run, |_, left, right, random| truth.answer(left, right, random));
        measured(&cells, &votes, *run).differences.iter().any(|difference| difference.told)
    });
    let told = told.count();
    assert!(told <= 10, "{told} of 100");
}

#[test]
fn a_handful_of_cells_does_not_tell_equal_arms_apart() {
    let (cells, truth) = (cells(2, 4), Truth { strengths: &[1.0, 1.0], ties: 0.15 });
    let told = (0..100).filter(|run| {
        let votes = simulate(&cells, 12, 2000 + run, |_, left, right, random| truth.answer(left, right, random));
        measured(&cells, &votes, *run).differences.iter().any(|difference| difference.told)
    });
    let told = told.count();
    assert!(told <= 10, "{told} of 100");
}

#[test]
fn a_rater_who_always_says_left_is_named_and_an_honest_one_is_not() {
    let (cells, truth) = (cells(3, 30), Truth { strengths: &[1.0, 2.0, 4.0], ties: 0.15 });
    let lazy = rater("rater 0");
    let mut honest = 0;
    for run in 0..50 {
        let votes = simulate(&cells, 120, 500 + run, |rater, left, right, random| match rater {
            0 => Answer::Left,
            _ => truth.answer(left, right, random),
        });
        let named: Vec<Short> = raters(&votes).into_iter().filter(|rater| rater.one_sided).map(|r| r.rater).collect();
        assert!(named.contains(&lazy), "run {run}");
        honest += named.len() - 1;
    }
    assert!(honest <= 12, "{honest} of 100");
}

#[test]
fn an_arm_that_wins_all_has_a_finite_strength() {
    let cells = cells(2, 20);
    let votes = simulate(&cells, 20, 3, |_, left, _, _| if left == 1 { Answer::Left } else { Answer::Right });
    let found = measured(&cells, &votes, 1);
    assert!(found.strengths.log[1] > 1.0 && found.strengths.log[1] < 10.0, "{found:?}");
    assert!(found.differences[0].told);
}

#[test]
fn without_votes_nothing_is_told() {
    let cells = cells(3, 4);
    let found = measured(&cells, &Votes::default(), 1);
    assert!(found.strengths.log.iter().all(|strength| strength.abs() < 1e-9));
    assert!(found.differences.iter().all(|difference| !difference.told));
}

#[test]
fn more_votes_are_asked_for_until_a_difference_shows() {
    let (cells, truth) = (cells(2, 40), Truth { strengths: &[1.0, 1.8], ties: 0.1 });
    let few = simulate(&cells, 12, 4, |_, left, right, random| truth.answer(left, right, random));
    let found = measured(&cells, &few, 1).differences[0];
    assert!(!found.told && found.more.is_some_and(|more| (5..2000).contains(&more)), "{found:?}");
}

/// The lines of votes, and of one that is taken back.
fn lines() -> Vec<String> {
    let (cells, truth) = (cells(3, 10), Truth { strengths: &[1.0, 2.0, 4.0], ties: 0.15 });
    let votes = simulate(&cells, 40, 9, |_, left, right, random| truth.answer(left, right, random));
    let mut lines: Vec<String> = votes.votes.iter().map(|(_, vote)| vote.line()).collect();
    let undo = Undo { v: VERSION, rater: votes.votes[0].1.rater, undo: Digest::of(lines[0].as_bytes()).short() };
    lines.push(undo.line());
    lines
}

fn text(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_order_of_lines_does_not_matter() {
    let mut lines = lines();
    let cells = cells(3, 10);
    let votes = Votes::read(text(&lines).as_bytes());
    assert_eq!((votes.votes.len(), votes.undone, votes.bad.len()), (39, 1, 0));
    let mut random = Random::new(5);
    for _ in 0..10 {
        for at in (1..lines.len()).rev() {
            lines.swap(at, random.below(at + 1));
        }
        let other = Votes::read(text(&lines).as_bytes());
        assert_eq!(other, votes);
        assert_eq!(measured(&cells, &other, 1), measured(&cells, &votes, 1));
    }
}

#[test]
fn bad_lines_are_named_and_the_others_count() {
    let good = lines();
    let (a, b) = (&good[1], &good[2]);
    let other =
        if a.contains("\"left\",") { a.replace("\"answer\":\"left\"", "\"answer\":\"right\"") } else { a.clone() };
    let contradicted = if other == *a {
        a.replacen("\"answer\":\"right\"", "\"answer\":\"left\"", 1).replacen(
            "\"answer\":\"tie\"",
            "\"answer\":\"left\"",
            1,
        )
    } else {
        other
    };
    let mut of_itself: Vote = serde_json::from_str(b).unwrap();
    of_itself.right = of_itself.left;
    let text = [
        a.as_str(),
        &b[..b.len() / 2],
        "{\"v\":1,\"hello\":2}",
        "<<<<<<< ours",
        &contradicted,
        b,
        b,
        "{\"v\":9}",
        "",
        &of_itself.line(),
        "{\"v\":1,\"rater\":\"0000000000000000\",\"undo\":\"0000000000000000\"}",
    ]
    .join("\r\n");
    let votes = Votes::read(text.as_bytes());
    let named: Vec<(usize, Defect)> = votes.bad.iter().map(|bad| (bad.line, bad.defect)).collect();
    let expected = [
        (1, Defect::Conflict),
        (2, Defect::Torn),
        (3, Defect::Foreign),
        (4, Defect::Torn),
        (5, Defect::Conflict),
        (7, Defect::Duplicate),
        (8, Defect::Newer),
        (10, Defect::OfItself),
        (11, Defect::NothingToUndo),
    ];
    assert_eq!(named, expected);
    assert_eq!(votes.votes.len(), 1);
}

#[test]
fn a_vote_finds_its_arm_by_its_picture_and_by_its_ask() {
    let cell = &cells(2, 1)[0];
    let strange = Digest::of(b"other");
    let by_raw = Shown { raw: cell.arms[1].raw.unwrap(), ask: strange.short() };
    let by_ask = Shown { raw: strange, ask: cell.arms[0].ask };
    assert_eq!((cell.arm(&by_raw), cell.arm(&by_ask)), (Some(1), Some(0)));
    assert_eq!(cell.arm(&Shown { raw: strange, ask: strange.short() }), None);
}

#[test]
fn the_design_spreads_votes_and_swaps_sides_when_it_repeats() {
    let cells = cells(3, 20);
    let votes = simulate(&cells, 180, 11, |_, _, _, _| Answer::Tie);
    let tally = Tally::of(&cells, &votes, 3);
    let counts = tally.counts();
    assert!(counts.0.iter().all(|pair| (50.0..=60.0).contains(&pair[2])), "{counts:?}");
    let lefts = votes.votes.iter().filter(|(_, vote)| cells[0].arms[0].ask == vote.left.ask).count();
    assert!((40..=80).contains(&lefts), "{lefts}");
    assert!(tally.repeated > 0);
    let mut seen: Vec<&Vote> = Vec::new();
    for (_, vote) in &votes.votes {
        if let Some(first) = seen.iter().find(|first| first.rater == vote.rater && first.raws() == vote.raws()) {
            assert_eq!((first.left, first.right), (vote.right, vote.left));
        }
        seen.push(vote);
    }
}

#[test]
fn raters_who_agree_have_a_high_kappa() {
    let cells = cells(2, 30);
    let all: Vec<Vote> = ["one", "two"]
        .iter()
        .flat_map(|name| {
            let rater = rater(name);
            let pairs = next_pairs(&cells, &Votes::default(), rater, 3, 25);
            let of = |pair: &Pair| if pair.left.ask == cells[0].arms[1].ask { Answer::Left } else { Answer::Right };
            pairs.iter().map(|pair| vote(pair, rater, 3, of(pair))).collect::<Vec<_>>()
        })
        .collect();
    let lines: Vec<String> = all.iter().map(Vote::line).collect();
    let found = agreements(&Votes::read(text(&lines).as_bytes()));
    assert_eq!(found.len(), 1);
    assert!(found[0].pairs > 10 && found[0].equal == found[0].pairs && found[0].kappa == Some(1.0), "{found:?}");
}
