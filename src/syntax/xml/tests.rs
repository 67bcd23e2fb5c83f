use super::*;
use crate::syntax::literals::collect;

/// The literals with at least eight characters: their text as it stands in the file, and their names.
fn literals(text: &str) -> Vec<(String, String)> {
    let mut facts = lower(text);
    collect(&mut facts, text);
    let names = |names: &[Arc<str>]| names.iter().map(|name| name.as_ref()).collect::<Vec<_>>().join("<");
    facts.literals.iter().map(|one| (text[one.span.range()].to_owned(), names(&one.names))).collect()
}

#[test]
fn names_of_values() {
    let value = "a81c09e27b45";
    for (text, expected) in [
        (
            "<resources>\n  <!-- x -->\n  <string name=\"mixpanel_token\" translatable=\"false\">\n  §\n</string></resources>",
            "mixpanel_token<value<string<resources",
        ),
        (
            "<application><meta-data android:name=\"com.x.SECRET\" android:value='§'/></application>",
            "com.x.SECRET<value<meta-data<application",
        ),
        (
            "<?xml version=\"1.0\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/x.dtd\">\n<plist version=\"1.0\"><dict><key>A</key><true/><key>Mixpanel</key><dict><key>Secret</key><string>§</string></dict></dict></plist>",
            "Secret<Mixpanel",
        ),
        (
            "<configuration><appSettings><add key=\"MixpanelSecret\" value=\"§\" /></appSettings></configuration>",
            "MixpanelSecret<value<add<appSettings<configuration",
        ),
        ("<a><b:secret><![CDATA[§]]></b:secret></a>", "secret<a"),
        (
            "<project><properties><mixpanel.secret>§</mixpanel.secret></properties></project>",
            "mixpanel.secret<properties<project",
        ),
        ("<data name=\"S\"><value>§</value></data>", "S<value<data"),
    ] {
        let found = literals(&text.replace('§', value));
        assert!(found.contains(&(value.to_owned(), expected.to_owned())), "{text}: {found:?}");
    }
}

#[test]
fn entities_are_decoded_and_never_expanded() {
    let text = "<a b='x&amp;y&#65;&#x42;&lt;zz'>one&quot;two</a>";
    let mut facts = lower(text);
    collect(&mut facts, text);
    let texts: Vec<_> = facts.literals.iter().map(|one| one.text.to_string()).collect();
    assert!(texts.contains(&"x&yAB<zz".to_owned()), "{texts:?}");
    assert_eq!(decode("&nope; & &#xD800; one&quot;"), "&nope; & &#xD800; one\"");
    let mut bomb = "<!DOCTYPE x [<!ENTITY a0 \"lol\">".to_owned();
    for level in 1..20 {
        bomb.push_str(&format!("<!ENTITY a{level} \"{}\">", format!("&a{};", level - 1).repeat(10)));
    }
    bomb.push_str("]><x>&a19;</x>");
    let mut facts = lower(&bomb);
    collect(&mut facts, &bomb);
    assert!(facts.literals.iter().all(|one| one.text.len() <= bomb.len()));
}

#[test]
fn references_and_comments() {
    let text = "<plist><dict><key>K</key><string>$(MIXPANEL_TOKEN)</string></dict></plist><!-- secret = 8c0e55d1a7 -->";
    let facts = lower(text);
    let Some(Stmt::Expr(Expr { kind: ExprKind::Map(entries), .. })) = facts.body.first() else { panic!() };
    assert!(matches!(&entries[0].value.kind, ExprKind::Env(name) if &**name == "MIXPANEL_TOKEN"));
    assert_eq!(facts.comments[0].text, " secret = 8c0e55d1a7 ");
}

#[test]
fn broken_text_is_still_read() {
    for text in [
        "<a><b key='mixpanel_secret' value='a81c09e27b45'></a>",
        "<a b=\"a81c09e27b45\"",
        "x secret=\"a81c09e27b45\" <",
    ] {
        let found = literals(text);
        assert!(found.iter().any(|(value, _)| value == "a81c09e27b45"), "{text}: {found:?}");
    }
}

#[test]
fn hostile_files() {
    for unit in [
        "<a>",
        "<a",
        "<a b='",
        "<!--",
        "<![CDATA[",
        "&#",
        "<?x ",
        "</a>",
        "<a b=\"c\"/>",
        "<!DOCTYPE a [",
        "<long-name-of-an-element>",
    ] {
        lower(&unit.repeat(100_000));
    }
    let deep = format!("{}x{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    assert_eq!(lower(&deep).unread.len(), 1);
}
