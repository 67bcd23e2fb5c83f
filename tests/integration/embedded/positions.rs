//! A table of every kind of embedding and every position in it: what is found stands at its line and column of the outer
//! file, whatever stands before it.

use super::EXPORT;
use super::HEX;
use crate::support::{check, files};

/// Where the code stands and how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Position {
    /// As far at the start of the file as the embedding lets it.
    FirstLine,
    /// In a block that is indented, within others of its kind.
    Indented,
    /// In a string or a substitution that itself stands in one.
    NestedString,
    /// With line breaks of Windows.
    Crlf,
    /// Indented by tabs, and behind one.
    Tabs,
    /// Behind a character that UTF-16 needs two units for, and UTF-8 four bytes.
    Emoji,
}

use Position::{Crlf, Emoji, FirstLine, Indented, NestedString, Tabs};

const POSITIONS: [Position; 6] = [FirstLine, Indented, NestedString, Crlf, Tabs, Emoji];

/// Lines of code: in each language a secret, between `«` and `»`, and a request that presents what it must not, between
/// `‹` and `›`; then the same in strings within strings; then what an emoji stands in before them.
struct Code {
    plain: [&'static str; 2],
    nested: [&'static str; 2],
    before: &'static str,
}

const JAVASCRIPT: Code = Code {
    plain: [
        r#"go({ mixpanelApiSecret: "«HEX»" });"#,
        r#"fetch("EXPORT", { headers: { Authorization: ‹"Basic " + btoa(MIXPANEL_TOKEN + ":")› } });"#,
    ],
    nested: [
        r#"page(`<a onclick="go({ mixpanelApiSecret: '«HEX»' })">`);"#,
        r#"fetch("EXPORT", { headers: { Authorization: ‹`Basic ${btoa(`${MIXPANEL_TOKEN}:`)}`› } });"#,
    ],
    before: "f('\u{1f600}'); ",
};

const PYTHON: Code = Code {
    plain: [
        r#"import requests; MIXPANEL_API_SECRET = "«HEX»""#,
        r#"requests.get("EXPORT", auth=‹(MIXPANEL_TOKEN, "")›)"#,
    ],
    nested: [
        r#"import requests, base64; MIXPANEL_API_SECRET = f"{'«HEX»'}""#,
        r#"requests.get("EXPORT", headers={"Authorization": ‹f"Basic {base64.b64encode(f'{MIXPANEL_TOKEN}:')}"›})"#,
    ],
    before: "x = '\u{1f600}'; ",
};

const SHELL: Code = Code {
    plain: [r#"MIXPANEL_API_SECRET="«HEX»""#, r#"curl -u "‹$MIXPANEL_TOKEN:›" 'EXPORT'"#],
    nested: [r#"x="$(MIXPANEL_API_SECRET='«HEX»' y)""#, r#"x="$(curl -u "‹$MIXPANEL_TOKEN:›" 'EXPORT')""#],
    before: "echo '\u{1f600}'; ",
};

/// How lines of code are broken where they stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    /// Each is a line of the file, indented as the first is.
    Real,
    /// They stand in one line, with this between them.
    Joined(&'static str),
}

use Lines::{Joined, Real};

/// A kind of embedding.
struct Embedding {
    path: &'static str,
    code: &'static Code,
    /// The file with `CODE` in place of the code: at its start, and deep inside. Four blanks are a level.
    outer: [&'static str; 2],
    lines: Lines,
    /// How characters are written that mean something else there.
    escapes: &'static [(&'static str, &'static str)],
}

const PLAIN: &[(&str, &str)] = &[];
const ATTRIBUTE: &[(&str, &str)] = &[("\"", "&quot;")];
const JSON: &[(&str, &str)] = &[("\\", "\\\\"), ("\"", "\\\"")];
/// JSON in ASCII alone.
const ASCII: &[(&str, &str)] = &[("\\", "\\\\"), ("\"", "\\\""), ("\u{1f600}", "\\ud83d\\ude00"), ("<", "\\u003c")];
const TEMPLATE: &[(&str, &str)] = &[("\\", "\\\\"), ("`", "\\`"), ("${", "\\${")];
/// HTML's and then the template's.
const ATTRIBUTE_IN_TEMPLATE: &[(&str, &str)] = &[("\"", "&quot;"), ("\\", "\\\\"), ("`", "\\`"), ("${", "\\${")];

const fn at(
    path: &'static str,
    code: &'static Code,
    outer: [&'static str; 2],
    lines: Lines,
    escapes: &'static [(&'static str, &'static str)],
) -> Embedding {
    Embedding { path, code, outer, lines, escapes }
}

const EMBEDDINGS: &[Embedding] = &[
    // Pages
    at(
        "handler.html",
        &JAVASCRIPT,
        [
            "<a onclick=\"CODE\">x</a>\n",
            "<div>\n    <p>\n        <a href='#'\n            onclick=\"CODE\">x</a>\n    </p>\n</div>\n",
        ],
        Real,
        ATTRIBUTE,
    ),
    at(
        "link.html",
        &JAVASCRIPT,
        ["<a href=\"javascript:CODE\">x</a>\n", "<div>\n    <a\n        href=\"javascript:CODE\">x</a>\n</div>\n"],
        Joined(" "),
        ATTRIBUTE,
    ),
    at(
        "script.html",
        &JAVASCRIPT,
        [
            "<script>CODE</script>\n",
            "<body>\n    <div>\n        <script>\n            CODE\n        </script>\n    </div>\n</body>\n",
        ],
        Real,
        PLAIN,
    ),
    at(
        "handler.vue",
        &JAVASCRIPT,
        [
            "<template><x @click=\"CODE\"/></template>\n",
            "<template>\n    <p>\n        <x\n            @click=\"CODE\"/>\n    </p>\n</template>\n",
        ],
        Real,
        ATTRIBUTE,
    ),
    at("script.vue", &JAVASCRIPT, ["<script setup>CODE</script>\n", "<script>\n    CODE\n</script>\n"], Real, PLAIN),
    at(
        "script.svelte",
        &JAVASCRIPT,
        ["<script>CODE</script>\n", "<script lang=\"ts\">\n    CODE\n</script>\n"],
        Real,
        PLAIN,
    ),
    at(
        "handler.svelte",
        &JAVASCRIPT,
        [
            "<a onclick={() => { CODE }}>x</a>\n",
            "<p>\n    <a\n        on:click={() => {\n            CODE\n        }}>x</a>\n</p>\n",
        ],
        Real,
        PLAIN,
    ),
    at("front.astro", &JAVASCRIPT, ["---\nCODE\n---\n", "---\nif (x) {\n    CODE\n}\n---\n<p/>\n"], Real, PLAIN),
    at(
        "script.astro",
        &JAVASCRIPT,
        [
            "<script>CODE</script>\n",
            "---\nconst x = 1;\n---\n<div>\n    <script>\n        CODE\n    </script>\n</div>\n",
        ],
        Real,
        PLAIN,
    ),
    // HTML in strings of templates
    at(
        "script.js",
        &JAVASCRIPT,
        [
            "x(`<script>CODE</script>`);\n",
            "export function page() {\n    return `\n        <script>\n            CODE\n        </script>`;\n}\n",
        ],
        Real,
        TEMPLATE,
    ),
    at(
        "handler.ts",
        &JAVASCRIPT,
        [
            "x(`<a onclick=\"CODE\">x</a>`);\n",
            "export function page() {\n    return `\n        <a\n            onclick=\"CODE\">x</a>`;\n}\n",
        ],
        Real,
        ATTRIBUTE_IN_TEMPLATE,
    ),
    // Documents
    at("js.md", &JAVASCRIPT, ["```js\nCODE\n```\n", "- x\n\n    ```js\n    CODE\n    ```\n"], Real, PLAIN),
    at("python.md", &PYTHON, ["```python\nCODE\n```\n", "1. x\n\n    ~~~py\n    CODE\n    ~~~\n"], Real, PLAIN),
    at("shell.md", &SHELL, ["```sh\nCODE\n```\n", "* x\n    ````bash\n    CODE\n    ````\n"], Real, PLAIN),
    at(
        "quote.md",
        &SHELL,
        ["> ```sh\n> CODE\n> ```\n", "> x\n>\n>     y\n>\n> ```sh\n>     CODE\n> ```\n"],
        Real,
        PLAIN,
    ),
    at(
        "page.md",
        &JAVASCRIPT,
        [
            "```html\n<script>CODE</script>\n```\n",
            "- x\n\n    ```html\n    <script>\n        CODE\n    </script>\n    ```\n",
        ],
        Real,
        PLAIN,
    ),
    at(
        "fence.mdx",
        &JAVASCRIPT,
        ["```tsx\nCODE\n```\n", "import X from './x'\n\n<X>\n\n- x\n\n    ```js\n    CODE\n    ```\n\n</X>\n"],
        Real,
        PLAIN,
    ),
    // Notebooks
    at(
        "code.ipynb",
        &PYTHON,
        [
            "{\"cells\": [{\"cell_type\": \"code\", \"source\": \"CODE\"}], \"nbformat\": 4}\n",
            "{\n    \"cells\": [\n    {\n    \"cell_type\": \"code\",\n    \"source\": [\n        \"import os\\n\",\n        \"if x:\\n\",\n        \"    CODE\"\n    ]\n    }],\n    \"nbformat\": 4\n}\n",
        ],
        Joined("; "),
        JSON,
    ),
    at(
        "ascii.ipynb",
        &PYTHON,
        [
            "{\"cells\": [{\"cell_type\": \"code\", \"source\": \"CODE\"}], \"nbformat\": 4}\n",
            "{\n    \"cells\": [\n    {\n    \"cell_type\": \"code\",\n    \"source\": [\n        \"import os\\n\",\n        \"if x:\\n\",\n        \"    CODE\"\n    ]\n    }],\n    \"nbformat\": 4\n}\n",
        ],
        Joined("; "),
        ASCII,
    ),
    at(
        "text.ipynb",
        &SHELL,
        [
            "{\"cells\": [{\"cell_type\": \"markdown\", \"source\": \"```sh\\nCODE\\n```\"}], \"nbformat\": 4}\n",
            "{\n    \"cells\": [\n    {\n    \"cell_type\": \"markdown\",\n    \"source\": [\n        \"- x\\n\",\n        \"    ```sh\\n\",\n        \"    CODE\\n\",\n        \"    ```\"\n    ]\n    }],\n    \"nbformat\": 4\n}\n",
        ],
        Joined("; "),
        JSON,
    ),
    // Pipelines
    at(
        ".github/workflows/block.yml",
        &SHELL,
        [
            "jobs: {a: {steps: [{run: 'x'}]}}\nrun: |\n  CODE\n",
            "jobs:\n    a:\n        steps:\n            - name: x\n              run: |\n                CODE\n",
        ],
        Real,
        PLAIN,
    ),
    at(
        ".github/workflows/line.yml",
        &SHELL,
        ["run: CODE\n", "jobs:\n    a:\n        steps:\n            - run: CODE\n"],
        Joined("; "),
        PLAIN,
    ),
    at(
        ".github/workflows/quoted.yml",
        &SHELL,
        ["run: \"CODE\"\n", "jobs:\n    a:\n        steps:\n            - run: \"CODE\"\n"],
        Joined("; "),
        JSON,
    ),
    at(
        ".github/workflows/folded.yml",
        &SHELL,
        ["run: >\n  CODE\n", "jobs:\n    a:\n        steps:\n            - run: >-\n                CODE\n"],
        Joined("; "),
        PLAIN,
    ),
    at(
        ".github/workflows/python.yml",
        &PYTHON,
        [
            "shell: python\nrun: |\n  CODE\n",
            "jobs:\n    a:\n        steps:\n            - shell: python\n              run: |\n                CODE\n",
        ],
        Real,
        PLAIN,
    ),
    at(
        "action.yml",
        &SHELL,
        [
            "runs: {using: composite, steps: [{shell: bash, run: 'x'}]}\nrun: |\n  CODE\n",
            "runs:\n    using: composite\n    steps:\n        - shell: bash\n          run: |\n            CODE\n",
        ],
        Real,
        PLAIN,
    ),
    at(
        ".gitlab-ci.yml",
        &SHELL,
        ["script: CODE\n", "a:\n    before_script:\n        - x\n    script:\n        - |\n            CODE\n"],
        Joined("; "),
        PLAIN,
    ),
    at(
        ".circleci/config.yml",
        &SHELL,
        [
            "run: CODE\n",
            "jobs:\n    a:\n        steps:\n            - run:\n                name: x\n                command: |\n                    CODE\n",
        ],
        Joined("; "),
        PLAIN,
    ),
    at(
        "azure-pipelines.yml",
        &SHELL,
        ["bash: CODE\n", "steps:\n    - bash: |\n        CODE\n      displayName: x\n"],
        Joined("; "),
        PLAIN,
    ),
    at(
        "bitbucket-pipelines.yml",
        &SHELL,
        [
            "script: CODE\n",
            "pipelines:\n    default:\n        - step:\n            script:\n                - x\n                - CODE\n",
        ],
        Joined("; "),
        PLAIN,
    ),
    at(
        ".travis.yml",
        &SHELL,
        ["script: CODE\n", "jobs:\n    include:\n        - script:\n            - CODE\n"],
        Joined("; "),
        PLAIN,
    ),
    at(
        ".drone.yml",
        &SHELL,
        ["commands: [x, y]\nscript: CODE\n", "steps:\n    - name: x\n      commands:\n        - CODE\n"],
        Joined("; "),
        PLAIN,
    ),
    at(
        ".buildkite/pipeline.yml",
        &SHELL,
        ["command: CODE\n", "steps:\n    - label: x\n      commands:\n        - |\n            CODE\n"],
        Joined("; "),
        PLAIN,
    ),
    at(
        "Jenkinsfile",
        &SHELL,
        [
            "sh '''CODE '''\n",
            "pipeline {\n    stages {\n        stage('x') {\n            steps {\n                sh '''\n                    CODE\n                '''\n            }\n        }\n    }\n}\n",
        ],
        Real,
        PLAIN,
    ),
    at(
        "docker-compose.yml",
        &SHELL,
        ["command: CODE\n", "services:\n    x:\n        command: >\n            CODE\n"],
        Joined("; "),
        PLAIN,
    ),
    // Scripts and tags in JSON
    at(
        "package.json",
        &SHELL,
        [
            "{\"scripts\": {\"x\": \"CODE\"}}\n",
            "{\n    \"name\": \"x\",\n    \"scripts\": {\n        \"x\": \"CODE\"\n    }\n}\n",
        ],
        Joined("; "),
        JSON,
    ),
    at(
        "tags.json",
        &JAVASCRIPT,
        [
            "{\"exportFormatVersion\": 2, \"containerVersion\": {\"tag\": [{\"parameter\": [{\"key\": \"html\", \"value\": \"<script>CODE</script>\"}]}]}}\n",
            "{\n    \"exportFormatVersion\": 2,\n    \"containerVersion\": {\n    \"tag\": [{\n    \"parameter\": [{\n        \"type\": \"TEMPLATE\",\n        \"key\": \"html\",\n        \"value\": \"<script>\\n\\tCODE\\n</script>\"\n    }]\n    }]\n    }\n}\n",
        ],
        Joined(" "),
        JSON,
    ),
    at(
        "ascii-tags.json",
        &JAVASCRIPT,
        [
            "{\"exportFormatVersion\": 2, \"containerVersion\": {\"tag\": [{\"parameter\": [{\"key\": \"html\", \"value\": \"\\u003cscript\\u003eCODE\\u003c/script\\u003e\"}]}]}}\n",
            "{\n    \"exportFormatVersion\": 2,\n    \"containerVersion\": {\n    \"tag\": [{\n    \"parameter\": [{\n        \"key\": \"html\",\n        \"value\": \"\\u003cscript\\u003e\\nCODE\\n\\u003c/script\\u003e\"\n    }]\n    }]\n    }\n}\n",
        ],
        Joined(" "),
        ASCII,
    ),
];

const MARKS: [char; 4] = ['«', '»', '‹', '›'];

/// A file with its marks.
fn marked(embedding: &Embedding, position: Position) -> String {
    let outer = embedding.outer[usize::from(position != FirstLine)];
    let code = if position == NestedString { &embedding.code.nested } else { &embedding.code.plain };
    let before = match position {
        Emoji => embedding.code.before,
        Tabs if embedding.code.before.starts_with("echo") => "y;\t",
        Tabs => "y;\t\t",
        _ => "",
    };
    let written: Vec<String> = code
        .iter()
        .map(|line| {
            let line = format!("{before}{line}");
            embedding.escapes.iter().fold(line, |line, (plain, written)| line.replace(plain, written))
        })
        .collect();
    let line = outer.lines().find(|line| line.contains("CODE")).unwrap();
    let lead: String = line.chars().take_while(|c| matches!(c, ' ' | '>')).collect();
    let code = match embedding.lines {
        Real => written.join(&format!("\n{lead}")),
        Joined(between) => written.join(between),
    };
    let text = outer.replace("CODE", &code).replace("HEX", HEX).replace("EXPORT", EXPORT);
    let is_yaml = embedding.path.ends_with(".yml");
    match position {
        Crlf => text.replace('\n', "\r\n"),
        // Where tabs may not indent, the one behind a statement is enough.
        Tabs if !is_yaml && !embedding.path.contains(".md") => text.replace("    ", "\t"),
        _ => text,
    }
}

/// Line, column in UTF-16 units, text, and which kind.
type Place = (u32, u32, String, bool);

/// What is marked in a file, and the file without its marks.
fn expected(marked: &str) -> (Vec<Place>, String) {
    let places = marked.char_indices().filter(|(_, c)| matches!(c, '«' | '‹')).map(|(at, mark)| {
        let before = marked[..at].replace(MARKS, "");
        let line = before.rsplit('\n').next().unwrap();
        let inside = marked[at + mark.len_utf8()..].split(['»', '›']).next().unwrap();
        let column = line.encode_utf16().count() as u32 + 1;
        (before.matches('\n').count() as u32 + 1, column, inside.to_owned(), mark == '«')
    });
    (places.collect(), marked.replace(MARKS, ""))
}

#[test]
fn every_embedding_in_every_position() {
    let mut wrong = Vec::new();
    for embedding in EMBEDDINGS {
        for position in POSITIONS {
            let (expected, text) = expected(&marked(embedding, position));
            assert_eq!(expected.len(), 2);
            let report = check(&files([(embedding.path, text.as_str())]));
            let mut found: Vec<Place> = Vec::new();
            for finding in &report.findings {
                let secret = match finding.rule {
                    "hardcoded-secret" | "client-side-secret" => true,
                    "wrong-credential" => false,
                    _ => continue,
                };
                let span = finding.primary.place.span;
                let source = report.source(embedding.path).unwrap();
                let at = source.position(span.start);
                found.push((at.line, at.column, source.slice(span).to_owned(), secret));
            }
            if found != expected {
                wrong
                    .push(format!("{} {position:?}\n{text}\nexpected {expected:#?}\nfound {found:#?}", embedding.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n\n"));
}
