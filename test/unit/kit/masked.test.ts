import { expect, test } from 'vitest'
import { inert, inertJson, inertLines } from '../../../src/kit/inert.ts'
import { masked } from '../../../src/kit/masked.ts'

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
  ]) {
    expect(masked(text)).toBe(text)
  }
})
