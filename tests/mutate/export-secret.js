// @path server/export.js
// @finds hardcoded-secret@error discouraged-credential@note
// @rename response answer
// @split https://data.mixpanel.com/api/2.0/export
// @split 7c41be09d35fa8260e9d1b4a76f3c852
// @constant MIXPANEL_API_SECRET
const axios = require('axios');

const MIXPANEL_API_SECRET = '7c41be09d35fa8260e9d1b4a76f3c852';
// ~
function lines(answer) {
  return answer.data.split('\n');
}
// ~
async function exportDay(day) {
  // <
  const response = await axios.get('https://data.mixpanel.com/api/2.0/export', {
    params: { from_date: day, to_date: day },
    auth: { username: MIXPANEL_API_SECRET, password: '' },
  });
  console.log(response.status);
  // >
}
// ~
module.exports = { exportDay, lines };
