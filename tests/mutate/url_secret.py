# @path jobs/pull.py
# @finds secret-in-url@warning discouraged-credential@note
# @rename day
# @split /api/2.0/export
# @constant MIXPANEL_API_SECRET
import os
import urllib.request

MIXPANEL_API_SECRET = os.environ["MIXPANEL_API_SECRET"]
# ~
day = "2026-01-01"
# ~


def rows(text):
    return text.splitlines()
# ~


def export():
    # <
    url = f"https://{MIXPANEL_API_SECRET}:@data.mixpanel.com/api/2.0/export?from_date={day}&to_date={day}"
    answer = urllib.request.urlopen(url).read()
    print(len(rows(answer)))
    # >
