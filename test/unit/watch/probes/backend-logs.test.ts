import { expect, test } from 'vitest'
import { LogBook } from '../../../../src/watch/logbook.ts'
import { probeFor } from '../../../support/made-kinds.ts'
import { fakeView, storyStart } from '../../../support/view.ts'

const probe = probeFor({ kind: 'backend-logs', over: 5_000 })
const now = storyStart + 30_000

const request = (status: number | null, ms: number) =>
  JSON.stringify({ id: 'u-1', method: 'GET', path: '/', status, ms })
type Said = [service: string, wallMs: number, text: string]

/** Four servers that were asked before the story, and what they said after it. */
function logsWith(...lines: Said[]): LogBook {
  const logs = new LogBook(() => undefined)
  const usual = ['web-1', 'web-2', 'api-1', 'api-2'].map((name): Said => [name, storyStart - 1_000, request(200, 2)])
  for (const [service, wallMs, text] of [...usual, ...lines]) {
    logs.take({ service, stream: 'stdout', wallMs, text }, 'server')
  }
  return logs
}

const all = (text: string, wallMs = now - 1_000): Said[] =>
  ['web-1', 'web-2', 'api-1', 'api-2'].map((name) => [name, wallMs, text])

test.each<[string, Said[]]>([
  ['nothing unusual', all(request(200, 3))],
  ['no requests arrive', []],
  ['no requests arrive', all(request(200, 3)).slice(1)],
  ['no requests arrive', all(request(200, 3), now - 9_000)],
  ['slow answers', [...all(request(200, 3)), ['api-1', now - 500, request(200, 1_400)]]],
  ['slow answers', all(request(null, 4_000))],
  ['failed answers', [...all(request(200, 3)), ['web-2', now - 500, request(503, 2)]]],
  ['error messages', [...all(request(200, 3)), ['web-2', now - 500, "ROLE is 'wbe': give web or api"]]],
  ['nothing unusual', [...all(request(200, 3)), ['web-2', now - 500, '{"ready":true,"name":"web-2"}']]],
])('%s', async (finding, lines) => {
  const observation = await probe.look(fakeView({ logs: logsWith(...lines) }))
  expect(observation.finding, observation.because).toBe(finding)
})

test('a server that was never asked is not silent', async () => {
  expect((await probe.look(fakeView())).finding).toBe('nothing unusual')
})
