//! Types that the grammars of JavaScript and TypeScript do not know, written so that they do, byte for byte.

use std::borrow::Cow;

/// A text in which a type that is imported in place (`import("vue").Ref<T>`) begins with a name of as many bytes.
pub(super) fn readable(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut done = 0;
    for (at, _) in text.match_indices("import(") {
        if let Some(length) = type_import(&text[at..]) {
            out.push_str(&text[done..at]);
            out.push_str("import");
            out.push_str(&"_".repeat(length - "import".len()));
            done = at + length;
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// The length of `import("module")` where a member follows that no promise has.
fn type_import(text: &str) -> Option<usize> {
    let inside = &text["import(".len()..];
    let quote = inside.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let module = inside[1..].split([quote, '\n']).next()?;
    let length = "import(".len() + module.len() + 3;
    let member = text.get(length - 2..)?.strip_prefix(quote)?.strip_prefix(").")?;
    let is_type = member.starts_with(|c: char| c.is_ascii_uppercase() || c == '_' || c == '$');
    (is_type && module.is_ascii()).then_some(length)
}

/// Whether a text says that its types are Flow's.
pub(super) fn is_flow(text: &str) -> bool {
    text.lines().take(40).any(|line| line.contains("@flow"))
}

/// Flow's types as TypeScript's: `?T` is as good as `T`, and `{| |}` as `{ }`, for whoever asks for values alone.
pub(super) fn without_flow(text: &str) -> String {
    let mut out = text.as_bytes().to_vec();
    let bytes = text.as_bytes();
    for at in 0..bytes.len() {
        match &bytes[at..] {
            [b'{', b'|', next, ..] if *next != b'|' => out[at + 1] = b' ',
            [b'|', b'}', ..] if at > 0 && bytes[at - 1] != b'|' => out[at] = b' ',
            [b'?', next, ..] if next.is_ascii_alphabetic() || matches!(next, b'{' | b'(' | b'$') => {
                let before = bytes[..at].iter().rposition(|byte| !matches!(byte, b' ')).map(|last| bytes[last]);
                if matches!(before, Some(b':' | b'<' | b'|' | b',')) {
                    out[at] = b' ';
                }
            }
            _ => {}
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_imported_in_place_are_names() {
        let text = "declare const a: import(\"vue\").Ref<string>;";
        assert_eq!(readable(text), "declare const a: import_______.Ref<string>;");
        for text in ["import(\"./a\").then(f)", "await import('a')", "import(", "import(\"a", "import(\"\u{e9}\").A"] {
            assert_eq!(readable(text), text);
        }
    }

    #[test]
    fn types_of_flow_lose_what_typescript_has_not() {
        let text = "// @flow\nlet a: ?T = b ? c : ?d; type P = {| a: Array<?string> |}; x || {}; f(a, ?b)";
        assert!(is_flow(text));
        let plain = without_flow(text);
        assert_eq!(plain.len(), text.len());
        assert!(plain.contains("a:  T =") && plain.contains("{  a: Array< string>  }") && plain.contains("x || {}"));
    }
}
