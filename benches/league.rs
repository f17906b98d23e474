//! How long it takes to judge the features of a company (rollup, metrics, decision), and the league table of rules that do so,
//! printed once. Run with `cargo bench --bench league`; `LEAGUE_SEEDS=100` takes a hundred companies of each size.

#![expect(clippy::unwrap_used, reason = "a measurement ends where it cannot go on")]

#[path = "../tests/it/league/judging.rs"]
mod judging;

use deadhead::sample::league_company;
use divan::Bencher;
use judging::Ready;

#[expect(clippy::print_stdout, reason = "the table is what the bench is for, beside the time")]
fn main() {
    // `cargo test --benches` and `--list` only look whether it runs.
    if std::env::args().any(|argument| argument == "--bench") {
        let seeds = std::env::var("LEAGUE_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
        println!("{}", judging::printed(&judging::standings(&judging::league(seeds))));
    }
    divan::main();
}

#[divan::bench(args = judging::SIZES, sample_count = 10, sample_size = 1)]
fn judge_forty_features(bencher: Bencher, customers: u32) {
    let company = league_company(customers, 1);
    let ready = Ready::new(&company, None);
    bencher.bench_local(|| ready.judge(true));
}
