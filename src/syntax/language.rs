//! Which language a file is written in, by its name, its ending and its `#!` line.

/// A language or format that is read in its own way; everything else is `Lexical`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// JavaScript, with or without JSX.
    JavaScript,
    /// TypeScript.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// Python.
    Python,
    /// POSIX shell, Bash and Zsh.
    Shell,
    /// JSON, with comments, and JSON lines.
    Json,
    /// YAML.
    Yaml,
    /// TOML.
    Toml,
    /// `.env` files.
    Env,
    /// `.properties` and INI files.
    Properties,
    /// HTML and templates that are mostly HTML.
    Html,
    /// Markdown.
    Markdown,
    /// Vue components.
    Vue,
    /// Svelte components.
    Svelte,
    /// Astro components.
    Astro,
    /// A Jupyter notebook.
    Notebook,
    /// Ruby.
    Ruby,
    /// PHP, with HTML around it.
    Php,
    /// Java.
    Java,
    /// Kotlin, also Gradle's.
    Kotlin,
    /// Swift.
    Swift,
    /// Objective-C.
    ObjectiveC,
    /// Go.
    Go,
    /// C#.
    CSharp,
    /// Dart.
    Dart,
    /// Rust.
    Rust,
    /// Elixir.
    Elixir,
    /// Groovy, also Gradle's.
    Groovy,
    /// HCL: Terraform and its like.
    Hcl,
    /// Dockerfiles.
    Dockerfile,
    /// PowerShell.
    PowerShell,
    /// XML, also property lists.
    Xml,
    /// A `.http` or `.rest` file.
    Http,
    /// A Makefile or justfile.
    Makefile,
    /// A `.netrc` file.
    Netrc,
    /// Text without a grammar.
    Lexical,
}

use Language::{
    Astro, CSharp, Dart, Dockerfile, Elixir, Env, Go, Groovy, Hcl, Html, Http, Java, JavaScript, Json, Kotlin, Lexical,
    Makefile, Markdown, Netrc, Notebook, ObjectiveC, Php, PowerShell, Properties, Python, Ruby, Rust, Shell, Svelte,
    Swift, Toml, Tsx, TypeScript, Vue, Xml, Yaml,
};

/// Endings, after the last dot and in small letters.
#[rustfmt::skip]
const ENDINGS: &[(&str, Language)] = &[
    ("js", JavaScript), ("mjs", JavaScript), ("cjs", JavaScript), ("jsx", JavaScript), ("es6", JavaScript),
    ("gs", JavaScript), ("jsm", JavaScript), ("ts", TypeScript), ("mts", TypeScript), ("cts", TypeScript),
    ("tsx", Tsx), ("py", Python), ("pyi", Python), ("pyw", Python), ("sh", Shell), ("bash", Shell), ("zsh", Shell),
    ("ksh", Shell), ("envrc", Shell), ("command", Shell), ("bats", Shell), ("json", Json), ("jsonc", Json),
    ("json5", Json), ("jsonl", Json), ("ndjson", Json), ("code-workspace", Json), ("webmanifest", Json),
    ("tfstate", Json), ("har", Json), ("geojson", Json), ("arb", Json), ("avsc", Json), ("yml", Yaml), ("yaml", Yaml),
    ("asset", Yaml), ("unity", Yaml), ("prefab", Yaml), ("toml", Toml), ("env", Env), ("vars", Env),
    ("properties", Properties), ("ini", Properties), ("cfg", Properties), ("conf", Properties), ("cnf", Properties),
    ("npmrc", Properties), ("pypirc", Properties), ("service", Properties), ("desktop", Properties),
    ("editorconfig", Properties), ("html", Html), ("htm", Html), ("xhtml", Html), ("cshtml", Html), ("hbs", Html),
    ("ejs", Html), ("eex", Html), ("leex", Html), ("heex", Html), ("rhtml", Html),
    ("mustache", Html), ("njk", Html), ("jinja", Html), ("j2", Html), ("liquid", Html), ("md", Markdown),
    ("markdown", Markdown), ("mdx", Markdown), ("mdc", Markdown), ("qmd", Markdown), ("rmd", Markdown), ("vue", Vue),
    ("svelte", Svelte), ("astro", Astro), ("ipynb", Notebook), ("rb", Ruby), ("rake", Ruby), ("gemspec", Ruby),
    ("ru", Ruby), ("podspec", Ruby), ("jbuilder", Ruby), ("php", Php), ("phtml", Php), ("php5", Php), ("inc", Php),
    ("module", Php), ("java", Java), ("jsp", Html), ("kt", Kotlin), ("kts", Kotlin), ("swift", Swift),
    ("m", ObjectiveC), ("mm", ObjectiveC), ("h", ObjectiveC), ("pch", ObjectiveC), ("go", Go), ("cs", CSharp),
    ("csx", CSharp), ("dart", Dart), ("rs", Rust), ("ex", Elixir), ("exs", Elixir), ("groovy", Groovy),
    ("gradle", Groovy), ("gvy", Groovy), ("tf", Hcl), ("tfvars", Hcl), ("hcl", Hcl), ("nomad", Hcl),
    ("dockerfile", Dockerfile), ("containerfile", Dockerfile), ("ps1", PowerShell), ("psm1", PowerShell),
    ("psd1", PowerShell), ("xml", Xml), ("plist", Xml), ("entitlements", Xml), ("storyboard", Xml), ("xib", Xml),
    ("csproj", Xml), ("props", Xml), ("targets", Xml), ("config", Xml), ("settings", Xml), ("runsettings", Xml),
    ("resx", Xml), ("xcscheme", Xml), ("fsproj", Xml), ("vbproj", Xml), ("pubxml", Xml), ("xcconfig", Properties), ("mk", Makefile), ("just", Makefile), ("xaml", Xml), ("iml", Xml), ("pom", Xml), ("http", Http), ("rest", Http),
];

/// Whole names, in small letters.
#[rustfmt::skip]
const NAMES: &[(&str, Language)] = &[
    (".bashrc", Shell), (".bash_profile", Shell), (".bash_aliases", Shell), (".bash_login", Shell), (".zshrc", Shell),
    (".zshenv", Shell), (".zprofile", Shell), (".zlogin", Shell), (".profile", Shell), (".kshrc", Shell),
    (".aliases", Shell), (".exports", Shell), (".envrc", Shell), (".functions", Shell), ("pkgbuild", Shell),
    (".babelrc", Json), (".eslintrc", Json), (".prettierrc", Yaml), (".swcrc", Json), (".jshintrc", Json),
    (".firebaserc", Json), (".watchmanconfig", Json), (".bowerrc", Json), (".nycrc", Json), ("composer.lock", Json),
    ("pipfile.lock", Json), ("pipfile", Toml), ("cargo.lock", Toml), ("poetry.lock", Toml), ("uv.lock", Toml),
    (".npmrc", Properties), (".yarnrc", Properties), (".pypirc", Properties), (".gitconfig", Properties),
    (".flake8", Properties), (".coveragerc", Properties), (".pylintrc", Properties), (".editorconfig", Properties),
    ("config", Lexical), ("credentials", Properties), (".clang-format", Yaml), (".gemrc", Yaml),
    ("snakefile", Python), ("sconstruct", Python), ("wscript", Python), (".pythonrc", Python),
    ("jakefile", JavaScript), ("gemfile", Ruby), ("rakefile", Ruby), ("podfile", Ruby), ("fastfile", Ruby),
    ("appfile", Ruby), ("brewfile", Ruby), ("vagrantfile", Ruby), ("guardfile", Ruby), ("capfile", Ruby),
    ("dangerfile", Ruby), ("matchfile", Ruby), (".irbrc", Ruby), (".pryrc", Ruby), ("jenkinsfile", Groovy),
    ("dockerfile", Dockerfile), ("containerfile", Dockerfile), ("nuget.config", Xml), (".terraformrc", Hcl),
    (".curlrc", Properties), (".netrc", Netrc), ("_netrc", Netrc),
    ("makefile", Makefile), ("gnumakefile", Makefile), ("justfile", Makefile), (".justfile", Makefile),
];

/// The language of the file at this path that begins with this line. A path without a telling name is decided by its
/// `#!` line.
pub fn detect(path: &str, first_line: &str) -> Language {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path).to_ascii_lowercase();
    if let Some((_, language)) = NAMES.iter().find(|(name, _)| *name == file) {
        return *language;
    }
    if is_env(&file) {
        return Env;
    }
    // zsh's `: 1741183049:0;command` is a command that does nothing and the one that was typed.
    if file.ends_with("sh_history") || file == ".history" {
        return Shell;
    }
    // A template is what it makes: `.env.j2`, `values.yaml.tmpl`, `settings.json.dist`.
    let mut name = file.as_str();
    while let Some((before, ending)) = name.rsplit_once('.') {
        match ENDINGS.iter().find(|(known, _)| *known == ending) {
            // `.config` is many things.
            Some((_, Xml)) if ending == "config" && !first_line.trim_start_matches('\u{feff}').starts_with('<') => {
                break;
            }
            Some((_, language)) if !is_wrapper(ending) || !before.contains('.') => {
                return *language;
            }
            Some(_) => {}
            None if is_wrapper(ending) => {}
            None => break,
        }
        name = before;
        if is_env(name) {
            return Env;
        }
    }
    interpreter(first_line).unwrap_or(Lexical)
}

/// Endings that a template or a sample puts behind that of what it makes.
fn is_wrapper(ending: &str) -> bool {
    const WRAPPERS: &[&str] = &[
        "j2", "jinja", "njk", "tmpl", "tpl", "template", "dist", "example", "sample", "bak", "orig", "old", "backup",
        "default", "local", "erb", "mustache", "hbs", "disabled", "save",
    ];
    WRAPPERS.contains(&ending)
}

/// `.env`, `.env.local`, `.flaskenv`, `.dev.vars`, `prod.env`, `env.sample`.
fn is_env(file: &str) -> bool {
    const EXAMPLES: &[&str] =
        &["example", "sample", "template", "dist", "local", "defaults", "production", "development"];
    file.starts_with(".env.") && !file.ends_with(".ts") && !file.ends_with(".js") && !file.ends_with(".mjs")
        || matches!(file, ".env" | ".flaskenv" | ".dev.vars" | ".prod.vars" | ".secrets" | ".env-cmdrc")
        || file.starts_with(".dev.vars.")
        || [".env-", ".env_"].iter().any(|start| file.starts_with(start))
        || file.strip_prefix("env.").is_some_and(|rest| EXAMPLES.contains(&rest))
        || file.strip_prefix("dotenv").is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn interpreter(first_line: &str) -> Option<Language> {
    let line = first_line.trim_start_matches('\u{feff}').strip_prefix("#!")?;
    let mut words = line.split_whitespace();
    let mut program = words.next()?.rsplit('/').next()?;
    if program == "env" {
        // `env -S node --flag`, `env FOO=1 python3`.
        program = words.find(|word| !word.starts_with('-') && !word.contains('='))?;
    }
    let program = program.rsplit('/').next()?.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    match program {
        "sh" | "bash" | "zsh" | "dash" | "ash" | "ksh" => Some(Shell),
        "node" | "nodejs" | "bun" | "zx" | "gjs" => Some(JavaScript),
        "deno" | "ts-node" | "tsx" => Some(TypeScript),
        "python" | "pypy" | "uv" | "pythonw" => Some(Python),
        "ruby" | "jruby" => Some(Ruby),
        "php" => Some(Php),
        "pwsh" | "powershell" => Some(PowerShell),
        "elixir" => Some(Elixir),
        "groovy" => Some(Groovy),
        "kotlin" | "kscript" => Some(Kotlin),
        "swift" => Some(Swift),
        "dart" => Some(Dart),
        "rust-script" => Some(Rust),
        "dotnet-script" => Some(CSharp),
        _ => None,
    }
}

impl Language {
    /// The slug that rules name.
    pub fn name(self) -> &'static str {
        SLUGS.iter().find(|(language, _, _)| *language == self).map_or("lexical", |(_, slug, _)| slug)
    }

    /// The slug of the family, which is what rows in `rules/` are written for: TypeScript is JavaScript.
    pub fn family(self) -> &'static str {
        match self {
            TypeScript | Tsx => "javascript",
            other => other.name(),
        }
    }

    /// The slugs of all languages.
    pub fn slugs() -> impl Iterator<Item = &'static str> + Clone {
        SLUGS.iter().map(|(_, slug, _)| *slug)
    }

    /// The language that a fence, a `<script lang>` or a slug names; `None` for one without a reader of its own.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let known = |(_, slug, others): &&(Self, &str, &[&str])| *slug == name || others.contains(&name.as_str());
        SLUGS.iter().find(known).map(|(language, _, _)| *language)
    }
}

/// Each language, its slug, and what else people call it.
const SLUGS: &[(Language, &str, &[&str])] = &[
    (JavaScript, "javascript", &["js", "jsx", "mjs", "cjs", "node", "nodejs", "babel"]),
    (TypeScript, "typescript", &["ts", "mts", "cts"]),
    (Tsx, "tsx", &[]),
    (Python, "python", &["py", "python3", "py3", "pycon", "ipython"]),
    (
        Shell,
        "shell",
        &["sh", "bash", "zsh", "console", "shell-session", "shellsession", "sh-session", "terminal", "curl"],
    ),
    (Json, "json", &["jsonc", "json5", "jsonl", "ndjson"]),
    (Yaml, "yaml", &["yml", "docker-compose"]),
    (Toml, "toml", &[]),
    (Env, "env", &["dotenv"]),
    (Properties, "properties", &["ini", "cfg", "conf"]),
    (Html, "html", &["xhtml"]),
    (Markdown, "markdown", &["md", "mdx"]),
    (Vue, "vue", &[]),
    (Svelte, "svelte", &[]),
    (Astro, "astro", &[]),
    (Notebook, "notebook", &["ipynb"]),
    (Ruby, "ruby", &["rb", "irb"]),
    (Php, "php", &["blade"]),
    (Java, "java", &[]),
    (Kotlin, "kotlin", &["kt", "kts"]),
    (Swift, "swift", &[]),
    (ObjectiveC, "objc", &["objective-c", "objectivec", "obj-c", "m"]),
    (Go, "go", &["golang"]),
    (CSharp, "csharp", &["c#", "cs", "c-sharp"]),
    (Dart, "dart", &["flutter"]),
    (Rust, "rust", &["rs"]),
    (Elixir, "elixir", &["ex", "exs", "iex"]),
    (Groovy, "groovy", &["gradle"]),
    (Hcl, "hcl", &["terraform", "tf"]),
    (Dockerfile, "dockerfile", &["docker", "containerfile"]),
    (PowerShell, "powershell", &["ps1", "pwsh", "posh"]),
    (Xml, "xml", &["plist", "svg"]),
    (Http, "http", &["rest"]),
    (Makefile, "makefile", &["make", "mk", "just", "justfile"]),
    (Netrc, "netrc", &[]),
    (Lexical, "lexical", &[]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_endings_and_first_lines_decide() {
        let cases = [
            ("src/app.mjs", "", JavaScript),
            ("a.mts", "", TypeScript),
            ("a/b.TSX", "", Tsx),
            ("x.pyi", "", Python),
            ("x.d.ts", "", TypeScript),
            (".envrc", "", Shell),
            (".env", "", Env),
            (".env.local", "", Env),
            ("apps/web/.env.production.example", "", Env),
            ("env.sample", "", Env),
            ("docker/prod.env", "", Env),
            (".flaskenv", "", Env),
            (".dev.vars", "", Env),
            ("worker/.dev.vars.staging", "", Env),
            (".npmrc", "", Properties),
            ("setup.cfg", "", Properties),
            ("a.jsonc", "", Json),
            ("b.json5", "", Json),
            ("x.code-workspace", "", Json),
            ("x.postman_collection.json", "", Json),
            ("terraform.tfstate", "", Json),
            ("terraform.tfstate.backup", "", Json),
            ("site.webmanifest", "", Json),
            (".github/workflows/ci.yml", "", Yaml),
            ("Assets/Resources/Mixpanel.asset", "", Yaml),
            ("values.yaml.tmpl", "", Yaml),
            ("settings.json.dist", "", Json),
            (".env.j2", "", Env),
            ("page.j2", "", Html),
            (".zshrc", "", Shell),
            (".bash_history", "", Shell),
            (".zsh_history", "", Shell),
            ("Dockerfile", "", Dockerfile),
            ("bin/run", "#!/usr/bin/env python3.11", Python),
            ("bin/run", "#! /bin/bash -e", Shell),
            ("bin/run", "x", Lexical),
            ("bin/run", "#!/usr/bin/env -S node --import x", JavaScript),
            ("main.rs", "", Rust),
            ("README.md", "", Markdown),
            ("A.vue", "", Vue),
            ("src/pages/index.astro", "", Astro),
            ("n.ipynb", "", Notebook),
            (".env.d.ts", "", TypeScript),
            ("Makefile", "", Makefile),
            ("Web.config", "<?xml version=\"1.0\"?>", Xml),
            (".ebextensions/a.config", "option_settings:", Lexical),
            (".netrc", "", Netrc),
            ("Procfile", "", Lexical),
            ("Config/Debug.xcconfig", "", Properties),
            ("noending.", "", Lexical),
            ("", "", Lexical),
            ("C:\\x\\app.js", "", JavaScript),
        ];
        for (path, first_line, language) in cases {
            assert_eq!(detect(path, first_line), language, "{path}");
        }
        assert_eq!(Tsx.family(), "javascript");
        assert_eq!(Tsx.name(), "tsx");
    }

    #[test]
    fn slugs_name_their_language() {
        for (language, slug, _) in SLUGS {
            assert_eq!(language.name(), *slug);
            assert_eq!(Language::named(slug), Some(*language));
        }
    }
}
