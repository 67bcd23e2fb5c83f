//! What the fuzz targets broke, as small as it goes: each file is read, and every place that its facts name is one of its
//! text.

use mpcheck::config::Config;
use mpcheck::source::{Source, Span};
use mpcheck::syntax::{self, visit};

const FILES: &[(&str, &str)] = &[
    // Quotes that never end are made up by the grammar, behind a letter of two bytes.
    ("Dockerfile", "FROM a\nENV A=\"b\u{f8}\n"),
    ("Dockerfile", "FROM a\nENV A=1 B=\"\u{f8}"),
    ("Dockerfile", "CMD [\"\u{f8}\n"),
    ("a.sh", "a=\"b\u{f8}"),
    ("a.sh", "a='\u{f8}"),
    ("a.sh", "a=$'\u{f8}"),
    ("a.sh", "env A=\\\u{f8}\u{f8} b"),
    ("a.xml", "<a b=\"\u{f8}"),
    ("a.xml", "<a b='\u{f8}><!-- \u{f8}"),
    ("A.java", "class A { char a = '\u{f8}"),
    ("a.kt", "a = '\u{f8}"),
    ("a.rs", "const A: char = '\u{f8}"),
    ("a.rs", "const A: u8 = b'\u{f8}"),
    ("a.rs", "fn f() { info!(%a,/\"b if c\u{f8}"),
    // A byte order mark within the text counts as part of what follows it.
    ("a.ps1", "rq \u{feff}'=\\*/'"),
    ("a.ps1", "rq \u{feff}\"=\u{f8}"),
    // What a `#define` stands for is read with a semicolon of ours behind it.
    ("a.m", "#define A !n*s ;#define B   c-*=! p      c=p"),
    ("a.m", "#define Co!n*s ;#define Cons   c-*=!p       c=p"),
    ("a.dart", "var a = '\u{f8}"),
    ("a.ex", "a = :\"\u{f8}\""),
    ("a.rb", "a = :\u{f8}"),
    // The text of a here-document stands behind what is added to it.
    ("a.rb", "<<TXT+''\nTXT\n"),
    // What is blanked for another grammar.
    ("Dockerfile", "FROM a\nRUN b c=d\\\n  #\u{f8}"),
    ("Dockerfile", "FROM a\nRUN b c=d\\\n  #\u{f8}\n"),
    (".github/workflows/a.yml", "run: curl {{x\u{f8}.ab}} ${{ \u{f8}\u{f8}.abc }}\n"),
    // A mark of Blade that is as long as nothing here.
    ("a.blade.php", "{e \u{fffd}{ "),
];

#[test]
fn every_place_is_one_of_the_text() {
    for (path, text) in FILES {
        let document = syntax::read(Source::new(*path, (*text).to_owned()));
        let holds = |span: Span| {
            let held = document.source.text().get(span.range()).is_some();
            assert!(held, "{path}: {text:?}: {span:?}");
        };
        for unit in &document.units {
            unit.facts.literals.iter().for_each(|literal| holds(literal.span));
            unit.facts.comments.iter().for_each(|comment| holds(comment.span));
            unit.facts.unread.iter().chain(&unit.facts.errors).for_each(|span| holds(*span));
            visit::expressions(&unit.facts, &mut |expr| holds(expr.span));
        }
    }
}

#[test]
fn no_small_file_takes_long() {
    let text = "= await fetch(`https://mixpanel.com/api/query/se~mentation?$erq{uy}`, {\n    headers: {thorization: \
                'Basic ' + Buffer.from(`$</widgete}:${secret]`).toSt: 'Basic ' + Buffer.from(t: { @evalidate: 3600 \
                \u{fffd}\u{fffd}\n  });\n  const { data } = await it res.json();\n  return";
    let folder = tempfile::tempdir().unwrap();
    for n in 0..10 {
        super::write(folder.path(), &format!("a{n}.tsx"), text);
    }
    // Bounded as every run here is.
    let (_, err) = super::beside(folder.path());
    assert!(!err.contains("mistake"), "{err}");
}

#[test]
fn every_mistake_in_a_configuration_has_a_place() {
    for text in ["'\r\n''ht}[\n", "a = \"\r\n", "[a\r\n", "\r", "a = '''\r\n"] {
        let error = Config::parse("mpcheck.toml", text).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.starts_with("mpcheck.toml:"), "{text:?}: {error}");
    }
}
