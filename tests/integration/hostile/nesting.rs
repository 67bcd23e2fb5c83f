//! A hundred thousand levels, in every grammar and format: brackets, operators, blocks and tags that hold one another.

use super::{beside, is_told, write};

const LEVELS: usize = 100_000;

/// What opens a level and what closes it. A file that opens and never closes nests no less.
type Level = (&'static str, &'static str);

/// What expressions of most languages nest by.
const CODE: &[Level] =
    &[("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")"), ("a+", ""), ("!", ""), ("a.b", ""), ("if (a) {", "}")];

/// Of each language and format: the path, what stands before the levels, and the levels.
const FILES: &[(&str, &str, &[Level])] = &[
    ("js", "x = ", &[("(", ")"), ("a ? b : ", ""), ("x => ", ""), ("`${", "}`"), ("if (a) b; else ", "")]),
    ("ts", "x = ", &[("[", "]"), ("a as A<", ">"), ("a && ", ""), ("f(", "")]),
    ("tsx", "x = ", &[("<a>", "</a>"), ("{", "}")]),
    ("py", "x = ", &[("(", ")"), ("not ", ""), ("lambda: ", ""), ("a if b else ", ""), ("f(", "")]),
    ("sh", "", &[("$(", ")"), ("if a; then\n", "fi\n"), ("${a:-", "}"), ("a | ", ""), ("{ ", "}")]),
    ("go", "package a\nvar x = ", &[("(", ")"), ("[]int{", "}"), ("-", ""), ("a + ", ""), ("func() {", "}")]),
    ("rs", "fn f() { x = ", &[("(", ")"), ("{", "}"), ("&", ""), ("a + ", ""), ("a!(", ")")]),
    ("java", "class A { int x = ", &[("(", ")"), ("{", "}"), ("!", ""), ("a + ", ""), ("class B {", "}")]),
    ("kt", "val x = ", &[("(", ")"), ("{ ", "}"), ("!", ""), ("a + ", ""), ("\"${", "}\"")]),
    ("groovy", "def x = ", &[("[", "]"), ("{ ", "}"), ("!", ""), ("a + ", ""), ("\"${", "}\"")]),
    ("cs", "class A { int x = ", &[("(", ")"), ("{", "}"), ("!", ""), ("a + ", ""), ("$\"{", "}\"")]),
    ("ps1", "$x = ", &[("(", ")"), ("{", "}"), ("@(", ")"), ("!", ""), ("\"$(", ")\"")]),
    ("rb", "x = ", &[("(", ")"), ("[", "]"), ("!", ""), ("\"#{", "}\""), ("begin\n", "end\n")]),
    ("ex", "x = ", &[("(", ")"), ("[", "]"), ("%{a: ", "}"), ("\"#{", "}\""), ("a |> ", "")]),
    ("php", "<?php $x = ", &[("(", ")"), ("[", "]"), ("!", ""), ("$a . ", ""), ("function() {", "}")]),
    ("dart", "var x = ", &[("(", ")"), ("[", "]"), ("!", ""), ("a + ", ""), ("&&", "")]),
    ("swift", "let x = ", &[("(", ")"), ("{ ", "}"), ("!", ""), ("a + ", ""), ("\"\\(", ")\"")]),
    ("m", "id x = ", &[("[a ", "]"), ("@[", "]"), ("!", ""), ("a + ", ""), ("^{", "}")]),
    ("tf", "x = ", &[("(", ")"), ("[", "]"), ("{ a = ", "}"), ("\"${", "}\""), ("a ? b : ", "")]),
    ("dockerfile", "FROM a\nRUN ", &[("$(", ")"), ("${a:-", "}"), ("a \\\n", "")]),
    ("html", "", &[("<a>", "</a>"), ("<script>", ""), ("<a b='", "'>")]),
    ("vue", "", &[("<template>", "</template>"), ("{{", "}}")]),
    ("astro", "---\n", &[("<a>", "</a>"), ("{", "}")]),
    ("svelte", "", &[("<script>", "</script>"), ("{#if a}", "{/if}")]),
    ("json", "", &[("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "")]),
    ("yaml", "a: ", &[("[", "]"), ("{a: ", "}"), ("- ", ""), ("&a [", "]")]),
    ("toml", "", &[("a.", ""), ("a = [", "]"), ("a = {a = ", "}"), ("[a", "]")]),
    ("xml", "", &[("<a>", "</a>"), ("<!--", ""), ("<![CDATA[", "]]>")]),
    ("properties", "a=", &[("${a:", "}"), ("[a]\n", "")]),
    ("env", "A=", &[("${A:-", "}"), ("\"", "")]),
    ("md", "", &[("> ", ""), ("- ", ""), ("```js\n", ""), ("[a](", ")"), ("<script>", "")]),
    ("ipynb", "", &[("{\"cells\":[", "]}")]),
    ("http", "GET a\n\n", &[("{\"a\":", "}"), ("{{", "}}")]),
    ("mk", "A = ", &[("$(a ", ")"), ("define a\n", "endef\n")]),
    ("netrc", "", &[("machine a ", "")]),
    ("txt", "", CODE),
];

#[test]
fn no_nesting_is_too_deep_to_survive() {
    let folder = tempfile::tempdir().unwrap();
    for (ending, start, levels) in FILES {
        for (at, (open, close)) in levels.iter().enumerate() {
            let text = format!("{start}{}mixpanel{}\n", open.repeat(LEVELS), close.repeat(LEVELS));
            write(folder.path(), &format!("{ending}/deep{at}.{ending}"), text);
        }
    }
    // By language: each run has its own bounds.
    for (ending, ..) in FILES {
        let (lines, err) = beside(&folder.path().join(ending));
        assert!(lines.is_empty(), "{ending}: {lines:?}");
        assert!(!err.contains("mistake"), "{ending}: {err}");
    }
}

#[test]
fn indentation_nests_too() {
    let folder = tempfile::tempdir().unwrap();
    let steps = |line: &str| -> String { (0..3_000).map(|depth| format!("{}{line}\n", " ".repeat(depth))).collect() };
    write(folder.path(), "deep.py", format!("{}mixpanel = (\n", steps("if a:")));
    write(folder.path(), "deep.yaml", format!("{}\nmixpanel: [\n", steps("a:")));
    write(folder.path(), "deep.md", format!("{}\nmixpanel\n", steps("- a")));
    let told = beside(folder.path());
    assert!(told.0.is_empty(), "{told:?}");
    // It can't be read to its end, and that is said.
    assert!(is_told(&told, "deep.py"), "{told:?}");
}
