//! What a finding says: first commits, dates, all places, and whether the credential is still there.

use mpcheck::finding::{Finding, Report};

use super::repo::{CLEAN, Repo, git, leak, leaked, lines, secret, standing};

/// The places of a finding: path, line, short id of the commit.
fn places(finding: &Finding) -> Vec<String> {
    let past = finding.past.as_ref().unwrap();
    let place = |stood: &mpcheck::finding::Stood| {
        format!("{}:{} {}", stood.path, stood.start.line, stood.commit.as_ref().unwrap().short())
    };
    past.places.iter().map(place).collect()
}

fn only(report: &Report) -> &Finding {
    assert_eq!(report.findings.len(), 1, "{:?}", lines(report));
    &report.findings[0]
}

#[test]
fn one_finding_for_a_credential_with_all_its_places() {
    let repo = Repo::new();
    let one = repo.change(1, "a.py", &format!("# first\n{}", leak(1)));
    repo.change(2, "a.py", &leak(1));
    let three = repo.change(3, "b/config.yml", &format!("mixpanel:\n  api_secret: {}\n", secret(1)));
    repo.git(&["mv", "a.py", "c.py"]);
    let four = repo.commit("2024-01-04T12:00:00+0000");
    repo.git(&["rm", "-q", "-r", "."]);
    repo.commit("2024-01-05T12:00:00+0000");
    let report = repo.history();
    assert_eq!(lines(&report), [leaked("a.py", 2, &one)]);
    let expected = [
        format!("a.py:2 {}", &one[..12]),
        format!("b/config.yml:2 {}", &three[..12]),
        format!("c.py:1 {}", &four[..12]),
    ];
    assert_eq!(places(only(&report)), expected);
}

#[test]
fn a_secret_in_a_pair_or_encoded_is_the_same() {
    use base64::Engine;
    let name = "reports.4be21c.mp-service-account";
    let password = "Tq8vLm2ZxR5nKc7WbY4hJd9sGf3pUa6E";
    let pair = format!("{name}:{password}");
    let blob = base64::prelude::BASE64_STANDARD.encode(&pair);
    let repo = Repo::new();
    let one = repo.change(1, "a.sh", &format!("curl -u '{pair}' https://mixpanel.com/api/app/me\n"));
    repo.change(2, "a.sh", &format!("curl -H 'Authorization: Basic {blob}' https://mixpanel.com/api/app/me\n"));
    repo.change(3, "a.sh", &format!("export MIXPANEL_SA_SECRET={password}\n"));
    repo.change(4, "a.sh", "export MIXPANEL_SA_SECRET\n");
    let report = repo.history();
    assert_eq!(lines(&report), [leaked("a.sh", 1, &one)]);
    let finding = only(&report);
    let digest = finding.secret.as_ref().unwrap().digest();
    assert_eq!(digest, mpcheck::secret::Secret::new(password).digest());
    assert!(finding.help.contains(&format!("fingerprint = \"{digest}\"")), "{}", finding.help);
    assert!(finding.help.contains("leaked-in-history") && finding.help.contains("mpcheck.toml"), "{}", finding.help);
}

#[test]
fn what_is_still_in_the_tree_is_told_from_what_is_not() {
    let repo = Repo::new();
    let one = repo.change(1, "a.py", &leak(1));
    let two = repo.change(2, "b.py", &leak(2));
    repo.change(3, "a.py", CLEAN);
    repo.change(4, "b.py", &format!("\n\n{}", leak(2)));
    // At the place where it stands today, with the commit that first brought it.
    assert_eq!(lines(&repo.history()), [leaked("a.py", 1, &one), standing("b.py", 3, &two)]);
    // What isn't committed says nothing.
    repo.write("b.py", CLEAN);
    repo.write("a.py", &leak(1));
    assert_eq!(lines(&repo.history()), [leaked("a.py", 1, &one), standing("b.py", 3, &two)]);
}

#[test]
fn the_same_characters_under_another_name_are_still_there() {
    let repo = Repo::new();
    let one = repo.change(1, "a.py", &leak(1));
    let two = repo.change(2, "a.py", &format!("KEY = '{}'\n", secret(1)));
    // The file no longer says what it is; the history does.
    let report = repo.history();
    assert_eq!(lines(&report), [standing("a.py", 1, &one)]);
    assert!(places(only(&report))[0].ends_with(&one[..12]), "{two}");
}

#[test]
fn age_is_counted_from_the_authors_date_of_the_first_commit() {
    let repo = Repo::new();
    repo.write("a.py", &leak(1));
    git(&repo.path, "2024-01-01T12:00:00+0000", &["add", "-A"]);
    let author = "--date=2024-01-01T23:30:00-0500";
    git(&repo.path, "2024-03-01T12:00:00+0000", &["commit", "-q", author, "-m", "rebased later"]);
    let rules = |day: &str| -> Vec<&str> { repo.history_as_of(day).findings.iter().map(|one| one.rule).collect() };
    // 90 days after 2024-01-02T04:30:00Z.
    assert_eq!(rules("2024-04-01T04:30:00Z"), ["hardcoded-secret"]);
    assert_eq!(rules("2024-04-01T04:30:01Z"), ["hardcoded-secret", "stale-credential"]);
    assert_eq!(rules("2024-04-01T04:30:01+01:00"), ["hardcoded-secret"]);
    let report = repo.history_as_of("2024-05-01");
    let stale = report.findings.iter().find(|one| one.rule == "stale-credential").unwrap();
    let commit = stale.past.as_ref().unwrap().commit.as_ref().unwrap();
    assert_eq!(commit.moment(), "2024-01-01T23:30:00-05:00");
    assert!(stale.message.contains("2024-01-01") && stale.message.contains("119 days"), "{}", stale.message);
}

#[test]
fn a_merge_brings_what_neither_side_had() {
    let repo = Repo::new();
    repo.change(1, "a.py", CLEAN);
    repo.git(&["checkout", "-q", "-b", "side"]);
    let side = repo.change(2, "b.py", &leak(1));
    repo.git(&["checkout", "-q", "main"]);
    repo.change(3, "c.py", CLEAN);
    repo.git(&["merge", "-q", "--no-commit", "side"]);
    repo.write("d.py", &leak(2));
    let merge = repo.commit("2024-01-04T12:00:00+0000");
    repo.git(&["rm", "-q", "b.py", "d.py"]);
    repo.commit("2024-01-05T12:00:00+0000");
    assert_eq!(lines(&repo.history()), [leaked("b.py", 1, &side), leaked("d.py", 1, &merge)]);
    // A range that holds the merge alone is about what the merge itself did.
    let report = repo.history_of_range(&format!("{merge}^!")).unwrap();
    assert_eq!(lines(&report), [leaked("d.py", 1, &merge)]);
}

#[test]
fn of_two_branches_the_older_commit_was_first() {
    let repo = Repo::new();
    repo.change(1, "a.py", CLEAN);
    repo.git(&["checkout", "-q", "-b", "early"]);
    let early = repo.change(5, "b.py", &leak(1));
    repo.git(&["checkout", "-q", "main"]);
    repo.change(9, "b.py", &leak(1));
    repo.change(10, "b.py", CLEAN);
    assert_eq!(lines(&repo.history()), [leaked("b.py", 1, &early)]);
}

#[test]
fn comments_excuse_and_ignore_files_leave_out() {
    let repo = Repo::new();
    repo.change(1, "a.py", &format!("# mpcheck:ignore[hardcoded-secret, stale-credential] a dummy\n{}", leak(1)));
    repo.change(2, "b.py", &format!("# mpcheck:ignore[leaked-in-history] was a dummy\n{}", leak(2)));
    repo.change(3, "b.py", CLEAN);
    repo.change(4, "old/c.py", &leak(3));
    repo.change(5, "old/keep/d.py", &leak(4));
    repo.change(6, "node_modules/x/e.js", &format!("const mixpanelSecret = '{}';\n", secret(5)));
    repo.git(&["rm", "-q", "-r", "old"]);
    repo.change(7, ".gitignore", "a.py\n");
    let all = repo.history_as_of("2024-09-01");
    let ignored: Vec<_> = all.suppressed.iter().map(|one| (one.finding.rule, &*one.reason)).collect();
    assert_eq!(
        ignored,
        [("hardcoded-secret", "a dummy"), ("stale-credential", "a dummy"), ("leaked-in-history", "was a dummy")]
    );
    let paths: Vec<_> = all.findings.iter().map(|one| one.primary.place.path.to_string()).collect();
    assert_eq!(paths, ["old/c.py", "old/keep/d.py"]);
    repo.change(8, ".mpcheckignore", "old/*\n!old/keep\n");
    let paths: Vec<_> = repo.history().findings.iter().map(|one| one.primary.place.path.to_string()).collect();
    assert_eq!(paths, ["old/keep/d.py"]);
}

#[test]
fn two_runs_say_the_same_whatever_the_threads() {
    let repo = Repo::new();
    for number in 1..=20 {
        repo.change(number, &format!("{}.py", number % 3), &format!("{}{}", leak(number), leak(number + 1)));
    }
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let report = pool.install(|| repo.history_as_of("2025-01-01"));
        let mut out = Vec::new();
        mpcheck::report::write(&report, mpcheck::report::Format::Json, &Default::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let one = run(1);
    assert!(one.contains("stale-credential") && one.contains("leaked-in-history"));
    for threads in [2, 5] {
        assert_eq!(run(threads), one);
    }
}
