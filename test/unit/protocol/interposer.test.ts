import { describe, expect, test } from 'vitest'
import { interposerWhat } from '../../../src/protocol/interposer.ts'

const reset = { does: 'reset', at: 'headers' }

describe('what an interposer is told', () => {
  test('the rest is as plain as can be', () => {
    expect(interposerWhat.parse({ deed: { does: 'latency', ms: 100 } })).toEqual({
      deed: { does: 'latency', ms: 100, jitterMs: 0, of: 'request' },
      scope: {},
      speaks: 'http',
      seed: 1,
    })
  })

  test.each([
    [{ deed: { does: 'explode' } }, 'Invalid'],
    [{ deed: { does: 'reset', at: 'lunch' } }, 'Invalid'],
    [{ deed: { does: 'latency', ms: 0 } }, '>0'],
    [{ deed: { does: 'status', code: 204 } }, 'without a body'],
    [{ deed: reset, scope: { path: 'api' } }, 'no path'],
    [{ deed: reset, scope: { method: 'get' } }, 'no method in capitals'],
    [{ deed: reset, scope: { share: 1.5 } }, '<=1'],
    [{ deed: reset, scope: { by: 'x-user-id' } }, 'say both'],
    [{ deed: { does: 'hang', at: 'accept' }, scope: { path: '/a' } }, "'path' is known of requests"],
    [{ deed: reset, speaks: 'tcp', scope: { method: 'GET' } }, "'method' is known of requests"],
    [{ deed: { does: 'status', code: 500 }, speaks: 'tcp' }, "'status' needs 'speaks: http'"],
    [{ deed: { does: 'truncate', framing: 'length' }, speaks: 'tcp' }, "'truncate' needs"],
    [{ deed: { does: 'latency', ms: 5, of: 'body' }, speaks: 'tcp' }, "'of: first-byte'"],
  ])('%j is refused', (what, because) => {
    const { success, error } = interposerWhat.safeParse(what)
    expect(success).toBe(false)
    expect(JSON.stringify(error?.issues)).toContain(because)
  })

  test.each([
    [{ deed: reset, scope: { path: '/api/', method: 'POST', first: 3, every: 2, share: 0.5, by: 'x-user-id' } }],
    [{ deed: { does: 'hang', at: 'accept' }, scope: { every: 2 } }],
    [{ deed: { does: 'bandwidth', bytesPerS: 1_000 }, speaks: 'tcp', scope: { share: 0.1 } }],
  ])('%j is taken', (what) => {
    expect(interposerWhat.safeParse(what).success).toBe(true)
  })
})
