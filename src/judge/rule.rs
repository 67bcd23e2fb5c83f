//! The slugs of the rules that are judged in code. A test holds them against the pages in `rules/`.

pub const CLIENT_SIDE_SECRET: &str = "client-side-secret";
pub const PUBLIC_ENV_SECRET: &str = "public-env-secret";
pub const HARDCODED_SECRET: &str = "hardcoded-secret";
pub const HARDCODED_TOKEN: &str = "hardcoded-token";
pub const HARDCODED_USERNAME: &str = "hardcoded-username";
pub const SECRET_IN_URL: &str = "secret-in-url";
pub const INSECURE_TRANSPORT: &str = "insecure-transport";
pub const SECRET_IN_LOG: &str = "secret-in-log";
pub const WRONG_CREDENTIAL: &str = "wrong-credential";
pub const DISCOURAGED_CREDENTIAL: &str = "discouraged-credential";
pub const MISPLACED_CREDENTIAL: &str = "misplaced-credential";
pub const MISSING_CREDENTIAL: &str = "missing-credential";
pub const MISSING_PROJECT_ID: &str = "missing-project-id";
pub const MALFORMED_CREDENTIAL: &str = "malformed-credential";
pub const OVER_PRIVILEGED_ACCOUNT: &str = "over-privileged-account";

/// All of them.
pub const ALL: &[&str] = &[
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
];
