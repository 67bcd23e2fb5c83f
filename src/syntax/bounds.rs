//! What bounds the reading of a hostile text: the stack that a walk may take, and texts that a grammar would take too
//! long over, or crash on, which are read lexically.

/// A place on the stack where a walk begins.
#[derive(Clone, Copy)]
pub(crate) struct Stack(usize);

impl Stack {
    /// How much of the stack a walk may take, in bytes: half of what a thread has at least. Some frames are large, those
    /// of builds without optimisation more so: levels alone don't bound them.
    const MOST: usize = 1024 * 1024;

    /// About where the stack ends at this moment.
    #[inline(never)]
    pub(crate) fn here() -> Self {
        let local = 0_u8;
        Self(std::ptr::from_ref(std::hint::black_box(&local)).addr())
    }

    /// Whether a walk that began here has come too far from it.
    pub(crate) fn is_deep(self) -> bool {
        self.0.abs_diff(Self::here().0) > Self::MOST
    }
}

/// Whether a Python text nests deeper than its grammar's scanner can count. It keeps its indentations in a buffer of
/// fixed size; far below that nobody writes.
pub(super) fn is_too_deep(text: &str) -> bool {
    const DEEPEST: usize = 100;
    let mut levels: Vec<usize> = Vec::new();
    for line in text.lines() {
        let indent = line.len() - line.trim_start_matches([' ', '\t', '\u{c}']).len();
        if indent == line.len() {
            continue;
        }
        while levels.last().is_some_and(|last| *last >= indent) {
            levels.pop();
        }
        levels.push(indent);
        if levels.len() > DEEPEST {
            return true;
        }
    }
    false
}

/// Whether so many comments, or values in strings, open and never close that a scanner would seek the end of each.
pub(super) fn is_unclosed(text: &str) -> bool {
    const MOST: usize = 500;
    let (mut open, mut at) = (0usize, 0);
    while let Some(next) = text.get(at..).and_then(|rest| rest.find(['/', '*'])) {
        at += next;
        match text.as_bytes().get(at..at + 2) {
            Some(b"/*") => (open, at) = (open + 1, at + 2),
            Some(b"*/") => (open, at) = (open.saturating_sub(1), at + 2),
            _ => at += 1,
        }
    }
    let holes = text.rfind('}').map_or(text, |end| &text[end..]);
    open > MOST
        || holes.matches("{$").count() + holes.matches("${").count() > MOST
        || text.matches("<<<").count() > MOST
}

/// Whether brackets nest so deep that a grammar which tries several readings of them takes forever.
pub(super) fn nests_too_deep(text: &str) -> bool {
    const DEEPEST: usize = 400;
    let mut depth = 0_usize;
    text.bytes().any(|byte| {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEEPEST
    })
}
