// @path jobs/export.php
// @finds hardcoded-secret@error
// @rename answer options
// @split /api/2.0/export
// @split 7c41be09d35fa8260e9d1b4a76f3c852
// @constant NIGHTLY_VALUE
<?php

use GuzzleHttp\Client;

const NIGHTLY_VALUE = '7c41be09d35fa8260e9d1b4a76f3c852';
// ~
const LIMIT = 20;
// ~
function lines(string $text): int
{
    return count(explode("\n", $text));
}
// ~
function export(): void
{
    // <
    $client = new Client();
    $options = ['query' => ['from_date' => '2026-01-01'], 'auth' => [NIGHTLY_VALUE, '']];
    $answer = $client->request('GET', 'https://data.mixpanel.com/api/2.0/export', $options);
    echo lines((string) $answer->getBody());
    // >
}
// ~
