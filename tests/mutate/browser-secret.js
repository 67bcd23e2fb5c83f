// @path src/report.js
// @finds client-side-secret@error
// @rename search header
// @split https://mixpanel.com/api/query/insights
// @split Kx8fQ2mZr4TnV7bYw3HsJd6LpC9gEa5U
// @constant SERVICE_USER SERVICE_SECRET
import mixpanel from 'mixpanel-browser';

const SERVICE_USER = 'reports.4be21c.mp-service-account';
const SERVICE_SECRET = 'Kx8fQ2mZr4TnV7bYw3HsJd6LpC9gEa5U';
// ~
export function opened() {
  mixpanel.track('Report Opened');
}
// ~
export function title(text) {
  document.title = text;
}
// ~
export async function insights(id) {
  const search = `?project_id=2415873&bookmark_id=${id}`;
  const header = { Authorization: `Basic ${btoa(SERVICE_USER + ':' + SERVICE_SECRET)}` };
  // <
  const response = await fetch('https://mixpanel.com/api/query/insights' + search, { headers: header });
  title(response.statusText);
  // >
}
