//! Models by seed, from whole numbers alone, so that another program draws the very same ones: `xorshift64` (Marsaglia, G. 2003,
//! Xorshift RNGs, Journal of Statistical Software 8(14)).

use super::{Candidate, Constraint, Group, Model, Team};

/// What kind of model is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Candidates.
    pub candidates: usize,
    /// Months.
    pub months: usize,
    /// Months of a wave.
    pub wave_months: usize,
    /// Accounts.
    pub accounts: usize,
    /// How often a candidate is used: of 10,000 accounts, at least ten times this and at most 826 times.
    pub popularity: u64,
    /// Teams.
    pub teams: usize,
    /// Months of work.
    pub work_months: usize,
    /// Budgets in percent, of all accounts and of the ARR at risk by all candidates together: of a wave.
    pub wave_percent: u64,
    /// The same overall.
    pub overall_percent: u64,
    /// Hours of a team in a month, in percent of those of its candidates.
    pub hours_percent: u64,
    /// Changes per account.
    pub changes: u32,
    /// One candidate in this many is demanded; 0: none.
    pub demand_one_in: u64,
}

/// The generator.
#[derive(Debug)]
pub struct Draws(u64);

impl Draws {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(7919).wrapping_add(12_345))
    }

    /// A number below another.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) % end.max(1)
    }

    fn index(&mut self, end: usize) -> usize {
        usize::try_from(self.below(end as u64)).expect("below an index")
    }

    fn number(&mut self, end: u64) -> f64 {
        f64::from(u32::try_from(self.below(end)).expect("32 bits"))
    }
}

/// The model of a seed.
pub fn model(shape: Shape, seed: u64) -> Model {
    let mut draws = Draws::new(seed);
    let candidates: Vec<Candidate> = (0..shape.candidates).map(|at| candidate(&mut draws, shape, at)).collect();
    let popular: Vec<u64> =
        (0..shape.candidates).map(|_| shape.popularity * (10 + draws.below(100) * draws.below(100) / 12)).collect();
    let mut groups: std::collections::BTreeMap<Vec<usize>, u64> = std::collections::BTreeMap::new();
    for _ in 0..shape.accounts {
        let uses: Vec<usize> = (0..shape.candidates).filter(|&at| draws.below(10_000) < popular[at]).collect();
        if !uses.is_empty() {
            *groups.entry(uses).or_default() += 1;
        }
    }
    let groups: Vec<Group> = groups.into_iter().map(|(uses, accounts)| Group { uses, accounts }).collect();
    let mut model = Model {
        wave_of: (0..shape.months).map(|month| month / shape.wave_months).collect(),
        work_months: shape.work_months,
        changes_per_account: Some(shape.changes),
        ..Model::default()
    };
    let arr: f64 = candidates.iter().map(|candidate| candidate.arr_at_risk).sum();
    let part = |percent: u64| f64::from(u32::try_from(percent).expect("a percentage")) / 100.0;
    let touched = f64::from(u32::try_from(shape.accounts).expect("32 bits"));
    model.accounts_per_wave = Some((touched * part(shape.wave_percent)).floor());
    model.accounts_overall = Some((touched * part(shape.overall_percent)).floor());
    model.arr_per_wave = Some((arr * part(shape.wave_percent)).floor());
    model.arr_overall = Some((arr * part(shape.overall_percent)).floor());
    model.teams = (0..shape.teams)
        .map(|team| {
            let own = candidates.iter().filter(|candidate| candidate.team == Some(team));
            let hours: f64 = own.map(|candidate| candidate.hours).sum();
            Team { hours: Some((hours * part(shape.hours_percent)).floor()) }
        })
        .collect();
    for _ in 0..2 + shape.candidates / 8 {
        let (one, other) = (draws.index(shape.candidates), draws.index(shape.candidates));
        let kind = draws.below(3);
        if one != other && kind < 2 {
            model.before.push((one, other));
        } else if one != other {
            model.excludes.push((one, other));
        }
    }
    model.candidates = candidates;
    model.groups = groups;
    model
}

fn candidate(draws: &mut Draws, shape: Shape, at: usize) -> Candidate {
    let rate = 50.0 + draws.number(100) * draws.number(100) / 5.0;
    let effort = draws.number(12_000);
    let notice = draws.index(shape.months / 2 + 1);
    let (closed, every) = (draws.index(shape.months), 3 + draws.index(9));
    let hours = 20.0 + draws.number(300);
    let team = (shape.teams > 0).then(|| draws.index(shape.teams));
    let arr_at_risk = 200.0 + (draws.number(100) * draws.number(100) * draws.number(100) / 100.0).floor();
    let demanded = shape.demand_one_in > 0 && draws.below(shape.demand_one_in) == 0;
    let by = shape.months / 2 + draws.index(shape.months / 2);
    let value = |month: usize| {
        let left = f64::from(u32::try_from(36 + shape.months - month).expect("few months"));
        (rate * left).floor() - effort
    };
    let bars = |month: usize| {
        let mut bars = Vec::new();
        if month < notice {
            bars.push(Constraint::Notice);
        }
        if month % every == closed % every {
            bars.push(Constraint::Renewal);
        }
        if month + 1 < shape.work_months {
            bars.push(Constraint::Work);
        }
        bars
    };
    Candidate {
        id: format!("c{at:03}"),
        value: (0..shape.months).map(value).collect(),
        barred: (0..shape.months).map(bars).collect(),
        hours,
        team,
        arr_at_risk,
        demanded_by: demanded.then_some(by),
    }
}
