//! The credentials of a tree: each once, with its kind, its places, its side and what it is presented to.

use mpcheck::finding::Credential;

use crate::support::{check, files};

const SECRET: &str = "7c41be09d35fa8260e9d1b4a76f3c852";
const TOKEN: &str = "9b1f06c2a47de83350c6e9f7128ad4b5";

fn presented(credential: &Credential) -> Vec<&str> {
    credential.presented_to.iter().map(|to| &**to).collect()
}

fn places(credential: &Credential) -> Vec<&str> {
    credential.places.iter().map(|place| &*place.path).collect()
}

#[test]
fn one_value_is_one_credential_wherever_it_is_written_and_read() {
    let env = format!("MIXPANEL_API_SECRET={SECRET}\nMIXPANEL_TOKEN={TOKEN}\n");
    let job = "import os\nimport requests\n\nrequests.get('https://data.mixpanel.com/api/2.0/export', \
               auth=(os.environ['MIXPANEL_API_SECRET'], ''))\n";
    let page = format!("import mixpanel from 'mixpanel-browser';\nmixpanel.init('{TOKEN}');\ndocument.title = 'x';\n");
    let report = check(&files([(".env", env.as_str()), ("job.py", job), ("web/page.js", page.as_str())]));
    let [secret, token] = report.credentials.as_slice() else { panic!("{} credentials", report.credentials.len()) };
    assert_eq!((secret.kind.as_str(), secret.is_secret, secret.side()), ("project secret", true, "server"));
    assert_eq!((places(secret), presented(secret)), (vec![".env"], vec!["the Raw Export API"]));
    assert_eq!((token.kind.as_str(), token.is_secret, token.side()), ("project token", false, "client and server"));
    assert_eq!(places(token), [".env", "web/page.js"]);
    assert_eq!(presented(token), ["`mixpanel.init`"]);
    assert!(token.secret.is_some() && token.variable.is_none());
}

#[test]
fn a_variable_whose_value_is_nowhere_written_goes_by_its_name() {
    let job = "import os\nimport requests\n\nrequests.get('https://mixpanel.com/api/query/insights', \
               params={'project_id': 1},\n  auth=(os.environ['MP_SA_USER'], os.environ['MP_SA_SECRET']))\n";
    let report = check(&files([("job.py", job)]));
    let names: Vec<_> = report.credentials.iter().filter_map(|one| one.variable.as_deref()).collect();
    assert_eq!(names, ["MP_SA_SECRET", "MP_SA_USER"]);
    let kinds: Vec<_> = report.credentials.iter().map(|one| one.kind.as_str()).collect();
    assert_eq!(kinds, ["service account secret", "service account username"]);
    assert!(report.credentials.iter().all(|one| one.secret.is_none() && presented(one) == ["the Query API"]));
}

#[test]
fn what_is_no_credential_is_not_listed() {
    let text =
        "MIXPANEL_TOKEN = 'YOUR_TOKEN'\nMIXPANEL_PROJECT_ID = '3120421'\nETAG = '0c1d2e3f405162738495a6b7c8d9eafb'\n";
    assert!(check(&files([("mixpanel.py", text)])).credentials.is_empty());
}
