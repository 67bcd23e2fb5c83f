# @path app/track.rb
# @finds wrong-credential@error
# @rename event where
# @split https://api.mixpanel.com/track
# @split application/json
# @constant MIXPANEL_API_SECRET
require 'httparty'

MIXPANEL_API_SECRET = ENV.fetch('MIXPANEL_API_SECRET')
# ~
LIMIT = 20
# ~
def now
  1_735_689_600
end
# ~
def track(user)
  where = 'https://api.mixpanel.com/track'
  event = { event: 'Ordered', properties: { token: MIXPANEL_API_SECRET, distinct_id: user, time: now } }
  # <
  HTTParty.post(where, headers: { 'Content-Type' => 'application/json' }, body: [event].to_json)
  # >
end
# ~
