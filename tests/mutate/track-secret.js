// @path server/track.js
// @finds wrong-credential@error
// @rename payload where
// @split https://api.mixpanel.com/track
// @split application/json
// @constant MIXPANEL_API_SECRET
const MIXPANEL_API_SECRET = process.env.MIXPANEL_API_SECRET;
// ~
const where = 'https://api.mixpanel.com/track';
// ~
function now() {
  return Math.floor(Date.now() / 1000);
}
// ~
async function track(user) {
  const payload = [{ event: 'Ordered', properties: { token: MIXPANEL_API_SECRET, distinct_id: user, time: now() } }];
  // <
  await fetch(where, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(payload),
  });
  // >
}
module.exports = { track };
