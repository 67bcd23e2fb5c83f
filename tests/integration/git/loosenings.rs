//! What a change alters so that less is reported, and `--config-from base`.

use mpcheck::change::{ConfigFrom, Which};
use mpcheck::finding::Report;
use mpcheck::report::{self, Format};

use super::change::{lines, report, run};
use super::{Repo, leak, secret};

/// `path:line message` of each loosening.
fn loosenings(report: &Report) -> Vec<String> {
    let line = |one: &mpcheck::finding::Loosening| {
        let source = report.source(&one.place.path);
        let line = source.map_or(1, |source| source.line(one.place.span.start));
        format!("{}:{line} {}", one.place.path, one.message)
    };
    report.loosenings.iter().map(line).collect()
}

fn diff_from(repo: &Repo, from: ConfigFrom) -> Report {
    run(repo.path(), Which::Diff("HEAD~".into()), &[], from).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_way_to_report_less_is_listed() {
    let repo = Repo::new();
    let before = "[rules]\nhardcoded-username = \"warning\"\n[paths]\nclient = [\"kiosk/**\"]\n\
        [[levels]]\npaths = [\"api/\"]\nrules = { hardcoded-token = \"error\" }\n[hosts]\nproxy = [\"mp.example.com\"]\n";
    repo.stage("mpcheck.toml", before);
    repo.stage(".mpcheckignore", "old/\n!old/keep.py\n");
    repo.stage("a.py", "x = 1\n");
    repo.commit("first");
    let digest = mpcheck::secret::Secret::new(secret(9)).digest();
    let after = format!(
        "[rules]\nhardcoded-secret = \"off\"\nsecret-in-log = \"error\"\n[paths]\nserver = [\"web/**\"]\nexclude = [\"x/\"]\n\
         [[levels]]\npaths = [\"lib/\"]\nrules = {{ secret-in-url = \"note\" }}\n\
         [[allow]]\nfingerprint = \"{digest}\"\nrule = \"client-side-secret\"\nreason = \"gone\"\n"
    );
    repo.stage("mpcheck.toml", &after);
    repo.stage(".mpcheckignore", "# more\nold/\nnew/\n");
    repo.stage("sub/.ignore", "*.gen.py\n");
    let found = loosenings(&report(&repo, &[]));
    let expected = [
        ".mpcheckignore:1 The exception `!old/keep.py` is gone",
        ".mpcheckignore:3 Files that fit `new/` are no longer judged",
        "mpcheck.toml:1 Files that fit `kiosk/**` no longer count as client code",
        "mpcheck.toml:1 The proxy `mp.example.com` is no longer known",
        "mpcheck.toml:1 `hardcoded-token` is no longer error in `api/`",
        "mpcheck.toml:1 `hardcoded-username` goes from warning to note",
        "mpcheck.toml:2 `hardcoded-secret` goes from error to off",
        "mpcheck.toml:5 Files that fit `web/**` count as server code",
        "mpcheck.toml:6 Files that fit `x/` are no longer judged",
        "mpcheck.toml:9 `secret-in-url` goes from warning to note in `lib/`",
        "mpcheck.toml:10 `client-side-secret` is allowed for the credential",
        "sub/.ignore:1 Files that fit `*.gen.py` are no longer judged",
    ];
    for line in expected {
        assert!(found.iter().any(|found| found.starts_with(line)), "{line}\nis missing in {found:#?}");
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    repo.commit("second");
    assert_eq!(loosenings(&diff_from(&repo, ConfigFrom::Head)), found, "a diff lists the same");
    // The way back tightens, but for what the first state had let pass.
    repo.git(&["revert", "-n", "HEAD"]);
    let back = loosenings(&report(&repo, &[]));
    assert_eq!(back, ["mpcheck.toml:1 `secret-in-log` goes from error to warning"], "{back:#?}");
}

#[test]
fn a_comment_that_ignores_something_new_is_listed_in_every_report() {
    let repo = Repo::new();
    let comment = "# mpcheck:ignore[hardcoded-secret] rotated\n";
    repo.stage("a.py", format!("{comment}{}{}", leak(1), leak(2)));
    repo.commit("first");
    repo.stage("a.py", format!("x = 1\n{comment}{}\n{comment}{}\n{comment}{}", leak(1), leak(2), leak(3)));
    let run = report(&repo, &[]);
    assert_eq!(lines(&run), [""; 0]);
    let found = loosenings(&run);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("a.py:5 A comment ignores a finding of `hardcoded-secret`"), "{found:?}");
    for format in Format::ALL {
        let mut out = Vec::new();
        report::write(&run, format, &report::Options::default(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("A comment ignores a finding"), "{format} doesn't list it:\n{text}");
        assert!(!text.contains(&secret(1)) && !text.contains(&secret(3)), "{format}");
    }
}

#[test]
fn with_config_from_base_a_change_cannot_loosen_its_own_judgement() {
    let repo = Repo::new();
    repo.stage("mpcheck.toml", "[rules]\nhardcoded-token = \"off\"\n");
    repo.stage("old.py", format!("# mpcheck:ignore-file[hardcoded-secret] known\n{}", leak(5)));
    repo.stage("kept.py", leak(6));
    repo.commit("first");
    repo.stage("mpcheck.toml", "[rules]\nhardcoded-secret = \"off\"\n");
    repo.stage(".mpcheckignore", "b.py\n");
    repo.stage("a.py", format!("# mpcheck:ignore[hardcoded-secret] please\n{}", leak(1)));
    repo.stage("b.py", leak(2));
    repo.stage("old.py", format!("# mpcheck:ignore-file[hardcoded-secret] known\n{}{}", leak(5), leak(7)));
    repo.stage("kept.py", format!("# mpcheck:ignore[hardcoded-secret] mine\n{}", leak(6)));
    repo.commit("second");
    assert_eq!(lines(&diff_from(&repo, ConfigFrom::Head)), [""; 0]);
    let base = diff_from(&repo, ConfigFrom::Base);
    assert_eq!(lines(&base), ["a.py:2 hardcoded-secret", "b.py:1 hardcoded-secret"]);
    let found = loosenings(&base);
    assert!(found.iter().all(|line| line.contains("not in force here")), "{found:?}");
    assert_eq!(found.len(), 4, "{found:?}");
}

#[test]
fn gitignore_counts_where_it_hides_what_git_tracks() {
    let repo = Repo::new();
    repo.stage("app/jobs/a.py", "x = 1\n");
    repo.commit("first");
    repo.stage("app/.gitignore", "dist/\njobs/\n!jobs/a.py\n");
    let found = loosenings(&report(&repo, &[]));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("app/.gitignore:2 `jobs/` hides files") && found[0].ends_with("app/jobs/a.py"),
        "{found:?}"
    );
}

#[test]
fn a_configuration_that_only_moved_loosens_nothing() {
    let repo = Repo::new();
    repo.stage("mpcheck.toml", "[rules]\nhardcoded-token = \"off\"\n");
    repo.stage("a.py", format!("{}# mpcheck:ignore-file[hardcoded-secret] known\n", leak(1)));
    repo.commit("first");
    repo.stage("mpcheck.toml", "# A comment.\n\n[rules]\nhardcoded-token = 'off'\n");
    repo.stage("a.py", format!("x = 1\n{}# mpcheck:ignore-file[hardcoded-secret] known\n", leak(1)));
    assert_eq!(loosenings(&report(&repo, &[])), [""; 0]);
}
