//! The JSON schema of `mpcheck.toml`, made of the very types that it is read by.

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::file::{File, Setting};
use crate::catalog::builtin;
use crate::syntax::language::Language;

/// The schema, in the draft that editors know (7).
pub fn schema() -> Value {
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<File>();
    schema.to_value()
}

fn one_of<'n>(names: impl Iterator<Item = &'n str>) -> Schema {
    json_schema!({ "type": "string", "enum": names.collect::<Vec<_>>() })
}

/// The slug of a rule.
pub(super) fn rule(_: &mut SchemaGenerator) -> Schema {
    one_of(builtin().rules.iter().map(|rule| rule.slug.as_str()))
}

/// The slug of a kind of credential.
pub(super) fn kind(_: &mut SchemaGenerator) -> Schema {
    one_of(builtin().kinds.kind.iter().map(|kind| kind.id.as_str()))
}

/// Names of languages.
pub(super) fn languages(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": one_of(Language::slugs()) })
}

/// Rules and what they are set to: each rule with what it finds, so that an editor can say it.
pub(super) fn settings(generator: &mut SchemaGenerator) -> Schema {
    let setting = generator.subschema_for::<Setting>().to_value();
    let property = |rule: &crate::catalog::Rule| {
        let about = serde_json::json!({ "description": rule.short, "allOf": [setting.clone()] });
        (rule.slug.clone(), about)
    };
    let rules: Map<String, Value> = builtin().rules.iter().map(property).collect();
    json_schema!({ "type": "object", "properties": rules, "additionalProperties": false })
}

/// Patterns of paths, each once.
pub(super) fn patterns(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": { "type": "string", "pattern": "\\S" }, "uniqueItems": true })
}
