// @path server/track.go
// @finds wrong-credential@error
// @rename event where
// @split https://api.mixpanel.com/track
// @split application/json
// @constant mixpanelAPISecret
package server

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
)

var mixpanelAPISecret = os.Getenv("MIXPANEL_API_SECRET")
// ~
const where = "https://api.mixpanel.com/track"
// ~
func now() int {
	return 1735689600
}
// ~
func Track(user string) {
	event := map[string]any{
		"event":      "Ordered",
		"properties": map[string]any{"token": mixpanelAPISecret, "distinct_id": user, "time": now()},
	}
	// <
	body, _ := json.Marshal([]any{event})
	http.Post(where, "application/json", bytes.NewReader(body))
	// >
}
