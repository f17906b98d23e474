//! How fast the accounts that a set of capabilities touches are known, and how fast every pair of capabilities is compared.
//! Run with `cargo bench --bench overlap`.

use deadhead::config;
use deadhead::metrics::{AccountSet, Overlap, ThenAndNow};
use divan::{Bencher, black_box};

const ACCOUNTS: usize = 50_000;

fn main() {
    divan::main();
}

/// A number in 0–1 that depends on its arguments only.
#[expect(clippy::cast_precision_loss, reason = "the 53 bits of a fraction")]
fn draw(account: usize, capability: usize, what: u64) -> f64 {
    let mut x = (account as u64) << 32 ^ (capability as u64) << 8 ^ what;
    for _ in 0..2 {
        x = (x ^ x >> 31).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    (x >> 11) as f64 / (1_u64 << 53) as f64
}

/// Whether an account uses a capability: large accounts use more of everything, of all capabilities a part of `mean`.
fn uses(account: usize, capability: usize, mean: f64) -> bool {
    let rate = 3.0 * mean * draw(0, capability, 7).powi(2);
    draw(account, capability, 1) < rate * (0.3 + 1.4 * draw(account, 0, 8))
}

fn sets(capabilities: usize, uses: impl Fn(usize, usize) -> bool) -> Vec<AccountSet> {
    (0..capabilities).map(|capability| (0..ACCOUNTS).filter(|&account| uses(account, capability)).collect()).collect()
}

#[divan::bench]
fn union_of_ten(bencher: Bencher) {
    let overlap =
        Overlap { touched: sets(10, |account, capability| uses(account, capability, 0.08)), pairs: Vec::new() };
    bencher.bench(|| black_box(overlap.union(black_box(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))));
}

#[divan::bench]
fn union_of_ten_counted(bencher: Bencher) {
    let overlap =
        Overlap { touched: sets(10, |account, capability| uses(account, capability, 0.08)), pairs: Vec::new() };
    bencher.bench(|| black_box(overlap.union(black_box(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9])).len()));
}

/// By the part of the capabilities that an account uses on average: 2 % are two million (account, capability) pairs.
#[divan::bench(args = [0.02, 0.2], sample_count = 1, sample_size = 1)]
fn all_pairs_of_2000(bencher: Bencher, mean: f64) {
    let settings = config::parse("").expect("the defaults").overlap;
    let everyone: AccountSet = (0..ACCOUNTS).collect();
    // A part of all use began within the year, and one capability in a hundred did.
    let then = sets(2_000, |account, capability| {
        capability % 100 > 0 && uses(account, capability, mean) && draw(account, capability, 5) < 0.95
    });
    let now = sets(2_000, |account, capability| {
        uses(account, capability, if capability % 100 > 0 { mean } else { 0.4 }) && draw(account, capability, 6) < 0.95
    });
    let use_of = ThenAndNow { then, now, observed: (0..ACCOUNTS).collect() };
    let input = || (use_of.now.clone(), use_of.clone());
    bencher
        .with_inputs(input)
        .bench_values(|(touched, use_of)| Overlap::of(touched, &everyone, &vec![0; ACCOUNTS], Some(use_of), &settings));
}
