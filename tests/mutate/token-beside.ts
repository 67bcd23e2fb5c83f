// @path server/track.ts
// @finds misplaced-credential@error
// @rename base event
// @split https://api-eu.mixpanel.com
// @constant MIXPANEL_TOKEN
import axios from 'axios';

const MIXPANEL_TOKEN = process.env.MIXPANEL_TOKEN;
// ~
const base = 'https://api-eu.mixpanel.com';
// ~
interface Ordered {
  total: number;
}
// ~
export async function ordered(user: string, order: Ordered): Promise<void> {
  const event = { event: 'Ordered', token: MIXPANEL_TOKEN, properties: { distinct_id: user, ...order } };
  // <
  await axios.post(`${base}/track`, [event]);
  // >
}
