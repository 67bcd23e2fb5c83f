//! House rules: rows of a house's own, put before the built-in ones.

use super::model::{Apis, Catalog, Entry, Idioms, Kinds, Name, Parameter, Signature, Surfaces};

impl Catalog {
    /// This catalog with a house's rows before its own, so that they decide where the first row that fits does.
    pub fn with_house(&self, house: Catalog) -> Catalog {
        let base = self.clone();
        let Catalog { rules: _, kinds, apis, surfaces, functions, sdks, http, idioms } = house;
        let mut all_functions = functions;
        // What has one meaning by its name keeps the house's.
        let mut constants = base.functions.constants.clone();
        constants.extend(std::mem::take(&mut all_functions.constants));
        all_functions.extend(base.functions);
        all_functions.constants = constants;
        let mut all_http = http;
        all_http.extend(base.http);
        Catalog {
            rules: base.rules,
            kinds: kinds.before(base.kinds),
            apis: apis.before(base.apis),
            surfaces: surfaces.before(base.surfaces),
            functions: all_functions,
            sdks: before(sdks, base.sdks),
            http: all_http,
            idioms: Idioms {
                variable: before(idioms.variable, base.idioms.variable),
                account: before(idioms.account, base.idioms.account),
            },
        }
    }
}

fn before<T>(mut house: Vec<T>, base: Vec<T>) -> Vec<T> {
    house.extend(base);
    house
}

impl Kinds {
    fn before(self, base: Kinds) -> Kinds {
        let mut placeholder = self.placeholder;
        placeholder.patterns.extend(base.placeholder.patterns);
        placeholder.digests.extend(base.placeholder.digests);
        Kinds {
            // Kinds are known by their place in the list: those of the house come behind.
            kind: before(base.kind, self.kind),
            name: before(self.name, base.name),
            vendor: before(self.vendor, base.vendor),
            weak_vendor: before(self.weak_vendor, base.weak_vendor),
            other_vendor: before(self.other_vendor, base.other_vendor),
            noise: before(self.noise, base.noise),
            about: before(self.about, base.about),
            lead: before(self.lead, base.lead),
            placeholder,
        }
    }
}

impl Apis {
    fn before(self, base: Apis) -> Apis {
        Apis {
            hosts: before(self.hosts, base.hosts),
            proxies: before(self.proxies, base.proxies),
            api: before(self.api, base.api),
            project_names: before(self.project_names, base.project_names),
            structures: before(self.structures, base.structures),
            wrapper: before(self.wrapper, base.wrapper),
            signature: Signature {
                key: before(self.signature.key, base.signature.key),
                beside: before(self.signature.beside, base.signature.beside),
            },
        }
    }
}

impl Surfaces {
    fn before(self, base: Surfaces) -> Surfaces {
        Surfaces {
            prefix: before(self.prefix, base.prefix),
            signal: before(self.signal, base.signal),
            inlined: before(self.inlined, base.inlined),
            reads: before(self.reads, base.reads),
            alias: before(self.alias, base.alias),
            reading: before(self.reading, base.reading),
            stripped: before(self.stripped, base.stripped),
            manifest: before(self.manifest, base.manifest),
            projects: before(self.projects, base.projects),
            tests: before(self.tests, base.tests),
            docs: before(self.docs, base.docs),
            environment: before(self.environment, base.environment),
            encoded: before(self.encoded, base.encoded),
            script: before(self.script, base.script),
            marked: before(self.marked, base.marked),
            section: before(self.section, base.section),
            loads: before(self.loads, base.loads),
            globs: before(self.globs, base.globs),
            build_alias: before(self.build_alias, base.build_alias),
            build_entry: before(self.build_entry, base.build_entry),
            build_prefix: before(self.build_prefix, base.build_prefix),
            handed: before(self.handed, base.handed),
        }
    }
}

impl Name {
    /// A name that belongs to the house wherever it stands, by its words, and its kind.
    pub fn house(words: &[String], kind: &str) -> Self {
        Self { words: vec![words.join(" ")], kinds: vec![kind.to_owned()], generic: false, own: true }
    }
}

impl Entry {
    /// A wrapper of the house: a call, one of its arguments, and the kind of credential that this takes.
    pub fn house(call: &str, argument: &str, kind: &str, languages: &[String]) -> Self {
        let parameter = Parameter {
            at: vec![argument.to_owned()],
            kinds: vec![kind.to_owned()],
            name: argument.to_owned(),
            discouraged: None,
        };
        Self {
            title: call.to_owned(),
            languages: languages.to_vec(),
            on: vec![call.to_owned()],
            args: vec![parameter],
            host: Vec::new(),
            scheme: Vec::new(),
            makes: None,
        }
    }
}

/// What a file that speaks of a house's rows holds at least one of, as words that may be joined by a blank, a dot, a
/// hyphen, an underscore or nothing: names and vendors of the house, hosts, and modules of its SDKs. Rows that need
/// Mixpanel's name beside them anyway add nothing.
pub fn needles(house: &Catalog) -> Vec<Vec<String>> {
    let split = |text: &String| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let names = house.kinds.name.iter().filter(|name| name.own).flat_map(|name| &name.words).map(split);
    let vendors = house.kinds.vendor.iter().map(split);
    let api_hosts = house.apis.api.iter().flat_map(|api| &api.hosts);
    let hosts = house.apis.hosts.iter().chain(&house.apis.proxies).chain(api_hosts).map(|host| {
        let name = host.trim_start_matches("*.");
        vec![name.split(['/', ':']).next().unwrap_or(name).to_owned()]
    });
    let calls = house.sdks.iter().flat_map(|entry| &entry.on).map(|call| vec![module_word(call).to_owned()]);
    let all = names.chain(vendors).chain(hosts).chain(calls);
    let mut needles: Vec<Vec<String>> = all.filter(|words| words.iter().any(|word| !word.is_empty())).collect();
    needles.sort();
    needles.dedup();
    needles
}

/// The word that stands in a file which makes this call: the longest of the names that lead to it, or of all where
/// nothing leads to it.
fn module_word(call: &str) -> &str {
    let front = call.rsplit_once('.').map(|(front, _)| front).filter(|front| *front != "*");
    let words = front.unwrap_or(call).split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-'));
    words.max_by_key(|word| word.len()).unwrap_or(call)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_house_goes_before_and_is_sought() {
        let mut house = Catalog::default();
        house.kinds.name.push(Name::house(&["acme".into(), "key".into()], "project-token"));
        house.kinds.vendor.push("acme metrics".into());
        house.apis.proxies.push("www.example.com/mp".into());
        house.sdks.push(Entry::house("@acme/analytics.start", "0.key", "project-token", &[]));
        house.sdks.push(Entry::house("*.beginTracking", "0", "project-token", &[]));
        let found = needles(&house);
        for words in
            [&["acme", "key"][..], &["acme", "metrics"], &["www.example.com"], &["analytics"], &["beginTracking"]]
        {
            assert!(found.iter().any(|known| known == words), "{words:?} in {found:?}");
        }
        let base = crate::catalog::builtin();
        let all = base.with_house(house);
        assert_eq!(all.sdks[0].on, ["@acme/analytics.start"]);
        assert_eq!(all.kinds.kind.len(), base.kinds.kind.len());
        assert_eq!(all.http.call.len(), base.http.call.len());
        assert_eq!(all.functions.constants.len(), base.functions.constants.len());
    }
}
