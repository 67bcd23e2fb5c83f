//! Code and requests inside other files: what is found stands at the right line and column of the outer file.

use crate::support::{check, files};

mod positions;

const HEX: &str = "9b41f0c27de8563a1f7042cbd95e86a3";
/// An API that takes no project token: whatever presents one is `wrong-credential`.
const EXPORT: &str = "https://data.mixpanel.com/api/2.0/export?from_date=2025-03-01&to_date=2025-03-01";

/// A file in which `«` and `»` stand around what a finding of the rule must point at.
fn points_at(path: &str, rule: &str, marked: &str) {
    let marked = marked.replace("EXPORT", EXPORT).replace("HEX", HEX);
    let text = marked.replace(['«', '»'], "");
    let expected: Vec<(u32, u32, String)> = marked
        .match_indices('«')
        .map(|(at, mark)| {
            let before = marked[..at].replace(['«', '»'], "");
            let line = before.rsplit('\n').next().unwrap();
            let inside = marked[at + mark.len()..].split('»').next().unwrap();
            (before.matches('\n').count() as u32 + 1, line.encode_utf16().count() as u32 + 1, inside.to_owned())
        })
        .collect();
    let report = check(&files([(path, text.as_str())]));
    let mut found: Vec<(u32, u32, String)> = Vec::new();
    for finding in report.findings.iter().filter(|finding| finding.rule == rule) {
        let span = finding.primary.place.span;
        let source = report.source(&finding.primary.place.path).unwrap();
        let position = source.position(span.start);
        found.push((position.line, position.column, source.slice(span).to_owned()));
    }
    let all: Vec<_> = report.findings.iter().map(|finding| (finding.rule, finding.primary.place.span)).collect();
    assert_eq!(found, expected, "{path}: {text}\nall: {all:?}");
}

const WRONG: &str = "wrong-credential";
const SECRET: &str = "hardcoded-secret";

#[test]
fn fences() {
    // first line of the file, first line of the fence
    points_at(
        "a.md",
        WRONG,
        "```js\nfetch('EXPORT', { headers: { Authorization: «'Basic ' + btoa(process.env.MIXPANEL_TOKEN + ':')» } })\n```\n",
    );
    // Windows line ends, an emoji before the fence's code on its line, a list
    points_at(
        "a.md",
        WRONG,
        "# \u{1f600}\r\n\r\n- x\r\n  ```python\r\n  import requests, os\r\n  x = '\u{1f600}'; requests.get('EXPORT', auth=«(os.environ['MIXPANEL_TOKEN'], '')»)\r\n  ```\r\n",
    );
    // tabs
    points_at("docs/a.md", WRONG, "1. x\n\t~~~bash\n\tcurl 'EXPORT' \\\n\t\t-u \"«$MIXPANEL_TOKEN:»\"\n\t~~~\n");
    // a quote
    points_at("a.mdx", WRONG, "> ```sh\n> curl -u \"«$MIXPANEL_TOKEN:»\" \\\n>   'EXPORT'\n> ```\n");
    // a session with outputs
    points_at("a.md", WRONG, "```console\n$ ls\nout \u{1f600}\n$ curl -u \"«$MIXPANEL_TOKEN:»\" 'EXPORT'\n{}\n```\n");
    // no closing fence
    points_at("a.md", WRONG, "text\n\n````sh\ncurl -u \"«$MIXPANEL_TOKEN:»\" 'EXPORT'");
    // HTML in a fence
    points_at(
        "a.md",
        WRONG,
        "```html\n<script>\n  fetch('EXPORT', { headers: { Authorization: «'Basic ' + btoa(MIXPANEL_TOKEN + ':')» } })\n</script>\n```\n",
    );
    points_at("a.md", SECRET, "`mixpanel_api_secret` is `«HEX»`.\n\n```yaml\nmixpanel:\n  api_secret: «HEX»\n```\n");
    points_at(
        "a.md",
        SECRET,
        "<!-- MIXPANEL_API_SECRET=«HEX» -->\n\n| name | value |\n|---|---|\n| mixpanel_api_secret | «HEX» |\n",
    );
}

#[test]
fn other_documentation() {
    points_at("a.rst", WRONG, ".. code-block:: bash\n\n   curl -u \"«$MIXPANEL_TOKEN:»\" 'EXPORT'\n");
    points_at("a.adoc", WRONG, "[source,bash]\n----\ncurl -u \"«$MIXPANEL_TOKEN:»\" 'EXPORT'\n----\n");
}

#[test]
fn notebooks() {
    let notebook = |source: &str, more: &str| {
        format!(
            "{{\"cells\": [{{\"cell_type\": \"code\", \"metadata\": {{}}, \"outputs\": [{more}], \"source\": [{source}]}}],\n \
             \"metadata\": {{\"kernelspec\": {{\"language\": \"python\"}}}}, \"nbformat\": 4}}"
        )
    };
    points_at(
        "a.ipynb",
        WRONG,
        &notebook(
            "\"import requests, os\\n\",\r\n \"\u{1f600} = '\\u00e9\\ud83d\\ude00'; requests.get('EXPORT', auth=«(os.environ[\\\"MIXPANEL_TOKEN\\\"], '')»)\"",
            "",
        ),
    );
    // one string
    points_at("a.ipynb", SECRET, &notebook("\"a = '\\t'\\nMIXPANEL_API_SECRET = \\\"«HEX»\\\"\\n\"", ""));
    // a line for the shell, in a block
    points_at(
        "a.ipynb",
        WRONG,
        &notebook("\"for x in y:\\n\",\n\"    !curl -u «$MIXPANEL_TOKEN:» 'EXPORT'\\n\",\n\"    pass\"", ""),
    );
    // outputs
    points_at(
        "a.ipynb",
        SECRET,
        &notebook(
            "\"1\"",
            "{\"output_type\": \"stream\", \"text\": [\"\\u00e9 MIXPANEL_API_SECRET=«HEX»\\n\"]}, {\"data\": {\"text/html\": \"<b>mixpanel_api_secret: «HEX»</b>\"}}",
        ),
    );
}

#[test]
fn requests_in_data() {
    let postman = |request: &str| {
        format!(
            "{{\"info\": {{\"_postman_id\": \"x\"}}, \"item\": [{{\"name\": \"\u{1f600}\", \"request\": {request}}}]}}"
        )
    };
    points_at(
        "a.json",
        WRONG,
        &postman(
            "{\"method\": \"GET\", \"url\": \"EXPORT\",\t\"header\": [{\"key\": \"Authorization\", \"value\": \"«Bearer {{mixpanel_token}}»\"}]}",
        ),
    );
    points_at(
        "a.json",
        "misplaced-credential",
        &postman(
            "{\"method\": \"POST\", \"url\": \"https://api.mixpanel.com/track\", \"body\": {\"mode\": \"raw\", \"raw\": \"[{\\r\\n\\\"event\\\": \\\"\u{1f600}\\\", \\\"time\\\": {{$timestamp}}, \\\"token\\\": \\\"«{{mixpanel_token}}»\\\"}]\"}}",
        ),
    );
    points_at("a.http", WRONG, "GET EXPORT\nAuthorization: Basic «{{mixpanel_token}}»:\n");
    points_at(
        "a.http",
        WRONG,
        "### \u{1f600}\r\nGET EXPORT HTTP/1.1\r\nAuthorization: «Bearer {{mixpanel_token}}» \r\n",
    );
    points_at(
        "a.bru",
        WRONG,
        "get {\n  url: EXPORT\n}\n\nauth:basic {\n\tusername: «{{mixpanel_token}}»\n\tpassword: \n}\n",
    );
    points_at(
        "a.yaml",
        WRONG,
        "type: collection.insomnia.rest/5.0\ncollection:\n  - method: GET\n    url: EXPORT\n    authentication: {type: basic, username: \"«{{ _.mixpanel_token }}»\"}\n",
    );
}

#[test]
fn scripts_in_data() {
    points_at(
        "package.json",
        WRONG,
        "{\"scripts\": {\"\u{1f600}\": \"\\t curl -u \\\"«$MIXPANEL_TOKEN:»\\\" 'EXPORT'\"}}",
    );
    points_at(
        "composer.json",
        WRONG,
        "{\"scripts\": {\"x\": [\"@php a\",\r\n\t\"curl -u «$MIXPANEL_TOKEN:» 'EXPORT'\"]}}",
    );
    points_at("Procfile", WRONG, "x: curl -u «$MIXPANEL_TOKEN:» 'EXPORT'\r\n");
    points_at("justfile", WRONG, "x a:\n\t@curl -u «$MIXPANEL_TOKEN:» \\\n\t  'EXPORT'\n");
    points_at("crontab", WRONG, "@daily curl -u «$MIXPANEL_TOKEN:» 'EXPORT'\n");
    // Python in a workflow, which must not be indented as a whole
    points_at(
        ".github/workflows/a.yml",
        WRONG,
        "jobs:\n  a:\n    steps:\n      - shell: python\n        run: |\n          import requests, os\n          if True:\n            requests.get('EXPORT', auth=«(os.environ['MIXPANEL_TOKEN'], '')»)\n",
    );
    points_at(
        "gtm.json",
        "client-side-secret",
        "{\"exportFormatVersion\": 2, \"containerVersion\": {\"tag\": [{\"parameter\": [{\"key\": \"html\", \"value\": \"<script>\\n\\tvar mixpanelApiSecret = \\\"«HEX»\\\";\\n</script>\"}]}]}}",
    );
}

#[test]
fn pages() {
    let secret = "client-side-secret";
    points_at(
        "a.html",
        secret,
        "<a onclick=\"f(&quot;\u{1f600}&quot;, { mixpanelApiSecret: &quot;«HEX»&quot; })\">x</a>",
    );
    points_at("a.html", secret, "<a href=\"javascript:mixpanelApiSecret='«HEX»'\">x</a>");
    points_at("a.html", secret, "<p data-mixpanel-api-secret='«HEX»'></p>");
    points_at("a.html", secret, "<meta name=mixpanel-api-secret content=«HEX»>");
    points_at("a.html", secret, "<script type=\"application/json\">{\"mixpanelApiSecret\": \"«HEX»\"}</script>");
    points_at("a.vue", secret, "<template>\r\n<x :mixpanel-api-secret=\"'«HEX»'\"/></template>");
    points_at("a.vue", secret, "<template><x @click=\"go({ mixpanelApiSecret: '«HEX»' })\"/></template>");
    points_at(
        "a.js",
        secret,
        "export const page = () => `\u{1f600}<script>let mixpanelApiSecret = \"«HEX»\"</script>`",
    );
}
