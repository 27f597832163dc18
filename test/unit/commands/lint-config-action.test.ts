import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CommandIo } from '../../../src/commands/io.ts'
import { lintConfigAction } from '../../../src/commands/lint-config-action.ts'
import { temporaryFolder } from '../../support/folder.ts'

function terminal() {
  const said: string[] = []
  const io = { cwd: '/', out: (text: string) => void said.push(text) } as CommandIo
  return { io, text: () => said.join('') }
}

async function conf(upstream: string): Promise<string> {
  const folder = await temporaryFolder('lint')
  await mkdir(join(folder, 'conf.d'))
  await writeFile(join(folder, 'nginx.conf'), 'http {\n  include /etc/nginx/conf.d/*.conf;\n}\n')
  await writeFile(join(folder, 'conf.d', 'upstreams.conf'), `upstream web {\n  zone web 64k;\n${upstream}}\n`)
  return folder
}

test('a folder without a trap is 0', async () => {
  const folder = await conf('  server 10.0.0.1:80;\n')
  const { io, text } = terminal()
  expect(await lintConfigAction(folder, {}, io)).toBe(0)
  expect(text()).toBe('2 files, 0 traps, 0 notes\n')
})

test('a trap is 1, with file, line and remedy; the main file may be named too', async () => {
  const folder = await conf('  server 10.0.0.1:80;\n  server 10.0.0.2:80 down;\n  keepalive 4;\n')
  const { io, text } = terminal()
  expect(await lintConfigAction(join(folder, 'nginx.conf'), {}, io)).toBe(1)
  expect(text()).toMatch(/^TRAP {2}conf\.d\/upstreams\.conf:3: down-sibling: .*Remove the line that is down/)
  const json = terminal()
  expect(await lintConfigAction(folder, { json: true, backendKeepAlive: '5s' }, json.io)).toBe(1)
  expect((JSON.parse(json.text()) as { trap: string }[]).map(({ trap }) => trap)).toEqual([
    'down-sibling',
    'keepalive-longer-than-backend',
  ])
})

test('what is not there and what is no duration are refused', async () => {
  const { io } = terminal()
  await expect(lintConfigAction('/nowhere/at/all', {}, io)).rejects.toMatchObject({ code: 'USAGE' })
  const folder = await conf('  server 10.0.0.1:80;\n')
  const refused = lintConfigAction(folder, { backendKeepAlive: 'long' }, io)
  await expect(refused).rejects.toMatchObject({ code: 'DURATION_INVALID' })
})
