import { expect, test } from 'vitest'
import { reasonOfLine } from '../../../src/watch/proxy-log.ts'

const line = (level: string, what: string) => `2026/11/20 22:47:48 [${level}] 38#38: *24 ${what}, client: 10.0.0.1`

test.each([
  ['connect-refused', line('error', 'connect() failed (111: Connection refused) while connecting to upstream')],
  ['no-live-upstreams', line('error', 'no live upstreams while connecting to upstream')],
  ['config-refused', '2026/11/20 22:48:38 [emerg] 58#58: open() "/etc/nginx/x.conf" failed (2: No such file)'],
])('%s', (reason, text) => expect(reasonOfLine(text)).toBe(reason))

test('lines that tell of no failure have no reason, even when they quote one', () => {
  expect(reasonOfLine(line('notice', 'start worker process 38'))).toBeUndefined()
  expect(reasonOfLine(line('info', 'client 10.0.0.1 closed: connect() failed (111: x)'))).toBeUndefined()
})
