<?php

// Whether Sextant sent this within the last $tolerance seconds. $secret is the whole whsec_... text, $headers has
// names in lower case, $body is the bytes as they came: file_get_contents('php://input').
function verify(string $secret, array $headers, string $body, int $tolerance = 300, ?int $now = null): bool
{
    $sentAt = $headers['webhook-timestamp'] ?? '';
    if (!preg_match('/\A[0-9]{1,12}\z/', $sentAt) || abs(($now ?? time()) - (int) $sentAt) > $tolerance) {
        return false;
    }
    $key = base64_decode(substr($secret, strlen('whsec_')));
    $signed = ($headers['webhook-id'] ?? '') . '.' . $sentAt . '.' . $body;
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', $signed, $key, true));
    // Several while the secret is being changed.
    foreach (explode(' ', $headers['webhook-signature'] ?? '') as $one) {
        if (hash_equals($expected, $one)) {
            return true;
        }
    }
    return false;
}

// The same by X-GitLeads-Signature alone: it says nothing of when.
function verify_body(string $secret, array $headers, string $body): bool
{
    $expected = 'sha256=' . hash_hmac('sha256', $body, $secret);
    return hash_equals($expected, $headers['x-gitleads-signature'] ?? '');
}
