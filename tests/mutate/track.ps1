# @path jobs/track.ps1
# @finds wrong-credential@error
# @rename body where
# @split https://api.mixpanel.com/track
# @split application/json
# @constant MixpanelApiSecret
$MixpanelApiSecret = $env:MIXPANEL_API_SECRET
# ~
$where = 'https://api.mixpanel.com/track'
# ~
function Now {
    return 1735689600
}
# ~
$body = @(@{ event = 'Ordered'; properties = @{ token = $MixpanelApiSecret; distinct_id = 'user'; time = (Now) } })
# <
Invoke-RestMethod -Uri $where -Method Post -ContentType 'application/json' -Body (ConvertTo-Json $body)
# >
