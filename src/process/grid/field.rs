//! Smooth fields: of the tries at every place those that gain most and differ little from their neighbours', by messages
//! that neighbours hand on (belief propagation).

use super::profile::BANDS;

/// Places along an axis at which the field is held, as many as there are bands across.
pub(super) const NODES: usize = BANDS;
/// Shifts that are tried: so many to either side.
pub(super) const TRIES: usize = 9;
/// The tries at one place.
pub(super) const LABELS: usize = 2 * TRIES + 1;
/// A shift from one try to the next, in cells.
pub(super) const STEP: f64 = 0.05;
/// Weight of the squared difference, in cells, of neighbouring places; the evidence of a usual place is worth 1.
const SMOOTH: f32 = 14.0;
/// Weight of the squared shift itself.
const STRAIGHT: f32 = 0.6;
/// Sweeps of messages over the field.
const SWEEPS: usize = 3;

/// What neighbouring places cost whose tries are so many apart.
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

/// What each try gains.
pub(super) type Gains = [f32; LABELS];

/// The smooth field that gains most, by messages along the four directions.
pub(super) fn settled(evidence: &[Gains], pitch: f64) -> Vec<f64> {
    let own: Vec<Gains> = evidence
        .iter()
        .map(|gains| {
            let mut own = *gains;
            for (label, gain) in own.iter_mut().enumerate() {
                let shift = (label as f32 - TRIES as f32) * STEP as f32;
                *gain -= STRAIGHT * shift * shift;
            }
            own
        })
        .collect();
    // Messages that a place gets from the left, from above, from the right and from below.
    let mut messages = [0; 4].map(|_| vec![[0.0; LABELS]; BANDS * NODES]);
    for _ in 0..SWEEPS {
        sweep(&own, &mut messages, 0);
        sweep(&own, &mut messages, 1);
    }
    (0..own.len()).map(|i| best(&belief(&own, &messages, i, None)) * STEP * pitch).collect()
}

/// Hands messages on in reading order (0) or against it (1).
fn sweep(own: &[Gains], messages: &mut [Vec<Gains>; 4], back: usize) {
    for step in 0..own.len() {
        let i = if back == 1 { own.len() - 1 - step } else { step };
        let (band, node) = (i / NODES, i % NODES);
        let along = if back == 1 { node.checked_sub(1) } else { Some(node + 1).filter(|n| *n < NODES) };
        let across = if back == 1 { band.checked_sub(1) } else { Some(band + 1).filter(|b| *b < BANDS) };
        let next = [along.map(|node| band * NODES + node), across.map(|band| band * NODES + node)];
        for (axis, next) in next.into_iter().enumerate() {
            if let Some(next) = next {
                // What came from the place that is spoken to is not told back.
                let from = axis + 2 * (1 - back);
                let belief = belief(own, messages, i, Some(from));
                messages[axis + 2 * back][next] = message(&belief);
            }
        }
    }
}

fn belief(own: &[Gains], messages: &[Vec<Gains>; 4], i: usize, but: Option<usize>) -> Gains {
    let mut sum = own[i];
    for (_, from) in messages.iter().enumerate().filter(|(from, _)| Some(*from) != but) {
        sum.iter_mut().zip(&from[i]).for_each(|(sum, gain)| *sum += gain);
    }
    sum
}

fn message(belief: &Gains) -> Gains {
    let mut out = [f32::MIN; LABELS];
    for (gain, costs) in belief.iter().zip(&COSTS) {
        for (out, cost) in out.iter_mut().zip(costs) {
            let told = gain - cost;
            *out = if told > *out { told } else { *out };
        }
    }
    let most = out.iter().copied().fold(f32::MIN, f32::max);
    out.map(|gain| gain - most)
}

/// The best try, between tries by a parabola.
fn best(belief: &Gains) -> f64 {
    let i = (0..LABELS).fold(TRIES, |best, i| if belief[i] > belief[best] { i } else { best });
    let mut at = i as f64 - TRIES as f64;
    if i > 0 && i + 1 < LABELS {
        let [a, b, c] = [i - 1, i, i + 1].map(|i| f64::from(belief[i]));
        let curve = a - 2.0 * b + c;
        if curve < -1e-9 {
            at += (0.5 * (a - c) / curve).clamp(-0.5, 0.5);
        }
    }
    at
}
