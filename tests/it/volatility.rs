//! The back-test of vendor volatility: trained on the years up to Y, is the count of Y + 1 inside the 80 % interval about 80 % of the
//! time? On a calendar of ends of life and releases and on a log of breakages; see tests/data/README.md.
//! `cargo test --test it volatility -- --nocapture` prints the tables.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use deadhead::stats::{CountAhead, GammaPrior, RatePrior, Record};

/// Events of one unit by year, from the first year of watching.
struct Unit {
    first: i32,
    events: BTreeMap<i32, u32>,
}

impl Unit {
    fn in_year(&self, year: i32) -> u32 {
        self.events.get(&year).copied().unwrap_or_default()
    }

    /// What is known at the end of a year, of whose events only the year is known: they lie in its middle.
    fn record(&self, until: i32, half_life: f64) -> Record {
        let ages = self
            .events
            .range(..=until)
            .flat_map(|(&year, &count)| std::iter::repeat_n(f64::from(until - year) + 0.5, count as usize));
        Record::of(ages, f64::from(until + 1 - self.first), half_life)
    }
}

fn rows(file: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// The products of the calendar, counted by a column; each is watched from its first release.
fn calendar(column: usize) -> Vec<Unit> {
    let mut units: BTreeMap<String, Unit> = BTreeMap::new();
    for row in rows("vendor_calendar_counts.csv") {
        let year = row[1].parse().unwrap();
        let unit = units.entry(row[0].clone()).or_insert(Unit { first: year, events: BTreeMap::new() });
        unit.first = unit.first.min(year);
        unit.events.insert(year, row[column].parse().unwrap());
    }
    units.into_values().collect()
}

/// The integrations that could have had an alert, watched from the year in which the log begins.
fn alerts() -> Vec<Unit> {
    const INTEGRATIONS: usize = 1197;
    let mut units: BTreeMap<String, Unit> = BTreeMap::new();
    for row in rows("vendor_alert_counts.csv") {
        let unit = units.entry(row[0].clone()).or_insert(Unit { first: 2019, events: BTreeMap::new() });
        unit.events.insert(row[1].parse().unwrap(), row[2].parse().unwrap());
    }
    let mut units: Vec<Unit> = units.into_values().collect();
    units.resize_with(INTEGRATIONS, || Unit { first: 2019, events: BTreeMap::new() });
    units
}

/// How forecasts of unit-years fared.
#[derive(Default, Clone, Copy)]
struct Score {
    forecasts: f64,
    inside: f64,
    /// Part of the randomised probability integral transform within 0.1–0.9: 0.8 when the model is right, whatever the counts.
    smooth: f64,
    above: f64,
    expected: f64,
    seen: f64,
    /// Inside the interval of a plain Poisson count at the unit's own mean rate.
    plain: f64,
}

impl Score {
    fn add(&mut self, forecast: &Forecast, plain: &Forecast, count: u32) {
        let ahead = &forecast.ahead;
        let count = u64::from(count);
        let inside = |forecast: &Forecast| f64::from(u8::from((forecast.low..=forecast.high).contains(&count)));
        let until = ahead.at_most(count);
        let before = count.checked_sub(1).map_or(0.0, |count| ahead.at_most(count));
        self.forecasts += 1.0;
        self.inside += inside(forecast);
        // A count that lies so far out that its chance is lost in rounding lies outside.
        self.smooth +=
            if until > before { (until.min(0.9) - before.max(0.1)).max(0.0) / (until - before) } else { 0.0 };
        self.above += f64::from(u8::from(count > forecast.high));
        self.expected += ahead.mean();
        self.seen += f64::from(u32::try_from(count).unwrap());
        self.plain += inside(plain);
    }

    fn plus(self, other: Self) -> Self {
        Self {
            forecasts: self.forecasts + other.forecasts,
            inside: self.inside + other.inside,
            smooth: self.smooth + other.smooth,
            above: self.above + other.above,
            expected: self.expected + other.expected,
            seen: self.seen + other.seen,
            plain: self.plain + other.plain,
        }
    }

    fn coverage(&self) -> f64 {
        self.inside / self.forecasts
    }

    fn without_discreteness(&self) -> f64 {
        self.smooth / self.forecasts
    }

    fn line(&self, name: &str) -> String {
        format!(
            "{name:<12} {:>6} {:>7.3} {:>7.3} {:>7.3} {:>7.3} {:>9.1} {:>6} {:>6.2}\n",
            self.forecasts,
            self.coverage(),
            self.without_discreteness(),
            self.above / self.forecasts,
            self.plain / self.forecasts,
            self.expected,
            self.seen,
            self.seen / self.expected,
        )
    }
}

/// What a year may bring, and the 80 % interval of it.
struct Forecast {
    ahead: CountAhead,
    low: u64,
    high: u64,
}

impl Forecast {
    fn of(prior: &RatePrior, record: Record) -> Self {
        let ahead = prior.updated(record).unwrap().ahead(1.0);
        let (low, high) = ahead.interval(0.8);
        Self { ahead, low, high }
    }

    /// Of a rate that is taken for known: worth a million years of watching.
    fn plain(record: Record) -> Self {
        let certain = GammaPrior { shape: (record.events / record.time).max(1e-9) * 1e6, rate: 1e6 };
        Self::of(&certain.into(), Record { events: 0.0, time: 0.0, squared: 0.0 })
    }
}

/// Forecasts of every year from `first` on, each from the years before it, by year.
fn back_test(units: &[Unit], half_life: f64, first: i32) -> Vec<(i32, Score)> {
    let bits = |record: Record| (record.events.to_bits(), record.time.to_bits());
    let of_year = |year: i32| {
        let known: Vec<&Unit> = units.iter().filter(|unit| unit.first < year).collect();
        let records: Vec<Record> = known.iter().map(|unit| unit.record(year - 1, half_life)).collect();
        let prior = RatePrior::fitted(&records);
        // Most units have the record of many others.
        let (mut ours, mut plain) = (BTreeMap::new(), BTreeMap::new());
        let mut score = Score::default();
        for (unit, record) in known.into_iter().zip(records) {
            let own = unit.record(year - 1, 0.0);
            let ours = ours.entry(bits(record)).or_insert_with(|| Forecast::of(&prior, record));
            let plain = plain.entry(bits(own)).or_insert_with(|| Forecast::plain(own));
            score.add(ours, plain, unit.in_year(year));
        }
        (year, score)
    };
    (first..=2025).map(of_year).collect()
}

const HEAD: &str = "              units  inside  smooth   above   plain  expected   seen  ratio\n";

/// The back-test with several half-lives, printed; by half-life.
#[expect(
    clippy::print_stdout,
    reason = "the table is what the back-test is for; a test that passes keeps it to itself"
)]
fn report(name: &str, units: &[Unit], first: i32) -> BTreeMap<u32, Score> {
    let mut text = format!("\n{name}\n{HEAD}");
    let mut totals = BTreeMap::new();
    for half_life in [0, 1, 2, 3, 5, 10] {
        let years = back_test(units, f64::from(half_life), first);
        let total = years.iter().fold(Score::default(), |sum, (_, score)| sum.plus(*score));
        if half_life == 3 {
            for (year, score) in &years {
                text.push_str(&score.line(&format!("{year}, 3 years")));
            }
        }
        let label = if half_life == 0 { "all equal".into() } else { format!("{half_life} years") };
        writeln!(text, "{}", total.line(&label).trim_end()).unwrap();
        totals.insert(half_life, total);
    }
    println!("{text}");
    totals
}

#[test]
fn ends_of_life_lie_inside_the_interval() {
    let by_half_life = report("ends of life a product and year", &calendar(3), 2011);
    let default = by_half_life[&3];
    assert!(default.forecasts > 4000.0);
    assert!((0.72..=0.97).contains(&default.coverage()), "{}", default.coverage());
    assert!((0.70..=0.90).contains(&default.without_discreteness()), "{}", default.without_discreteness());
    // On a rising calendar what is older misleads, and a rate that is taken for known is too sure of itself.
    assert!(by_half_life[&0].without_discreteness() < default.without_discreteness());
    assert!(default.plain / default.forecasts < default.coverage());
}

#[test]
fn releases_lie_inside_the_interval() {
    let default = report("release cycles a product and year", &calendar(2), 2011)[&3];
    assert!((0.72..=0.97).contains(&default.coverage()), "{}", default.coverage());
    assert!((0.70..=0.92).contains(&default.without_discreteness()), "{}", default.without_discreteness());
    assert!((0.8..=1.25).contains(&(default.seen / default.expected)), "{}", default.seen / default.expected);
}

#[test]
fn breakages_of_a_year_are_forecast_for_rare_ones() {
    let default = report("alerts an integration and year", &alerts(), 2020)[&3];
    // Nearly every forecast is none, and nearly always right: only without discreteness does coverage say anything.
    assert!(default.coverage() > 0.97, "{}", default.coverage());
    assert!((0.72..=0.88).contains(&default.without_discreteness()), "{}", default.without_discreteness());
    assert!((0.5..=2.0).contains(&(default.seen / default.expected)), "{}", default.seen / default.expected);
}
