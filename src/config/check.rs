//! From a file as it is written to a configuration that a run can go by. The first mistake ends it.

use std::collections::BTreeMap;

use super::at::At;
use super::error::{ConfigError, unknown_name};
use super::file::{AllowFile, File, HistoryFile, LevelsFile, NameFile, PathsFile, SdkFile, Setting, Settings};
use super::patterns::Patterns;
use super::{Config, Levels, Name, Sdk};
use crate::catalog::{Catalog, names, rows};
use crate::report;
use crate::source::Span;
use crate::syntax::language::Language;
use crate::triage::Allow;

/// How many days `max-age` may be: a hundred years.
const MOST_DAYS: i64 = 36_500;

/// Checks what a file says.
pub(super) struct Check<'a> {
    pub(super) path: &'a str,
    pub(super) text: &'a str,
    pub(super) catalog: &'a Catalog,
}

type Checked<T> = Result<T, ConfigError>;

impl Check<'_> {
    /// The configuration that a file makes.
    pub(super) fn file(&self, file: File) -> Checked<Config> {
        let PathsFile { client, server, exclude } = file.paths;
        if let Some(both) = server.iter().find(|pattern| client.contains(pattern)) {
            return Err(self.mistake(both.span, "the pattern stands among the paths of clients, too; leave one out"));
        }
        Ok(Config {
            path: self.path.into(),
            base: String::new(),
            rules: self.settings(file.rules)?,
            levels: file.levels.into_iter().map(|levels| self.levels(levels)).collect::<Checked<_>>()?,
            client: self.patterns(client)?,
            server: self.patterns(server)?,
            exclude: self.patterns(exclude)?,
            allow: self.allow(file.allow)?,
            names: self.names(file.names)?,
            sdk: self.sdk(file.sdk)?,
            proxies: self.proxies(file.hosts.proxy)?,
            max_age: self.max_age(file.history)?,
        })
    }

    fn mistake(&self, span: Span, message: impl Into<String>) -> ConfigError {
        ConfigError::new(self.path, self.text, span, message)
    }

    fn rule(&self, slug: &At<String>) -> Checked<()> {
        match self.catalog.rule(&slug.value) {
            Some(_) => Ok(()),
            None => Err(self.mistake(slug.span, report::rules::unknown(&slug.value))),
        }
    }

    fn kind(&self, kind: &At<String>) -> Checked<()> {
        let known = self.catalog.kinds.kind.iter().map(|kind| kind.id.as_str());
        if known.clone().any(|id| id == kind.value) {
            return Ok(());
        }
        let sentence = format!("there is no kind of credential `{}`", kind.value);
        Err(self.mistake(kind.span, unknown_name(&sentence, &kind.value, known)))
    }

    fn settings(&self, settings: Settings) -> Checked<BTreeMap<String, At<Setting>>> {
        settings.iter().try_for_each(|(slug, _)| self.rule(slug))?;
        Ok(settings.into_iter().map(|(slug, setting)| (slug.value, setting)).collect())
    }

    fn patterns(&self, written: Vec<At<String>>) -> Checked<Patterns> {
        Patterns::new(written).map_err(|(pattern, message)| self.mistake(pattern.span, message))
    }

    fn levels(&self, levels: At<LevelsFile>) -> Checked<At<Levels>> {
        let span = levels.span;
        if levels.value.paths.is_empty() || levels.value.rules.is_empty() {
            return Err(self.mistake(span, "these levels name no path or no rule, and change nothing"));
        }
        let LevelsFile { paths, rules } = levels.value;
        Ok(At { value: Levels { paths: self.patterns(paths)?, rules: self.settings(rules)? }, span })
    }

    fn allow(&self, entries: Vec<At<AllowFile>>) -> Checked<Vec<At<Allow>>> {
        let mut allowed: Vec<At<Allow>> = Vec::new();
        for entry in entries {
            let AllowFile { fingerprint, rule, reason } = &entry.value;
            let digits = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
            if fingerprint.value.len() != 16 || !fingerprint.value.chars().all(digits) {
                let message = "this is no fingerprint of a credential: copy the 16 hexadecimal digits that a report \
                               gives for it, and never the credential itself";
                return Err(self.mistake(fingerprint.span, message));
            }
            self.rule(rule)?;
            if reason.value.trim().is_empty() {
                let message = "the reason is empty; say why this may stay, and what has been done about it";
                return Err(self.mistake(reason.span, message));
            }
            let allow = Allow {
                fingerprint: fingerprint.value.clone(),
                rule: rule.value.clone(),
                reason: reason.value.trim().to_owned(),
            };
            let same = |other: &&At<Allow>| other.value.covers(&allow.rule, &allow.fingerprint);
            if let Some(first) = allowed.iter().find(same) {
                return Err(self.twice(fingerprint.span, first.span, "this is allowed"));
            }
            allowed.push(At { value: allow, span: entry.span });
        }
        Ok(allowed)
    }

    fn names(&self, entries: Vec<At<NameFile>>) -> Checked<Vec<At<Name>>> {
        let mut known: Vec<At<Name>> = Vec::new();
        for entry in entries {
            let NameFile { name, kind } = entry.value;
            let words = names::words(&name.value);
            if words.is_empty() {
                return Err(self.mistake(name.span, "the name has no letter in it"));
            }
            self.kind(&kind)?;
            let mut earlier = known.iter().filter(|other| other.value.words == words);
            if let Some(first) = earlier.next() {
                return Err(self.twice(name.span, first.span, "this name is given a kind"));
            }
            known.push(At { value: Name { words, kind: kind.value }, span: name.span });
        }
        Ok(known)
    }

    fn sdk(&self, entries: Vec<At<SdkFile>>) -> Checked<Vec<At<Sdk>>> {
        let mut known: Vec<At<Sdk>> = Vec::new();
        for entry in entries {
            let SdkFile { call, argument, kind, languages } = entry.value;
            if let Some(mistake) = rows::call_mistake(&call.value) {
                return Err(self.mistake(call.span, mistake));
            }
            if let Some(mistake) = rows::argument_mistake(&argument.value) {
                return Err(self.mistake(argument.span, mistake));
            }
            self.kind(&kind)?;
            let mut families = Vec::new();
            for language in &languages {
                match Language::named(&language.value) {
                    Some(found) => families.push(found.family().to_owned()),
                    None => {
                        let sentence = format!("there is no language `{}`", language.value);
                        let names = Language::slugs();
                        return Err(self.mistake(language.span, unknown_name(&sentence, &language.value, names)));
                    }
                }
            }
            let same = |other: &&At<Sdk>| other.value.call == call.value && other.value.argument == argument.value;
            if let Some(first) = known.iter().find(same) {
                return Err(self.twice(call.span, first.span, "this argument is given a kind"));
            }
            let value = Sdk { call: call.value, argument: argument.value, kind: kind.value, languages: families };
            known.push(At { value, span: call.span });
        }
        Ok(known)
    }

    fn proxies(&self, written: Vec<At<String>>) -> Checked<Vec<At<String>>> {
        for (index, proxy) in written.iter().enumerate() {
            if let Some(mistake) = rows::host_mistake(&proxy.value) {
                return Err(self.mistake(proxy.span, mistake));
            }
            if let Some(first) = written[..index].iter().find(|other| *other == proxy) {
                return Err(self.twice(proxy.span, first.span, "this proxy is named"));
            }
        }
        Ok(written)
    }

    fn max_age(&self, history: HistoryFile) -> Checked<Option<u32>> {
        let Some(days) = history.max_age else { return Ok(None) };
        match u32::try_from(days.value) {
            Ok(number) if (1..=MOST_DAYS).contains(&days.value) => Ok(Some(number)),
            _ => Err(self.mistake(days.span, format!("write a number of days from 1 to {MOST_DAYS}"))),
        }
    }

    /// A thing that has been said before.
    fn twice(&self, span: Span, first: Span, what: &str) -> ConfigError {
        let line = ConfigError::new(self.path, self.text, first, "").line;
        self.mistake(span, format!("{what} already in line {line}; leave one out"))
    }
}
