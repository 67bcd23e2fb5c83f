// @path jobs/export.go
// @finds hardcoded-secret@error
// @rename answer day
// @split /api/2.0/export
// @split 7c41be09d35fa8260e9d1b4a76f3c852
// @constant nightlyValue
package jobs

import (
	"io"
	"log"
	"net/http"
	"os"
)

const nightlyValue = "7c41be09d35fa8260e9d1b4a76f3c852"
// ~
func save(body io.Reader) {
	file, _ := os.Create("export.jsonl")
	io.Copy(file, body)
}
// ~
func ready() bool {
	return true
}
// ~
func Export(day string) {
	// <
	req, _ := http.NewRequest("GET", "https://data.mixpanel.com/api/2.0/export"+"?from_date="+day+"&to_date="+day, nil)
	req.SetBasicAuth(nightlyValue, "")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		log.Println(err)
	}
	save(answer.Body)
	// >
}
