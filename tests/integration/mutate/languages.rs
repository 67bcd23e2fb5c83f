//! What the mutator knows of each language: texts with `{name}`, `{value}` and `{number}` in them.

/// How a language writes what the mutator changes.
pub(super) struct Language {
    /// Endings of its files.
    pub(super) endings: &'static [&'static str],
    /// A text that a seed must hold, where two ways to write modules share an ending.
    pub(super) when: &'static str,
    /// A regular expression for the line that defines the constant `NAME`: its value is the one group.
    pub(super) definition: &'static str,
    /// How a constant is named where it is used.
    pub(super) reference: &'static str,
    /// Lines before and after a request that make it a function and call that.
    pub(super) wrap: (&'static str, &'static str),
    /// What stands before a literal, between its halves and after it, when it is split. `Q` is its quote.
    pub(super) split: (&'static str, &'static str, &'static str),
    /// A function that gives the value, and the constant that it is given to.
    pub(super) given: &'static str,
    /// What is written for the constant then, where it can't be defined by a call.
    pub(super) given_use: Option<&'static str>,
    /// Constants as members of something that stands in their place.
    pub(super) object: Option<Container>,
    /// Constants in a file of their own: its name, what it holds, and the line that imports it.
    pub(super) moved: Option<(&'static str, Container, &'static str)>,
    /// Constants as members of something in that file, and the name by which it is imported.
    pub(super) moved_object: Option<(&'static str, Container)>,
    /// What lines begin with that stand before an import.
    pub(super) heads: &'static [&'static str],
}

/// Something that holds constants.
#[derive(Clone, Copy)]
pub(super) struct Container {
    pub(super) open: &'static str,
    pub(super) member: &'static str,
    pub(super) between: &'static str,
    pub(super) close: &'static str,
    /// How a member is named.
    pub(super) used: &'static str,
}

const fn container(
    open: &'static str,
    member: &'static str,
    between: &'static str,
    close: &'static str,
    used: &'static str,
) -> Container {
    Container { open, member, between, close, used }
}

const PLUS: (&str, &str, &str) = ("", "Q + Q", "");

const SCRIPT: Language = Language {
    endings: &["js", "ts"],
    when: "",
    definition: r"const NAME = (.*);",
    reference: "{name}",
    wrap: ("const doIt = async () => {", "};\nawait doIt();"),
    split: PLUS,
    given: "function give{number}() {\n  return {value};\n}\nconst {name} = give{number}();",
    given_use: None,
    object: Some(container("const box = { ", "{name}: {value}", ", ", " };", "box.{name}")),
    moved: Some((
        "shared.js",
        container("", "const {name} = {value};\n", "", "module.exports = { {names} };\n", "{name}"),
        "const { {names} } = require('./shared');",
    )),
    moved_object: Some((
        "box",
        container("const box = { ", "{name}: {value}", ", ", " };\nmodule.exports = { box };\n", "box.{name}"),
    )),
    heads: &["import ", "'use", "\"use", "const "],
};

const NOTHING: &[&str] = &[];

/// All languages.
pub(super) const LANGUAGES: &[Language] = &[
    Language {
        when: "import ",
        moved: Some((
            "shared.js",
            container("", "export const {name} = {value};\n", "", "", "{name}"),
            "import { {names} } from './shared.js';",
        )),
        moved_object: Some(("box", container("export const box = { ", "{name}: {value}", ", ", " };\n", "box.{name}"))),
        ..SCRIPT
    },
    SCRIPT,
    Language {
        endings: &["py"],
        when: "",
        definition: r"NAME = (.*)",
        reference: "{name}",
        wrap: ("def do_it():", "\ndo_it()"),
        split: PLUS,
        given: "def give{number}():\n    return {value}\n\n\n{name} = give{number}()",
        given_use: None,
        object: Some(container("box = {", "\"{name}\": {value}", ", ", "}", "box[\"{name}\"]")),
        moved: Some((
            "shared.py",
            container("import os\n\n", "{name} = {value}\n", "", "", "{name}"),
            "from shared import {names}",
        )),
        moved_object: Some((
            "box",
            container("import os\n\nbox = {", "\"{name}\": {value}", ", ", "}\n", "box[\"{name}\"]"),
        )),
        heads: &["import ", "from "],
    },
    Language {
        endings: &["sh"],
        when: "",
        definition: r"NAME=(.*)",
        reference: "{name}",
        wrap: ("do_it() {", "}\ndo_it"),
        split: ("", "QQ", ""),
        given: "give{number}() {\n  printf '%s' {value}\n}\n{name}=$(give{number})",
        given_use: None,
        object: None,
        moved: Some((
            "shared.sh",
            container("", "{name}={value}\n", "", "", "{name}"),
            ". \"$(dirname \"$0\")/shared.sh\"",
        )),
        moved_object: None,
        heads: &["#!", "set "],
    },
    Language {
        endings: &["go"],
        when: "",
        definition: r"(?:const|var) NAME = (.*)",
        reference: "{name}",
        wrap: ("doIt := func() {", "}\ndoIt()"),
        split: PLUS,
        given: "func give{number}() string {\n\treturn {value}\n}\n\nvar {name} = give{number}()",
        given_use: None,
        object: Some(container("var box = map[string]string{", "\"{name}\": {value}", ", ", "}", "box[\"{name}\"]")),
        moved: Some((
            "shared.go",
            container("package shared\n\nimport \"os\"\n\n", "var {name} = {value}\n", "", "", "{name}"),
            "",
        )),
        moved_object: Some((
            "",
            container(
                "package shared\n\nimport \"os\"\n\nvar box = map[string]string{",
                "\"{name}\": {value}",
                ", ",
                "}\n",
                "box[\"{name}\"]",
            ),
        )),
        heads: NOTHING,
    },
    Language {
        endings: &["rs"],
        when: "",
        definition: r"const NAME: &str = (.*);",
        reference: "{name}",
        wrap: ("let do_it = async || {", "};\ndo_it().await;"),
        split: ("concat!(", "Q, Q", ")"),
        given: "fn get_{name}() -> &'static str {\n    {value}\n}",
        given_use: Some("get_{name}()"),
        object: Some(container(
            "struct Shared;\n\nimpl Shared {\n",
            "    const {name}: &'static str = {value};\n",
            "",
            "}",
            "Shared::{name}",
        )),
        moved: Some((
            "shared.rs",
            container("", "pub const {name}: &str = {value};\n", "", "", "{name}"),
            "use crate::shared::{{names}};",
        )),
        moved_object: Some((
            "Box",
            container(
                "pub struct Box;\n\nimpl Box {\n",
                "    pub const {name}: &'static str = {value};\n",
                "",
                "}\n",
                "Box::{name}",
            ),
        )),
        heads: &["use "],
    },
    Language {
        endings: &["java"],
        when: "",
        definition: r"private static final String NAME = (.*);",
        reference: "{name}",
        wrap: ("Runnable doIt = () -> {", "};\ndoIt.run();"),
        split: PLUS,
        given: "private static String give{number}() {\n        return {value};\n    }\n\n    private static final String {name} = give{number}();",
        given_use: None,
        object: Some(container(
            "private static class Box {\n",
            "        static final String {name} = {value};\n",
            "",
            "    }",
            "Box.{name}",
        )),
        moved: Some((
            "Shared.java",
            container("class Shared {\n", "    static final String {name} = {value};\n", "", "}\n", "Shared.{name}"),
            "",
        )),
        moved_object: Some((
            "",
            container(
                "class Shared {\n    static final Map<String, String> BOX = Map.of(",
                "\"{name}\", {value}",
                ", ",
                ");\n}\n",
                "Shared.BOX.get(\"{name}\")",
            ),
        )),
        heads: NOTHING,
    },
    Language {
        endings: &["kt"],
        when: "",
        definition: r"val NAME = (.*)",
        reference: "{name}",
        wrap: ("suspend fun doIt() {", "}\ndoIt()"),
        split: PLUS,
        given: "fun give{number}(): String {\n    return {value}\n}\n\nval {name} = give{number}()",
        given_use: None,
        object: Some(container("object Box {\n", "    val {name} = {value}\n", "", "}", "Box.{name}")),
        moved: Some((
            "Shared.kt",
            container("object Shared {\n", "    val {name} = {value}\n", "", "}\n", "Shared.{name}"),
            "",
        )),
        moved_object: Some((
            "",
            container(
                "object Shared {\n    val box = mapOf(",
                "\"{name}\" to {value}",
                ", ",
                ")\n}\n",
                "Shared.box[\"{name}\"]!!",
            ),
        )),
        heads: NOTHING,
    },
    Language {
        endings: &["swift"],
        when: "",
        definition: r"let NAME = (.*)",
        reference: "{name}",
        wrap: ("func doIt() {", "}\ndoIt()"),
        split: PLUS,
        given: "func give{number}() -> String {\n    return {value}\n}\n\nlet {name} = give{number}()",
        given_use: None,
        object: Some(container("enum Box {\n", "    static let {name} = {value}\n", "", "}", "Box.{name}")),
        moved: Some((
            "Shared.swift",
            container("enum Shared {\n", "    static let {name} = {value}\n", "", "}\n", "Shared.{name}"),
            "",
        )),
        moved_object: Some((
            "",
            container(
                "enum Shared {\n    static let box = [",
                "\"{name}\": {value}",
                ", ",
                "]\n}\n",
                "Shared.box[\"{name}\"]!",
            ),
        )),
        heads: NOTHING,
    },
    Language {
        endings: &["m"],
        when: "",
        definition: r"static NSString \* const NAME = (.*);",
        reference: "{name}",
        wrap: ("void (^doIt)(void) = ^{", "};\ndoIt();"),
        split: ("", "Q @Q", ""),
        given: "static NSString *get{name}(void) {\n    return {value};\n}",
        given_use: Some("get{name}()"),
        object: Some(container(
            "static NSDictionary *box = @{ ",
            "@\"{name}\": {value}",
            ", ",
            " };",
            "box[@\"{name}\"]",
        )),
        moved: Some((
            "Shared.h",
            container("", "static NSString * const {name} = {value};\n", "", "", "{name}"),
            "#import \"Shared.h\"",
        )),
        moved_object: Some((
            "",
            container("static NSDictionary *box = @{ ", "@\"{name}\": {value}", ", ", " };\n", "box[@\"{name}\"]"),
        )),
        heads: &["#import "],
    },
    Language {
        endings: &["cs"],
        when: "",
        definition: r"private (?:const|static readonly) string NAME = (.*);",
        reference: "{name}",
        wrap: ("async Task DoIt()\n{", "}\nawait DoIt();"),
        split: PLUS,
        given: "private static string Give{number}()\n    {\n        return {value};\n    }\n\n    private static readonly string {name} = Give{number}();",
        given_use: None,
        object: Some(container(
            "private static class Box\n    {\n",
            "        public static readonly string {name} = {value};\n",
            "",
            "    }",
            "Box.{name}",
        )),
        moved: Some((
            "Shared.cs",
            container(
                "public static class Shared\n{\n",
                "    public static readonly string {name} = {value};\n",
                "",
                "}\n",
                "Shared.{name}",
            ),
            "",
        )),
        moved_object: Some((
            "",
            container(
                "public static class Shared\n{\n    public static readonly Dictionary<string, string> Box = new() { ",
                "[\"{name}\"] = {value}",
                ", ",
                " };\n}\n",
                "Shared.Box[\"{name}\"]",
            ),
        )),
        heads: NOTHING,
    },
    Language {
        endings: &["dart"],
        when: "",
        definition: r"(?:const|final) NAME = (.*);",
        reference: "{name}",
        wrap: ("Future<void> doIt() async {", "}\nawait doIt();"),
        split: PLUS,
        given: "String give{number}() {\n  return {value};\n}\n\nfinal {name} = give{number}();",
        given_use: None,
        object: Some(container("class Box {\n", "  static const {name} = {value};\n", "", "}", "Box.{name}")),
        moved: Some((
            "shared.dart",
            container("", "const {name} = {value};\n", "", "", "{name}"),
            "import 'shared.dart';",
        )),
        moved_object: Some((
            "",
            container("class Box {\n", "  static const {name} = {value};\n", "", "}\n", "Box.{name}"),
        )),
        heads: &["import "],
    },
    Language {
        endings: &["php"],
        when: "",
        definition: r"const NAME = (.*);",
        reference: "{name}",
        wrap: ("$doIt = function () {", "};\n$doIt();"),
        split: ("", "Q . Q", ""),
        given: "function give{number}(): string\n{\n    return {value};\n}\n\ndefine('{name}', give{number}());",
        given_use: None,
        object: Some(container("class Box\n{\n", "    const {name} = {value};\n", "", "}", "Box::{name}")),
        moved: Some((
            "Shared.php",
            container("<?php\n\n", "const {name} = {value};\n", "", "", "{name}"),
            "require_once __DIR__ . '/Shared.php';",
        )),
        moved_object: Some((
            "",
            container("<?php\n\nclass Box\n{\n", "    const {name} = {value};\n", "", "}\n", "Box::{name}"),
        )),
        heads: &["<?php", "use "],
    },
    Language {
        endings: &["rb"],
        when: "",
        definition: r"NAME = (.*)",
        reference: "{name}",
        wrap: ("do_it = lambda do", "end\ndo_it.call"),
        split: PLUS,
        given: "def give{number}\n  {value}\nend\n{name} = give{number}",
        given_use: None,
        object: Some(container("module Box\n", "  {name} = {value}\n", "", "end", "Box::{name}")),
        moved: Some(("shared.rb", container("", "{name} = {value}\n", "", "", "{name}"), "require_relative 'shared'")),
        moved_object: Some(("", container("module Box\n", "  {name} = {value}\n", "", "end\n", "Box::{name}"))),
        heads: &["require "],
    },
    Language {
        endings: &["ex"],
        when: "",
        definition: r"@NAME (.*)",
        reference: "@{name}",
        wrap: ("do_it = fn ->", "end\n\ndo_it.()"),
        split: ("", "Q <> Q", ""),
        given: "defp {name} do\n    {value}\n  end",
        given_use: Some("{name}()"),
        object: Some(container("@box %{", "{name}: {value}", ", ", "}", "@box.{name}")),
        moved: Some((
            "shared.ex",
            container("defmodule Shared do\n", "  def {name}, do: {value}\n", "", "end\n", "Shared.{name}()"),
            "",
        )),
        moved_object: Some((
            "",
            container(
                "defmodule Shared do\n  def box, do: %{",
                "{name}: {value}",
                ", ",
                "}\nend\n",
                "Shared.box()[:{name}]",
            ),
        )),
        heads: NOTHING,
    },
    Language {
        endings: &["ps1"],
        when: "",
        definition: r"\$NAME = (.*)",
        reference: "${name}",
        wrap: ("function Invoke-It {", "}\nInvoke-It"),
        split: ("(", "Q + Q", ")"),
        given: "function Get-Given{number} {\n    return {value}\n}\n${name} = Get-Given{number}",
        given_use: None,
        object: Some(container("$box = @{ ", "{name} = {value}", "; ", " }", "$box.{name}")),
        moved: Some((
            "shared.ps1",
            container("", "${name} = {value}\n", "", "", "${name}"),
            ". \"$PSScriptRoot/shared.ps1\"",
        )),
        moved_object: Some(("", container("$box = @{ ", "{name} = {value}", "; ", " }\n", "$box.{name}"))),
        heads: NOTHING,
    },
    Language {
        endings: &["groovy"],
        when: "",
        definition: r"def NAME = (.*)",
        reference: "{name}",
        wrap: ("def doIt = {", "}\ndoIt()"),
        split: PLUS,
        given: "def give{number}() {\n    return {value}\n}\ndef {name} = give{number}()",
        given_use: None,
        object: Some(container("def box = [", "{name}: {value}", ", ", "]", "box.{name}")),
        moved: Some((
            "Shared.groovy",
            container("class Shared {\n", "    static final String {name} = {value}\n", "", "}\n", "Shared.{name}"),
            "",
        )),
        moved_object: Some((
            "",
            container(
                "class Shared {\n    static final Map box = [",
                "{name}: {value}",
                ", ",
                "]\n}\n",
                "Shared.box.{name}",
            ),
        )),
        heads: NOTHING,
    },
];
