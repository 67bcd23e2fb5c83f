//! What YAML's scalars say.

use crate::source::Span;

/// How the lines of a block scalar become its text.
#[derive(Clone, Copy)]
pub(super) struct Block {
    /// How many blanks each line begins with.
    indent: usize,
    /// `>`: lines are joined.
    folded: bool,
}

/// The content of a block scalar, without its header, and how it is decoded. The content starts at the first thing
/// that isn't blank and ends before the last line break, which no credential means to have.
pub(super) fn block(text: &str, whole: Span) -> (Span, Block) {
    let raw = text.get(whole.range()).unwrap_or_default();
    let header_end = raw.find('\n').map_or(raw.len(), |at| at + 1);
    let header = raw[..header_end].split('#').next().unwrap_or_default();
    let body = &raw[header_end..];
    let first = body.len() - body.trim_start_matches([' ', '\t', '\r', '\n']).len();
    let line = body[..first].rfind('\n').map_or(0, |at| at + 1);
    let content = body[first..].trim_end();
    let start = whole.start as usize + header_end + first;
    let block = Block { indent: first - line, folded: header.starts_with('>') };
    (Span::new(start, start + content.len()), block)
}

impl Block {
    /// The text of (a piece of) the content.
    pub(super) fn decode(self, raw: &str) -> String {
        let mut out = String::with_capacity(raw.len());
        for (at, line) in raw.split('\n').enumerate() {
            let line = line.strip_suffix('\r').unwrap_or(line);
            if at == 0 {
                out.push_str(line);
                continue;
            }
            let blanks = line.len() - line.trim_start_matches(' ').len();
            let line = &line[blanks.min(self.indent)..];
            let joined = self.folded && !line.is_empty() && !line.starts_with(' ') && !out.ends_with('\n');
            out.push(if joined { ' ' } else { '\n' });
            out.push_str(line);
        }
        out
    }
}

/// A flow scalar's lines joined as YAML joins them: one line break is a blank, more are one less.
pub(super) fn fold(raw: &str) -> String {
    if !raw.contains('\n') {
        return raw.to_owned();
    }
    let mut out = String::with_capacity(raw.len());
    let mut empty = 0;
    for (at, line) in raw.split('\n').enumerate() {
        let line = if at == 0 { line.trim_end() } else { line.trim() };
        match (at, line.is_empty()) {
            (0, _) => {}
            (_, true) => {
                empty += 1;
                continue;
            }
            // A backslash at the end of a double-quoted line joins it to the next without a blank.
            (_, false) if out.ends_with('\\') && empty == 0 => {
                out.pop();
            }
            (_, false) if empty == 0 => out.push(' '),
            (_, false) => out.extend(std::iter::repeat_n('\n', empty)),
        }
        empty = 0;
        out.push_str(line);
    }
    out
}
