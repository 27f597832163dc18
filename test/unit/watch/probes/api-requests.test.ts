import { expect, test } from 'vitest'
import { LogBook } from '../../../../src/watch/logbook.ts'
import { probeFor } from '../../../support/made-kinds.ts'
import { fakeView, storyStart } from '../../../support/view.ts'

const probe = probeFor({ kind: 'api-requests', role: 'api', over: 5_000 })

function logsWith(...offsetsMs: number[]): LogBook {
  const logs = new LogBook(() => undefined)
  for (const offset of offsetsMs) {
    logs.take({ service: 'api-1', stream: 'stdout', wallMs: storyStart + offset, text: '{"id":"r"}' }, 'server')
  }
  return logs
}

test.each([
  ['no incoming requests', [-3_000, -2_000]],
  ['requests arrive', [-3_000, 28_000]],
  ['never had requests', []],
])('%s', async (finding, offsets) => {
  expect((await probe.look(fakeView({ logs: logsWith(...offsets) }))).finding).toBe(finding)
})
