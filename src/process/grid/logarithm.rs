//! The natural logarithm, bit by bit the same on every machine.

/// Halvings, then the series of the inverse hyperbolic tangent: the platform's function may differ in the last bits.
pub(super) fn ln(value: f64) -> f64 {
    let (mut rest, mut halvings) = (value.max(1e-300), 0.0);
    while rest > 1.5 {
        (rest, halvings) = (rest / 2.0, halvings + 1.0);
    }
    while rest < 0.75 {
        (rest, halvings) = (rest * 2.0, halvings - 1.0);
    }
    let t = (rest - 1.0) / (rest + 1.0);
    let series = (0..12).rev().fold(0.0, |sum, k| sum * t * t + 1.0 / f64::from(2 * k + 1));
    2.0 * t * series + halvings * std::f64::consts::LN_2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_right() {
        for value in [1e-9, 0.3, 0.9, 1.0, 1.7, 42.0, 1e12] {
            assert!((ln(value) - f64::ln(value)).abs() < 1e-12, "{value}");
        }
    }
}
