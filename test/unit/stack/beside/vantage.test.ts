import { expect, test } from 'vitest'
import { vantageOf } from '../../../../src/stack/beside/vantage.ts'

/** From where every program says this, and what was run there. */
function standing(output: string) {
  const ran: string[] = []
  const exec = (argv: readonly string[]) => {
    ran.push(argv.join(' '))
    return Promise.resolve({ code: 0, output })
  }
  return { ran, vantage: vantageOf(exec) }
}

const sockets = [
  '  sl  local_address rem_address   st tx_queue rx_queue',
  '   0: 00000000:1F90 00000000:0000 0A 00000000:00000000',
  '   1: 0100007F:0BB8 0A00000A:1F91 01 00000000:00000000',
  '   0: 00000000000000000000000000000000:2328 00000000000000000000000000000000:0000 0A 00000000:00000000',
].join('\n')

test.each([
  [8_080, true],
  [9_000, true],
  [3_000, false],
  [80, false],
])('who listens on port %i is told by the kernel: %s', async (port, listens) => {
  const { ran, vantage } = standing(sockets)
  expect(await vantage.listens(port)).toBe(listens)
  expect(ran).toEqual(['grep -s -h  /proc/net/tcp /proc/net/tcp6'])
})

test('ports that are listened on for others: not those of the loopback, and each once', async () => {
  const zeros = '0'.repeat(32)
  const lines = [
    '  0: 0B00007F:A1B2 00000000:0000 0A', // The engine's resolver.
    '  1: 0100007F:0CEA 00000000:0000 0A',
    '  2: 00000000:1F90 00000000:0000 0A',
    '  3: 0200A8C0:01BB 0300A8C0:A000 01',
    `  4: ${zeros}:1F90 ${zeros}:0000 0A`,
    `  5: ${zeros.slice(0, 24)}01000000:0050 ${zeros}:0000 0A`,
    `  6: 0000000000000000FFFF00000100007F:0051 ${zeros}:0000 0A`,
    `  7: ${zeros}:0016 ${zeros}:0000 0A`,
  ]
  const { vantage } = standing(lines.join('\n'))
  expect(await vantage.ports()).toEqual([22, 8_080])
})

test('a program that was ended before it read anything is no sign that nothing is there', async () => {
  const { vantage } = standing('')
  await expect(vantage.listens(80)).rejects.toMatchObject({ code: 'ENGINE_CALL_FAILED' })
  await expect(vantage.packets()).rejects.toThrow('/proc/net/dev')
  await expect(vantage.routes()).rejects.toThrow('/proc/net/route')
})

test('variables are read whole, an empty one too', async () => {
  const { vantage } = standing('A=1\0URL=postgres://x?y=z\0EMPTY=\0')
  const environment = await vantage.environment()
  expect([...environment]).toEqual([
    ['A', '1'],
    ['URL', 'postgres://x?y=z'],
    ['EMPTY', ''],
  ])
})

test("a service's files lie below the root of its first process", async () => {
  const { ran, vantage } = standing('one\ntwo')
  expect(await vantage.lastLines('/var/log/a.log', 5)).toEqual(['one', 'two'])
  await vantage.killProgram()
  expect(ran).toEqual(['tail -n 5 /proc/1/root/var/log/a.log', 'bash -c kill -KILL $(cat /proc/1/task/1/children)'])
})

test('where a connection goes to comes as arguments', async () => {
  const { ran, vantage } = standing('{"reachable":false,"ms":1.5,"because":"ECONNREFUSED"}')
  const answer = await vantage.reach({ host: '10.0.0.9; reboot', port: 80, timeoutMs: 700 })
  expect(answer).toEqual({ reachable: false, ms: 1.5, because: 'ECONNREFUSED' })
  expect(ran[0]).toMatch(/^node -e /)
  expect(ran[0]?.endsWith(' 10.0.0.9; reboot 80 700')).toBe(true)
})
