//! Loopy belief propagation on a grid of nodes: chooses one of several shifts (labels) for every node, so that the
//! shifts fit the evidence and vary smoothly.
//!
//! The max-sum form (min-sum with the sign reversed) of Pearl's algorithm with a quadratic smoothness cost, as in
//! Felzenszwalb and Huttenlocher, "Efficient belief propagation for early vision" (2006). Nodes send messages in two
//! sequential sweeps.

use super::profile::BANDS;

/// Nodes along an axis: as many as there are bands across it.
pub(super) const NODES: usize = BANDS;
/// Shifts to either side of 0.
pub(super) const SHIFTS: usize = 9;
/// The labels of a node: all its possible shifts.
pub(super) const LABELS: usize = 2 * SHIFTS + 1;
/// The difference between neighbouring labels, in cells.
pub(super) const STEP: f64 = 0.05;
/// The cost of a squared difference of one cell between neighbouring nodes. The evidence of a typical node is 1.
const SMOOTH: f32 = 14.0;
/// The cost of a squared shift of one cell.
const STRAIGHT: f32 = 0.6;
/// Sweeps in each direction.
const SWEEPS: usize = 3;

/// The smoothness cost of each pair of labels of neighbouring nodes.
const COSTS: [[f32; LABELS]; LABELS] = {
    let mut costs = [[0.0; LABELS]; LABELS];
    let mut i = 0;
    while i < LABELS * LABELS {
        let apart = ((i / LABELS) as f32 - (i % LABELS) as f32) * STEP as f32;
        costs[i / LABELS][i % LABELS] = SMOOTH * apart * apart;
        i += 1;
    }
    costs
};

/// The score of each label of a node.
pub(super) type Scores = [f32; LABELS];

/// The shifts of all nodes in raw pixels, `BANDS` rows of `NODES`, that maximise evidence minus smoothness costs.
pub(super) fn max_sum(evidence: &[Scores], pitch: f64) -> Vec<f64> {
    let own: Vec<Scores> = evidence
        .iter()
        .map(|scores| {
            let mut own = *scores;
            for (label, score) in own.iter_mut().enumerate() {
                let shift = (label as f32 - SHIFTS as f32) * STEP as f32;
                *score -= STRAIGHT * shift * shift;
            }
            own
        })
        .collect();
    // The messages that a node receives from the left, from above, from the right and from below.
    let mut messages = [0; 4].map(|_| vec![[0.0; LABELS]; BANDS * NODES]);
    for _ in 0..SWEEPS {
        sweep(&own, &mut messages, 0);
        sweep(&own, &mut messages, 1);
    }
    (0..own.len()).map(|i| best(&belief(&own, &messages, i, None)) * STEP * pitch).collect()
}

/// Sends messages in reading order (0) or in reverse (1).
fn sweep(own: &[Scores], messages: &mut [Vec<Scores>; 4], back: usize) {
    for step in 0..own.len() {
        let i = if back == 1 { own.len() - 1 - step } else { step };
        let (band, node) = (i / NODES, i % NODES);
        let along = if back == 1 { node.checked_sub(1) } else { Some(node + 1).filter(|n| *n < NODES) };
        let across = if back == 1 { band.checked_sub(1) } else { Some(band + 1).filter(|b| *b < BANDS) };
        let next = [along.map(|node| band * NODES + node), across.map(|band| band * NODES + node)];
        for (axis, next) in next.into_iter().enumerate() {
            if let Some(next) = next {
                // A message must not contain what its receiver sent.
                let receiver = axis + 2 * (1 - back);
                let belief = belief(own, messages, i, Some(receiver));
                messages[axis + 2 * back][next] = message(&belief);
            }
        }
    }
}

/// The scores of a node's labels: its own and those of all messages but one.
fn belief(own: &[Scores], messages: &[Vec<Scores>; 4], i: usize, except: Option<usize>) -> Scores {
    let mut sum = own[i];
    for (_, from) in messages.iter().enumerate().filter(|(from, _)| Some(*from) != except) {
        sum.iter_mut().zip(&from[i]).for_each(|(sum, score)| *sum += score);
    }
    sum
}

/// For each label of the receiver the best score of the sender's labels minus their smoothness cost, normalised to a
/// maximum of 0.
fn message(belief: &Scores) -> Scores {
    let mut out = [f32::MIN; LABELS];
    for (score, costs) in belief.iter().zip(&COSTS) {
        for (out, cost) in out.iter_mut().zip(costs) {
            let score = score - cost;
            *out = if score > *out { score } else { *out };
        }
    }
    let most = out.iter().copied().fold(f32::MIN, f32::max);
    out.map(|score| score - most)
}

/// The shift of the best label, in label steps, refined between labels by a parabola.
fn best(belief: &Scores) -> f64 {
    let i = (0..LABELS).fold(SHIFTS, |best, i| if belief[i] > belief[best] { i } else { best });
    let mut at = i as f64 - SHIFTS as f64;
    if i > 0 && i + 1 < LABELS {
        let [a, b, c] = [i - 1, i, i + 1].map(|i| f64::from(belief[i]));
        let curve = a - 2.0 * b + c;
        if curve < -1e-9 {
            at += (0.5 * (a - c) / curve).clamp(-0.5, 0.5);
        }
    }
    at
}
