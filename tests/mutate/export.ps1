# @path jobs/export.ps1
# @finds hardcoded-secret@error discouraged-credential@note
# @rename answer day
# @split /api/2.0/export
# @split 7c41be09d35fa8260e9d1b4a76f3c852
# @constant NightlyValue
$NightlyValue = '7c41be09d35fa8260e9d1b4a76f3c852'
# ~
$day = '2026-01-01'
# ~
function Count([string]$text) {
    return $text.Length
}
# ~
# <
$login = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($NightlyValue + ':'))
$headers = @{ Authorization = 'Basic ' + $login }
$answer = Invoke-RestMethod -Uri 'https://data.mixpanel.com/api/2.0/export' -Headers $headers -Body @{ from_date = $day }
Count $answer
# >
