# @path lib/export.ex
# @finds hardcoded-secret@error
# @rename answer day
# @split /api/2.0/export
# @split 7c41be09d35fa8260e9d1b4a76f3c852
# @constant nightly_value
defmodule Export do
  @nightly_value "7c41be09d35fa8260e9d1b4a76f3c852"
  # ~
  def lines(text) do
    String.split(text, "\n")
  end
  # ~
  def hello do
    "hello"
  end
  # ~
  def run(day) do
    # <
    login = Base.encode64(@nightly_value <> ":")
    answer =
      HTTPoison.get!("https://data.mixpanel.com/api/2.0/export" <> "?from_date=" <> day, [
        {"Authorization", "Basic " <> login}
      ])

    lines(answer.body)
    # >
  end
  # ~
end
