//! The path of least error through a grid of costs, as image quilting cuts along it (Efros and Freeman, "Image quilting
//! for texture synthesis and transfer", 2001).

/// For each row the column at which the path crosses it; neighbouring rows differ by one column at most. Ties go to the
/// left, so that the path is the same everywhere. Costs are row by row; an empty grid has an empty path.
pub fn least_path(costs: &[u32], width: usize) -> Vec<usize> {
    if width == 0 || costs.is_empty() {
        return Vec::new();
    }
    let mut sums: Vec<u64> = costs[..width].iter().map(|cost| u64::from(*cost)).collect();
    let mut from: Vec<Vec<usize>> = Vec::new();
    for row in costs[width..].chunks_exact(width) {
        let best =
            |x: usize| (x.saturating_sub(1)..=(x + 1).min(width - 1)).min_by_key(|at| (sums[*at], *at)).unwrap_or(x);
        let came: Vec<usize> = (0..width).map(best).collect();
        sums = came.iter().zip(row).map(|(at, cost)| sums[*at] + u64::from(*cost)).collect();
        from.push(came);
    }
    let mut at = (0..width).min_by_key(|at| (sums[*at], *at)).unwrap_or(0);
    let mut path = vec![at];
    for came in from.iter().rev() {
        at = came[at];
        path.push(at);
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_goes_round_what_is_dear() {
        assert_eq!(least_path(&[9, 1, 9, 9, 9, 1, 9, 1, 9, 1, 9, 9], 3), [1, 2, 1, 0]);
        assert_eq!(least_path(&[5, 5, 5, 5], 2), [0, 0]);
        assert_eq!(least_path(&[], 0), Vec::<usize>::new());
        assert_eq!(least_path(&[3, 2, 1], 1), [0, 0, 0]);
    }
}
