import { expect, test } from 'vitest'
import { BackendLog } from '../../../src/watch/backend-log.ts'

test('a log is read for its time only, and does not grow for ever', () => {
  const log = new BackendLog()
  for (let at = 0; at < 300_000; at += 1_000) {
    log.take(at, JSON.stringify({ id: `u-${at}`, path: '/', status: at % 2_000 === 0 ? 200 : null, ms: 1_000 }))
    log.take(at, `line ${at}`)
  }
  log.take(299_500, '{"ready":true}')
  expect(log.between(295_000, 300_000)).toMatchObject({ requests: 5, failed: 3, slow: 5, readyMs: 299_500 })
  expect(log.between(295_000, 300_000).said).toHaveLength(5)
  expect(log.between(0, 170_000)).toMatchObject({ requests: 0, said: [], readyMs: null })
})

test('a line that only looks like a request is something that it says', () => {
  const log = new BackendLog()
  log.take(1, '{"id": broken')
  log.take(2, '{"id":1}')
  log.take(3, '')
  expect(log.between(0, 9)).toEqual({
    requests: 0,
    failed: 0,
    slow: 0,
    said: ['{"id": broken', '{"id":1}'],
    readyMs: null,
  })
})
