//! What mpcheck says about its rules: the table of all, and the page of one.

use std::io::{self, Write};

use super::Options;
use super::text::{self, wrap};
use crate::catalog::{self, Rule};

/// Where mpcheck lives.
pub(crate) fn home() -> &'static str {
    match env!("CARGO_PKG_REPOSITORY") {
        "" => "https://crates.io/crates/mpcheck",
        repository => repository,
    }
}

/// Where the page of a rule can be read, if that is known.
pub(crate) fn page_url(slug: &str) -> Option<String> {
    let repository = env!("CARGO_PKG_REPOSITORY").trim_end_matches('/');
    (!repository.is_empty()).then(|| format!("{repository}/blob/main/rules/{slug}.md"))
}

/// Writes the table of all rules: name, level, and what each finds.
///
/// # Errors
///
/// Fails only if `out` can't be written to.
pub fn rules(out: &mut dyn Write) -> io::Result<()> {
    table(&catalog::builtin().rules, out)
}

fn table(rules: &[Rule], out: &mut dyn Write) -> io::Result<()> {
    let slug = rules.iter().map(|rule| rule.slug.len()).max().unwrap_or_default();
    let level = rules.iter().map(|rule| rule.level.len()).max().unwrap_or_default();
    for rule in rules {
        writeln!(out, "{:slug$}  {:level$}  {}", rule.slug, rule.level, rule.short)?;
    }
    Ok(())
}

/// Writes the page of a rule for a terminal: what it finds, why that matters and what to do, then the page itself.
///
/// # Errors
///
/// Fails only if `out` can't be written to.
pub fn explain(rule: &Rule, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let page = Page { options, width: options.width.clamp(30, 100) };
    writeln!(out, "{} ({})\n", page.bold(&rule.slug), rule.level)?;
    writeln!(out, "{}\n", page.paragraph(&rule.short, "", ""))?;
    for (name, words) in [("why: ", &rule.why), ("help: ", &rule.help)] {
        writeln!(out, "{}", page.paragraph(words, name, &" ".repeat(name.len())))?;
    }
    writeln!(out)?;
    let mut facts = vec![format!("severity {} of 10", rule.security_severity), format!("precision {}", rule.precision)];
    facts.extend(rule.tags.iter().filter_map(|tag| tag.strip_prefix("external/cwe/")).map(str::to_uppercase));
    writeln!(out, "{}\n", page.paragraph(&facts.join(", "), "", ""))?;
    page.markdown(&rule.page, out)
}

/// What to say of a rule that doesn't exist.
pub(crate) fn unknown(name: &str) -> String {
    let near = near(catalog::builtin().rules.iter().map(|rule| rule.slug.as_str()), name);
    let meant = match near.as_slice() {
        [] => String::new(),
        near => format!("; did you mean `{}`?", near.join("`, `")),
    };
    let end = if meant.is_empty() { "; " } else { " " };
    format!("there is no rule `{name}`{meant}{end}`mpcheck rules` lists them all")
}

/// The names most like a mistyped one, at most three.
pub(crate) fn near<'n>(names: impl Iterator<Item = &'n str>, typed: &str) -> Vec<&'n str> {
    let typed = typed.to_lowercase().replace(['_', ' '], "-");
    let shares = |name: &str| {
        name.split('-').filter(|word| word.len() > 2 && typed.split('-').any(|other| other == *word)).count()
    };
    let mut near: Vec<(usize, &str)> = names
        .map(|name| (distance(name, &typed), name))
        .filter(|(distance, name)| *distance <= 3 || *distance * 3 <= name.len() || shares(name) > 0)
        .collect();
    near.sort_by_key(|(distance, name)| (*distance > 3, std::cmp::Reverse(shares(name)), *distance, *name));
    near.into_iter().map(|(_, name)| name).take(3).collect()
}

/// How many characters must be added, removed or changed to make one name of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, from) in one.chars().enumerate() {
        let mut corner = above;
        row[0] = above + 1;
        for (at, to) in other.iter().enumerate() {
            let changed = corner + usize::from(from != *to);
            corner = row[at + 1];
            row[at + 1] = changed.min(corner + 1).min(row[at] + 1);
        }
    }
    row[other.len()]
}

struct Page<'o> {
    options: &'o Options,
    width: usize,
}

impl Page<'_> {
    /// Renders what our pages use of Markdown: headings, paragraphs, lists, fences, quotes and tables.
    fn markdown(&self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        let mut paragraph = Paragraph::default();
        let mut fence: Option<&str> = None;
        let mut hidden = false;
        for line in text.lines() {
            let trimmed = line.trim_start();
            if let Some(mark) = fence {
                if trimmed.trim_end() == mark {
                    fence = None;
                } else {
                    let line = format!("    {line}");
                    writeln!(out, "{}", line.trim_end())?;
                }
                continue;
            }
            // Comments are for those who edit the page.
            if hidden || trimmed.starts_with("<!--") {
                hidden = !trimmed.contains("-->");
                continue;
            }
            if let Some(mark) = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark)) {
                self.flush(&mut paragraph, out)?;
                fence = Some(mark);
            } else if trimmed.is_empty() {
                self.flush(&mut paragraph, out)?;
                writeln!(out)?;
            } else if trimmed.starts_with('#') && line.len() == trimmed.len() {
                self.flush(&mut paragraph, out)?;
                writeln!(out, "{}", self.bold(&spoken(trimmed.trim_start_matches('#').trim())))?;
            } else if trimmed.starts_with('|') {
                self.flush(&mut paragraph, out)?;
                writeln!(out, "{}", spoken(trimmed))?;
            } else if let Some((mark, rest)) = item(trimmed) {
                self.flush(&mut paragraph, out)?;
                let indent = " ".repeat(line.len() - trimmed.len() + 2);
                paragraph.rest = " ".repeat(indent.len() + text::width(mark) + 1);
                paragraph.first = format!("{indent}{mark} ");
                paragraph.words = rest.to_owned();
            } else {
                paragraph.words.push(' ');
                paragraph.words.push_str(trimmed.trim_start_matches("> "));
            }
        }
        self.flush(&mut paragraph, out)
    }

    fn flush(&self, paragraph: &mut Paragraph, out: &mut dyn Write) -> io::Result<()> {
        let Paragraph { first, rest, words } = std::mem::take(paragraph);
        if words.trim().is_empty() { Ok(()) } else { writeln!(out, "{}", self.paragraph(&words, &first, &rest)) }
    }

    fn paragraph(&self, words: &str, first: &str, rest: &str) -> String {
        wrap(&spoken(words), self.width, first, rest)
    }

    fn bold(&self, words: &str) -> String {
        if self.options.color { format!("\u{1b}[1m{words}\u{1b}[0m") } else { words.to_owned() }
    }
}

/// Lines that are one paragraph, and what stands in front of its first and its other lines.
#[derive(Default)]
struct Paragraph {
    first: String,
    rest: String,
    words: String,
}

/// The mark and the words of a list item.
fn item(line: &str) -> Option<(&str, &str)> {
    let (mark, rest) = line.split_once(' ')?;
    let numbered = mark.strip_suffix('.').is_some_and(|number| number.parse::<u32>().is_ok());
    (numbered || matches!(mark, "-" | "*" | "+")).then_some((mark, rest))
}

/// Markdown within a line as it reads: no stars of emphasis, and links with their addresses behind them.
fn spoken(text: &str) -> String {
    let mut spoken = String::with_capacity(text.len());
    for (index, part) in text.split('`').enumerate() {
        if index > 0 {
            spoken.push('`');
        }
        if index % 2 == 1 { spoken.push_str(part) } else { spoken.push_str(&links(&part.replace("**", ""))) }
    }
    spoken
}

/// `[words](address)` as `words (address)`; pages of this repository are named by their words alone.
fn links(text: &str) -> String {
    let mut spoken = String::new();
    let mut rest = text;
    while let Some((before, words, address, after)) = link(rest) {
        spoken.push_str(before);
        spoken.push_str(words);
        if address.contains("://") && address != words {
            spoken.push_str(&format!(" ({address})"));
        }
        rest = after;
    }
    spoken + rest
}

fn link(text: &str) -> Option<(&str, &str, &str, &str)> {
    let middle = text.find("](")?;
    let start = text[..middle].rfind('[')?;
    let end = middle + text[middle..].find(')')?;
    Some((&text[..start], &text[start + 1..middle], &text[middle + 2..end], &text[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(slug: &str, page: &str) -> Rule {
        Rule {
            slug: slug.into(),
            level: "warning".into(),
            title: "A made-up rule".into(),
            short: "Finds what was made up.".into(),
            why: "Because tests need it.".into(),
            help: "Nothing to do.".into(),
            tags: vec!["security".into(), "external/cwe/cwe-798".into()],
            security_severity: "5.0".into(),
            precision: "high".into(),
            page: page.into(),
        }
    }

    #[test]
    fn the_table_is_aligned() {
        let mut out = Vec::new();
        table(&[rule("a", ""), rule("longer-name", "")], &mut out).unwrap();
        let expected = "a            warning  Finds what was made up.\nlonger-name  warning  Finds what was made up.\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn a_page_is_rendered_for_a_terminal() {
        let page = "# Made up\n\nSome **words** that are\nwrapped, with a [link](https://example.org/x) and [another](other.md).\n\
            \n<!-- not\nshown -->\n1. first\n   goes on\n- `a**b`\n\n```js bad\nlet a = 1;\n\n  # no heading\n```\n| a | b |\n";
        let mut out = Vec::new();
        explain(&rule("made-up", page), &Options { width: 40, color: true, ..Options::default() }, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let expected = "\u{1b}[1mmade-up\u{1b}[0m (warning)\n\nFinds what was made up.\n\nwhy: Because tests need it.\n\
            help: Nothing to do.\n\nseverity 5.0 of 10, precision high,\nCWE-798\n\n\u{1b}[1mMade up\u{1b}[0m\n\n\
            Some words that are wrapped, with a link\n(https://example.org/x) and another.\n\n\
            \x20 1. first goes on\n  - `a**b`\n\n    let a = 1;\n\n      # no heading\n| a | b |\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn near_names_are_offered() {
        let names = ["client-side-secret", "hardcoded-secret", "hardcoded-token", "insecure-transport"];
        assert_eq!(near(names.into_iter(), "hardcoded-tokn"), ["hardcoded-token", "hardcoded-secret"]);
        assert_eq!(near(names.into_iter(), "client_secret")[0], "client-side-secret");
        assert!(near(names.into_iter(), "zzz").is_empty());
        assert_eq!((distance("abc", "abc"), distance("abc", "axcd"), distance("", "ab")), (0, 2, 2));
    }
}
