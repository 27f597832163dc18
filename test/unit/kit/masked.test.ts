import { expect, test } from 'vitest'
import { inert, inertJson, inertLines } from '../../../src/kit/inert.ts'
import { hide, masked } from '../../../src/kit/masked.ts'

/** Twenty places in which a credential stands; the canary is found in nothing that is printed or kept. */
const canary = 'c4naryS3cret'
const places = [
  `tcp://user:${canary}@docker.example:2375`,
  `https://${canary}@example.com/path`,
  `http://a:${canary}@[::1]:80/?x=1`,
  `postgres://shop:${canary}@db/shop`,
  `redis://:${canary}@cache:6379`,
  `ssh://${canary}@host`,
  `Authorization: Bearer ${canary}`,
  `authorization: Basic ${canary}`,
  `Proxy-Authorization: Digest ${canary}`,
  `Cookie: session=${canary}`,
  `Set-Cookie: id=${canary}; Path=/`,
  `curl -H 'Authorization: ${canary}'`,
  `{"authorization":"Bearer ${canary}"}`,
  `POSTGRES_PASSWORD=${canary}`,
  `DB_PASSWD: ${canary}`,
  `/api?api_key=${canary}&x=1`,
  `/login?password=${canary}`,
  `x-api-key: ${canary}`,
  `AWS_SECRET_ACCESS_KEY-secret=${canary}`,
  `access_token=${canary}`,
]

/** Ways to write one that other tools have: more than a name, a sign and a word. */
const written = [
  `tcp://user:p@${canary}@host`,
  `postgres://user:pa/${canary}@db`,
  `Cookie: a=1; session=${canary}`,
  `Set-Cookie: a=1; Path=/; id=${canary}`,
  `Authorization: Digest username="u", response="${canary}"`,
  `Authorization: ApiKey ${canary}`,
  `authorization: AWS4-HMAC-SHA256 Credential=${canary}/eu, Signature=${canary}`,
  `-H 'Proxy-Authorization: Basic a ${canary}'`,
  `"authorization" => "Bearer ${canary}"`,
  `"GET /x?a=1&token=${canary} HTTP/1.1"`,
  `/x?secret=${canary}`,
  `/x?X-Amz-Signature=${canary}&y`,
  `/x?sv=1&sig=${canary}`,
  `/maps?key=${canary}`,
  `/x?next=%2Fy%3Fpassword%3D${canary}`,
  `{"token":"${canary}"}`,
  `{\\"password\\":\\"a, ${canary}\\"}`,
  `x-token: ${canary}`,
  `x-auth-key: ${canary}`,
  `private-token: ${canary}`,
  `DB_PWD=${canary}`,
  `passphrase: ${canary}`,
  `password='a ${canary}'`,
  `password:  ${canary}`,
  `mysql --user=x --password ${canary}`,
  `curl -u user:${canary} http://a`,
  `proxy_set_header Authorization "Basic ${canary}";`,
  `proxy_set_header X-Api-Key ${canary};`,
  `fastcgi_param DB_PASSWORD ${canary};`,
  `Bearer ${canary}`,
  `-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE${canary}\n-----END EC PRIVATE KEY-----`,
]

test.each(written)('nor however it is written: %s', (text) => {
  expect(masked(text)).not.toContain(canary)
  expect(masked(masked(text))).toBe(masked(text))
  expect(inert(text)).not.toContain(canary)
  const json = inertJson({ text, [text]: 1 })
  expect(json).not.toContain(canary)
  expect(() => JSON.parse(json)).not.toThrow()
})

test('what is called like a secret is masked in JSON of any shape, which stays JSON', () => {
  const value = {
    cookie: true,
    password: null,
    token: [canary, { deep: canary }],
    'x-api-key': 12_345,
    authorization: { a: canary },
    secret: '',
    headers: { Authorization: `Bearer \${env:TOKEN}`, Cookie: `a=${canary}` },
    list: [{ password: canary }, `a\\`, 7],
  }
  const read: unknown = JSON.parse(inertJson(value, 2))
  expect(JSON.stringify(read)).not.toContain(canary)
  expect(read).toEqual({
    cookie: true,
    password: null,
    token: ['***', { deep: '***' }],
    'x-api-key': '***',
    authorization: { a: '***' },
    secret: '',
    headers: { Authorization: `Bearer \${env:TOKEN}`, Cookie: '***' },
    list: [{ password: '***' }, `a\\`, 7],
  })
  expect(JSON.parse(inertLines(inertJson(value, 2)))).toEqual(read)
})

test('a value that was given to be sent is masked wherever it comes back', () => {
  const own = 'made-up-value-7'
  hide(own, 'a')
  expect(masked(`a server said: ${own}!`)).toBe('a server said: ***!')
  expect(inertJson({ [own]: own })).toBe('{"***":"***"}')
})

test.each(places)('no credential is shown: %s', (text) => {
  expect(places).toHaveLength(20)
  expect(masked(text)).not.toContain(canary)
  expect(masked(masked(text))).toBe(masked(text))
  for (const shown of [inert(text), inertLines(`a\n${text}\nb`), inertJson({ text, list: [text] }, 2)]) {
    expect(shown).not.toContain(canary)
    expect(shown).toContain('***')
  }
  expect(() => JSON.parse(inertJson({ text }))).not.toThrow()
})

test('what holds no credential stays as it is', () => {
  for (const text of [
    'http://web-1:8080/healthz',
    'mail user@example.com',
    'see https://example.com/@user/x',
    'keepalive 32; proxy_cache_key $uri;',
    'a basic rule, key=value, token ring',
    'basic authentication and Bearer authentication are headers',
    'proxy_set_header Authorization $http_authorization;',
    'proxy_set_header Cookie "";',
    `authorization: Bearer \${env:TOKEN}`,
    'server_tokens: off, password: none, Access-Control-Allow-Credentials: true',
    'http://[::1]:8080/@x and http://web-1:8080/a@b',
    'PWD=/root, --token-file x',
    'https://USER:PASSWORD@HOST:PORT/PATH',
  ]) {
    expect(masked(text)).toBe(text)
  }
})
