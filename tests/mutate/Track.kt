// @path src/main/kotlin/Track.kt
// @finds wrong-credential@error
// @rename event where
// @split https://api.mixpanel.com/track
// @split application/json
// @constant mixpanelApiSecret
import io.ktor.client.HttpClient
import io.ktor.client.request.header
import io.ktor.client.request.post
import io.ktor.client.request.setBody

val mixpanelApiSecret = System.getenv("MIXPANEL_API_SECRET")
// ~
val where = "https://api.mixpanel.com/track"
// ~
fun now() = 1735689600
// ~
suspend fun track(client: HttpClient, user: String) {
    val event = mapOf(
        "event" to "Ordered",
        "properties" to mapOf("token" to mixpanelApiSecret, "distinct_id" to user, "time" to now()),
    )
    // <
    client.post(where) {
        header("Content-Type", "application/json")
        setBody(listOf(event))
    }
    // >
}
