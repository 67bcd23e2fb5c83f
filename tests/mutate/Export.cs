// @path src/Export.cs
// @finds hardcoded-secret@error discouraged-credential@note
// @rename request day
// @split /api/2.0/export
// @split 7c41be09d35fa8260e9d1b4a76f3c852
// @constant NightlyValue
using System.Net.Http.Headers;
using System.Text;

public class Export
{
    private const string NightlyValue = "7c41be09d35fa8260e9d1b4a76f3c852";
    // ~
    private readonly HttpClient http = new HttpClient();
    // ~
    private int Count(string text)
    {
        return text.Length;
    }
    // ~
    public async Task Run(string day)
    {
        // <
        var request = new HttpRequestMessage(HttpMethod.Get, "https://data.mixpanel.com/api/2.0/export" + "?from_date=" + day);
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes(NightlyValue + ":"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", login);
        await http.SendAsync(request);
        // >
    }
    // ~
}
