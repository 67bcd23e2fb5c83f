# @path jobs/export.py
# @finds hardcoded-secret@error discouraged-credential@note
# @rename params where
# @split https://data.mixpanel.com/api/2.0/export
# @split 7c41be09d35fa8260e9d1b4a76f3c852
# @constant MIXPANEL_API_SECRET
import json

import requests

MIXPANEL_API_SECRET = "7c41be09d35fa8260e9d1b4a76f3c852"
# ~
where = "https://data.mixpanel.com/api/2.0/export"
# ~


def rows(text):
    return [json.loads(line) for line in text.splitlines()]
# ~


def export(day):
    params = {"from_date": day, "to_date": day}
    # <
    response = requests.get(where, params=params, auth=(MIXPANEL_API_SECRET, ""), timeout=60)
    print(len(rows(response.text)))
    # >
# ~
