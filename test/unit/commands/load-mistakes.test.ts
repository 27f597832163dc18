import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serve, whole } from '../../../bench/support/servers.ts'
import type { CommandIo } from '../../../src/commands/io.ts'
import { loadCommand } from '../../../src/commands/load.ts'
import { asBadgatewayError, type BadgatewayError } from '../../../src/kit/errors.ts'

let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'badgateway-load-'))
  await writeFile(join(cwd, 'wrong.yaml'), '- path: shop\n')
})
afterAll(() => rm(cwd, { recursive: true }))

/** What a command line is refused with. */
async function refusal(args: string[]): Promise<BadgatewayError> {
  const io: CommandIo = {
    out: () => undefined,
    err: () => undefined,
    setExit: () => undefined,
    isTty: false,
    columns: 100,
    color: false,
    env: {},
    setEnv: () => undefined,
    cwd,
    onInterrupt: () => () => undefined,
    exitNow: () => {
      throw new Error('must not exit')
    },
  }
  return asBadgatewayError(
    await loadCommand(io)
      .parseAsync(args, { from: 'user' })
      .then(
        () => new Error('it was taken'),
        (thrown: unknown) => thrown,
      ),
  )
}

test.each([
  [
    'every flag of users',
    ['nope', 'http://127.0.0.1:1/', '--rate', '10', '--for', '1', '--timeout', 'soon', '--users', '0'],
    ["'nope' is no URL", "--rate '10'", "--for '1'", "--timeout 'soon'", "--users '0'"],
  ],
  [
    'flags that do not go together',
    ['http://127.0.0.1:1/', '--connections', '3', '--insecure', '--ca', 'none.pem', '--usrs', '3'],
    [
      '--rate is missing',
      '--for is missing',
      "--connections '3'",
      '--insecure is for https',
      "--ca 'none.pem' is for https",
      "--ca 'none.pem' and --insecure exclude each other",
      "--ca 'none.pem' will not do. There is no such file",
      "'--usrs' is no option of load. Did you mean '--users'?",
    ],
  ],
  [
    'pressure',
    ['http://192.0.2.7/', '--pressure', '--users', '5', '--connections', 'x', '--rate', '0/s', '--for', '25h'],
    ["'192.0.2.7' is not on this machine", "--users '5'", "--connections 'x'", "--rate '0/s'", "--for '25h'"],
  ],
  [
    'headers and files',
    [
      ...['http://127.0.0.1:1/', '--rate', '1/s', '--header', 'a', '--header', 'b c: d', '--header', 'upgrade: e'],
      ...['--header', `f: \${env:NONE}`, '--mix', 'wrong.yaml', '--csv', 'none/x.csv', '--jsonl', 'none/x.jsonl'],
    ],
    [
      '--for is missing',
      "--header '***'",
      "--header 'b c'",
      "--header 'upgrade'",
      '--header.f: the environment has no NONE',
      "--mix 'wrong.yaml' will not do",
      "--csv 'none/x.csv'",
      "--jsonl 'none/x.jsonl'",
    ],
  ],
  ['no URL', ['--rate', 'x', '--for', 'y'], ['No URL was given', "--rate 'x'", "--for 'y'"]],
])('all mistakes of a command line are told at once: %s', async (_name, args, told) => {
  const { message, hint, exitCode } = await refusal(args)
  expect(exitCode).toBe(64)
  for (const one of told) expect(message).toContain(one)
  expect(message.split('\n')).toHaveLength(told.length + 1)
  expect(message).toMatch(new RegExp(`^${told.length} mistakes`))
  expect(hint).toBe('Nothing was sent.')
})

test('with a mistake nothing is sent, and no file is left', async () => {
  await using server = await serve((socket) => socket.write(whole(200)))
  const before = await readdir(cwd)
  const args = [server.url, '--rate', '10/s', '--for', '300ms', '--users', '0', '--csv', 'x.csv', '--header', 'a']
  expect((await refusal(args)).message).toMatch(/^2 mistakes/)
  expect(server.heard).toEqual([])
  expect(await readdir(cwd)).toEqual(before)
})
