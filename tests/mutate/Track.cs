// @path src/Track.cs
// @finds wrong-credential@error
// @rename events where
// @split https://api.mixpanel.com/track
// @constant MixpanelApiSecret
using System.Net.Http.Json;

public class Track
{
    private static readonly string MixpanelApiSecret = Environment.GetEnvironmentVariable("MIXPANEL_API_SECRET");
    // ~
    private readonly HttpClient http = new HttpClient();
    // ~
    private const string where = "https://api.mixpanel.com/track";
    // ~
    public async Task Run(string user)
    {
        var events = new[] { new { @event = "Ordered", properties = new { token = MixpanelApiSecret, distinct_id = user } } };
        // <
        await http.PostAsJsonAsync(where, events);
        // >
    }
    // ~
}
