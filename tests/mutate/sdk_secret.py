# @path app/analytics.py
# @finds wrong-credential@error
# @rename client name
# @split Signed Up
# @constant MIXPANEL_API_SECRET
import os

from mixpanel import Mixpanel

MIXPANEL_API_SECRET = os.getenv("MIXPANEL_API_SECRET")
# ~
name = "Signed Up"
# ~


def hello():
    return "hello"
# ~


def signed_up(user):
    # <
    client = Mixpanel(MIXPANEL_API_SECRET)
    client.track(user, name)
    # >
