import { expect, test } from 'vitest'
import { httpProbe, understand } from '../../../../src/stack/beside/http-probe.ts'
import { fakeStack } from '../../../support/fake-stack.ts'

test.each([
  [0, 'HTTP/1.1 503 Service Unavailable', 'status', 503],
  [7, 'bash: connect: Connection refused\nbash: /dev/tcp/web-1/8080: Connection refused', 'refused', null],
  [7, 'bash: connect: No route to host', 'no route', null],
  [7, 'bash: nowhere: Name or service not known\nbash: /dev/tcp/nowhere/80: Invalid argument', 'unknown name', null],
  [124, '', 'silent', null],
  [8, '', 'closed', null],
  [127, "timeout: failed to run command 'bash'", 'cannot ask', null],
  [-1, 'container is not running', 'cannot ask', null],
])('exit code %i, %o: %s', (code, output, outcome, status) => {
  expect(understand({ code, output })).toMatchObject({ outcome, status })
})

test('what is asked for comes as arguments, and a container that runs nothing is an answer', async () => {
  const proxy = fakeStack().service('proxy')
  const asked: (readonly string[])[] = []
  Object.assign(proxy, {
    exec: (argv: readonly string[]) => {
      asked.push(argv)
      return Promise.reject(new Error('container is paused'))
    },
  })
  const target = { host: 'web-1; reboot', port: 8080, path: '/' }
  expect(await httpProbe(proxy.exec, target)).toMatchObject({ outcome: 'cannot ask', because: 'container is paused' })
  expect(asked[0]?.slice(-3)).toEqual(['web-1; reboot', '8080', '/'])
  expect(asked[0]?.[4]).not.toContain('reboot')
})
