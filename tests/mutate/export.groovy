// @path jobs/export.groovy
// @finds hardcoded-secret@error
// @rename connection day
// @split /api/2.0/export
// @split 7c41be09d35fa8260e9d1b4a76f3c852
// @constant nightlyValue
def nightlyValue = '7c41be09d35fa8260e9d1b4a76f3c852'
// ~
def limit = 20
// ~
def day = '2026-01-01'
// ~
// <
def connection = new URL('https://data.mixpanel.com/api/2.0/export' + '?from_date=' + day).openConnection()
connection.setRequestProperty('Authorization', 'Basic ' + (nightlyValue + ':').bytes.encodeBase64().toString())
println(connection.inputStream.text.length())
// >
