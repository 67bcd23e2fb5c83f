# @path jobs/events.py
# @finds hardcoded-secret@error
# @rename login body
# @split https://api.mixpanel.com/import
# @split Kx8fQ2mZr4TnV7bYw3HsJd6LpC9gEa5U
# @constant USER PASSWORD
import requests

PASSWORD = "Kx8fQ2mZr4TnV7bYw3HsJd6LpC9gEa5U"
USER = "import.4be21c.mp-service-account"
# ~
limit = 2000
# ~


def ok(response):
    return response.status_code == 200
# ~


def send(events):
    login = (USER, PASSWORD)
    body = [event for event in events if event][:limit]
    # <
    response = requests.post("https://api.mixpanel.com/import?project_id=2415873", auth=login, json=body)
    print(ok(response))
    # >
