<?php

require __DIR__ . '/verify.php';

while (($line = fgets(STDIN)) !== false) {
    $one = json_decode($line, true);
    $body = base64_decode($one['body']);
    $isGood = $one['scheme'] === 'standard'
        ? verify($one['secret'], $one['headers'], $body, 300, $one['now'])
        : verify_body($one['secret'], $one['headers'], $body);
    echo $isGood ? 'true' : 'false', "\n";
}
