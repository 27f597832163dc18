import { expect, test } from 'vitest'
import { LogBook } from '../../../../src/watch/logbook.ts'
import { probeFor } from '../../../support/made-kinds.ts'
import { fakeView, storyStart } from '../../../support/view.ts'

const probe = probeFor({ kind: 'proxy-errors', over: 10_000 })
const refused =
  '2026/11/20 22:47:48 [error] 1#1: *2 connect() failed (111: Connection refused) while connecting to upstream'
const early = '2026/11/20 22:47:48 [error] 1#1: *2 upstream prematurely closed connection while reading response header'

function logsWith(...lines: [string, number][]): LogBook {
  const logs = new LogBook(() => undefined)
  for (const [text, offset] of lines) {
    logs.take({ service: 'proxy', stream: 'stderr', wallMs: storyStart + offset, text }, 'proxy')
  }
  return logs
}

test.each<[string, [string, number][]]>([
  ['upstream connection failures', Array.from({ length: 9 }, (): [string, number] => [refused, 25_000])],
  [
    'other failures',
    [
      [refused, 25_000],
      [early, 25_000],
    ],
  ],
  ['no failures', []],
  ['no failures', [[refused, 5_000]]],
])('%s', async (finding, lines) => {
  expect((await probe.look(fakeView({ logs: logsWith(...lines) }))).finding).toBe(finding)
})
