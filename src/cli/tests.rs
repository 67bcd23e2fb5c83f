//! What lines of arguments come to.

use super::*;

fn parsed(line: &str) -> Result<Command, clap::Error> {
    parse_from(line.split(' ').map(OsString::from))
}

fn options(line: &str) -> Options {
    match parsed(line) {
        Ok(Command::Check(options)) => *options,
        Ok(_) => panic!("{line}: a command"),
        Err(error) => panic!("{line}: {error}"),
    }
}

fn error(line: &str) -> String {
    let error = parsed(line).map(|_| ()).unwrap_err();
    assert_eq!(error.exit_code(), 2, "{line}");
    error.to_string()
}

#[test]
fn the_arguments_are_sound() {
    Line::command().debug_assert();
}

#[test]
fn defaults_are_those_of_a_run_by_hand() {
    let options = options("mpcheck");
    assert_eq!(options.paths, [PathBuf::from(".")]);
    assert_eq!((options.format, options.fail_on), (Format::Human, Some(Level::Warning)));
    assert!(options.select.is_empty() && options.ignore.is_empty() && !options.quiet);
}

#[test]
fn options_are_read() {
    let options = options(
        "mpcheck a b/c -f compact -o sarif=x.sarif -o json=y=z.json --fail-on never -q --threads 3 --max-file-size 2M",
    );
    assert_eq!(options.paths, [PathBuf::from("a"), PathBuf::from("b/c")]);
    assert_eq!(options.outputs[1], Output { format: Format::Json, file: "y=z.json".into() });
    assert_eq!((options.fail_on, options.max_file_size), (None, Some(2 << 20)));
    assert_eq!(options.threads.map(NonZeroUsize::get), Some(3));
}

#[test]
fn a_folder_called_like_a_command_is_reached() {
    assert!(matches!(parsed("mpcheck rules"), Ok(Command::Rules)));
    assert_eq!(options("mpcheck ./rules").paths, [PathBuf::from("./rules")]);
    assert_eq!(options("mpcheck src rules").paths, [PathBuf::from("src"), PathBuf::from("rules")]);
    assert_eq!(options("mpcheck -- explain").paths, [PathBuf::from("explain")]);
}

#[test]
fn standard_input_takes_no_paths() {
    let options = options("mpcheck --stdin src/a.js");
    assert!(options.paths.is_empty() && options.stdin == Some("src/a.js".into()));
    assert!(error("mpcheck --stdin a.js b.js").contains("cannot be used with"));
}

#[test]
fn a_change_is_staged_or_a_range() {
    let staged = options("mpcheck --staged");
    assert!(staged.paths.is_empty() && staged.change == Some(Which::Staged));
    let diff = options("mpcheck --diff origin/main --config-from base src");
    assert_eq!(diff.change, Some(Which::Diff("origin/main".into())));
    assert_eq!((diff.config_from, diff.paths), (ConfigFrom::Base, vec![PathBuf::from("src")]));
    assert!(error("mpcheck --staged --diff main").contains("cannot be used with"));
    assert!(error("mpcheck --config-from base").contains("add --diff BASE"));
}

#[test]
fn a_baseline_is_updated_by_a_run_over_files() {
    let options = options("mpcheck src --baseline known.txt --update-baseline");
    assert!(options.update_baseline && options.baseline == Some("known.txt".into()));
    assert!(error("mpcheck --update-baseline").contains("--baseline"));
    assert!(error("mpcheck --staged --baseline x --update-baseline").contains("cannot be used with"));
}

#[test]
fn history_takes_a_range_or_none() {
    assert_eq!(options("mpcheck --history").history, Some(None));
    let options = options("mpcheck src --history v1..main --max-age 30 --as-of 2026-01-02");
    assert_eq!(options.history, Some(Some("v1..main".into())));
    assert_eq!((options.max_age, options.as_of), (Some(30), Some(1_767_312_000)));
    assert_eq!(options.paths, [PathBuf::from("src")]);
    assert!(error("mpcheck --max-age 3").contains("--history"));
    assert!(error("mpcheck --history --as-of yesterday").contains("2026-05-31"));
    assert!(error("mpcheck --history --stdin a.js").contains("cannot be used with"));
}

#[test]
fn mistakes_name_their_remedy() {
    assert!(error("mpcheck -f xml").contains("[possible values: human, compact, json, sarif, github, markdown]"));
    assert!(error("mpcheck -o xml=a").contains("choose one of human, compact, json, sarif, github or markdown"));
    assert!(error("mpcheck -o sarif").contains("FORMAT=FILE"));
    assert!(error("mpcheck -o json=a -o sarif=a").contains("a file of its own"));
    assert!(error("mpcheck --max-file-size lots").contains("as in `500K`"));
    assert!(error("mpcheck --threads 0").contains("0"));
    assert!(error("mpcheck --select no-such-rule-at-all").contains("`mpcheck rules` lists them all"));
    assert!(error("mpcheck explain no-such-rule-at-all").contains("there is no rule"));
}

#[test]
fn looks_follow_the_terminal_but_files_do_not() {
    let env = |pairs: &'static [(&str, &str)]| {
        move |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    };
    let plain = Color::Auto.look_in(true, false, &env(&[("LANG", "C"), ("NO_COLOR", "1"), ("COLUMNS", "40")]));
    assert!(!plain.color && !plain.unicode && plain.width == 40);
    let piped = Color::Auto.look_in(false, true, &env(&[("LANG", "C"), ("COLUMNS", "40")]));
    assert!(!piped.color && piped.unicode && piped.width == 80 && piped.quiet && !piped.hyperlinks);
    assert!(Color::Always.look_in(false, false, &env(&[("NO_COLOR", "1")])).color);
    assert!(Color::Auto.look_in(true, false, &env(&[("LANG", "en_US.UTF-8")])).unicode);
}
