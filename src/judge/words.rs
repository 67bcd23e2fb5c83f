//! Places in requests, in words.

/// Places as words: `as Basic user name with an empty password, or as query parameter `token``.
pub(super) fn places(at: &[String]) -> String {
    at.iter().map(|at| slot_words(at)).collect::<Vec<_>>().join(", or ")
}

/// A place in a request as words: `as the query parameter `token``.
pub(super) fn slot_words(at: &str) -> String {
    match at.split_once(':') {
        Some(("query", name)) => return format!("as the query parameter `{name}`"),
        Some(("body", path)) => return format!("as `{path}` in the payload"),
        Some(("header", name)) => return format!("in the header `{name}`"),
        _ => {}
    }
    match at {
        "basic-user" => "as the user name of Basic authorization with an empty password",
        "basic-password" => "as the password of Basic authorization",
        "basic" => "as user name and password of Basic authorization",
        "bearer" => "behind `Bearer` in the `Authorization` header",
        "bearer-basic" => "in base64 behind `Bearer Basic` in the `Authorization` header",
        _ => "as part of a signed request",
    }
    .to_owned()
}
