//! What a column of a row may hold, apart from its type.

/// What is wrong with the path of a call: `acme-analytics.start`, `*.start`, `Acme::Client.new`.
pub(crate) fn call_mistake(call: &str) -> Option<&'static str> {
    if call.trim() != call || call.is_empty() {
        Some("the name of the call is empty or has blanks around it")
    } else if call.contains(['(', ')']) {
        Some("leave the parentheses off: a call is written by its name alone")
    } else if call == "*" || call == "*." || call.ends_with('.') || call.starts_with('.') {
        Some("the call has no name: write the module, a dot and the name, or `*.name`")
    } else {
        None
    }
}

/// What is wrong with the path of an argument: `0`, `token`, `0.key`, `?.name`.
pub(crate) fn argument_mistake(argument: &str) -> Option<&'static str> {
    if argument.is_empty() || argument.split('.').any(|part| part.trim() != part || part.is_empty()) {
        Some(
            "this is no argument: write `0` for the first, `key` for one that is named, `0.key` for a member of the first",
        )
    } else {
        None
    }
}

/// What is wrong with a host, which may have a path behind it.
pub(crate) fn host_mistake(host: &str) -> Option<&'static str> {
    let (name, path) = host.split_once('/').unwrap_or((host, ""));
    let label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    let (name, port) = name.split_once(':').unwrap_or((name, "80"));
    if host.contains("://") {
        Some("leave the scheme off: write the host, as in `mp.example.com`")
    } else if !name.split('.').all(label) || port.parse::<u16>().is_err() {
        Some("this is no host: write one as in `mp.example.com`, or with a path, as in `www.example.com/mp`")
    } else if path.contains(['?', '#', '*', ' ']) || host.ends_with('/') || path.contains("//") {
        Some("the path behind the host is plain segments, without a slash at its end, as in `www.example.com/mp`")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_checked() {
        for good in ["@acme/analytics.start", "*.start", "Acme::Client.new", "start", "acme.Client.?.x"] {
            assert_eq!(call_mistake(good), None, "{good}");
        }
        for bad in ["", " a", "a.start()", "*", "*.", "a.", ".a"] {
            assert!(call_mistake(bad).is_some(), "{bad}");
        }
        assert!(argument_mistake("0.key").is_none() && argument_mistake("0..").is_some());
        for good in ["mp.example.com", "www.example.com/mp", "localhost:8080/mp/v1", "relay"] {
            assert_eq!(host_mistake(good), None, "{good}");
        }
        for bad in
            ["https://mp.example.com", "", "a b", "mp.example.com/", "mp.example.com/a?b", "*.example.com", "h:x"]
        {
            assert!(host_mistake(bad).is_some(), "{bad}");
        }
    }
}
