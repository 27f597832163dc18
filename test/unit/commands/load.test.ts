// @group measured 15s
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serve, whole } from '../../../bench/support/servers.ts'
import type { CommandIo } from '../../../src/commands/io.ts'
import { doubtsOf, loadJson } from '../../../src/commands/load/output.ts'
import { loadCommand } from '../../../src/commands/load.ts'
import { asBadgatewayError } from '../../../src/kit/errors.ts'
import type { LoadSummary } from '../../../src/load/index.ts'

let cwd = ''
let env: Record<string, string> = {}
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'badgateway-load-'))
})
afterAll(() => rm(cwd, { recursive: true }))

/** Types a command; what it printed, and its exit code. */
async function type(args: string[], interrupted?: Promise<void>): Promise<{ out: string; err: string; exit: number }> {
  const told = { out: '', err: '', exit: 0 }
  const io: CommandIo = {
    out: (text) => void Object.assign(told, { out: told.out + text }),
    err: (text) => void Object.assign(told, { err: told.err + text }),
    setExit: (code) => void Object.assign(told, { exit: code }),
    isTty: false,
    columns: 100,
    color: false,
    env,
    setEnv: () => undefined,
    cwd,
    onInterrupt: (listener) => {
      void interrupted?.then(() => listener(1))
      return () => undefined
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

/** A thread is started for each: that takes long where the machine is busy. */
const limit = { timeout: 20_000 }

describe('measuring', limit, () => {
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
    const enough = Promise.withResolvers<void>()
    await using server = await serve((socket, { n }) => {
      socket.write(whole(200))
      if (n === 60) enough.resolve()
    })
    await writeFile(join(cwd, 'mix.yaml'), '- path: /\n  weight: 3\n- {path: /api, method: POST, body: {item: 7}}\n')
    const args = [server.url, '--rate', '100/s', '--for', '1m', '--mix', 'mix.yaml']
    const told = await type(args, enough.promise)
    expect(told.exit).toBe(2)
    expect(told.err).toMatch('interrupted')
    expect(told.out).toMatch(/http_200 +\d+ +100\.0 %/)
    expect(told.out).toMatch(/schedule lag +p50/)
    const posts = server.heard.filter(({ method }) => method === 'POST').length
    expect(Math.abs(posts - server.heard.length / 4)).toBeLessThanOrEqual(1)
  })
})

describe('what an API asks for', limit, () => {
  const canary = 'c4nary-0f-the-test'

  test('headers, secrets, bodies of files and seconds; nothing of the secrets is shown', async () => {
    await using server = await serve((socket, { headers, body }) => {
      const right = headers['authorization'] === `Bearer ${canary}` && headers['content-type'] === 'application/json'
      socket.write(whole(right && body === '{"item":1,"price":10.00}' ? 200 : 415))
    })
    await writeFile(join(cwd, 'order.json'), '{"item":1,"price":10.00}')
    await writeFile(join(cwd, 'order.yaml'), '- {method: PATCH, path: /orders, bodyFile: order.json}\n')
    env = { TOKEN: canary }
    const args = [
      '--rate',
      '50/s',
      '--for',
      '300ms',
      '--mix',
      'order.yaml',
      '--csv',
      'seconds.csv',
      '--jsonl',
      'seconds.jsonl',
      '--json',
    ]
    const told = await type([server.url, ...args, '--header', `Authorization: Bearer \${env:TOKEN}`])
    expect(JSON.parse(told.out).ledger).toEqual({ http_200: 15 })
    expect(told.err).toBe('')
    const csv = await readFile(join(cwd, 'seconds.csv'), 'utf8')
    expect(csv).toMatch(/^at,planned,http_200,served,failed,p50_ms.*\n\d{4}-.*Z,15,15,15,0,/)
    const lines = (await readFile(join(cwd, 'seconds.jsonl'), 'utf8')).trim().split('\n')
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      expect.objectContaining({ planned: 15, ledger: { http_200: 15 }, latencyMs: expect.anything() }),
    ])
    expect(told.out + csv + lines.join('')).not.toContain(canary)
  })

  test('user and password are sent and not shown', async () => {
    await using server = await serve((socket, { headers }) => socket.write(whole(headers['authorization'] ? 200 : 401)))
    const url = server.url.replace('http://', `http://user:${canary}@`)
    const told = await type([url, '--rate', '50/s', '--for', '200ms'])
    expect(told).toMatchObject({ exit: 0, err: '' })
    expect(told.out).toMatch(/^http:\/\/\*\*\*@127\.0\.0\.1:\d+/)
    expect(told.out).not.toContain(canary)
  })

  test('what a server sends back of them is not shown either', async () => {
    await using server = await serve((socket, { n, headers }) => {
      const back = [headers['x-own'], headers['authorization'], headers['path']][n % 2]
      socket.end(n % 4 < 2 ? `${back} is what you sent\r\n\r\n` : `HTTP/1.1 200 OK\r\n${back} nothing\r\n\r\n`)
    })
    env = { OWN: canary }
    const url = `${server.url.replace('http://', `http://user:${canary}@`)}/?token=${canary}`
    for (const kind of [[], ['--pressure', '--connections', '2']]) {
      const told = await type([url, ...kind, '--rate', '50/s', '--for', '200ms', '--header', `x-own: \${env:OWN}`])
      expect(told.err).toMatch(/\*\*\* is what you sent/)
      expect(told.out + told.err).not.toContain(canary.slice(0, 8))
      expect(told.out + told.err).not.toContain(Buffer.from(`user:${canary}`).toString('base64').slice(0, 20))
    }
  })

  test('a login that is missing is said loudly', async () => {
    await using server = await serve((socket) => socket.write(whole(401)))
    const without = await type([server.url, '--rate', '50/s', '--for', '200ms', '--json'])
    expect(without.err).toMatch(/EVERY ANSWER WAS 401/)
    expect(JSON.parse(without.out).warnings).toEqual([expect.stringMatching('nothing behind the login')])
  })

  test.each([[['--rate', '60/s']], [['--rate', '60/s', '--users', '7']], [['--pressure', '--connections', '3']]])(
    'of several targets it is said what became of each: %j',
    async (how) => {
      const heard = [0, 0]
      const count = (at: number) => (heard[at] = (heard[at] ?? 0) + 1)
      await using one = await serve((socket) => socket.write(whole(count(0) > 0 ? 200 : 0)))
      await using other = await serve((socket) => socket.write(whole(count(1) > 0 ? 403 : 0)))
      await writeFile(join(cwd, 'weighted.yaml'), '- {path: /a, weight: 3}\n- {path: /b}\n')
      const urls = [one.url, other.url, 'http://127.0.0.1:1']
      const told = await type([...urls, '--mix', 'weighted.yaml', '--for', '300ms', ...how])
      expect(told.out).toContain(`target         ${one.url}: http_200 ${heard[0]}\n`)
      expect(told.out).toContain(`target         ${other.url}: http_403 ${heard[1]}\n`)
      expect(told.out).toMatch(/target {9}http:\/\/127\.0\.0\.1:1: connect_refused \d+\n/)
      expect(told.err).toContain(`EVERY ANSWER OF ${other.url} WAS 403`)
      expect(told.err).toContain('NO REQUEST TO http://127.0.0.1:1 WAS ANSWERED')
    },
  )

  test('a target that never answers is said loudly', async () => {
    const told = await type(['http://127.0.0.1:1/', '--rate', '50/s', '--for', '200ms'])
    expect(told).toMatchObject({ exit: 0, err: expect.stringMatching('NO REQUEST WAS ANSWERED: connect_refused') })
  })

  test('redirects, and what is no HTTP, are said', async () => {
    await using server = await serve((socket, { n }) => socket.end(n % 2 ? whole(302) : 'ICY 200 OK\r\n\r\n'))
    const told = await type([server.url, '--rate', '50/s', '--for', '200ms'])
    expect(told.err).toMatch(/5 redirects were counted as answers and not followed/)
    expect(told.err).toMatch(/no HTTP.*: it begins 'ICY 200 OK.* \(× 5\)/)
  })
})

describe('one clear message for what is wrong', () => {
  const here = 'http://127.0.0.1:1/'
  test.each([
    ['nope', ['--rate', '1/s', '--for', '1s'], /'nope' is no URL.*Write http/],
    ['localhost:8080/x', ['--rate', '1/s', '--for', '1s'], /is no URL.*Did you mean http:\/\/localhost:8080\/x \?/],
    ['127.0.0.1:80', ['--rate', '1/s', '--for', '1s'], /Did you mean http:\/\/127\.0\.0\.1:80 \?/],
    ['unix:/run/a.sock', ['--rate', '1/s', '--for', '1s'], /Did you mean http:\/\/unix:\/run\/a\.sock:\/ \?/],
    ['http+unix:///run/a.sock', ['--rate', '1/s', '--for', '1s'], /Did you mean http:\/\/unix:\/run\/a\.sock:/],
    [here, ['--rate', '1/s', '--for', '1s', '--jsonl', 'none/x'], /--jsonl 'none\/x' cannot be written/],
    ['http://u:p%@127.0.0.1/', ['--rate', '1/s', '--for', '1s'], /^'http:\/\/\*\*\*@127\.0\.0\.1\/' is no URL.*%/],
    ['http://unix:none.sock:/', ['--rate', '1/s', '--for', '1s'], /socket '.*none\.sock' is not there/],
    ['http://unix:good.yaml:/', ['--rate', '1/s', '--for', '1s'], /good\.yaml' is no socket/],
    [here, ['--rate', '1/s', '--for', '1s', '--insecure'], /--insecure is for https/],
    ['https://127.0.0.1:1/', ['--rate', '1/s', '--for', '1s', '--ca', 'none.pem'], /--ca 'none\.pem'.*no such file/],
    ['https://127.0.0.1:1/', ['--rate', '1/s', '--for', '1s', '--ca', 'good.yaml'], /good\.yaml.*no certificate/],
    [here, ['--rate', '1/s', '--for', '1s', '--header', 'a'], /--header '\*\*\*'/],
    [
      here,
      ['--rate', '1/s', '--for', '1s', '--header', 'content-length: 5'],
      /content-length.*the load generator sets/,
    ],
    [here, ['--rate', '1/s', '--for', '1s', '--header', '__proto__: x'], /__proto__.*No name can be this/],
    [here, ['--rate', '1/s', '--for', '1s', '--header', `a: \${env:NONE}`], /--header\.a: the environment has no NONE/],
    [here, ['--rate', '1/s', '--for', '1s', '--csv', 'none/x.csv'], /--csv 'none\/x\.csv' cannot be written/],
    [here, ['--rate', '1/s', '--for', '1s', '--mix', 'body.yaml'], /0\.bodyFile: 'none\.json': There is no such file/],
    [
      here,
      ['--rate', '1/s', '--for', '1s', '--mix', 'many.yaml'],
      /0\.path.*; 1\.method.*FETCH.*; 1\.headers\.a b: no name/,
    ],
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
    [here, ['--rate', '1/s', '--for', '1s', '--mix', '.'], /'\.' will not do.*It is a folder, a pipe or a device/],
    [here, ['--rate', '1/s', '--for', '1s', '--mix', 'wrong.yaml'], /'wrong.yaml'.*1\.path.*"shop"/],
    [here, ['--rate', '1/s', '--for', '1s', '--mix', 'odd.json'], /odd\.json.*Unrecognized key.*colour/],
    [here, ['--rate', '1/s', '--for', '1s', '--mix', 'huge.yaml'], /at most 1048576/],
    [here, ['--rate', '1/s', '--for', '1s', '--mix', 'open.yaml'], /Neither YAML nor JSON: Missing closing "quote/],
    [here, ['--rate', '1/s', '--for', '1s', '--mix', 'deep.yaml'], /nests deeper than 64 levels/],
    [here, ['--rate', '1/s', '--for', '1s', '--mix', 'proto.json'], /0\.headers\.__proto__: no name can be this/],
    [`${here}x`, ['--rate', '1/s', '--for', '1s', '--mix', 'good.yaml'], /has a path/],
  ])('%s %j', async (url, args, message) => {
    await writeFile(join(cwd, 'wrong.yaml'), '- path: /\n- path: shop\n')
    await writeFile(join(cwd, 'odd.json'), '[{"path": "/", "colour": "red"}]')
    await writeFile(join(cwd, 'open.yaml'), '- path: /\n- path: "/open\n')
    await writeFile(join(cwd, 'deep.yaml'), `- {path: /, method: POST, body: ${'['.repeat(100)}${']'.repeat(100)}}\n`)
    await writeFile(join(cwd, 'proto.json'), '[{"path": "/", "headers": {"__proto__": "x"}}]')
    await writeFile(join(cwd, 'huge.yaml'), ' '.repeat(1024 * 1024 + 1))
    await writeFile(join(cwd, 'good.yaml'), '- path: /\n')
    await writeFile(join(cwd, 'body.yaml'), '- {path: /, bodyFile: none.json}\n')
    await writeFile(join(cwd, 'many.yaml'), '- {path: x}\n- {path: /, method: FETCH, headers: {a b: c}}\n')
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
    ['classes that do not add up', { ledger: { http_200: 99 } }, 0.5, [/add up to 99, and 100/]],
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
