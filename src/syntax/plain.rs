//! Texts made readable for another language's grammar, in as many bytes, and what samples leave to be filled in.

/// A text whose `${...}` and `%(...)s` are names of as many bytes: whatever stands there, it is a value.
pub(super) fn without_holes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['$', '%']) {
        let close = match rest.as_bytes()[at..] {
            [b'$', b'{', ..] if !rest[..at].ends_with('\\') => "}",
            [b'%', b'(', ..] => ")s",
            _ => {
                out.push_str(&rest[..=at]);
                rest = &rest[at + 1..];
                continue;
            }
        };
        let Some(length) = rest[at..].find(close).map(|end| end + close.len()) else { break };
        out.push_str(&rest[..at]);
        out.push_str(&"_".repeat(length));
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    out
}

/// A text whose `{{Name of it}}` are names of as many bytes, made of the words between the braces.
pub(super) fn with_names(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        let Some(end) = rest[at..].find("}}").map(|end| at + end + 2) else { break };
        let hole = &rest[at..end];
        out.push_str(&rest[..at]);
        let name = hole.trim_matches(['{', '}']);
        if hole.is_ascii() && !name.contains(['{', '}', '\n', ';']) {
            out.extend(hole.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }));
        } else {
            out.push_str(hole);
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// A pipeline's `${{ secrets.X }}`, Terraform's `${var.x}` and a template's `{{ x }}` as a shell would write them, in as
/// many bytes: `${X#____}`. The name stays known.
pub(super) fn without_expressions(script: &str) -> String {
    /// No expression is longer, and where none closes, each would be sought to the end.
    const LONGEST: usize = 1_000;
    let mut out = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(start) = rest.find(['$', '{']) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let (open, close) = match rest.as_bytes() {
            [b'$', b'{', b'{', ..] => ("${{", "}}"),
            [b'{', b'{', ..] => ("{{", "}}"),
            [b'$', b'{', ..] => ("${", "}"),
            _ => {
                out.push_str(&rest[..1]);
                rest = &rest[1..];
                continue;
            }
        };
        let end = (0..=LONGEST.min(rest.len())).rev().find(|at| rest.is_char_boundary(*at));
        let near = end.and_then(|end| rest.get(..end)).unwrap_or_default();
        let length = near.find(close).map(|end| end + close.len());
        let inside = length.map(|length| rest[open.len()..length - close.len()].trim());
        let name = inside
            .and_then(|inside| inside.rsplit('.').next())
            .filter(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
        let path = |inside: &str| inside.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
        match (length, inside, name) {
            (Some(length), Some(inside), name)
                if open == "${{" || name.is_some() && path(inside) && (open == "{{" || inside.contains('.')) =>
            {
                let name = name.unwrap_or("_");
                let padding = length.saturating_sub(name.len() + 4);
                out.push_str(&format!("${{{name}#{}}}", "_".repeat(padding)));
                rest = &rest[length..];
            }
            _ => {
                out.push_str(open);
                rest = &rest[open.len()..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Whether a sample has something in it for its reader to fill in.
pub(super) fn has_gaps(sample: &str) -> bool {
    let marked = |open: char, close: char| {
        sample.split(open).skip(1).any(|rest| {
            let inside = rest.split(close).next().filter(|inside| inside.len() < rest.len()).unwrap_or_default();
            let word = |c: char| c.is_alphanumeric() || " _-.|".contains(c);
            !inside.is_empty() && !inside.starts_with(' ') && inside.chars().all(word)
        })
    };
    let lower = sample.to_ascii_lowercase();
    ["...", "\u{2026}", "your_", "your-", "xxx"].iter().any(|gap| lower.contains(gap))
        || marked('<', '>')
        || marked('[', ']')
        || sample
            .split("${")
            .flat_map(|part| part.split_once('}').map_or(part, |(_, rest)| rest).split('{').skip(1))
            .any(|rest| rest.split('}').next().is_some_and(|inside| inside.len() < rest.len() && is_word(inside)))
}

pub(super) fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use crate::syntax::read;

    #[test]
    fn hostile_files() {
        let units = [
            ("a.md", "```\n"),
            ("a.md", "> ```js\n"),
            ("a.md", "|"),
            ("a.md", "<script>"),
            ("a.md", "- ```sh\n  $ a \\\n"),
            ("a.rst", ".. code:: sh\n\n "),
            ("a.adoc", "----\n"),
            ("a.http", "###\nGET http://x\n\n{{"),
            ("a.http", "@a={{"),
            ("a.bru", "get {\n"),
            ("justfile", "a:\n\tb\n"),
            ("crontab", "* * * * * a\n"),
            ("a.js", "`<script>${`"),
        ];
        for (path, unit) in units {
            let text = unit.repeat(100_000 / unit.len());
            let start = std::time::Instant::now();
            let _ = read(Source::new(path, text));
            assert!(start.elapsed().as_secs() < 20, "{path} {unit}: {:?}", start.elapsed());
        }
        for inside in ["\\n!a", "\\\"", "{{", "\\ud83d"] {
            let inside = inside.repeat(30_000);
            let notebook = format!("{{\"cells\": [{{\"cell_type\": \"code\", \"source\": \"{inside}\"}}]}}");
            let postman = format!(
                "{{\"info\": {{\"_postman_id\": 1}}, \"item\": [{{\"request\": {{\"url\": \"http://x\", \"body\": {{\"raw\": \"[{inside}\"}}}}}}]}}"
            );
            let start = std::time::Instant::now();
            let _ = (read(Source::new("a.ipynb", notebook)), read(Source::new("a.json", postman)));
            assert!(start.elapsed().as_secs() < 20, "{}: {:?}", &inside[..4], start.elapsed());
        }
    }

    #[test]
    fn expressions_keep_their_length_and_name() {
        let script = "curl -u \"${{ secrets.MIXPANEL_API_SECRET }}:\" x";
        let plain = without_expressions(script);
        assert_eq!(plain.len(), script.len());
        assert!(plain.contains("${MIXPANEL_API_SECRET#"));
        for (script, expected) in [
            ("a ${var.x} b", "a ${x#___} b"),
            ("-u {{ mp_secret }}:", "-u ${mp_secret#__}:"),
            ("${X:-a.b} $x {{ a | b }} ${x", "${X:-a.b} $x {{ a | b }} ${x"),
            ("${{ a || b }}", "${_#________}"),
        ] {
            assert_eq!(without_expressions(script), expected);
        }
    }
}
