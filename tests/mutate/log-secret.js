// @path server/check.js
// @finds secret-in-log@warning
// @rename where
// @split the account is
// @constant MIXPANEL_SERVICE_ACCOUNT_SECRET
const fs = require('fs');

const MIXPANEL_SERVICE_ACCOUNT_SECRET = process.env.MIXPANEL_SERVICE_ACCOUNT_SECRET;
// ~
const where = '/tmp/report.json';
// ~
function size() {
  return fs.statSync(where).size;
}
// ~
async function main() {
  // <
  console.log('the account is ' + MIXPANEL_SERVICE_ACCOUNT_SECRET, size());
  // >
}
main();
