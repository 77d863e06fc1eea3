//! Description lengths in bits: how much it takes to say where something is, of any places or of those that a pattern
//! repeats (J. Rissanen, *Modeling by shortest data description*, 1978).

/// The longest period of a fine pattern whose changes lie on lines because the pattern is repeated,
const FINE: u32 = 32;
/// and of what is repeated with at most so many changes in each period, as the slots of a bar.
const LONGEST: u32 = 256;
const SPARSE: u32 = 8;

/// The bits that say which of `all` places these are: any, or some of those that a pattern repeats.
pub(super) fn described(places: &[u32], all: u32) -> i64 {
    let any = choices(all, places.len());
    (2..=LONGEST.min(all / 4)).fold(any, |least, period| {
        let used = Residues::of(places, period);
        let bits = pattern(period, used.count());
        let open = || used.iter().map(|place| (all - place).div_ceil(period)).sum::<u32>();
        // Places that have a common step are those of larger cells, no fine pattern.
        let repeats = || period > FINE && used.count() <= SPARSE || used.has_no_step(period);
        if bits >= least || used.count() == period || !repeats() {
            least
        } else {
            least.min(bits + choices(open(), places.len()))
        }
    })
}

/// The places within a period at which something is, as a set of bits.
struct Residues([u64; LONGEST as usize / 64]);

impl Residues {
    /// Where the places are dense, all are soon known.
    fn of(places: &[u32], period: u32) -> Self {
        let mut used = Self([0; _]);
        let mut rest = period;
        for place in places {
            let place = place % period;
            let (word, bit) = ((place / 64) as usize, 1 << (place % 64));
            rest -= u32::from(used.0[word] & bit == 0);
            used.0[word] |= bit;
            if rest == 0 {
                break;
            }
        }
        used
    }

    fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// Ascending.
    fn iter(&self) -> impl Iterator<Item = u32> {
        (0..).zip(self.0).flat_map(|(at, word)| {
            let rest = std::iter::successors(Some(word), |word| Some(word & word.wrapping_sub(1)));
            rest.take_while(|word| *word > 0).map(move |word| 64 * at + word.trailing_zeros())
        })
    }

    /// Whether no step larger than one leads from each to each, over the ends of the period as well.
    fn has_no_step(&self, period: u32) -> bool {
        let mut step = period;
        self.iter().zip(self.iter().skip(1)).any(|(one, next)| {
            step = gcd(step, next - one);
            step == 1
        })
    }
}

/// The bits of a pattern that uses some places of its period.
fn pattern(period: u32, used: u32) -> i64 {
    if period > FINE {
        return 2 * bits(period.into()) + choices(period, used as usize);
    }
    // Artists repeat every four, eight or sixteen pixels, sometimes every six, seldom every five.
    let odd = match period % 4 {
        0 => 2,
        2 => 4,
        _ => 14,
    };
    odd + i64::from(period)
}

pub(super) fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The logarithm to the base 2 of the number of ways to choose `some` of `all`.
fn choices(all: u32, some: usize) -> i64 {
    let (mut bits, mut odds) = (0, 1.0);
    for i in (0..all).take(some) {
        odds *= f64::from(all - i) / f64::from(i + 1);
        while odds >= 2.0 {
            odds /= 2.0;
            bits += 1;
        }
        while odds < 1.0 {
            odds *= 2.0;
            bits -= 1;
        }
    }
    bits
}

/// The logarithm to the base 2, rounded up.
pub(super) fn bits(value: f64) -> i64 {
    let whole = value.max(1.0) as u64;
    i64::from(whole.ilog2()) + i64::from(!whole.is_power_of_two())
}
