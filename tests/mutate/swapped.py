# @path jobs/insights.py
# @finds misplaced-credential@error
# @rename login bookmark
# @split https://mixpanel.com/api/query/insights
# @constant MIXPANEL_SERVICE_ACCOUNT_USERNAME MIXPANEL_SERVICE_ACCOUNT_SECRET
import os

import requests

MIXPANEL_SERVICE_ACCOUNT_USERNAME = os.environ["MIXPANEL_SERVICE_ACCOUNT_USERNAME"]
MIXPANEL_SERVICE_ACCOUNT_SECRET = os.environ["MIXPANEL_SERVICE_ACCOUNT_SECRET"]
# ~
bookmark = 7712
# ~


def ok(response):
    return response.status_code == 200
# ~


def insights():
    login = (MIXPANEL_SERVICE_ACCOUNT_SECRET, MIXPANEL_SERVICE_ACCOUNT_USERNAME)
    # <
    response = requests.get(
        "https://mixpanel.com/api/query/insights",
        params={"project_id": os.environ["MIXPANEL_PROJECT_ID"], "bookmark_id": bookmark},
        auth=login,
    )
    print(ok(response))
    # >
