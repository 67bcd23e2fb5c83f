use super::*;

fn found(text: &str, role: LiteralRole) -> Vec<(String, String, LiteralRole)> {
    let literals = read(text, Span::new(0, text.len()), role);
    for literal in &literals {
        assert_eq!(&text[literal.span.range()], literal.text.as_ref());
    }
    literals.iter().map(|literal| (literal.text.to_string(), literal.names.join("<"), literal.role)).collect()
}

const HEX: &str = "9c41f0d27be83a5516fe0b92c7d4a83e";
const MIXED: &str = "Qz7Rt2LmX9vKp4WbN8sHd3JfG6yTc1Ea";
const USER: &str = "etl.4f09ab.mp-service-account";

/// Reads a line with `@` for a value, and gives the names of the first literal that is that value.
fn names(line: &str) -> String {
    names_as(line, LiteralRole::Plain).0
}

fn names_as(line: &str, role: LiteralRole) -> (String, LiteralRole) {
    let text = line.replace('§', HEX);
    let all = found(&text, role);
    let Some((_, names, role)) = all.iter().find(|(text, ..)| text == HEX) else { panic!("{line}: {all:?}") };
    (names.clone(), *role)
}

#[test]
fn code_of_any_language_gives_names() {
    let cases = [
        ("private const string StagingToken = \"§\";", "StagingToken"),
        ("Mixpanel.SetToken(\"§\");", "SetToken<Mixpanel"),
        ("const MIXPANEL_SECRET: &'static str = \"§\";", "MIXPANEL_SECRET"),
        ("let apiSecret: String? = \"§\"", "apiSecret"),
        ("NSString *const kMixpanelToken = @\"§\";", "kMixpanelToken"),
        ("[Mixpanel sharedInstanceWithToken:@\"§\"];", "sharedInstanceWithToken"),
        ("var token string = \"§\"", "token"),
        ("  token := \"§\"", "token"),
        ("client := mixpanel.NewApiClient(\"§\")", "NewApiClient<mixpanel<client"),
        ("config :mixpanel_api_ex, token: \"§\"", "token"),
        ("{:mixpanel_secret \"§\"}", "mixpanel_secret"),
        (":api_secret => '§',", "api_secret"),
        ("define('MIXPANEL_SECRET', '§');", "MIXPANEL_SECRET<define"),
        ("$this->apiSecret = '§';", "apiSecret"),
        ("Mixpanel::getInstance(\"§\")", "getInstance<Mixpanel"),
        ("config[\"mixpanel_secret\"] = \"§\"", "mixpanel_secret<config"),
        ("#define MIXPANEL_TOKEN @\"§\"", "MIXPANEL_TOKEN"),
        ("resValue \"string\", \"mixpanel_token\", \"§\"", "mixpanel_token"),
        ("buildConfigField(\"String\", \"MIXPANEL_TOKEN\", \"\\\"§\\\"\")", "MIXPANEL_TOKEN<buildConfigField"),
        ("Tracker.new(\"§\", credentials: nil)", "new<Tracker"),
        ("\"mixpanel\": {\"token\": \"§\"}", "token<mixpanel"),
        ("mixpanel_secret = §", "mixpanel_secret"),
        ("a\u{1f600}\tsecret:\t'§'", "secret"),
        ("log.info(\"{\\\"token\\\": \\\"§\\\"}\")", "token<info<log"),
    ];
    for (line, expected) in cases {
        assert_eq!(names(line), expected, "{line}");
    }
}

#[test]
fn environment_roles() {
    use LiteralRole::{EnvDefault, EnvDefinition, Plain};
    let cases = [
        ("ENV MIXPANEL_TOKEN §", "MIXPANEL_TOKEN", EnvDefinition),
        ("ENV A=1 MIXPANEL_TOKEN=§", "MIXPANEL_TOKEN", EnvDefinition),
        ("export MIXPANEL_TOKEN=\"§\"", "MIXPANEL_TOKEN", EnvDefinition),
        ("MIXPANEL_TOKEN=§", "MIXPANEL_TOKEN", EnvDefinition),
        ("docker run -e MIXPANEL_TOKEN=§ app", "MIXPANEL_TOKEN", EnvDefinition),
        ("<env name=\"MIXPANEL_TOKEN\" value=\"§\"/>", "MIXPANEL_TOKEN<value<env", EnvDefinition),
        ("'secret' => env('MIXPANEL_SECRET', '§'),", "MIXPANEL_SECRET", EnvDefault),
        ("ENV.fetch(\"MIXPANEL_SECRET\", \"§\")", "MIXPANEL_SECRET", EnvDefault),
        ("var s = Environment.GetEnvironmentVariable(\"MP_SECRET\") ?? \"§\";", "MP_SECRET", EnvDefault),
        ("std::env::var(\"MP_SECRET\").unwrap_or(\"§\".into())", "MP_SECRET", EnvDefault),
        ("token: §", "token", Plain),
    ];
    for (line, name, role) in cases {
        let (names, found) = names_as(line, Plain);
        assert!(names.starts_with(name), "{line}: {names}");
        assert_eq!(found, role, "{line}");
    }
}

#[test]
fn markup() {
    let cases = [
        ("<string name=\"mixpanel_token\">§</string>", "mixpanel_token<string"),
        (
            "<resources>\n  <string\n name=\"mixpanel_token\"\n translatable=\"false\">§</string>",
            "mixpanel_token<string<resources",
        ),
        ("<key>MixpanelToken</key>\r\n\t<string>§</string>\r\n", "MixpanelToken<string"),
        ("<add key=\"Mixpanel:Secret\" value=\"§\" />", "Mixpanel:Secret<value<add"),
        ("<add value=\"§\" key=\"MixpanelSecret\" />", "MixpanelSecret<value<add"),
        ("<meta-data android:name=\"com.x.TOKEN\" android:value=\"§\"/>", "com.x.TOKEN<value<meta-data"),
        ("<mixpanel><token>§</token></mixpanel>", "token<mixpanel"),
        ("<mixpanel token=\"§\"/>", "token<mixpanel"),
        ("<secret><![CDATA[§]]></secret>", "secret"),
    ];
    for (line, expected) in cases {
        assert_eq!(names(line), expected, "{line}");
    }
}

#[test]
fn surroundings() {
    assert_eq!(names("[mixpanel]\nsecret = §"), "secret<mixpanel");
    assert_eq!(names("mixpanel:\n  prod:\n    secret: §"), "secret<prod<mixpanel");
    assert_eq!(names("mixpanel:\n  prod: 1\nother:\n  secret: §"), "secret<other");
    assert_eq!(names("MixpanelAPI.getInstance(\n  context,\n  \"§\"\n)"), "getInstance<MixpanelAPI");
    assert_eq!(names("class Mixpanel\n  SECRET = '§'\nend"), "SECRET<Mixpanel");
    assert_eq!(names("return [\n  'mixpanel' => [\n    'secret' => '§',\n  ],\n];"), "secret<mixpanel");
    assert_eq!(names("[mixpanel]\nbadge = https://ci.example.org/x.svg?token=§"), "token<ci.example.org");
    assert_eq!(names("[mixpanel]\nurl = https://${HOST}/import?api_secret=§"), "api_secret<${HOST}<mixpanel");
    let (names, role) = names_as("# Mixpanel\n\nThe project secret is `§`.", LiteralRole::Comment);
    assert_eq!((names.as_str(), role), ("project_secret<Mixpanel", LiteralRole::Comment));
}

#[test]
fn requests() {
    let pair = format!("{USER}:{MIXED}");
    let blob = "ZXRsLjRmMDlhYi5tcC1zZXJ2aWNlLWFjY291bnQ6UXo3UnQ=";
    let cases = [
        (format!("curl -u {pair} https://mixpanel.com/api/2.0/export"), pair.clone(), "user"),
        (format!("curl --user '{pair}' https://x"), pair.clone(), "user"),
        (format!("curl https://{pair}@data.mixpanel.com/x"), pair.clone(), "userinfo<data.mixpanel.com"),
        (format!("Authorization: Basic {blob}"), format!("Basic {blob}"), "Authorization"),
        (format!("curl -H 'Authorization: Bearer Basic {blob}'"), format!("Bearer Basic {blob}"), "Authorization<H"),
        (format!("GET https://mixpanel.com/x?api_secret={HEX}&a=b"), HEX.into(), "api_secret<mixpanel.com"),
        (format!("etl --api-secret {MIXED} --dry"), MIXED.into(), "api-secret"),
        (format!("etl --api-secret={MIXED}"), MIXED.into(), "api-secret"),
        (format!("- user: {USER}\n"), USER.into(), "user"),
        (format!("we gave {USER} away."), USER.into(), "gave"),
        (format!("curl -u {HEX}: https://mixpanel.com"), HEX.into(), "user"),
    ];
    for (line, text, names) in cases {
        let all = found(&line, LiteralRole::Plain);
        assert!(all.iter().any(|(found, name, _)| *found == text && name == names), "{line}: {all:?}");
    }
}

#[test]
fn names_are_no_values() {
    for line in [
        "std::env::var(\"MIXPANEL_API_SECRET\")",
        "const NAME: &str = \"mixpanel-api-secret\";",
        "os.Getenv(\"MIXPANEL_SERVICE_ACCOUNT_USERNAME\")",
        "let token = config.mixpanel.projectToken;",
        "throw new Error('Set the Mixpanel API secret first, please');",
        "it isn't the user's token, it's ours",
        "a < b && c > d; x == y",
    ] {
        assert!(found(line, LiteralRole::Plain).is_empty(), "{line}: {:?}", found(line, LiteralRole::Plain));
    }
}

#[test]
fn hostile_lines_are_linear() {
    let size = 400_000;
    for unit in [
        "a:",
        "a=",
        "\"",
        "'",
        "\\\"",
        "<a ",
        "<a>",
        "(",
        "http://a",
        "-u a:",
        "Basic ",
        "$(",
        "a.",
        "a::",
        "\u{1f600}",
        "[{",
        "\"a: b",
        "a='",
        "é=",
        "Basic é",
    ] {
        let text = unit.repeat(size / unit.len());
        let start = std::time::Instant::now();
        read(&text, Span::new(0, text.len()), LiteralRole::Comment);
        // Far above what it takes, for machines with other things to do; what is not linear takes hours.
        assert!(start.elapsed().as_secs() < 60, "{unit}: {:?}", start.elapsed());
    }
}

#[test]
fn a_cut_text_is_read_to_its_end() {
    let text =
        format!("x = \"\\\"{HEX}: \\\"\u{1f600} {USER}:{MIXED} https://é@h/ Basic {HEX} <a b='{HEX}' --c {HEX}\\");
    for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
        let _ = read(&text, Span::new(0, end), LiteralRole::Plain);
        let _ = read(&text, Span::new(text.floor_char_boundary(end / 2), end), LiteralRole::Comment);
    }
}
