// @path Sources/App/Sdk.swift
// @finds client-side-secret@error wrong-credential@error
// @rename client name
// @split Signed Up
// @split 83f0a6c12de94b5790b1c6fe28d7a345
// @constant mixpanelApiSecret
import Mixpanel
import UIKit

let mixpanelApiSecret = "83f0a6c12de94b5790b1c6fe28d7a345"
// ~
let name = "Signed Up"
// ~
func hello() -> String {
    return "hello"
}
// ~
func signedUp() {
    // <
    let client = Mixpanel.initialize(token: mixpanelApiSecret, trackAutomaticEvents: false)
    client.track(event: name)
    // >
}
