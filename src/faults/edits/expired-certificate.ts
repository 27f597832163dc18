/** Of `expired.invalid`, signed by itself, good until the first of January 2020. Its key is nobody's secret. */
export const expiredCertificate = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIBbTCCARSgAwIBAgIBATAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9leHBpcmVk
LmludmFsaWQwHhcNMTkwMTAxMDAwMDAwWhcNMjAwMTAxMDAwMDAwWjAaMRgwFgYD
VQQDDA9leHBpcmVkLmludmFsaWQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASi
QkB5HaO+jQg/XVvGvS6o1M0XAX5t4W/7/24XCz35noeO3EZllSFvvQ3rabMkj1Z7
yEeIfdzf87+vACEUYJ6+o0swSTAaBgNVHREEEzARgg9leHBpcmVkLmludmFsaWQw
DAYDVR0TAQH/BAIwADAdBgNVHQ4EFgQU9/qw+7JbZKmRHnKcoxLWxZ2OegIwCgYI
KoZIzj0EAwIDRwAwRAIgFINil5IBHnBNdH4N+qEoWErmNhqqgpWsXEnWwo4rkegC
IFEC0Q7xC0/PBC64b3hEaxxDs4KiHrWFUfb4Zuxi3Aqr
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgEjla4S8vxka18ADX
Bh23I2B1Db4+lbQQK2WBH7TMSq+hRANCAASiQkB5HaO+jQg/XVvGvS6o1M0XAX5t
4W/7/24XCz35noeO3EZllSFvvQ3rabMkj1Z7yEeIfdzf87+vACEUYJ6+
-----END PRIVATE KEY-----
`,
} as const
