//! Solves symmetric positive definite systems by Cholesky decomposition.
//!
//! The linear algebra is our own: `nalgebra` and BLAS pick kernels by CPU features at run time, so that sums are taken in
//! another order and the last bits differ between machines. These functions have a fixed order and are reproducible bit by
//! bit. The matrices are small: one row per anchor of an axis, at most a few hundred.

/// Cholesky decomposition of a symmetric positive definite matrix of `n` rows, in place: the lower triangle whose
/// product with its transpose is the matrix.
pub(super) fn cholesky(mut matrix: Vec<f64>, n: usize) -> Vec<f64> {
    for i in 0..n {
        let (before, from) = matrix.split_at_mut(i * n);
        for j in 0..i {
            let row = &before[j * n..][..n];
            from[j] = (from[j] - dot(&from[..j], &row[..j])) / row[j];
        }
        from[i] = (from[i] - dot(&from[..i], &from[..i])).max(1e-12).sqrt();
    }
    matrix
}

/// Solves the linear system by forward and back substitution with the Cholesky factor.
pub(super) fn cholesky_solve(factor: &[f64], values: &[f64]) -> Vec<f64> {
    let n = values.len();
    let mut out = values.to_vec();
    for i in 0..n {
        out[i] = (out[i] - dot(&factor[i * n..][..i], &out[..i])) / factor[i * n + i];
    }
    for i in (0..n).rev() {
        out[i] /= factor[i * n + i];
        let value = out[i];
        out[..i].iter_mut().zip(&factor[i * n..]).for_each(|(out, below)| *out -= below * value);
    }
    out
}

/// The dot product in four partial sums: a fixed order that compilers vectorise.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (fours, rest) = a.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (a, b) in fours.iter().zip(b.as_chunks::<4>().0) {
        sums.iter_mut().zip(a.iter().zip(b)).for_each(|(sum, (a, b))| *sum += a * b);
    }
    let last: f64 = rest.iter().zip(&b[fours.len() * 4..]).map(|(a, b)| a * b).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cholesky_factor_solves_its_system() {
        let matrix = vec![4.0, 1.0, 0.5, 1.0, 3.0, 0.2, 0.5, 0.2, 2.0];
        let solved = cholesky_solve(&cholesky(matrix.clone(), 3), &[1.0, 2.0, 3.0]);
        let back: Vec<f64> = matrix.chunks(3).map(|row| dot(row, &solved)).collect();
        assert!(back.iter().zip([1.0, 2.0, 3.0]).all(|(a, b)| (a - b).abs() < 1e-12), "{back:?}");
    }
}
