# @path lib/export.rb
# @finds hardcoded-secret@error
# @rename request day
# @split /api/2.0/export
# @split 7c41be09d35fa8260e9d1b4a76f3c852
# @constant NIGHTLY_VALUE
require 'net/http'

NIGHTLY_VALUE = '7c41be09d35fa8260e9d1b4a76f3c852'
# ~
LIMIT = 20
# ~
def lines(text)
  text.split("\n")
end
# ~
def export(day)
  # <
  uri = URI('https://data.mixpanel.com/api/2.0/export' + "?from_date=#{day}")
  request = Net::HTTP::Get.new(uri)
  request.basic_auth(NIGHTLY_VALUE, '')
  Net::HTTP.start(uri.host, uri.port, use_ssl: true) { |http| lines(http.request(request).body) }
  # >
end
# ~
