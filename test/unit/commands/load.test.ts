import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serve, whole } from '../../../bench/support/servers.ts'
import type { CommandIo } from '../../../src/commands/io.ts'
import { loadCommand } from '../../../src/commands/load.ts'
import { doubtsOf, loadJson } from '../../../src/commands/load-output.ts'
import { asBadgatewayError } from '../../../src/kit/errors.ts'
import type { LoadSummary } from '../../../src/load/index.ts'

let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'badgateway-load-'))
})
afterAll(() => rm(cwd, { recursive: true }))

/** Types a command; what it printed, and its exit code. */
async function type(args: string[], interruptAfterMs?: number): Promise<{ out: string; err: string; exit: number }> {
  const told = { out: '', err: '', exit: 0 }
  const io: CommandIo = {
    out: (text) => void Object.assign(told, { out: told.out + text }),
    err: (text) => void Object.assign(told, { err: told.err + text }),
    setExit: (code) => void Object.assign(told, { exit: code }),
    isTty: false,
    columns: 100,
    color: false,
    env: {},
    setEnv: () => undefined,
    cwd,
    onInterrupt: (listener) => {
      const timer = interruptAfterMs === undefined ? undefined : setTimeout(() => listener(1), interruptAfterMs)
      return () => clearTimeout(timer)
    },
    exitNow: () => {
      throw new Error('must not exit')
    },
  }
  try {
    await loadCommand(io).parseAsync(args, { from: 'user' })
  } catch (thrown) {
    const { message, hint, exitCode } = asBadgatewayError(thrown)
    Object.assign(told, { err: `${message}. ${hint}`, exit: exitCode })
  }
  return told
}

describe('measuring', () => {
  test('JSON has exactly the promised keys', async () => {
    await using server = await serve((socket, { n }) => socket.write(whole(n % 2 ? 502 : 200)))
    const told = await type([`${server.url}/shop?item=7`, '--rate', '100/s', '--for', '300ms', '--json'])
    expect(told.err).toBe('')
    expect(told.exit).toBe(0)
    const json = JSON.parse(told.out)
    expect(Object.keys(json)).toEqual(['planned', 'ledger', 'latencyMs', 'achievedRate', 'scheduleLagMs'])
    expect(json.ledger).toEqual({ http_200: 15, http_502: 15 })
    expect(json.planned).toBe(30)
    expect(Object.keys(json.latencyMs)).toEqual(['p50', 'p75', 'p90', 'p95', 'p99', 'p999', 'max'])
    expect(Object.keys(json.scheduleLagMs)).toEqual(['p50', 'p99', 'max'])
    expect(new Set(server.heard.map(({ path }) => path))).toEqual(new Set(['/shop?item=7']))
    expect(server.heard[0]?.headers['host']).toBe(server.url.slice('http://'.length))
  })

  test('text, with a mix file, interrupted', async () => {
    await using server = await serve((socket) => socket.write(whole(200)))
    await writeFile(join(cwd, 'mix.yaml'), '- path: /\n  weight: 3\n- {path: /api, method: POST, body: {item: 7}}\n')
    const args = [server.url, '--rate', '100/s', '--for', '1m', '--mix', 'mix.yaml']
    const told = await type(args, 700)
    expect(told.exit).toBe(2)
    expect(told.err).toMatch('interrupted')
    expect(told.out).toMatch(/http_200 +\d+ +100\.0 %/)
    expect(told.out).toMatch(/schedule lag +p50/)
    const posts = server.heard.filter(({ method }) => method === 'POST').length
    expect(Math.abs(posts - server.heard.length / 4)).toBeLessThanOrEqual(1)
  })
})

describe('one clear message for what is wrong', () => {
  const here = 'http://127.0.0.1:1/'
  test.each([
    ['nope', ['--rate', '1/s', '--for', '1s'], /'nope' is no URL/],
    ['https://localhost/', ['--rate', '1/s', '--for', '1s'], /https is not spoken/],
    ['http://192.0.2.7/', ['--rate', '1/s', '--for', '1s'], /'192\.0\.2\.7' is not on this machine.*--allow-target/],
    [here, ['--for', '1s'], /--rate is missing/],
    [here, ['--rate', '0/s', '--for', '1s'], /--rate '0\/s'/],
    [here, ['--rate', '10', '--for', '1s'], /--rate '10'.*\/s or \/m/],
    [here, ['--rate', '1/s'], /--for is missing/],
    [here, ['--rate', '1/s', '--for', '1'], /--for '1' is no duration/],
    [here, ['--rate', '1/s', '--for', '0s'], /--for '0s' is no duration/],
    [here, ['--rate', '1/s', '--for', '1s', '--users', '0'], /--users '0'/],
    [here, ['--rate', '1/s', '--for', '1s', '--connections', '3'], /Only with --pressure/],
    [here, ['--pressure', '--for', '1s'], /--connections is missing/],
    [here, ['--rate', '1/s', '--for', '1s', '--mix', 'none.yaml'], /'none.yaml'.*no such file/],
    [here, ['--rate', '1/s', '--for', '1s', '--mix', 'wrong.yaml'], /'wrong.yaml'.*1\.path.*"shop"/],
    [here, ['--rate', '1/s', '--for', '1s', '--mix', 'odd.json'], /odd\.json.*Unrecognized key.*colour/],
    [here, ['--rate', '1/s', '--for', '1s', '--mix', 'huge.yaml'], /at most 1048576/],
    [`${here}x`, ['--rate', '1/s', '--for', '1s', '--mix', 'good.yaml'], /has a path/],
  ])('%s %j', async (url, args, message) => {
    await writeFile(join(cwd, 'wrong.yaml'), '- path: /\n- path: shop\n')
    await writeFile(join(cwd, 'odd.json'), '[{"path": "/", "colour": "red"}]')
    await writeFile(join(cwd, 'huge.yaml'), ' '.repeat(1024 * 1024 + 1))
    await writeFile(join(cwd, 'good.yaml'), '- path: /\n')
    const told = await type([url, ...args])
    expect(told.err).toMatch(message)
    expect(told.exit).toBe(64)
    expect(told.out).toBe('')
  })
})

describe('figures that cannot be trusted', () => {
  const good: LoadSummary = {
    source: 'users',
    planned: 100,
    ledger: { http_200: 100 },
    latencyMs: null,
    scheduleLagMs: { p50: 1, p99: 49, max: 80 },
    achievedRate: 100,
    users: 50,
    classOf: () => 'http_200',
    latencyOf: () => null,
  }
  const sample = { loopUtilisation: 0.5 } as Parameters<typeof doubtsOf>[1][number]

  test.each([
    ['nothing', {}, 0.5, []],
    ['lag', { scheduleLagMs: { p50: 1, p99: 50, max: 80 } }, 0.5, [/schedule lag p99 50 ms/]],
    ['a busy thread', {}, 0.9, [/busy 90 %/]],
    ['two in a hundred not sent', { ledger: { http_200: 98, not_sent: 2 } }, 0.5, []],
    ['three in a hundred not sent', { ledger: { http_200: 97, not_sent: 3 } }, 0.5, [/3 of 100/]],
    ['trouble of its own', { trouble: 'EMFILE × 1' }, 0.5, [/EMFILE/]],
    ['nothing planned', { planned: 0, ledger: {} }, 0.5, [/nothing was planned/]],
    ['a busy thread of a closed loop', { source: 'pressure' as const }, 1, []],
  ])('%s', (_name, change, loopUtilisation, expected) => {
    const doubts = doubtsOf({ ...good, ...change }, [{ ...sample, loopUtilisation }], false)
    expect(doubts).toHaveLength(expected.length)
    for (const [index, pattern] of expected.entries()) expect(doubts[index]).toMatch(pattern)
  })

  test('JSON keeps its shape when nothing ended', () => {
    expect(loadJson({ ...good, scheduleLagMs: null })).toMatchObject({
      latencyMs: { p50: null, max: null },
      scheduleLagMs: { p50: 0, p99: 0, max: 0 },
    })
  })
})
