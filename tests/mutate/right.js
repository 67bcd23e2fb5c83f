// @path server/right.js
// @finds
// @rename account pass
// @split https://eu.mixpanel.com/api/query/insights
// @constant MIXPANEL_SA_USERNAME MIXPANEL_SA_SECRET
const MIXPANEL_SA_USERNAME = process.env.MIXPANEL_SA_USERNAME;
const MIXPANEL_SA_SECRET = process.env.MIXPANEL_SA_SECRET;
// ~
const project = process.env.MIXPANEL_PROJECT_ID;
// ~
function ok(answer) {
  return answer.status === 200;
}
// ~
async function insights(id) {
  const account = `${MIXPANEL_SA_USERNAME}:${MIXPANEL_SA_SECRET}`;
  const pass = 'Basic ' + Buffer.from(account).toString('base64');
  // <
  const answer = await fetch(`https://eu.mixpanel.com/api/query/insights?project_id=${project}&bookmark_id=${id}`, {
    headers: { Authorization: pass },
  });
  console.log(ok(answer));
  // >
}
module.exports = { insights };
