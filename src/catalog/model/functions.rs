//! What library functions make of their arguments: `rules/functions/*.toml`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// `rules/functions/*.toml`: what library functions make of their arguments. Calls are named by dotted paths, as the
/// code reaches them after imports are resolved: `Buffer.from`, `base64.b64encode`. `*.name` is a method of that name
/// on anything, `?` the receiver.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Functions {
    /// Rows.
    #[serde(default)]
    pub function: Vec<Function>,
    /// Foreign names whose members are environment variables: `process.env`, `os.environ`.
    #[serde(default)]
    pub environment: Vec<String>,
    /// Foreign names that stand for a text, by dotted path: `net/http.MethodPost` is `POST`.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// Calls that write to a log, a terminal or an exception.
    #[serde(default)]
    pub log: Vec<Log>,
    /// Names of the global object, whose members are the global names: `window`, `globalThis`.
    #[serde(default)]
    pub globals: Vec<String>,
    /// Options of clients and requests that hand them to code out of sight, which may add any part: `hooks`,
    /// `transport`, as a named argument or a member of an options object.
    #[serde(default)]
    pub altering: Vec<String>,
    /// Words in the names of methods, and of what they are handed, that change nothing of what a request presents
    /// (`timeout`, `retry`), though no row knows the method; in small letters.
    #[serde(default)]
    pub harmless: Vec<String>,
    /// Prefixes of module names that say nothing: `node:`.
    #[serde(default)]
    pub module_prefixes: Vec<String>,
    /// Prefixes behind which the first segment alone names the module: `package:http/http.dart` is `http`.
    #[serde(default)]
    pub package_prefixes: Vec<String>,
    /// Programs that run others, or whose arguments define variables.
    #[serde(default)]
    pub program: Vec<Program>,
    /// Other names of commands, by which those are called where their parameters go by name: PowerShell's `curl`.
    #[serde(default)]
    pub aliases: BTreeMap<String, String>,
    /// Parameters of commands that take no value, in small letters: PowerShell's `-Force`.
    #[serde(default)]
    pub switches: Vec<String>,
    /// What tags and attributes say of a field.
    #[serde(default)]
    pub tag: Vec<Tag>,
    /// Types and namespaces that a lowering must know.
    #[serde(default)]
    pub types: Vec<Type>,
}

/// What a function makes of its arguments.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Function {
    /// Languages (see `Language::family`), empty for all; written once at the top of a file of `rules/functions/`, copied
    /// into each row when packed.
    #[serde(default)]
    pub languages: Vec<String>,
    /// The calls.
    pub on: Vec<String>,
    /// An argument path and a text: the row holds only where that argument is this text (`["0", "base64"]`). Rows are
    /// tried in their order, so those with a condition stand before those without.
    #[serde(default)]
    pub when: Option<(String, String)>,
    /// What it gives, from `args` in their order:
    /// `same` (the first, unchanged: conversions, trimming, quoting, serialising), `concat` (all put together),
    /// `base64`, `unbase64`, `join` (separator, list), `format` (the format text, then all remaining arguments), `printf` (the same
    /// where braces are plain text),
    /// `merge` (changes the first map by the others, gives it), `map` (a new map from all of them and from keyword
    /// arguments), `set` (map, key, value: changes the map, gives it), `push` (list, value: changes the list, gives it),
    /// `append` (list, values: a list with them at its end; nothing is an empty list), `each` (list, function:
    /// the list of what the function gives), `member` (map, key, default), `environment` (name, default), `url`
    /// (base, reference: the reference resolved against the base), `apply` (value, function: runs the function with the
    /// value as its receiver and first argument, gives the value: Kotlin's `apply`), `run` (the same, gives what the
    /// function gives: `let`, `with`, `then`), `call` (function: calls it with the arguments of the call), `pair` (a list
    /// of all), `pairs` (a map of keys and values in turn), `entries` (a map of pairs), `named` (something unknown that
    /// goes by the texts of all), `build` (function: runs it with a new map as its receiver, gives the map), `instance`
    /// (class, client: an instance of a class of the repository that carries the client's parts), `choice` (one of all,
    /// where a function stands for what it gives), `basic` (the header for a user and password), `nothing`, `partial` (a
    /// function with the remaining arguments given), `command` (all put together are a command line: a text that a
    /// shell would split, or its words; what a known program of `rules/http` would send is a request), `drop` (nothing of the credential: lengths, hashes, slices, masks).
    pub makes: String,
    /// Argument paths that `makes` needs: `?` is the receiver, `0` a positional and `name` a named argument,
    /// `1.key` a member of one, `**` a map of all named arguments, `1..` all positional arguments from that one on; `a|b`
    /// is the first that is there, `'x'` the text x.
    #[serde(default)]
    pub args: Vec<String>,
    /// Whether it is read like a member, without a call (`text.utf8`).
    #[serde(default)]
    pub property: bool,
    /// The foreign type of the map that it gives, so that rows can name its methods.
    #[serde(default)]
    pub typed: Option<String>,
}

/// A call that writes to a log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Log {
    /// Languages; as in [`Function`].
    #[serde(default)]
    pub languages: Vec<String>,
    /// The calls, by dotted path; `*.name` on any receiver, `*Name` any path that ends so (`*Error`).
    pub on: Vec<String>,
    /// For `*.name`: last words that the receiver's name must have one of (`logger`, `log`).
    #[serde(default)]
    pub receivers: Vec<String>,
    /// An argument path and a foreign name: the row holds only where that argument is this (`["0", "os.Stderr"]`).
    #[serde(default)]
    pub when: Option<(String, String)>,
    /// `log`, `print` or `exception`.
    pub what: String,
    /// Texts at the front of what is written that make it no log (`::add-mask::`).
    #[serde(default)]
    pub except: Vec<String>,
    /// Only where the call is a statement whose output goes nowhere else (the shell's `echo`).
    #[serde(default)]
    pub statement: bool,
}

/// Types and namespaces of a library, `[[type]]` in a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Type {
    /// Languages; as in [`Function`].
    #[serde(default)]
    pub languages: Vec<String>,
    /// Their names, as code writes them.
    pub on: Vec<String>,
    /// What they are: `wrapper` (it stands for the type that it holds: Rust's `Arc<Client>`), `plain` (a variable of it
    /// holds no members before something is assigned: Go's `time.Duration`) or `namespace` (the front of a full name, in
    /// which the last name alone counts: `System.Net.Http`).
    pub is: String,
}

/// A program of the command line that is not what a command is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Program {
    /// Names of the program.
    pub on: Vec<String>,
    /// The word from which on its arguments are another command: `first` is the first that defines no variable, `--` the
    /// one behind that word, and with `-c` the word behind that option is a whole command line. Without it the program
    /// runs no other.
    #[serde(default)]
    pub runs: Option<String>,
    /// Whether its arguments `NAME=value` define environment variables.
    #[serde(default)]
    pub defines: bool,
}

/// Keys of a field's tag or attribute (Go's `env:"TOKEN"`, Rust's `#[arg(env = "TOKEN")]`).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Tag {
    /// Languages; as in [`Function`].
    #[serde(default)]
    pub languages: Vec<String>,
    /// The keys.
    pub on: Vec<String>,
    /// What their value says: `variable` (it names the environment variable that fills the field), `default` (the field's
    /// value where nothing fills it) or `key` (what the field is called where it is written as data).
    pub says: String,
}
