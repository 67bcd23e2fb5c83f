// @path src/main/kotlin/Export.kt
// @finds hardcoded-secret@error
// @rename request day
// @split /api/2.0/export
// @split 7c41be09d35fa8260e9d1b4a76f3c852
// @constant nightlyValue
import okhttp3.Credentials
import okhttp3.OkHttpClient
import okhttp3.Request

val nightlyValue = "7c41be09d35fa8260e9d1b4a76f3c852"
// ~
private val client = OkHttpClient()
// ~
fun count(text: String) = text.lines().size
// ~
fun export(day: String) {
    // <
    val request = Request.Builder()
        .url("https://data.mixpanel.com/api/2.0/export" + "?from_date=$day&to_date=$day")
        .header("Authorization", Credentials.basic(nightlyValue, ""))
        .build()
    println(count(client.newCall(request).execute().body!!.string()))
    // >
}
