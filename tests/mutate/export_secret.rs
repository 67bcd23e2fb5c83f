// @path src/export.rs
// @finds hardcoded-secret@error
// @rename answer day
// @split /api/2.0/export
// @split 7c41be09d35fa8260e9d1b4a76f3c852
// @constant NIGHTLY_VALUE
use reqwest::blocking::Client;

const NIGHTLY_VALUE: &str = "7c41be09d35fa8260e9d1b4a76f3c852";
// ~
fn lines(text: &str) -> usize {
    text.lines().count()
}
// ~
pub struct Range {
    pub from: String,
}
// ~
pub fn export(day: &str) {
    // <
    let answer = Client::new()
        .get("https://data.mixpanel.com/api/2.0/export")
        .query(&[("from_date", day), ("to_date", day)])
        .basic_auth(NIGHTLY_VALUE, Some(""))
        .send();
    println!("{}", lines(&answer.unwrap().text().unwrap()));
    // >
}
