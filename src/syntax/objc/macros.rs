//! Macros that stand where the grammar expects none, written as what they mean, byte for byte.

use std::borrow::Cow;

/// Macros that declare a method in brackets; those named second only repeat what is defined elsewhere.
const METHODS: &[&str] = &["_METHOD(", "_METHOD_WITH_NAME("];

/// A text without the macros at the beginning of its lines (`NS_ASSUME_NONNULL_BEGIN`, `RCT_EXPORT_MODULE()`), with
/// the methods that React Native's macros declare, and with one of several heads of a class.
pub fn readable(text: &str) -> Cow<'_, str> {
    let begins = |line: &str| is_macro(line) || line.starts_with("#if");
    if !text.lines().any(begins) && !text.contains("@interface RCT_") {
        return Cow::Borrowed(text);
    }
    let mut out = text.as_bytes().to_vec();
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        lines.push((start, line.trim_end()));
        start += line.len();
    }
    let mut taken = 0;
    for (at, (start, line)) in lines.iter().enumerate() {
        let end = start + line.len();
        if *start < taken {
            continue;
        }
        if is_macro(line) {
            taken = named(text, &mut out, *start, line);
        } else if line.starts_with("@interface ") {
            if let Some(open) = line.find("_MODULE(") {
                module(&mut out[*start..end], open + "_MODULE(".len());
            }
            let directive = |line: Option<&(usize, &str)>, kinds: &[&str]| {
                line.is_some_and(|(_, line)| kinds.iter().any(|kind| line.trim_start().starts_with(kind)))
            };
            let before = at.checked_sub(1).and_then(|before| lines.get(before));
            if directive(before, &["#if", "#el"]) && directive(lines.get(at + 1), &["#el", "#endif"]) {
                // Which of the heads it is does not matter here; without their conditions they are no class.
                let later = directive(before, &["#el"]);
                for (start, line) in &lines[at - 1..(at + 2).min(lines.len())] {
                    let keep = line.starts_with('@') && !later;
                    if !keep {
                        out[*start..start + line.len()].fill(b' ');
                    }
                }
            }
        }
    }
    String::from_utf8(out).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Whether a line begins with a macro that stands by itself or declares something.
fn is_macro(line: &str) -> bool {
    let name = line.bytes().take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
    let length = name.count();
    let (name, rest) = line.split_at(length);
    let rest = rest.trim_end();
    length >= 4
        && name.contains('_')
        && !line.contains('"')
        && (rest.is_empty() || rest.starts_with('(') && (rest.ends_with([')', '{', ':', ',']) || is_method(line)))
}

fn is_method(line: &str) -> bool {
    METHODS.iter().any(|end| line.split_inclusive('(').next().is_some_and(|name| name.ends_with(end)))
}

/// Takes a macro away, or makes the method of it that it is; gives where it ends.
fn named(text: &str, out: &mut [u8], start: usize, line: &str) -> usize {
    let Some(open) = line.find('(').map(|at| start + at) else {
        out[start..start + line.len()].fill(b' ');
        return start + line.len();
    };
    let Some(close) = closing(text.as_bytes(), open) else { return start };
    let body = text[close + 1..].trim_start().starts_with('{');
    if body && is_method(line) {
        let head = b"- (void)";
        out[start..=open].fill(b' ');
        out[start..start + head.len()].copy_from_slice(head);
        // `RCT_REMAP_METHOD(name, selector)` and `..._TYPED_METHOD(type, selector)`: the selector counts.
        let inside = &text[open + 1..close];
        let word = inside.find(|c: char| !c.is_ascii_alphanumeric() && !" *_".contains(c)).unwrap_or_default();
        if inside[word..].starts_with(',') {
            out[open + 1..open + 2 + word].fill(b' ');
        }
        out[close] = b' ';
    } else if !body && (text[close + 1..].starts_with(['\n', '\r', ';']) || close + 1 == text.len()) {
        let end = close + 1 + usize::from(text[close + 1..].starts_with(';'));
        if !text[start..end].contains('"') {
            for byte in &mut out[start..end] {
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
        }
    }
    close
}

/// `RCT_EXTERN_MODULE(Name, Base)` as `Name: Base`; `at` is behind the bracket.
fn module(line: &mut [u8], at: usize) {
    let head = "@interface ".len().min(at);
    line[head..at].fill(b' ');
    for byte in &mut line[at..] {
        match *byte {
            b',' => *byte = b':',
            b')' => *byte = b' ',
            _ => {}
        }
    }
}

/// Where the bracket at `open` closes.
fn closing(bytes: &[u8], open: usize) -> Option<usize> {
    const FARTHEST: usize = 4_000;
    let mut depth = 0_usize;
    for (at, byte) in bytes.iter().enumerate().skip(open).take(FARTHEST) {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(at),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_react_native_declares_is_a_method() {
        let text = "@implementation A\nRCT_EXPORT_MODULE(Tracker)\nRCT_EXPORT_METHOD(start:(NSString *)t\n  done:(B)b) {\n}\n\
                    RCT_REMAP_METHOD(js,\n  other:(int)a) {\n}\n@end\n";
        let out = readable(text);
        assert_eq!(out.len(), text.len());
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(
            words(&out),
            "@implementation A - (void) start:(NSString *)t done:(B)b { } - (void) other:(int)a { } @end"
        );
    }

    #[test]
    fn macros_by_themselves_are_nothing() {
        let text = "NS_ASSUME_NONNULL_BEGIN\n@interface RCT_EXTERN_MODULE(A, NSObject)\nRCT_EXTERN_METHOD(a:(int)b\n c:(int)d)\n@end\n";
        let out = readable(text);
        assert_eq!(out.split_whitespace().collect::<Vec<_>>(), ["@interface", "A:", "NSObject", "@end"]);
        for text in ["MP_LOG(\"x\");", "TOKEN = 1;", "AB_CD(", "int A_B(void) {", "  A_CONSTANT\n"] {
            assert_eq!(readable(text), text);
        }
    }

    #[test]
    fn one_head_of_several_is_kept() {
        let text = "#ifdef A\n@interface X : B <P>\n#else\n@interface X : B\n#endif\n@end\n#if B\nx;\n#endif\n";
        let out = readable(text);
        assert_eq!(out.len(), text.len());
        assert_eq!(out.split_whitespace().collect::<Vec<_>>().join(" "), "@interface X : B <P> @end #if B x; #endif");
    }
}
