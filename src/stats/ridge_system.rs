//! A small symmetric system of equations.

/// Solves `matrix` · x = `right`, of a symmetric positive definite matrix whose lower triangle is given, by Cholesky's
/// factorisation. `None` where it is not positive definite to working precision.
pub(super) fn solve(matrix: &[Vec<f64>], right: &[f64]) -> Option<Vec<f64>> {
    let size = right.len();
    let mut lower = vec![vec![0.0; size]; size];
    for row in 0..size {
        for column in 0..=row {
            let known: f64 = (0..column).map(|k| lower[row][k] * lower[column][k]).sum();
            let rest = matrix[row][column] - known;
            lower[row][column] = if row == column {
                // Less than this of the diagonal is what rounding leaves of nothing.
                let is_positive = rest > matrix[row][row].abs() * 1e-14;
                if is_positive { rest.sqrt() } else { return None }
            } else {
                rest / lower[column][column]
            };
        }
    }
    let mut solution = right.to_vec();
    for row in 0..size {
        let known: f64 = (0..row).map(|k| lower[row][k] * solution[k]).sum();
        solution[row] = (solution[row] - known) / lower[row][row];
    }
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|k| lower[k][row] * solution[k]).sum();
        solution[row] = (solution[row] - known) / lower[row][row];
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_by_hand() {
        // 4x + 2y = 10, 2x + 3y = 11: x = 1, y = 3.
        let found = solve(&[vec![4.0, 0.0], vec![2.0, 3.0]], &[10.0, 11.0]).unwrap();
        assert!((found[0] - 1.0).abs() < 1e-12 && (found[1] - 3.0).abs() < 1e-12, "{found:?}");
        assert_eq!(solve(&[], &[]), Some(Vec::new()));
    }

    #[test]
    fn what_has_no_single_solution_is_unknown() {
        assert_eq!(solve(&[vec![1.0, 0.0], vec![1.0, 1.0]], &[1.0, 1.0]), None);
        assert_eq!(solve(&[vec![-1.0]], &[1.0]), None);
        assert_eq!(solve(&[vec![0.0]], &[1.0]), None);
    }
}
