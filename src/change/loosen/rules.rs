//! What a configuration says so that less is reported than by another one.

use std::collections::BTreeSet;

use crate::catalog::{self, Catalog};
use crate::config::{At, Config, Levels, Patterns, Setting};
use crate::source::Span;

/// Each loosening from one configuration to another: where it stands in the new one (at its start for what is gone), and
/// what it does.
pub(super) fn between(old: &Config, new: &Config) -> Vec<(Span, String)> {
    let catalog = catalog::builtin();
    let mut found = Vec::new();
    settings(catalog, old, new, &mut found);
    levels(catalog, old, new, &mut found);
    let paths = [
        (&old.exclude, &new.exclude, "are no longer judged"),
        (&old.server, &new.server, "count as server code, where a secret ships to nobody"),
    ];
    for (old, new, what) in paths {
        added(old, new, |pattern| format!("Files that fit `{pattern}` {what}"), &mut found);
    }
    for pattern in beyond(&old.client.written, &new.client.written) {
        let message = format!("Files that fit `{}` no longer count as client code", pattern.value);
        found.push((Span::default(), message));
    }
    for entry in beyond(&new.allow, &old.allow) {
        let message = format!("`{}` is allowed for the credential {}", entry.value.rule, entry.value.fingerprint);
        found.push((entry.span, message));
    }
    let identifier =
        |kind: &str| catalog.kinds.kind.iter().any(|known| known.id == kind && known.class == "identifier");
    for entry in beyond(&new.names, &old.names).into_iter().filter(|entry| identifier(&entry.value.kind)) {
        let message =
            format!("The name `{}` means a {}, which is no secret", entry.value.words.join("_"), entry.value.kind);
        found.push((entry.span, message));
    }
    for entry in beyond(&old.names, &new.names) {
        found.push((Span::default(), format!("The name `{}` is no longer known", entry.value.words.join("_"))));
    }
    for entry in beyond(&old.sdk, &new.sdk) {
        found.push((Span::default(), format!("The call `{}` is no longer known", entry.value.call)));
    }
    for entry in beyond(&old.proxies, &new.proxies) {
        found.push((Span::default(), format!("The proxy `{}` is no longer known", entry.value)));
    }
    if new.max_age.unwrap_or(0) > old.max_age.unwrap_or(u32::MAX) {
        found.push((Span::default(), "Credentials may be older before they are stale".to_owned()));
    }
    found
}

/// What a rule is set to by itself.
fn own(catalog: &Catalog, rule: &str) -> Setting {
    match catalog.rule(rule).map(|rule| rule.level.as_str()) {
        Some("error") => Setting::Error,
        Some("note") => Setting::Note,
        _ => Setting::Warning,
    }
}

fn name(setting: Setting) -> &'static str {
    setting.level().map_or("off", |level| level.name())
}

fn settings(catalog: &Catalog, old: &Config, new: &Config, found: &mut Vec<(Span, String)>) {
    let rules: BTreeSet<&String> = old.rules.keys().chain(new.rules.keys()).collect();
    for rule in rules {
        let of = |config: &Config| config.rules.get(rule).map_or_else(|| own(catalog, rule), |setting| setting.value);
        let (before, after) = (of(old), of(new));
        if after < before {
            let span = new.rules.get(rule).map(|setting| setting.span).unwrap_or_default();
            found.push((span, format!("`{rule}` goes from {} to {}", name(before), name(after))));
        }
    }
}

/// Levels by path that are new and lower a rule, or are gone and raised one.
fn levels(catalog: &Catalog, old: &Config, new: &Config, found: &mut Vec<(Span, String)>) {
    let paths = |levels: &Levels| {
        let written: Vec<&str> = levels.paths.written.iter().map(|pattern| pattern.value.as_str()).collect();
        written.join("`, `")
    };
    let general = |config: &Config, rule: &str| {
        config.rules.get(rule).map_or_else(|| own(catalog, rule), |setting| setting.value)
    };
    for entry in beyond(&new.levels, &old.levels) {
        for (rule, setting) in &entry.value.rules {
            let before = general(new, rule);
            if setting.value < before {
                let (paths, from, to) = (paths(&entry.value), name(before), name(setting.value));
                found.push((setting.span, format!("`{rule}` goes from {from} to {to} in `{paths}`")));
            }
        }
    }
    for entry in beyond(&old.levels, &new.levels) {
        for (rule, setting) in entry.value.rules.iter().filter(|(rule, setting)| setting.value > general(old, rule)) {
            let message = format!("`{rule}` is no longer {} in `{}`", name(setting.value), paths(&entry.value));
            found.push((Span::default(), message));
        }
    }
}

/// Patterns that the second list has and the first lacks, and exceptions the other way round.
fn added(old: &Patterns, new: &Patterns, say: impl Fn(&str) -> String, found: &mut Vec<(Span, String)>) {
    for pattern in beyond(&new.written, &old.written).into_iter().filter(|pattern| !pattern.value.starts_with('!')) {
        found.push((pattern.span, say(&pattern.value)));
    }
    for pattern in beyond(&old.written, &new.written) {
        if let Some(except) = pattern.value.strip_prefix('!') {
            found.push((Span::default(), say(except)));
        }
    }
}

/// What one list has and another lacks.
fn beyond<'l, T: PartialEq>(list: &'l [At<T>], other: &[At<T>]) -> Vec<&'l At<T>> {
    list.iter().filter(|entry| !other.contains(entry)).collect()
}
