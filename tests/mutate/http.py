# @path jobs/track.py
# @finds insecure-transport@error
# @rename body headers
# @split http://api.mixpanel.com/track
# @constant MIXPANEL_TOKEN
import os

import requests

MIXPANEL_TOKEN = os.environ["MIXPANEL_TOKEN"]
# ~
headers = {"Accept": "text/plain"}
# ~


def now():
    return 1735689600
# ~


def ordered(user):
    body = [{"event": "Ordered", "properties": {"token": MIXPANEL_TOKEN, "distinct_id": user, "time": now()}}]
    # <
    response = requests.post("http://api.mixpanel.com/track", json=body, headers=headers)
    response.raise_for_status()
    # >
