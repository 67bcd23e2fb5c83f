// @path Sources/App/Export.swift
// @finds client-side-secret@error
// @rename request day
// @split /api/2.0/export
// @split 7c41be09d35fa8260e9d1b4a76f3c852
// @constant nightlyValue
import Foundation

let nightlyValue = "7c41be09d35fa8260e9d1b4a76f3c852"
// ~
let limit = 20
// ~
func count(_ text: String) -> Int {
    return text.count
}
// ~
func export(_ day: String) {
    // <
    var request = URLRequest(url: URL(string: "https://data.mixpanel.com/api/2.0/export" + "?from_date=" + day)!)
    let login = Data((nightlyValue + ":").utf8).base64EncodedString()
    request.setValue("Basic " + login, forHTTPHeaderField: "Authorization")
    URLSession.shared.dataTask(with: request).resume()
    // >
}
