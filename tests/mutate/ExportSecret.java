// @path src/main/java/ExportSecret.java
// @finds hardcoded-secret@error
// @rename request day
// @split /api/2.0/export
// @split 7c41be09d35fa8260e9d1b4a76f3c852
// @constant NIGHTLY_VALUE
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;

public class ExportSecret {
    private static final String NIGHTLY_VALUE = "7c41be09d35fa8260e9d1b4a76f3c852";
    // ~
    private final HttpClient http = HttpClient.newHttpClient();
    // ~
    private int count(String text) {
        return text.split("\n").length;
    }
    // ~
    public void export(String day) throws Exception {
        // <
        String header = "Basic " + Base64.getEncoder().encodeToString((NIGHTLY_VALUE + ":").getBytes());
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://data.mixpanel.com/api/2.0/export" + "?from_date=" + day))
                .header("Authorization", header)
                .build();
        System.out.println(count(http.send(request, HttpResponse.BodyHandlers.ofString()).body()));
        // >
    }
    // ~
}
