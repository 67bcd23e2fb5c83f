//! The slugs of the rules that are judged in code. A test holds them against the pages in `rules/`.

/// A secret in client code.
pub const CLIENT_SIDE_SECRET: &str = "client-side-secret";
/// A secret in a variable that a build inlines.
pub const PUBLIC_ENV_SECRET: &str = "public-env-secret";
/// A secret written into a file.
pub const HARDCODED_SECRET: &str = "hardcoded-secret";
/// A token written into a file.
pub const HARDCODED_TOKEN: &str = "hardcoded-token";
/// A service account's user name written into a file.
pub const HARDCODED_USERNAME: &str = "hardcoded-username";
/// A secret in a URL.
pub const SECRET_IN_URL: &str = "secret-in-url";
/// A credential over plain HTTP.
pub const INSECURE_TRANSPORT: &str = "insecure-transport";
/// A secret in a log.
pub const SECRET_IN_LOG: &str = "secret-in-log";
/// A kind that the API or SDK rejects.
pub const WRONG_CREDENTIAL: &str = "wrong-credential";
/// A kind to which there is a better one.
pub const DISCOURAGED_CREDENTIAL: &str = "discouraged-credential";
/// The right kind in the wrong place.
pub const MISPLACED_CREDENTIAL: &str = "misplaced-credential";
/// A request without any credential.
pub const MISSING_CREDENTIAL: &str = "missing-credential";
/// A service account without a project.
pub const MISSING_PROJECT_ID: &str = "missing-project-id";
/// A literal that can be no credential.
pub const MALFORMED_CREDENTIAL: &str = "malformed-credential";
/// A service account that may do everything.
pub const OVER_PRIVILEGED_ACCOUNT: &str = "over-privileged-account";

/// A secret that is gone from the tree and not from history.
pub const LEAKED_IN_HISTORY: &str = "leaked-in-history";
/// A secret in the tree that was committed long ago.
pub const STALE_CREDENTIAL: &str = "stale-credential";

/// A comment that ignores nothing.
pub const UNUSED_IGNORE: &str = "unused-ignore";

/// Rules that say where a literal is exposed. Which of them applies can depend on how much of the tree was seen, so what
/// silences one of them silences all.
pub const EXPOSURE: [&str; 3] = [PUBLIC_ENV_SECRET, CLIENT_SIDE_SECRET, HARDCODED_SECRET];

/// Whether what silences one rule silences another.
pub fn silences(one: &str, other: &str) -> bool {
    one == other || EXPOSURE.contains(&one) && EXPOSURE.contains(&other)
}

/// All of them. `unused-ignore` is judged behind the others, in `triage`; those of history only with `--history`.
pub const ALL: &[&str] = &[
    UNUSED_IGNORE,
    CLIENT_SIDE_SECRET,
    PUBLIC_ENV_SECRET,
    HARDCODED_SECRET,
    HARDCODED_TOKEN,
    HARDCODED_USERNAME,
    SECRET_IN_URL,
    INSECURE_TRANSPORT,
    SECRET_IN_LOG,
    WRONG_CREDENTIAL,
    DISCOURAGED_CREDENTIAL,
    MISPLACED_CREDENTIAL,
    MISSING_CREDENTIAL,
    MISSING_PROJECT_ID,
    MALFORMED_CREDENTIAL,
    OVER_PRIVILEGED_ACCOUNT,
    LEAKED_IN_HISTORY,
    STALE_CREDENTIAL,
];
