//! The program from its arguments to its exit code.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use crate::cli::{self, Command, Options};
use crate::config::{self, Config, ConfigError, RulesError};
use crate::finding::Report;
use crate::input::git::GitError;
use crate::input::history::HistoryOptions;
use crate::input::{DEFAULT_MAX_FILE_SIZE, Overlay, WalkOptions, WorkTree, path};
use crate::judge::history::{Age, MAX_AGE};
use crate::known::{self, Known, Seen};
use crate::policy::Policy;
use crate::{change, history, pipeline, progress, report, time, why};

/// Nothing at or above the level that fails a run.
const CLEAN: u8 = 0;
/// Findings at or above that level.
const FINDINGS: u8 = 1;
/// The run itself failed.
const FAILED: u8 = 2;

/// Runs mpcheck with the process's arguments. A panic that no room caught ends the run with a message that says where in
/// mpcheck it was, and nothing of what was at hand.
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| format!(" at {}:{}", place.file(), place.line())).unwrap_or_default();
        let _ = writeln!(
            io::stderr().lock(),
            "error: mpcheck failed{place}; this is a mistake in mpcheck, and worth a report"
        );
    }));
    std::panic::catch_unwind(run_main).unwrap_or(ExitCode::from(FAILED))
}

fn run_main() -> ExitCode {
    let command = match cli::parse() {
        Ok(command) => command,
        Err(error) => {
            // Nothing is left to be done where even this can't be written.
            let _ = error.print();
            return ExitCode::from(error.exit_code().clamp(0, 255) as u8);
        }
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let done = match command {
        Command::Rules => report::rules::rules(&mut out).map(|()| CLEAN).map_err(Failure::Output),
        Command::Why(asked) => tell_why(&asked, &mut out),
        Command::CheckRules(folder) => check_rules(&folder, &mut out),
        Command::Schema => writeln!(out, "{:#}", config::schema()).map(|()| CLEAN).map_err(Failure::Output),
        Command::Explain { rule, color } => {
            let look = color.look(io::stdout().is_terminal(), false);
            report::rules::explain(rule, &look, &mut out).map(|()| CLEAN).map_err(Failure::Output)
        }
        Command::Completions(shell) => cli::completions(shell, &mut out).map(|()| CLEAN).map_err(Failure::Output),
        Command::Manual => cli::manual(&mut out).map(|()| CLEAN).map_err(Failure::Output),
        Command::Check(options) => check(&options, &mut out),
    };
    let done = done.and_then(|code| out.flush().map(|()| code).map_err(Failure::Output));
    match done {
        Ok(code) => ExitCode::from(code),
        // Whoever read the output has read enough.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(CLEAN),
        Err(failure) => {
            let _ = writeln!(io::stderr().lock(), "error: {failure}");
            ExitCode::from(FAILED)
        }
    }
}

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// The user named a path that isn't there.
    #[error("{0}")]
    Walk(#[from] crate::input::WalkError),
    /// A change can't be judged.
    #[error("{0}")]
    Change(#[from] change::ChangeError),
    /// The baseline can't be used.
    #[error("{0}")]
    Known(#[from] known::KnownError),
    /// The repository can't be used.
    #[error("{0}")]
    Git(#[from] GitError),
    /// A path stands where a range of commits belongs.
    #[error("--history takes revisions, and `{0}` is a path; write paths before it: `mpcheck {0} --history`")]
    Range(String),
    /// The configuration has a mistake in it, or can't be read.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// A folder of house rules can't be read, or has mistakes in it.
    #[error("{0}")]
    Rules(#[from] RulesError),
    /// Standard output can't be written.
    #[error("standard output could not be written: {0}; is the disk full?")]
    Output(io::Error),
    /// A report file can't be written.
    #[error("the report `{0}` could not be written: {1}; choose another place with --output FORMAT=FILE")]
    File(String, io::Error),
    /// Standard input can't be read.
    #[error("standard input could not be read: {0}")]
    Input(io::Error),
}

fn check(options: &Options, out: &mut dyn Write) -> Result<u8, Failure> {
    let report = run(options)?;
    let look = options.color.look(io::stdout().is_terminal(), options.quiet);
    report::write(&report, options.format, &look, out).map_err(Failure::Output)?;
    for output in &options.outputs {
        write_file(&report, output)?;
    }
    if !options.format.holds_problems() {
        let _ = report::problems(&report, &mut io::stderr().lock());
    }
    let fails = options.fail_on.is_some_and(|level| report.findings.iter().any(|finding| finding.level >= level));
    match (options.strict && !report.problems.is_empty(), fails) {
        (true, _) => Ok(FAILED),
        (false, true) => Ok(FINDINGS),
        (false, false) => Ok(CLEAN),
    }
}

/// Says what is wrong with a folder of house rules, one mistake a line.
fn check_rules(folder: &Path, out: &mut dyn Write) -> Result<u8, Failure> {
    match config::rules(folder) {
        Ok(_) => writeln!(out, "{}: no mistake", folder.display()).map(|()| CLEAN),
        Err(error) if error.mistakes.iter().all(|mistake| mistake.file.is_empty()) => return Err(error.into()),
        Err(error) => writeln!(out, "{error}").map(|()| FINDINGS),
    }
    .map_err(Failure::Output)
}

fn write_file(report: &Report, output: &cli::Output) -> Result<(), Failure> {
    let failed = |error| Failure::File(output.file.display().to_string(), error);
    let mut file = BufWriter::new(File::create(&output.file).map_err(failed)?);
    report::write(report, output.format, &report::Options::default(), &mut file).map_err(failed)?;
    file.flush().map_err(failed)
}

/// What a run goes by, as far as the configuration and house rules decide it.
fn policy(
    root: &Path,
    tree: &WorkTree,
    no_config: bool,
    named: Option<&Path>,
    rules: Option<&Path>,
) -> Result<Policy, Failure> {
    let config = match no_config {
        true => Config::default(),
        false => {
            let named = named.map(|named| path::relative(root, &named.to_string_lossy()));
            Config::load(root, tree, named.as_deref())?
        }
    };
    Ok(Policy::new(config, rules.map(config::rules).transpose()?))
}

/// Says what is known of a file or line.
fn tell_why(asked: &cli::Why, out: &mut dyn Write) -> Result<u8, Failure> {
    let root = Path::new(".");
    let tree = WorkTree::new(root);
    let (typed, line) = why::target(&tree, &asked.target);
    let policy = policy(root, &tree, asked.no_config, asked.config.as_deref(), asked.rules.as_deref())?;
    let visible = io::stderr().is_terminal();
    let progress = policy.progress.clone();
    let name = path::relative(root, &typed);
    let run = || why::run(root, Arc::new(tree), WalkOptions::default(), &name, policy);
    let (report, account) = progress::shown(&progress, visible, run)?;
    let look = asked.color.look(io::stdout().is_terminal(), false);
    report::why(&report, &account, line, &look, out).map(|()| CLEAN).map_err(Failure::Output)
}

fn run(options: &Options) -> Result<Report, Failure> {
    let max_file_size = options.max_file_size.unwrap_or(DEFAULT_MAX_FILE_SIZE);
    let threads = options.threads.map(std::num::NonZeroUsize::get);
    if let Some(threads) = threads {
        // A pool that exists already has been set up by a caller that knows better.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    }
    let root = Path::new(".");
    let named = options.config.as_ref().map(|path| path::relative(root, &path.to_string_lossy()));
    let baseline = options.baseline.as_ref().map(|path| path::relative(root, &path.to_string_lossy()));
    if let Some(which) = &options.change {
        // The configuration comes from the change.
        let policy = Policy::new(Config::default(), options.rules.as_deref().map(config::rules).transpose()?);
        let policy = Policy { select: options.select.clone(), ignore: options.ignore.clone(), ..policy };
        let scope = change::Scope {
            which: which.clone(),
            paths: options.paths.iter().map(|typed| path::relative(root, &typed.to_string_lossy())).collect(),
            config_from: options.config_from,
            config: if options.no_config { Some(None) } else { named.map(Some) },
            baseline,
            policy: &policy,
            max_file_size,
        };
        return Ok(change::run(root, &scope)?);
    }
    let tree = WorkTree::new(root);
    let policy = policy(root, &tree, options.no_config, options.config.as_deref(), options.rules.as_deref())?;
    let policy = Policy { select: options.select.clone(), ignore: options.ignore.clone(), ..policy };
    let walk = WalkOptions { threads, max_file_size };
    if let Some(named) = &options.stdin {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map_err(Failure::Input)?;
        let name = path::relative(root, &named.to_string_lossy());
        let overlay = Overlay::new(tree, &name, bytes.clone());
        let scope = pipeline::Scope { paths: Vec::new(), walk, instead: Some((name, bytes)), policy: &policy };
        return Ok(pipeline::run(root, Arc::new(overlay), &scope)?);
    }
    if let Some(range) = &options.history {
        let typed = options.paths.iter().map(|typed| path::relative(root, &typed.to_string_lossy()));
        let paths = typed.filter(|path| path != ".").collect();
        let history = HistoryOptions { range: range.clone(), max_file_size, paths, ..HistoryOptions::default() };
        let most = options.max_age.or(policy.config.max_age).unwrap_or(MAX_AGE);
        let age = Age { most, today: options.as_of.unwrap_or_else(time::now) };
        let mut report = history::run(root, &history, age, &policy).map_err(|error| match (error, range) {
            (GitError::UnknownRevision { .. }, Some(path)) if root.join(path).exists() => Failure::Range(path.clone()),
            (error, _) => error.into(),
        })?;
        if let Some(path) = &baseline {
            Known::load(root, &tree, path)?.apply(&mut report, None);
        }
        return Ok(report);
    }
    let paths: Vec<String> = options.paths.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    let scope = pipeline::Scope { paths: paths.clone(), walk, instead: None, policy: &policy };
    let visible = io::stderr().is_terminal() && !options.quiet;
    let check = || pipeline::run(root, Arc::new(tree.clone()), &scope);
    let mut report = progress::shown(&policy.progress, visible, check)?;
    if let Some(path) = &baseline {
        let paths: Vec<String> = paths.iter().map(|typed| path::relative(root, typed)).collect();
        let seen = Seen { paths: &paths, policy: &policy };
        match options.update_baseline {
            true => known::update(root, path, &mut report, &seen)?,
            false => Known::load(root, &tree, path)?.apply(&mut report, Some(&seen)),
        }
    }
    Ok(report)
}
