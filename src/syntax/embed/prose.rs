//! The prose of Markdown and MDX: its headings, and comments (`<!-- -->` and `{/* */}`), but not those in samples or
//! between backticks.

use std::sync::Arc;

use super::fences;
use crate::source::Span;
use crate::syntax::facts::Comment;
use crate::syntax::lexical::{heading, lines};

/// Where headings stand, and what they say, as one name.
pub fn headings(text: &str) -> Vec<(u32, Arc<str>)> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in lines(text, Span::new(0, text.len())) {
        let said = text[line.range()].trim();
        fenced ^= said.starts_with("```") || said.starts_with("~~~");
        if !fenced && let Some(name) = heading(said) {
            found.push((line.start, name));
        }
    }
    found
}

/// The comments in a text's prose.
pub fn prose_comments(text: &str) -> Vec<Comment> {
    let samples = fences(text);
    let mut found = Vec::new();
    for (open, close) in [("<!--", "-->"), ("{/*", "*/}")] {
        let mut at = 0;
        while let Some(start) = text[at..].find(open).map(|start| at + start + open.len()) {
            let Some(end) = text[start..].find(close).map(|end| start + end) else { break };
            let span = Span::new(start, end);
            let before = samples.partition_point(|sample| sample.span.start <= span.start);
            let sample = before.checked_sub(1).map(|at| samples[at].span).filter(|sample| sample.contains(span));
            let line = text[..start].rsplit('\n').next().unwrap_or_default();
            if sample.is_none() && line.matches('`').count().is_multiple_of(2) {
                found.push(Comment { text: text[span.range()].to_owned(), span });
            }
            at = end;
        }
    }
    found.sort_by_key(|comment| comment.span.start);
    found
}

#[cfg(test)]
mod tests {
    use super::prose_comments;

    #[test]
    fn comments_of_prose_alone() {
        let text = "<!-- a -->\nsay `<!-- b -->`\n```html\n<!-- c -->\n```\n{/* d */}\n<!-- e";
        let found: Vec<String> = prose_comments(text).into_iter().map(|comment| comment.text).collect();
        assert_eq!(found, [" a ", " d "]);
    }
}
