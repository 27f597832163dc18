import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { natDetour, type Run, runHere } from '../../../../../docker/agent/interposer/detour.ts'
import { Unsupported } from '../../../../../docker/agent/interposer/interposer.ts'
import { ownChain } from '../../../../../src/protocol/interposer.ts'

const server = { host: '10.9.9.2', port: 8080 }
const mayCut = () => Promise.resolve(true)
const look = 'iptables -w -t nat -n -L BADGATEWAY'

/** A kernel that says so to what begins so; and 0 to all else, but that no chain of ours is there. */
function kernel(answers: Record<string, readonly { code: number; output?: string }[]>) {
  const asked: string[] = []
  const left = new Map(Object.entries(answers).map(([begin, all]) => [begin, [...all]]))
  const run: Run = (argv, input) => {
    const text = argv.join(' ')
    asked.push(input === undefined ? text : `${text} <<${input}`)
    const [, found] = [...left].find(([begin]) => text.startsWith(begin)) ?? []
    const { code, output = '' } = found?.shift() ?? { code: text === look ? 1 : 0 }
    return Promise.resolve({ code, output })
  }
  return { asked, detour: natDetour(server, run) }
}
const open = 'ESTAB 0 0 10.9.9.2:8080 10.9.9.1:40000\nESTAB 0 0 10.9.9.2:8080 10.9.9.1:40001\n'
const which = 'state connected exclude time-wait ( sport = :8080 and not dst 127.0.0.0/8 and not dst 10.9.9.2 )'

const first = `( sport = :8080 and not dst 127.0.0.0/8 and not dst 10.9.9.2 and ( dport = :40000 ) )`

/** A connection as the kernel tells of it. */
const told = (port: number, how: string) => `ESTAB 0 0 [::ffff:10.9.9.2]:8080 [::ffff:10.9.9.1]:${port} bbr ${how}\n`
const answered = 'bytes_sent:90 bytes_received:40 lastsnd:120 lastrcv:130'

test('redirects what comes from outside, and cuts what is open', async () => {
  const { asked, detour } = kernel({
    'ss -HtniO': [{ code: 255 }],
    'ss -Htn ': [{ code: 0, output: open }, { code: 0 }],
  })
  expect(await detour.begin(9_000, mayCut)).toBe(2)
  expect(asked).toEqual([
    look,
    'iptables-restore -n -w <<*nat\n:BADGATEWAY - [0:0]\n' +
      '-A BADGATEWAY -p tcp --dport 8080 ! -i lo -j REDIRECT --to-ports 9000\nCOMMIT\n',
    'iptables -w -t nat -I PREROUTING -j BADGATEWAY',
    `ss -HtniO ${which}`,
    `ss -Htn ${which}`,
    `ss -KHtn ${which}`,
    `ss -Htn ${which}`,
  ])
})

test('cuts nothing that it may not', async () => {
  const { asked, detour } = kernel({})
  expect(await detour.begin(9_000, () => Promise.resolve(false))).toBe(0)
  expect(asked.at(-1)).toBe('iptables -w -t nat -I PREROUTING -j BADGATEWAY')
})

test.each([
  ['waits for its answer', 'bytes_sent:90 bytes_received:80 lastsnd:700 lastrcv:120'],
  ['waits for its first answer', 'bytes_received:40 lastsnd:120 lastrcv:120'],
  ['is in the middle of its answer', 'bytes_sent:90 bytes_received:40 lastsnd:4 lastrcv:130'],
])('what %s is not cut before it is answered', async (_name, how) => {
  const looks = [told(40_000, answered) + told(40_001, how), told(40_001, how), told(40_001, answered), '']
  const { asked, detour } = kernel({ 'ss -HtniO': looks.map((output) => ({ code: 0, output })) })
  expect(await detour.begin(9_000, mayCut)).toBe(2)
  expect(asked.slice(3)).toEqual([
    `ss -HtniO ${which}`,
    `ss -KHtn state connected exclude time-wait ${first}`,
    `ss -HtniO ${which}`,
    `ss -HtniO ${which}`,
    `ss -KHtn state connected exclude time-wait ${first.replace('40000', '40001')}`,
    `ss -HtniO ${which}`,
    `ss -Htn ${which}`,
  ])
})

test.each([
  [
    'that cannot cut',
    {
      'ss -HtniO': Array(2).fill({ code: 0, output: told(40_000, answered) }),
      'ss -Htn ': Array(4).fill({ code: 0, output: open }),
    },
    6,
  ],
  ['without a program that can', { 'ss -Htn': Array(2).fill({ code: -1 }) }, 0],
])('a kernel %s answers the next packet of each with a reset', async (_name, answers, cut) => {
  const { asked, detour } = kernel(answers)
  expect(await detour.begin(9_000, mayCut)).toBe(cut)
  expect(asked.slice(-3)).toEqual([
    'iptables -w -N BADGATEWAY',
    'iptables -w -A BADGATEWAY -p tcp --dport 8080 ! -i lo -j REJECT --reject-with tcp-reset',
    'iptables -w -I INPUT -j BADGATEWAY',
  ])
})

test.each([
  [
    'redirect',
    { 'iptables-restore': [{ code: 1, output: 'No chain/target/match by that name' }] },
    'redirects no port',
  ],
  ['hook', { 'iptables -w -t nat -I': [{ code: 4, output: 'not supported' }] }, 'no hook before routing'],
])('a kernel without a %s is unsupported, and nothing is left', async (_name, answers, because) => {
  const { asked, detour } = kernel(answers)
  const refused = await detour.begin(9_000, mayCut).catch((thrown: unknown) => thrown)
  expect(refused).toBeInstanceOf(Unsupported)
  expect(String(refused)).toContain(because)
  expect(asked.at(-1)).toBe('iptables -w -t nat -X BADGATEWAY')
})

test('a second one does not stand before the first', async () => {
  const { asked, detour } = kernel({ [look]: [{ code: 0 }] })
  await expect(detour.begin(9_000, mayCut)).rejects.toThrow('another interposer')
  expect(asked).toEqual([look])
})

test('its end takes both chains away', async () => {
  const { asked, detour } = kernel({})
  await detour.end()
  expect(asked).toEqual([
    'iptables -w -t nat -D PREROUTING -j BADGATEWAY',
    'iptables -w -t nat -F BADGATEWAY',
    'iptables -w -t nat -X BADGATEWAY',
    'iptables -w -t filter -D INPUT -j BADGATEWAY',
    'iptables -w -t filter -F BADGATEWAY',
    'iptables -w -t filter -X BADGATEWAY',
  ])
})

test('the script that starts it takes away the same chain', () => {
  const script = readFileSync(join(import.meta.dirname, '../../../../../docker/agent/interpose'), 'utf8')
  expect(script).toContain(`\nchain=${ownChain}\n`)
})

test('runs a program, gives it what it is to read, and tells how it ended', async () => {
  expect(await runHere(['cat'], 'hello')).toEqual({ code: 0, output: 'hello' })
  expect((await runHere(['sh', '-c', 'exit 3'])).code).toBe(3)
  expect((await runHere(['/nobody/has/this'])).code).toBe(-1)
})
