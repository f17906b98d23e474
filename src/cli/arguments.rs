use std::path::PathBuf;

use chrono::NaiveDate;
use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::sample::SampleOptions;
use crate::units::Period;

/// Which features and integrations to deprecate, consolidate, repair or keep, from the exports you already have
///
/// Reads usage, accounts, tickets, engineering time and bills, computes adoption and cost per feature and integration
/// with their intervals, and writes a ranked report: used by few customers, and yet consuming a disproportionate share of
/// engineering and support. Nothing leaves this machine.
#[derive(Debug, Parser)]
#[command(
    name = "deadhead",
    version,
    after_help = "Start:\n  deadhead init exports/       look at a folder of exports and write a deadhead.toml\n  deadhead check               what was understood, and what was not\n  deadhead run                 the report\n\nExit codes: 0 done, 1 could not finish, 2 usage or configuration, 3 the data are not good enough,\n4 a --fail-on condition holds, 130 interrupted, 143 terminated."
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,
    /// How to print.
    #[command(flatten)]
    pub(super) global: Global,
}

/// How to print.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// How the terminal output looks
    #[arg(long, global = true, value_enum, default_value = "human", env = "DEADHEAD_FORMAT")]
    pub format: Format,
    /// Print results and errors only
    #[arg(short, long, global = true, value_parser = FalseyValueParser::new(), env = "DEADHEAD_QUIET")]
    pub quiet: bool,
    /// Say more: every finding with all of its examples
    #[arg(short, long, global = true, value_parser = FalseyValueParser::new(), env = "DEADHEAD_VERBOSE")]
    pub verbose: bool,
    /// Draw no progress bar
    #[arg(long, global = true, value_parser = FalseyValueParser::new(), env = "DEADHEAD_NO_PROGRESS")]
    pub no_progress: bool,
    /// Colour of messages; `auto` is colour on a terminal, unless `NO_COLOR` is set
    #[arg(long, global = true, value_enum, default_value = "auto", env = "DEADHEAD_COLOR", value_name = "WHEN")]
    pub color: Color,
}

/// When messages are coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Arguments {
    /// When messages are coloured.
    #[must_use]
    pub fn color(&self) -> Color {
        self.global.color
    }
}

/// How the terminal output looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Human,
    /// One JSON object
    Json,
    /// GitHub workflow commands, and the job summary
    Github,
    /// As human; the report's summary.md is made for merge requests
    Gitlab,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Look at every file in a folder and write a deadhead.toml that reads what was recognised
    Init(InitArguments),
    /// Read everything and say what was understood: files, rows, refusals, names that map to nothing
    Check(CheckArguments),
    /// Read one file and print what was understood, as CSV
    Read(ReadArguments),
    /// The whole job: read, compute, rank, and write the report folder
    Run(RunArguments),
    /// From the verdict on one capability back to the rows: every figure with its formula, and what would change it
    Explain(ExplainArguments),
    /// Compare the ranking of a past date with what was really removed later
    Backtest(BacktestArguments),
    /// Which of the candidates go when, within budgets and with notice; writes nothing
    Plan(PlanArguments),
    /// What happens if a set of capabilities is removed together, beside what the plan would remove
    WhatIf(WhatIfArguments),
    /// What changed between two report folders, and why
    Compare(CompareArguments),
    /// Print the JSON schema of the configuration or of an output
    #[command(after_help = "Example:\n  deadhead schema config > deadhead.schema.json")]
    Schema {
        /// Of what
        #[arg(value_enum)]
        of: SchemaOf,
    },
    /// Write an invented company's exports, with planted truth, to try things on
    Sample(SampleArguments),
    /// Print a completion script
    #[command(
        after_help = "Examples:\n  deadhead completions bash > ~/.local/share/bash-completion/completions/deadhead\n  deadhead completions fish > ~/.config/fish/completions/deadhead.fish"
    )]
    Completions {
        /// For which shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write one per command
    #[command(after_help = "Examples:\n  deadhead man | man -l -\n  deadhead man --out ~/.local/share/man/man1")]
    Man {
        /// Folder to write the pages to
        #[arg(long, env = "DEADHEAD_MAN_OUT")]
        out: Option<PathBuf>,
    },
}

/// What a configuration is read for.
#[derive(Debug, Args)]
pub(super) struct ConfigArguments {
    /// A deadhead.toml, or a folder that holds one
    #[arg(default_value = ".", env = "DEADHEAD_CONFIG")]
    pub config: PathBuf,
    /// The day of the report: nothing dated later is read [default: from the configuration, else today]
    #[arg(long, value_name = "DATE", env = "DEADHEAD_AS_OF")]
    pub as_of: Option<NaiveDate>,
    /// The report period, such as 2026-Q3, 2026-09, 2026 or 2026-07-01..2026-10-01
    #[arg(long, env = "DEADHEAD_PERIOD")]
    pub period: Option<Period>,
    /// End with code 3 when more than this part of the rows of one file cannot be read, such as 0.01 [default: from the
    /// configuration]
    #[arg(long, value_name = "SHARE", value_parser = share, env = "DEADHEAD_MAX_QUARANTINE")]
    pub max_quarantine: Option<f64>,
    /// A setting over that of the file, such as `rule.rare_below=0.05`; may be given again. In the environment: one a line
    #[arg(long, value_name = "KEY=VALUE", value_delimiter = '\n', env = "DEADHEAD_SET")]
    pub set: Vec<String>,
}

impl ConfigArguments {
    /// The same without what `--set` sets.
    pub(super) fn without_set(&self) -> Self {
        Self {
            config: self.config.clone(),
            as_of: self.as_of,
            period: self.period.clone(),
            max_quarantine: self.max_quarantine,
            set: Vec::new(),
        }
    }
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "expected a part of all rows, from 0 to 1".into())
}

fn growth(text: &str) -> Result<f64, String> {
    let growth = text.parse().ok().filter(|growth: &f64| growth.is_finite() && *growth >= 0.0);
    growth.ok_or_else(|| "expected a growth from 0, such as 0.2 for a fifth".into())
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deadhead init exports/\n  deadhead init --list-presets\n  deadhead init --print-defaults"
)]
pub(super) struct InitArguments {
    /// Folder with the exports
    #[arg(default_value = ".", env = "DEADHEAD_DIR")]
    pub dir: PathBuf,
    /// List the known exports instead
    #[arg(long, value_parser = FalseyValueParser::new(), env = "DEADHEAD_LIST_PRESETS")]
    pub list_presets: bool,
    /// Print the commented reference of all settings with their defaults instead
    #[arg(long, value_parser = FalseyValueParser::new(), env = "DEADHEAD_PRINT_DEFAULTS")]
    pub print_defaults: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  deadhead check\n  deadhead check exports/deadhead.toml --format json")]
pub(super) struct CheckArguments {
    #[command(flatten)]
    pub config: ConfigArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deadhead read export.csv | head\n  deadhead read export.csv --raw --format json > rows.csv"
)]
pub(super) struct ReadArguments {
    /// The file
    pub file: PathBuf,
    /// After dialect and encoding only: every cell as text
    #[arg(long, value_parser = FalseyValueParser::new(), env = "DEADHEAD_RAW")]
    pub raw: bool,
    /// The known export that it is, instead of what it is recognised as
    #[arg(long, value_name = "NAME", env = "DEADHEAD_PRESET", conflicts_with = "raw")]
    pub preset: Option<String>,
    /// The table whose own column names it has
    #[arg(long, value_name = "TABLE", env = "DEADHEAD_TABLE", conflicts_with_all = ["raw", "preset"])]
    pub table: Option<String>,
    /// What to do with a damaged row
    #[arg(
        long,
        value_enum,
        value_name = "ANSWER",
        env = "DEADHEAD_ON_ERROR",
        conflicts_with = "raw",
        default_value = "quarantine"
    )]
    pub on_error: Answer,
    /// Currency that amounts without one are in, and that the output is in
    #[arg(long, value_name = "CODE", env = "DEADHEAD_CURRENCY")]
    pub currency: Option<String>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deadhead run\n  deadhead run exports/ --period 2026-Q3 --as-of 2026-09-30 --out reports\n  deadhead run --fail-on unmapped=0.05 --fail-on new-candidate --baseline reports/2026-Q2"
)]
pub(super) struct RunArguments {
    #[command(flatten)]
    pub config: ConfigArguments,
    /// Folder of the reports; each period gets a folder of its own in it
    #[arg(long, value_name = "DIR", env = "DEADHEAD_OUT")]
    pub out: Option<PathBuf>,
    /// An earlier report folder, to compare with
    #[arg(long, value_name = "DIR", env = "DEADHEAD_BASELINE")]
    pub baseline: Option<PathBuf>,
    /// End with code 4 when this holds: unmapped[=SHARE], unattributed[=SHARE], reliability, silent-failures[=SHARE], vendor-deadline[=DAYS],
    /// deadline-missed, new-candidate
    #[arg(long, value_name = "COND", env = "DEADHEAD_FAIL_ON", value_delimiter = ',')]
    pub fail_on: Vec<String>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deadhead explain leasepoint\n  deadhead explain \"Fleet compliance\" exports/ --verbose\n  deadhead explain leasepoint --format json | jq .flips"
)]
pub(super) struct ExplainArguments {
    /// Id of the capability, its name, or a name of the data that reaches it
    #[arg(env = "DEADHEAD_CAPABILITY")]
    pub capability: String,
    #[command(flatten)]
    pub config: ConfigArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deadhead backtest --as-of 2024-06-30 --truth removed.csv\n  deadhead backtest exports/ --as-of 2024-06-30 --truth removed.csv --truth later_use.csv --within-months 24 --out reports"
)]
pub(super) struct BacktestArguments {
    #[command(flatten)]
    pub config: ConfigArguments,
    /// A list of what was really removed, or of the use afterwards; may be given more than once
    #[arg(long, value_name = "FILE", env = "DEADHEAD_TRUTH", required = true)]
    pub truth: Vec<PathBuf>,
    /// Months after the as-of date whose removals count
    #[arg(long, value_name = "MONTHS", default_value_t = 24, env = "DEADHEAD_WITHIN_MONTHS", value_parser = clap::value_parser!(u32).range(1..=1200))]
    pub within_months: u32,
    /// Look at the first so many of the list; may be given more than once
    #[arg(long, value_name = "K", default_values_t = [10, 25, 100], value_delimiter = ',', env = "DEADHEAD_K", value_parser = clap::value_parser!(u32).range(1..))]
    pub k: Vec<u32>,
    /// Growth of the share of use from which a removal would have been regretted
    #[arg(long, value_name = "SHARE", default_value_t = 0.2, env = "DEADHEAD_REGRET_ABOVE", value_parser = growth)]
    pub regret_above: f64,
    /// Write a folder `backtest-DATE` with JSON and a page here
    #[arg(long, value_name = "DIR", env = "DEADHEAD_OUT")]
    pub out: Option<PathBuf>,
    /// Learn from these removals how use, trend and effort went together with them, and write it here, for `[prior] file`
    #[arg(long, value_name = "FILE", env = "DEADHEAD_FIT")]
    pub fit: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deadhead plan exports/\n  deadhead plan exports/ --set plan.notice=github-like\n  deadhead plan --lint plan.csv\n  deadhead plan --format json | jq '.plan.removals[] | {id, stages}'"
)]
pub(super) struct PlanArguments {
    /// Judge the plan in this CSV file instead, with the data where there is a configuration; ends with code 4 on errors
    #[arg(long, value_name = "FILE", env = "DEADHEAD_LINT")]
    pub lint: Option<PathBuf>,
    #[command(flatten)]
    pub config: ConfigArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deadhead what-if --remove leasepoint --remove \"Fleet compliance\"\n  deadhead what-if exports/ --remove leasepoint --set 'assumptions.margin.distribution=fixed(0.6)'\n  deadhead what-if --remove leasepoint --format json | jq .set.net_benefit"
)]
pub(super) struct WhatIfArguments {
    /// Capability to remove: its id, its name, or a name of the data that reaches it; may be given again. In the
    /// environment: one a line
    #[arg(long, value_name = "ID", value_delimiter = '\n', required = true, env = "DEADHEAD_REMOVE")]
    pub remove: Vec<String>,
    #[command(flatten)]
    pub config: ConfigArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deadhead compare reports/2026-Q2 reports/2026-Q3\n  deadhead compare reports/2026-Q2 reports/2026-Q3 --format json | jq '.entered[] | {id, causes}'"
)]
pub(super) struct CompareArguments {
    /// The earlier report folder
    #[arg(env = "DEADHEAD_OLD")]
    pub old: PathBuf,
    /// The later one
    #[arg(env = "DEADHEAD_NEW")]
    pub new: PathBuf,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deadhead sample demo && deadhead run demo\n  deadhead sample exports --mixed && deadhead init exports && deadhead run exports"
)]
pub(super) struct SampleArguments {
    /// Folder to write to; made if missing, and must be empty
    pub dir: PathBuf,
    /// Accounts
    #[arg(long, default_value_t = SampleOptions::default().accounts, env = "DEADHEAD_ACCOUNTS")]
    pub accounts: u32,
    /// Features and integrations together
    #[arg(long, default_value_t = SampleOptions::default().capabilities, env = "DEADHEAD_CAPABILITIES")]
    pub capabilities: u32,
    /// Rows of usage, about
    #[arg(long, default_value_t = SampleOptions::default().events, env = "DEADHEAD_EVENTS")]
    pub events: u32,
    /// The exports of eight systems as they lie about, without a configuration
    #[arg(long, value_parser = FalseyValueParser::new(), env = "DEADHEAD_MIXED")]
    pub mixed: bool,
    /// Seed: the same gives the same bytes
    #[arg(long, default_value_t = SampleOptions::default().seed, env = "DEADHEAD_SEED")]
    pub seed: u64,
}

/// What to do with a damaged row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Answer {
    /// Put it aside, count it and go on
    Quarantine,
    /// Put it right where a named rule can
    Repair,
    /// Stop at the first
    Fail,
}

/// What a schema is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    /// deadhead.toml
    Config,
    /// report.json
    Report,
    /// backtest.json
    Backtest,
    /// What `plan --format json` prints
    Plan,
    /// What `plan --lint FILE --format json` prints
    PlanLint,
    /// What `what-if --format json` prints
    WhatIf,
    /// What `compare --format json` prints
    Compare,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_shows_an_example() {
        for command in Arguments::command().get_subcommands() {
            let shown = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(shown.contains(&format!("deadhead {}", command.get_name())), "{}", command.get_name());
        }
    }

    #[test]
    fn global_flags_stand_anywhere_and_conditions_add_up() {
        let parse = |line: &str| Arguments::try_parse_from(line.split(' ')).unwrap();
        let before = parse("deadhead --format json --color never check exports");
        let after = parse("deadhead check exports --format json --color never");
        for arguments in [before, after] {
            assert_eq!((arguments.global.format, arguments.color()), (Format::Json, Color::Never));
            assert!(matches!(arguments.command, Command::Check(check) if check.config.config.as_os_str() == "exports"));
        }
        let many = parse("deadhead run --fail-on unmapped=0.05,new-candidate --fail-on unattributed");
        assert!(matches!(many.command, Command::Run(run) if run.fail_on.len() == 3));
    }

    #[test]
    fn what_is_typed_wrongly_is_a_usage_error() {
        for line in ["deadhead", "deadhead rum", "deadhead run --period soon", "deadhead run --as-of 1.2.2026"] {
            assert_eq!(Arguments::try_parse_from(line.split(' ')).unwrap_err().exit_code(), 2, "{line}");
        }
    }

    #[test]
    fn every_flag_has_an_environment_variable() {
        for command in Arguments::command().get_subcommands() {
            for argument in command.get_arguments().filter(|argument| argument.get_long().is_some()) {
                let named = ["help", "version"].contains(&argument.get_id().as_str()) || argument.get_env().is_some();
                assert!(named, "{} --{}", command.get_name(), argument.get_id());
            }
        }
    }
}
