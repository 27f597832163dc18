import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { endWords, runCommand } from '../../../src/engine/run-command.ts'
import { hide } from '../../../src/kit/masked.ts'

const run = (argv: readonly string[], more: Partial<Parameters<typeof runCommand>[0]> = {}) =>
  runCommand({ argv, cwd: '/', vars: {}, withinMs: 30_000, ...more })

test('argv is no shell string, and the environment has what it is given', async () => {
  const vars = { BADGATEWAY_URL: 'http://127.0.0.1:1/?a=b c' }
  expect(await run(['sh', '-c', 'echo "$BADGATEWAY_URL $1"; exit 3', 'sh', '$(id) ; x'], { vars })).toMatchObject({
    code: 3,
    first: 'http://127.0.0.1:1/?a=b c $(id) ; x',
  })
  expect(await run(['echo', '-n', '$HOME'])).toMatchObject({ code: 0, first: '$HOME' })
})

test('what it says is capped, inert and masked', async () => {
  hide('tr0ub4dor')
  const said = await run([
    'sh',
    '-c',
    `printf 'tr0ub4dor \\033[2J'; yes x | head -c 100000; echo end; echo '::error::' >&2`,
  ])
  expect(said.first).toMatch(/^\*\*\* \\x1b\[2Jx/)
  expect(said.first.length).toBeLessThan(400)
  expect(said.last).toBe('\\x3a:error::')
})

test('no such program, and a folder that is not there', async () => {
  expect(await run(['no-such-program-here'])).toMatchObject({ code: 127 })
  await expect(run(['true'], { cwd: '/no/such/folder' })).rejects.toThrow('ENOENT')
})

test('what takes too long is ended, with all that it started, whether it listens or not', async () => {
  const end = await run(['sh', '-c', `trap '' TERM; sleep 600 & echo $!; wait; wait; sleep 600`], { withinMs: 300 })
  expect(end).toMatchObject({ code: null, late: true })
  expect(endWords(end, 300)).toBe('it took longer than 0.3 s and was ended')
  // Where nobody waits for it, its number stays for a while, and no process.
  const status = await readFile(`/proc/${end.first}/status`, 'utf8').catch(() => 'State: Z')
  expect(status).toMatch(/^State:\s+Z/m)
})

test('an abort ends it, and its reason is thrown', async () => {
  const abort = new AbortController()
  const running = run(['sleep', '600'], { signal: abort.signal })
  abort.abort(new Error('enough'))
  await expect(running).rejects.toThrow('enough')
})
