//! Small files that stand for something huge: constants that double, aliases of aliases, calls without end, cycles.

use super::{SECRET, beside_files};
use crate::support::{Files, files};

/// Lines `0..60` of a text, each made from the one before.
fn doubling(line: impl Fn(usize) -> String) -> String {
    (1..=60).map(line).collect()
}

/// Each with its path; `SINK` hands what has grown to a name that says what it is.
fn growing() -> Files {
    let before = |n: usize| n - 1;
    let sum = |start: &str, line: fn(usize, usize) -> String, end: &str| {
        format!("{start}{}{end}", doubling(|n| line(n, before(n))))
    };
    files([
        (
            "sum.py",
            &*sum(
                "a0 = 'x'\n",
                |n, m| format!("a{n} = a{m} + a{m}\n"),
                "MIXPANEL_API_SECRET = a60\nprint(MIXPANEL_API_SECRET)\n",
            ),
        ),
        (
            "format.py",
            &sum("a0 = 'x'\n", |n, m| format!("a{n} = f'{{a{m}}}{{a{m}}}'\n"), "MIXPANEL_API_SECRET = a60\n"),
        ),
        (
            "choice.js",
            &sum(
                "let a0 = 'x';\n",
                |n, m| format!("let a{n} = p{n} ? a{m} + 'l' : a{m} + 'r';\n"),
                "const mixpanelApiSecret = a60;\nmixpanel.init(a60);\n",
            ),
        ),
        (
            "sum.js",
            &sum(
                "const a0 = 'x';\n",
                |n, m| format!("const a{n} = `${{a{m}}}${{a{m}}}`;\n"),
                "mixpanel.init(a60);\nfetch('https://api.mixpanel.com/track?x=' + a60);\n",
            ),
        ),
        (
            "object.js",
            &sum(
                "const a0 = {};\n",
                |n, m| format!("const a{n} = {{ l: a{m}, r: a{m}, ...a{m} }};\n"),
                "mixpanel.track('x', a60);\n",
            ),
        ),
        (
            "array.ts",
            &sum(
                "const a0 = [1];\n",
                |n, m| format!("const a{n} = [...a{m}, ...a{m}];\n"),
                "mixpanel.track('x', a60);\n",
            ),
        ),
        (
            "branches.py",
            &sum(
                "import mixpanel\nt = ''\n",
                |n, _| format!("if x{n}:\n    t = t + 'a'\nelse:\n    t = t + 'b'\n"),
                "mixpanel.Mixpanel(t)\n",
            ),
        ),
        (
            "calls.py",
            &sum(
                "def f0(x):\n    return x + x\n",
                |n, m| format!("def f{n}(x):\n    return f{m}(x) + f{m}(x)\n"),
                "import mixpanel\nmixpanel.Mixpanel(f60('a'))\n",
            ),
        ),
        (
            "calls.js",
            &sum(
                "const f0 = x => x + x;\n",
                |n, m| format!("const f{n} = x => f{m}(f{m}(x));\n"),
                "mixpanel.init(f60('a'));\n",
            ),
        ),
        (
            "closures.js",
            &sum(
                "let f0 = () => 'x';\n",
                |n, m| format!("let f{n} = () => f{m}() + f{m}();\n"),
                "mixpanel.init(f60());\n",
            ),
        ),
        (
            "recursion.py",
            "import mixpanel\ndef f(n):\n    return f(n - 1) + g(n - 1) + f(n)\ndef g(n):\n    return f(n) + g(n) + g(n - 2)\nmixpanel.Mixpanel(f(9))\n",
        ),
        (
            "recursion.js",
            "class A extends B { x = new A(); m() { return this.m(this.m()) + new A().m(); } }\nclass B extends A {}\nmixpanel.init(new A().m());\nconst o = {}; o.self = o; o.o = [o, o]; mixpanel.track('x', o);\n",
        ),
        (
            "recursion.rb",
            "class Mixpanel < Mixpanel\n  def a = b(a, a)\n  def b(x, y) = a + b(b(x, y), a)\nend\nMixpanel.new.a\n",
        ),
        (
            "sum.rb",
            &sum("a0 = 'x'\n", |n, m| format!("a{n} = \"#{{a{m}}}#{{a{m}}}\"\n"), "MIXPANEL_API_SECRET = a60\n"),
        ),
        (
            "sum.php",
            &sum("<?php\n$a0 = 'x';\n", |n, m| format!("$a{n} = $a{m} . $a{m};\n"), "$mixpanel_api_secret = $a60;\n"),
        ),
        (
            "sum.go",
            &sum(
                "package a\nconst a0 = \"x\"\n",
                |n, m| format!("const a{n} = a{m} + a{m}\n"),
                "var mixpanelAPISecret = a60\n",
            ),
        ),
        (
            "Sum.java",
            &sum(
                "class Sum {\n static final String A0 = \"x\";\n",
                |n, m| format!(" static final String A{n} = A{m} + A{m};\n"),
                " String mixpanelApiSecret = A60;\n}\n",
            ),
        ),
        (
            "sum.kt",
            &sum(
                "const val a0 = \"x\"\n",
                |n, m| format!("const val a{n} = \"${{a{m}}}${{a{m}}}\"\n"),
                "val mixpanelApiSecret = a60\n",
            ),
        ),
        (
            "sum.swift",
            &sum("let a0 = \"x\"\n", |n, m| format!("let a{n} = a{m} + a{m}\n"), "let mixpanelApiSecret = a60\n"),
        ),
        (
            "Sum.cs",
            &sum(
                "class Sum {\n const string A0 = \"x\";\n",
                |n, m| format!(" const string A{n} = A{m} + A{m};\n"),
                " string MixpanelApiSecret = A60;\n}\n",
            ),
        ),
        (
            "sum.dart",
            &sum(
                "const a0 = 'x';\n",
                |n, m| format!("const a{n} = '$a{m}$a{m}';\n"),
                "const mixpanelApiSecret = a60;\n",
            ),
        ),
        (
            "sum.rs",
            &sum(
                "const A0: &str = \"x\";\n",
                |n, m| format!("const A{n}: &str = concat!(A{m}, A{m});\n"),
                "const MIXPANEL_API_SECRET: &str = A60;\n",
            ),
        ),
        ("sum.ex", &sum("a0 = \"x\"\n", |n, m| format!("a{n} = a{m} <> a{m}\n"), "mixpanel_api_secret = a60\n")),
        (
            "sum.groovy",
            &sum("def a0 = 'x'\n", |n, m| format!("def a{n} = a{m} + a{m}\n"), "def mixpanelApiSecret = a60\n"),
        ),
        ("sum.ps1", &sum("$a0 = 'x'\n", |n, m| format!("$a{n} = \"$a{m}$a{m}\"\n"), "$MixpanelApiSecret = $a60\n")),
        (
            "sum.m",
            &sum(
                "#define A0 @\"x\"\n",
                |n, m| format!("#define A{n} A{m} A{m}\n"),
                "NSString *mixpanelApiSecret = A60;\n",
            ),
        ),
        (
            "sum.sh",
            &sum(
                "a0=x\n",
                |n, m| format!("a{n}=$a{m}$a{m}\n"),
                "curl -u \"$a60:\" https://data.mixpanel.com/api/2.0/export\n",
            ),
        ),
        (
            "sum.tf",
            &sum(
                "locals {\n a0 = \"x\"\n",
                |n, m| format!(" a{n} = \"${{local.a{m}}}${{local.a{m}}}\"\n"),
                " mixpanel_api_secret = local.a60\n}\n",
            ),
        ),
        (
            "anchors.yaml",
            &sum(
                "a0: &a0 {mixpanel_api_secret: x}\n",
                |n, m| format!("a{n}: &a{n} [*a{m}, *a{m}]\n"),
                "mixpanel: *a60\n",
            ),
        ),
        (
            "merges.yaml",
            &sum(
                "a0: &a0 {k: x}\n",
                |n, m| format!("a{n}: &a{n}\n  <<: [*a{m}, *a{m}]\n  l: *a{m}\n  r: *a{m}\n"),
                "mixpanel: *a60\n",
            ),
        ),
        (
            "entities.xml",
            &sum(
                "<?xml version=\"1.0\"?>\n<!DOCTYPE x [\n<!ENTITY a0 \"x\">\n",
                |n, m| format!("<!ENTITY a{n} \"&a{m};&a{m};\">\n"),
                "]>\n<x><mixpanel_api_secret>&a60;</mixpanel_api_secret></x>\n",
            ),
        ),
        (
            "sum.mk",
            &sum(
                "A0 = x\n",
                |n, m| format!("A{n} = $(A{m})$(A{m})\n"),
                "all:\n\tcurl -u $(A60): https://data.mixpanel.com/api/2.0/export\n",
            ),
        ),
        ("sum.env", &sum("A0=x\n", |n, m| format!("A{n}=${{A{m}}}${{A{m}}}\n"), "MIXPANEL_API_SECRET=${A60}\n")),
        ("sum.properties", &sum("a0=x\n", |n, m| format!("a{n}=${{a{m}}}${{a{m}}}\n"), "mixpanel.api.secret=${a60}\n")),
        (
            "Dockerfile",
            &sum(
                "FROM x\nENV A0=x\n",
                |n, m| format!("ENV A{n}=$A{m}$A{m}\n"),
                "ENV MIXPANEL_API_SECRET=$A60\nRUN curl -u $A60: https://data.mixpanel.com/api/2.0/export\n",
            ),
        ),
    ])
}

#[test]
fn what_doubles_at_each_step_ends() {
    let (lines, err) = beside_files(&growing());
    // Nothing in these files is a credential.
    assert!(lines.iter().all(|line| !line.contains("-secret]") || line.contains("secret-in-log")), "{lines:#?}");
    assert!(err.lines().count() < 80, "{err}");
}

#[test]
fn cycles_of_imports_end() {
    let mut tree = Files::new();
    let mut put = |path: String, text: String| tree.insert(path, text.into_bytes());
    for n in 0..60 {
        let next = (n + 1) % 60;
        put(
            format!("js/m{n}.js"),
            format!(
                "import {{ k as q }} from './m{next}.js';\nexport * from './m{next}.js';\nexport const k{n} = q + q; // mixpanel\n"
            ),
        );
        put(
            format!("py/m{n}.py"),
            format!("from .m{next} import *\nfrom .m{next} import k{next}\nk{n} = k{next} + k{next}  # mixpanel\n"),
        );
        put(format!("rb/m{n}.rb"), format!("require_relative 'm{next}'\nK{n} = K{next} + K{next} # mixpanel\n"));
    }
    put("self.ts".into(), "export { default } from './self';\nimport x from './self';\nimport mixpanel from 'mixpanel-browser';\nmixpanel.init(x);\n".into());
    put(
        "js/end.js".into(),
        format!("import {{ k3 }} from './m0.js';\nconst mixpanelApiSecret = '{SECRET}';\nfetch(k3);\n"),
    );
    put("package.json".into(), "{\"name\": \"a\", \"exports\": {\".\": \"./self.ts\", \"./*\": \"./*/*\"}, \"imports\": {\"#a\": \"#a\"}, \"workspaces\": [\".\", \"**\"]}".into());
    put("tsconfig.json".into(), "{\"extends\": \"./tsconfig.json\", \"references\": [{\"path\": \".\"}], \"compilerOptions\": {\"paths\": {\"*\": [\"*\"]}}}".into());
    let (lines, err) = beside_files(&tree);
    assert!(lines.iter().any(|line| line.starts_with("js/end.js:2:")), "{lines:?} {err}");
}
