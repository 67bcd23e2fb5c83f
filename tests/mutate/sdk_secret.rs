// @path src/analytics.rs
// @finds hardcoded-secret@error wrong-credential@error
// @rename client name
// @split Signed Up
// @split 83f0a6c12de94b5790b1c6fe28d7a345
// @constant MIXPANEL_API_SECRET
use mixpanel_rs::Mixpanel;

const MIXPANEL_API_SECRET: &str = "83f0a6c12de94b5790b1c6fe28d7a345";
// ~
fn hello() -> &'static str {
    "hello"
}
// ~
fn count(all: &[String]) -> usize {
    all.len()
}
// ~
pub async fn signed_up() {
    let name = "Signed Up";
    // <
    let client = Mixpanel::init(MIXPANEL_API_SECRET, None);
    client.track(name, None).await.ok();
    // >
}
