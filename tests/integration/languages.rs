//! Every language and format that is read has cases enough, and clean ones among them.

use mpcheck::catalog::fits;
use mpcheck::syntax::language::detect;

use crate::cases::expectations;
use crate::support::judged_cases;

/// The languages of programs, by their slugs.
const LANGUAGES: [&str; 21] = [
    "javascript",
    "typescript",
    "tsx",
    "python",
    "shell",
    "ruby",
    "php",
    "java",
    "kotlin",
    "swift",
    "objc",
    "go",
    "csharp",
    "dart",
    "rust",
    "elixir",
    "groovy",
    "hcl",
    "dockerfile",
    "powershell",
    "html",
];

/// How many cases a language has at least, and how many of them are clean.
const OF_LANGUAGE: (usize, usize) = (6, 2);

/// Other formats: what they are called, the pattern of their paths, and a text that one of their files has.
const FORMATS: &[(&str, &str, &str)] = &[
    ("Blade", "**/*.blade.php", ""),
    ("Gradle in Kotlin", "**/*.gradle.kts", ""),
    ("Vue", "**/*.vue", ""),
    ("Svelte", "**/*.svelte", ""),
    ("notebooks", "**/*.ipynb", ""),
    ("Markdown", "**/*.md", ""),
    ("strings.xml", "**/strings.xml", ""),
    ("AndroidManifest.xml", "**/AndroidManifest.xml", ""),
    ("property lists", "**/*.plist", ""),
    ("entitlements", "**/*.entitlements", ""),
    ("xcconfig", "**/*.xcconfig", ""),
    ("pubspec.yaml", "**/pubspec.yaml", ""),
    ("Unity's assets", "**/*.asset", ""),
    (".env", "**/.env*", ""),
    ("TOML", "**/*.toml", ""),
    ("Compose", "**/{docker-,}compose*.{yml,yaml}", ""),
    ("Kubernetes: Secret", "**/*.{yml,yaml}", "kind: Secret"),
    ("Kubernetes: ConfigMap", "**/*.{yml,yaml}", "kind: ConfigMap"),
    ("Kubernetes: env", "**/*.{yml,yaml}", "kind: Deployment"),
    ("GitHub's workflows", "**/.github/workflows/*", ""),
    ("GitLab's pipelines", "**/.gitlab-ci.yml", ""),
    ("CircleCI's pipelines", "**/.circleci/config.yml", ""),
    ("Bitbucket's pipelines", "**/bitbucket-pipelines.yml", ""),
    ("Postman's collections", "**/*.json", "schema.getpostman.com"),
    ("Postman's environments", "**/*.json", "_postman_variable_scope"),
    ("Insomnia", "**/insomnia/*", ""),
    ("Bruno", "**/*.bru", ""),
    ("HTTP files", "**/*.{http,rest}", ""),
    ("HAR", "**/*.har", ""),
    (".netrc", "**/.netrc", ""),
    (".curlrc", "**/.curlrc", ""),
    ("MCP clients", "**/*mcp*.json", ""),
    ("Airbyte", "**/*", "option_title"),
    ("Singer", "**/*", "tap-mixpanel"),
    ("Fivetran", "**/*.json", "auth_type"),
    ("Segment", "**/*", "projectToken"),
    ("RudderStack", "**/*.json", "\"MP\""),
    ("Auth0", "**/*", "mixpanelServiceAccountPassword"),
    ("Terraform's state", "**/*.tfstate", ""),
    ("appsettings.json", "**/appsettings*.json", ""),
    ("Rails' secrets", "**/config/secrets.yml", ""),
    ("Laravel's services", "**/config/services.php", ""),
    ("Spring's configuration", "**/application*.{yml,properties}", ""),
    ("Google Tag Manager", "**/*.json", "containerVersion"),
];

/// The same for a format.
const OF_FORMAT: (usize, usize) = (2, 1);

/// Counts the cases that have a file of the sort.
fn count(has: &dyn Fn(&str, &str) -> bool) -> (usize, usize) {
    let (mut all, mut clean) = (0, 0);
    for (case, _) in judged_cases().iter().filter(|(case, _)| !case.name.starts_with("shared/")) {
        let mut files = case.files.iter();
        if files.any(|(path, bytes)| has(path, &String::from_utf8_lossy(bytes))) {
            all += 1;
            let findings = expectations(&case.name, &case.expected);
            clean += usize::from(findings.iter().all(|finding| finding.optional));
        }
    }
    (all, clean)
}

#[test]
fn every_language_has_cases_enough() {
    let mut faults = Vec::new();
    let mut demand = |what: &str, least: (usize, usize), found: (usize, usize)| {
        if found.0 < least.0 || found.1 < least.1 {
            let (all, clean) = found;
            faults.push(format!("{what}: {all} cases, {clean} of them clean; {least:?} are wanted"));
        }
    };
    for language in LANGUAGES {
        let is = |path: &str, text: &str| detect(path, text.lines().next().unwrap_or_default()).name() == language;
        demand(language, OF_LANGUAGE, count(&is));
    }
    for (format, pattern, mark) in FORMATS {
        let pattern = [(*pattern).to_owned()];
        demand(format, OF_FORMAT, count(&|path, text| fits(&pattern, path) && text.contains(mark)));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
