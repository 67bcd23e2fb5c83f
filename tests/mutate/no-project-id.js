// @path server/insights.js
// @finds missing-project-id@warning
// @rename account pass
// @split https://eu.mixpanel.com/api/query/insights
// @constant MIXPANEL_SA_USERNAME MIXPANEL_SA_SECRET
const MIXPANEL_SA_USERNAME = process.env.MIXPANEL_SA_USERNAME;
const MIXPANEL_SA_SECRET = process.env.MIXPANEL_SA_SECRET;
// ~
const bookmark = 7712;
// ~
function ok(answer) {
  return answer.status === 200;
}
// ~
async function insights() {
  const account = `${MIXPANEL_SA_USERNAME}:${MIXPANEL_SA_SECRET}`;
  const pass = 'Basic ' + Buffer.from(account).toString('base64');
  // <
  const answer = await fetch('https://eu.mixpanel.com/api/query/insights?bookmark_id=' + bookmark, {
    headers: { Authorization: pass },
  });
  console.log(ok(answer));
  // >
}
module.exports = { insights };
