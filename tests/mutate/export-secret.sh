# @path scripts/export.sh
# @finds hardcoded-secret@error discouraged-credential@note
# @rename day
# @split https://data.mixpanel.com/api/2.0/export
# @split 7c41be09d35fa8260e9d1b4a76f3c852
# @constant MIXPANEL_API_SECRET
#!/bin/bash
set -eu

MIXPANEL_API_SECRET="7c41be09d35fa8260e9d1b4a76f3c852"
# ~
day="2026-01-01"
# ~
count() {
  wc -l < export.jsonl
}
# ~
out="export.jsonl"
# ~
# <
curl -sS -u "$MIXPANEL_API_SECRET:" "https://data.mixpanel.com/api/2.0/export?from_date=$day&to_date=$day" -o "$out"
# >
count
