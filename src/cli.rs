//! The command line: what was asked for, checked, and how to say what was wrong with it.

use std::env;
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::catalog::{self, Rule};
use crate::change::{ConfigFrom, Which};
use crate::finding::Level;
use crate::report::{self, Format, rules};

mod shell;

pub use shell::{completions, manual};

/// What mpcheck is to do.
#[derive(Clone, Debug)]
pub enum Command {
    /// Check files.
    Check(Box<Options>),
    /// Print the table of rules.
    Rules,
    /// Say what is wrong with a folder of house rules.
    CheckRules(PathBuf),
    /// Say what is known of a file or line.
    Why(Why),
    /// Print the JSON schema of configuration files.
    Schema,
    /// Print the page of a rule.
    Explain {
        /// The rule.
        rule: &'static Rule,
        /// Whether colours may be used.
        color: Color,
    },
    /// Print a shell's completions.
    Completions(Shell),
    /// Print the manual page.
    Manual,
    /// Set up the repository around the current folder.
    Init,
}

/// What to check and how to report it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Files and folders; never empty unless `stdin` or `change` is given.
    pub paths: Vec<PathBuf>,
    /// Read standard input as if it were this file.
    pub stdin: Option<PathBuf>,
    /// Judge a change only.
    pub change: Option<Which>,
    /// Find out which change, if any, a pre-commit hook is started for.
    pub hook: bool,
    /// Which state of a change its configuration is taken from.
    pub config_from: ConfigFrom,
    /// Read history instead: of all refs, or of a range.
    pub history: Option<Option<String>>,
    /// How many days a credential may be old, with `history`; `None` for the default.
    pub max_age: Option<u32>,
    /// What day it is, in seconds since the start of 1970, with `history`; `None` for today.
    pub as_of: Option<i64>,
    /// What goes to standard output.
    pub format: Format,
    /// Further reports.
    pub outputs: Vec<Output>,
    /// The least level that makes a run fail; `None` for never.
    pub fail_on: Option<Level>,
    /// Only these rules are judged, if there are any: slugs that exist.
    pub select: Vec<String>,
    /// These rules are not judged: slugs that exist.
    pub ignore: Vec<String>,
    /// The configuration file, where it isn't the one that is found.
    pub config: Option<PathBuf>,
    /// The file that knows findings which are set aside.
    pub baseline: Option<PathBuf>,
    /// Whether that file is written anew.
    pub update_baseline: bool,
    /// Whether configuration files are left unread.
    pub no_config: bool,
    /// A folder of house rules.
    pub rules: Option<PathBuf>,
    /// Whether a problem fails the run.
    pub strict: bool,
    /// Whether colours may be used.
    pub color: Color,
    /// Whether only findings and problems are printed.
    pub quiet: bool,
    /// How many threads; `None` for as many as there are cores.
    pub threads: Option<NonZeroUsize>,
    /// Files with more bytes are named as a problem instead of being read; `None` for the default.
    pub max_file_size: Option<u64>,
}

/// One more report, to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its format.
    pub format: Format,
    /// Where it goes.
    pub file: PathBuf,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always, also into files and pipes.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// How a report to standard output looks, where `terminal` says whether that is a terminal.
    pub fn look(self, terminal: bool, quiet: bool) -> report::Options {
        self.look_in(terminal, quiet, &|name| env::var(name).ok().filter(|value| !value.is_empty()))
    }

    fn look_in(self, terminal: bool, quiet: bool, env: &dyn Fn(&str) -> Option<String>) -> report::Options {
        let dumb = env("TERM").is_some_and(|term| term == "dumb");
        let color = match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => {
                env("NO_COLOR").is_none()
                    && ((terminal && !dumb) || env("CLICOLOR_FORCE").is_some_and(|force| force != "0"))
            }
        };
        let default = report::Options::default();
        // What goes to a file or a pipe is the same whatever the locale.
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(env);
        let other = locale.is_some_and(|locale| !locale.to_ascii_lowercase().replace('-', "").contains("utf8"));
        let columns = env("COLUMNS").and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
        let known = env("WT_SESSION").or(env("VTE_VERSION")).or(env("KITTY_WINDOW_ID")).or(env("TERM_PROGRAM"));
        report::Options {
            color,
            width: columns.filter(|_| terminal).unwrap_or(default.width),
            quiet,
            unicode: !(terminal && (dumb || other)),
            hyperlinks: terminal && color && known.is_some(),
        }
    }
}

#[derive(Parser)]
#[command(
    name = "mpcheck",
    version,
    about = "Finds Mixpanel credentials that leak, that don't fit the API they are handed to, or that are ill kept",
    long_about = "mpcheck reads a repository and answers three questions about every Mixpanel credential in it:\n\
        is it written into the code where others get at it, is it the kind that the API or SDK it is handed to takes, \
        and is it well kept? It sends nothing over the network, and no output holds a whole credential.",
    after_help = "Exit status: 0 nothing at or above --fail-on; 1 findings; 2 the run itself failed.\n\
        A file or folder that is called like a command is reached with ./ in front, as in `mpcheck ./rules`.",
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
struct Line {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    check: Check,
}

#[derive(Subcommand)]
enum Action {
    /// List all rules with their levels; check house rules; print the schema of mpcheck.toml
    Rules {
        #[command(subcommand)]
        about: Option<About>,
    },
    /// Say what is known of a file or line: its side, its credentials and requests, and why rules speak or are silent
    Why(Why),
    /// Explain a rule: what it finds, why it matters and what to do
    Explain {
        /// The rule's name, as reports show it
        #[arg(value_parser = RuleName, hide_possible_values = true)]
        rule: String,
        /// When to use colours
        #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
        color: Color,
    },
    /// Print the script that makes a shell complete mpcheck's arguments
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Set a repository up: a pre-commit hook, a configuration and a GitHub workflow, each unless it is there already
    Init,
    /// Print the manual page, as in `mpcheck man | man -l -`
    Man,
}

/// What is asked of a file or line.
#[derive(Clone, Debug, Args)]
pub struct Why {
    /// A file, or one of its lines, as in `src/app.js:12`
    #[arg(value_name = "PATH[:LINE]")]
    pub target: String,
    /// Read this configuration file, and none that is found
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long)]
    pub no_config: bool,
    /// Put the rows of this folder before the built-in ones
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// When to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    pub color: Color,
}

#[derive(Subcommand)]
enum About {
    /// Check a folder of house rules, and name every mistake in it with its line
    Check {
        /// The folder, laid out as mpcheck's own `rules/`
        dir: PathBuf,
    },
    /// Print the JSON schema of mpcheck.toml, for editors
    Schema,
}

#[derive(Args)]
struct Check {
    /// Files and folders to check [default: the current folder]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// What goes to standard output
    #[arg(short, long, value_parser = formats(), default_value = "human")]
    format: String,
    /// Write one more report to a file, as in `sarif=mpcheck.sarif`; may be repeated
    #[arg(short, long = "output", value_name = "FORMAT=FILE", value_parser = output)]
    outputs: Vec<Output>,
    /// The least level of a finding that makes the exit status 1
    #[arg(long, value_name = "LEVEL", value_enum, default_value = "warning")]
    fail_on: FailOn,
    /// Judge only these rules, separated by commas; may be repeated
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = RuleName, hide_possible_values = true)]
    select: Vec<String>,
    /// Leave these rules out, separated by commas; may be repeated
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = RuleName, hide_possible_values = true)]
    ignore: Vec<String>,
    /// Check standard input as if it were the file PATH
    #[arg(long, value_name = "PATH", conflicts_with = "paths")]
    stdin: Option<PathBuf>,
    /// Report only what the next commit would add or cause: the index is read, not the work tree
    #[arg(long, conflicts_with_all = ["stdin", "history"])]
    staged: bool,
    /// Run as a hook of pre-commit: judge what is staged or the range that pre-commit names, limited to the paths, or where
    /// there is neither, the paths themselves
    #[arg(long, conflicts_with_all = ["stdin", "staged", "diff", "history", "update_baseline"])]
    hook: bool,
    /// Report only what a change adds or causes, from where BASE and HEAD parted: `--diff main`, `--diff v1..v2`
    #[arg(long, value_name = "BASE[..HEAD]", conflicts_with_all = ["stdin", "staged", "history"])]
    diff: Option<String>,
    /// With --diff and --staged: whether configuration, ignore files and ignore comments count as the change leaves them,
    /// or as it found them [default: head]
    #[arg(long, value_name = "STATE", value_enum)]
    config_from: Option<From>,
    /// Read everything that was ever committed: what all refs reach, or the commits of RANGE, as in `v1.0..main`
    #[arg(long, value_name = "RANGE", num_args = 0..=1, conflicts_with = "stdin", allow_hyphen_values = false)]
    history: Option<Option<String>>,
    /// With --history: how many days after its commit a credential in the tree is stale [default: 90]
    #[arg(long, value_name = "DAYS", requires = "history")]
    max_age: Option<u32>,
    /// With --history: the day that ages are counted to, as in `2026-05-31` [default: today]
    #[arg(long, value_name = "DATE", requires = "history", value_parser = crate::time::parse)]
    as_of: Option<i64>,
    /// Read this configuration file, and none that is found [default: the nearest mpcheck.toml from here upward]
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,
    /// Set the findings aside that FILE knows, and report only new ones
    #[arg(long, value_name = "FILE", conflicts_with = "stdin")]
    baseline: Option<PathBuf>,
    /// Write all findings into the baseline, and drop what matches nothing any more
    #[arg(long, requires = "baseline", conflicts_with_all = ["staged", "diff", "history"])]
    update_baseline: bool,
    /// Read no configuration file
    #[arg(long)]
    no_config: bool,
    /// Put the rows of this folder before the built-in ones: SDKs, HTTP clients, APIs, names and surfaces of your own
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    /// Exit with 2 where a file could not be read, decoded or parsed
    #[arg(long)]
    strict: bool,
    /// When to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    color: Color,
    /// Print findings and problems only, no summary
    #[arg(short, long)]
    quiet: bool,
    /// How many threads to use [default: one for each core]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Name files larger than this as a problem instead of reading them, as in `500K` or `20M`
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_file_size: Option<u64>,
}

#[derive(Clone, Copy, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

#[derive(Clone, Copy, ValueEnum)]
enum From {
    /// As the change leaves them
    Head,
    /// As they are in the merge base, so that a change can't loosen its own judgement
    Base,
}

/// What the command line asks for.
///
/// # Errors
///
/// A mistake on the command line, with its remedy, or the text of `--help` and `--version`. The error's `print` writes
/// it where it belongs and its `exit_code` is 2 for mistakes and 0 else.
pub fn parse() -> Result<Command, clap::Error> {
    parse_from(env::args_os())
}

/// What these arguments ask for; the first is the program's name.
///
/// # Errors
///
/// As [`parse`].
pub fn parse_from(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, clap::Error> {
    let line = Line::try_parse_from(arguments)?;
    match line.action {
        Some(Action::Rules { about: None }) => Ok(Command::Rules),
        Some(Action::Rules { about: Some(About::Check { dir }) }) => Ok(Command::CheckRules(dir)),
        Some(Action::Rules { about: Some(About::Schema) }) => Ok(Command::Schema),
        Some(Action::Why(why)) => Ok(Command::Why(why)),
        Some(Action::Explain { rule, color }) => match catalog::builtin().rule(&rule) {
            Some(rule) => Ok(Command::Explain { rule, color }),
            None => Err(mistake(&rules::unknown(&rule))),
        },
        Some(Action::Completions { shell }) => Ok(Command::Completions(shell)),
        Some(Action::Man) => Ok(Command::Manual),
        Some(Action::Init) => Ok(Command::Init),
        None => line.check.options().map(Box::new).map(Command::Check),
    }
}

impl Check {
    fn options(self) -> Result<Options, clap::Error> {
        let format = self.format.parse().map_err(|error: report::UnknownFormat| mistake(&error.to_string()))?;
        for (index, output) in self.outputs.iter().enumerate() {
            if self.outputs[..index].iter().any(|earlier| earlier.file == output.file) {
                let file = output.file.display();
                return Err(mistake(&format!("two reports go to `{file}`; give each --output a file of its own")));
            }
        }
        let mut paths = self.paths;
        let change = match self.diff {
            Some(range) => Some(Which::Diff(range)),
            None => self.staged.then_some(Which::Staged),
        };
        if self.config_from.is_some() && change.is_none() {
            return Err(mistake("--config-from speaks of a change; add --diff BASE or --staged"));
        }
        // Of a change all of it is judged, wherever in the repository mpcheck was started.
        if paths.is_empty() && self.stdin.is_none() && change.is_none() {
            paths.push(PathBuf::from("."));
        }
        let fail_on = match self.fail_on {
            FailOn::Error => Some(Level::Error),
            FailOn::Warning => Some(Level::Warning),
            FailOn::Note => Some(Level::Note),
            FailOn::Never => None,
        };
        Ok(Options {
            paths,
            stdin: self.stdin,
            change,
            hook: self.hook,
            config_from: match self.config_from {
                Some(From::Base) => ConfigFrom::Base,
                Some(From::Head) | None => ConfigFrom::Head,
            },
            history: self.history,
            max_age: self.max_age,
            as_of: self.as_of,
            format,
            outputs: self.outputs,
            fail_on,
            select: self.select,
            ignore: self.ignore,
            config: self.config,
            baseline: self.baseline,
            update_baseline: self.update_baseline,
            no_config: self.no_config,
            rules: self.rules,
            strict: self.strict,
            color: self.color,
            quiet: self.quiet,
            threads: self.threads,
            max_file_size: self.max_file_size,
        })
    }
}

fn mistake(message: &str) -> clap::Error {
    Line::command().error(ErrorKind::ValueValidation, message)
}

fn formats() -> PossibleValuesParser {
    PossibleValuesParser::new(Format::ALL.map(Format::name))
}

fn output(text: &str) -> Result<Output, String> {
    match text.split_once('=') {
        Some((format, file)) if !file.is_empty() => {
            let format = format.parse().map_err(|error: report::UnknownFormat| error.to_string())?;
            Ok(Output { format, file: PathBuf::from(file) })
        }
        _ => Err("write it as FORMAT=FILE, as in `sarif=mpcheck.sarif`".to_owned()),
    }
}

/// A number of bytes, with K, M or G behind it for powers of 1024.
fn size(text: &str) -> Result<u64, String> {
    let upper = text.trim().to_ascii_uppercase();
    let unit = upper.trim_end_matches('B').trim_end_matches('I');
    let (digits, power) = match unit.char_indices().next_back() {
        Some((at, 'K')) => (&unit[..at], 10),
        Some((at, 'M')) => (&unit[..at], 20),
        Some((at, 'G')) => (&unit[..at], 30),
        _ => (unit, 0),
    };
    let bytes = digits.trim().parse::<u64>().ok().and_then(|number| number.checked_mul(1 << power));
    bytes.filter(|bytes| *bytes > 0).ok_or_else(|| "write a number of bytes, as in `500K` or `20M`".to_owned())
}

/// Reads the name of a rule; shells get to know all of them.
#[derive(Clone)]
struct RuleName;

impl TypedValueParser for RuleName {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        let name = StringValueParser::new().parse_ref(command, argument, value)?;
        rule_name(&name).map_err(|message| mistake(&message))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let rules = catalog::builtin().rules.iter();
        Some(Box::new(rules.map(|rule| PossibleValue::new(rule.slug.as_str()).help(rule.short.as_str()))))
    }
}

fn rule_name(name: &str) -> Result<String, String> {
    let name = name.trim();
    match catalog::builtin().rule(name) {
        Some(rule) => Ok(rule.slug.clone()),
        None => Err(rules::unknown(name)),
    }
}

#[cfg(test)]
mod tests;
