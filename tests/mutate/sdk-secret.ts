// @path src/analytics.ts
// @finds wrong-credential@error
// @rename client name
// @split Signed Up
// @constant MIXPANEL_API_SECRET
import Mixpanel from 'mixpanel';

const MIXPANEL_API_SECRET = process.env.MIXPANEL_API_SECRET;
// ~
const name = 'Signed Up';
// ~
export function hello(): string {
  return 'hello';
}
// ~
export async function signedUp(user: string): Promise<void> {
  // <
  const client = Mixpanel.init(MIXPANEL_API_SECRET);
  client.track(name, { distinct_id: user });
  // >
}
