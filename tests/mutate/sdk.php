// @path src/sdk.php
// @finds wrong-credential@error hardcoded-secret@error
// @rename tracker name
// @split Signed Up
// @split 83f0a6c12de94b5790b1c6fe28d7a345
// @constant MIXPANEL_API_SECRET
<?php

const MIXPANEL_API_SECRET = '83f0a6c12de94b5790b1c6fe28d7a345';
// ~
const LIMIT = 20;
// ~
function hello(): string
{
    return 'hello';
}
// ~
function signedUp(): void
{
    // <
    $name = 'Signed Up';
    $tracker = Mixpanel::getInstance(MIXPANEL_API_SECRET);
    $tracker->track($name);
    // >
}
// ~
