# @path lib/track.ex
# @finds wrong-credential@error hardcoded-secret@error
# @rename event user
# @split https://api.mixpanel.com/track
# @split 83f0a6c12de94b5790b1c6fe28d7a345
# @constant mixpanel_api_secret
defmodule Track do
  @mixpanel_api_secret "83f0a6c12de94b5790b1c6fe28d7a345"
  # ~
  def now do
    1_735_689_600
  end
  # ~
  def hello do
    "hello"
  end
  # ~
  def run(user) do
    event = %{event: "Ordered", properties: %{token: @mixpanel_api_secret, distinct_id: user, time: now()}}
    # <
    Req.post!("https://api.mixpanel.com/track", json: [event])
    # >
  end
  # ~
end
