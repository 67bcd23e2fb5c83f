# @path scripts/me.sh
# @finds wrong-credential@error
# @rename answer
# @split https://data-eu.mixpanel.com/api/2.0/nessie/pipeline/jobs
# @constant MIXPANEL_OAUTH_TOKEN
#!/bin/sh
set -eu

MIXPANEL_OAUTH_TOKEN="${MIXPANEL_OAUTH_TOKEN:?}"
# ~
answer="jobs.json"
# ~
show() {
  cat jobs.json
}
# ~
limit=20
# ~
# <
curl -sS -m "$limit" -o "$answer" -H "Authorization: Bearer $MIXPANEL_OAUTH_TOKEN" \
  "https://data-eu.mixpanel.com/api/2.0/nessie/pipeline/jobs"
# >
show
