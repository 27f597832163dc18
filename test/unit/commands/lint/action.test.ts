import { execFileSync } from 'node:child_process'
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lintConfigAction } from '../../../../src/commands/lint/action.ts'
import type { LintFlags } from '../../../../src/commands/lint/flags.ts'
import { temporaryFolder } from '../../../support/folder.ts'

function terminal(piped = '') {
  const said: string[] = []
  const input = () =>
    (async function* () {
      yield await Promise.resolve(Buffer.from(piped))
    })()
  const io = { cwd: '/', env: {}, out: (text: string) => void said.push(text), input }
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
  expect(text()).toMatch(/^TRAP {2}conf\.d\/upstreams\.conf:3:3: down-sibling: .*Remove the line that is down/)
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

/** A folder with an nginx.conf of these words, and other files. */
async function folderOf(main: string, more: Record<string, string> = {}): Promise<string> {
  const folder = await temporaryFolder('lint')
  for (const [name, text] of Object.entries({ 'nginx.conf': main, ...more })) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return folder
}

async function linted(path: string, flags: LintFlags = {}, piped = '') {
  const { io, text } = terminal(piped)
  const code = await lintConfigAction(path, flags, io)
  return { code, lines: text().trimEnd().split('\n') }
}

test('only what is included is opened, and what cannot be read is said with its place: 2', async () => {
  const folder = await folderOf('include pipe;\ninclude big;\ninclude deep;\ninclude out/x;\ninclude zero;\n', {
    'not-named': '}}}',
    'deep/x': '}',
  })
  const away = await folderOf('x;', { x: '}' })
  execFileSync('mkfifo', [join(folder, 'pipe')])
  await writeFile(join(folder, 'big'), '')
  await truncate(join(folder, 'big'), 5 * 2 ** 20)
  await symlink(away, join(folder, 'out'))
  await symlink('/dev/zero', join(folder, 'zero'))
  const { code, lines } = await linted(folder)
  expect(
    lines.slice(0, 5).map((line) => /^note {2}nginx\.conf:(\d:1): not-looked-at: (.*?)\. What/.exec(line)?.slice(1)),
  ).toEqual([
    ['1:1', 'pipe is no file, but a device, a socket or a pipe'],
    ['2:1', 'big is too big (5.0 MiB; 4 MiB a file are read, 64 MiB in all)'],
    ['3:1', 'deep is a folder'],
    ['4:1', 'out/x leads out of the folder and is not followed'],
    ['5:1', 'zero leads out of the folder and is not followed'],
  ])
  expect(lines[5]).toBe('1 file, 0 traps, 5 notes, 5 places not read')
  expect(code).toBe(2)
})

test('a main file that cannot be linted is refused by name', async () => {
  const folder = await folderOf('', { 'x/y': '' })
  await truncate(join(folder, 'nginx.conf'), 5 * 2 ** 20)
  await expect(linted(folder)).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('too big') })
  await expect(linted('/dev/zero')).rejects.toMatchObject({ code: 'USAGE' })
  await expect(linted(join(folder, 'x'))).rejects.toMatchObject({ message: expect.stringContaining('no nginx.conf') })
  await expect(linted(folder, { nginx: 'new' })).rejects.toMatchObject({ message: expect.stringContaining("'new'") })
})

test('what is quoted from a configuration stays in its line and is no command', async () => {
  const hostile = '\u001b]0;x\u0007\n::error::gone\n##vso[task]\u202e\u0085'
  const folder = await folderOf(
    `upstream "${hostile}" { server 10.0.0.1 down; }\ninclude "${hostile}";\nq "${hostile}" }`,
  )
  for (const flags of [{}, { json: true }, { sarif: true }]) {
    const { code, lines } = await linted(folder, flags)
    expect(code).toBe(1)
    for (const line of lines) expect(line).not.toMatch(/^\s*::|^##|[\p{Cc}\u202e]/u)
  }
  expect((await linted(folder)).lines).toHaveLength(4)
})

const dump = `nginx: the configuration file /opt/nginx/nginx.conf syntax is ok
nginx: configuration file /opt/nginx/nginx.conf test is successful
# configuration file /opt/nginx/nginx.conf:
http {
  include sites/*;
}

# configuration file /opt/nginx/sites/shop:
upstream shop { server 10.0.0.1 down; }
`

test('what nginx -T printed is read, piped in or from a file', async () => {
  const expected = ['TRAP  /opt/nginx/sites/shop:1:1: no-server-up', '2 files, 1 trap, 0 notes']
  const folder = await folderOf(dump)
  for (const { code, lines } of [await linted('-', {}, dump), await linted(join(folder, 'nginx.conf'))]) {
    expect(code).toBe(1)
    expect(lines.map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual(expected)
  }
  expect((await linted('-', {}, 'upstream shop { server 10.0.0.1 down; }')).lines[0]).toMatch(
    /^TRAP {2}\(input\):1:1: no-/,
  )
})

test('a folder of sites, and one that was made for another prefix', async () => {
  const sites = await folderOf('', {
    'sites-enabled/shop': 'upstream u { server 10.0.0.1 down; }',
    'conf.d/a.conf': 'x;',
  })
  expect((await linted(join(sites, 'sites-enabled'))).lines[0]).toMatch(/^TRAP {2}shop:1:1: no-server-up/)
  expect((await linted(join(sites, 'conf.d'))).lines).toEqual(['1 file, 0 traps, 0 notes'])
  const moved = await folderOf('include /srv/gate/shop.conf;', { 'shop.conf': 'upstream u { server 10.0.0.1 down; }' })
  expect((await linted(moved, { prefix: '/srv/gate' })).lines[0]).toMatch(/^TRAP {2}shop\.conf:1:1/)
})

test('SARIF names rule, file, line and column', async () => {
  const folder = await folderOf('\n  upstream u { server 10.0.0.1 down; }')
  const { lines } = await linted(folder, { sarif: true })
  const { version, runs } = JSON.parse(lines.join('\n')) as {
    version: string
    runs: { tool: { driver: { rules: { id: string }[] } }; results: { ruleId: string; level: string }[] }[]
  }
  expect(version).toBe('2.1.0')
  expect(runs[0]?.tool.driver.rules.map(({ id }) => id)).toContain('no-server-up')
  expect(runs[0]?.results).toMatchObject([
    {
      ruleId: 'no-server-up',
      level: 'error',
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: 'nginx.conf' }, region: { startLine: 2, startColumn: 3 } },
        },
      ],
    },
  ])
})

test('links of sites-enabled are followed where the folder lies now, and one that leads nowhere is said', async () => {
  const folder = await folderOf('http { include /etc/nginx/sites-enabled/*; }', {
    'sites-available/shop': 'upstream shop { server 10.0.0.1 down; }',
    'sites-enabled/none': '',
  })
  await symlink('/etc/nginx/sites-available/shop', join(folder, 'sites-enabled', 'shop'))
  const { io, text } = terminal()
  expect(await lintConfigAction(folder, {}, io)).toBe(1)
  expect(text()).toMatch(/^TRAP {2}sites-(available|enabled)\/shop:1:1: no-server-up/)
  await symlink('/etc/nginx/sites-available/gone', join(folder, 'sites-enabled', 'gone'))
  await symlink('loop', join(folder, 'sites-enabled', 'loop'))
  const again = terminal()
  expect(await lintConfigAction(folder, {}, again.io)).toBe(1)
  expect(again.text()).toMatch(/sites-enabled\/gone leads to what is not there/)
  expect(again.text()).toMatch(/sites-enabled\/loop cannot be read: its links lead in a circle/)
})

test('a folder of fragments beside a whole configuration is no whole one', async () => {
  const folder = await temporaryFolder('lint')
  await writeFile(join(folder, 'a.conf'), 'events {}\nhttp { }\n')
  await writeFile(join(folder, 'b.conf'), 'location / { return 200; }\nproxy_set_header Host $host;\n')
  const { io, text } = terminal()
  expect(await lintConfigAction(folder, {}, io)).toBe(0)
  expect(text()).toBe('2 files, 0 traps, 0 notes\n')
})

test('a folder without a main file is told which one below it can be linted', async () => {
  const folder = await temporaryFolder('lint')
  await mkdir(join(folder, 'conf.d'))
  const hint = expect.stringMatching(/^Name .*\/conf\.d\.$/)
  await expect(lintConfigAction(folder, {}, terminal().io)).rejects.toMatchObject({ code: 'USAGE', hint })
})

test('nothing that is piped in is not taken for sound', async () => {
  await expect(lintConfigAction('-', {}, terminal(' \n').io)).rejects.toMatchObject({ code: 'USAGE' })
})

test('some rules only, and all but some', async () => {
  const folder = await folderOf('upstream a { server 10.0.0.1 down; } # badgateway-ignore no-server-up meant so\nx y;}')
  await writeFile(
    join(folder, 'a.conf'),
    'upstream a { server a.test; server 10.0.0.1 down; }\nupstream b { server 10.0.0.1 down; }',
  )
  const names = async (flags: LintFlags) => (await linted(join(folder, 'a.conf'), flags)).lines.slice(0, -1)
  expect(await names({})).toHaveLength(3)
  expect(await names({ only: ['no-server-up,names-resolved-once'] })).toHaveLength(2)
  expect(await names({ only: ['no-server-up'], skip: ['no-server-up'] })).toEqual([])
  expect(await names({ skip: ['no-server-up', 'down-sibling'] })).toHaveLength(1)
  // What Nginx cannot read is always reported, and what is not asked for may be right to be ignored.
  const { lines } = await linted(folder, { only: ['down-sibling'] })
  expect(lines).toEqual([expect.stringContaining('unreadable'), '1 file, 1 trap, 0 notes'])
})

test('a rule is explained with a good and a bad example', async () => {
  const { io, text } = terminal()
  expect(await lintConfigAction(undefined, { explain: ['no-server-up,unreadable'] }, io)).toBe(0)
  expect(text()).toMatch(/^## no-server-up\n\n\*trap\*\. Every server .* is `down`/)
  expect(text()).toContain('# has it\nupstream web { server 10.0.0.1:80 down; }')
  expect(text()).toContain('# has it not\nupstream web { server 10.0.0.1:80; }')
  expect(text()).toContain('## unreadable\n')
})

test('all mistakes of the command line are told at once', async () => {
  const flags = { only: ['no-servr-up'], skip: ['ssrf', 'unreadable'], nginx: 'x', backendKeepAlive: 'y' }
  const refused = lintConfigAction(undefined, { ...flags, json: true, sarif: true }, terminal().io)
  const error: { code: string; message: string } = await refused.then(String, (thrown) => thrown)
  expect(error.code).toBe('USAGE')
  expect(error.message.split('\n')).toEqual([
    '7 mistakes:',
    expect.stringMatching(/--only: there is no rule 'no-servr-up'\. Did you mean 'no-server-up'\?/),
    "--skip: there is no rule 'ssrf' here. Gixy-Next has it: security is out of scope.",
    expect.stringContaining("'unreadable' is always reported"),
    expect.stringContaining("--nginx: 'x' is no version"),
    expect.stringContaining("'y' is no duration"),
    expect.stringContaining('--json and --sarif'),
    expect.stringContaining('no configuration is named'),
  ])
  await expect(lintConfigAction('/x', { explain: ['zz'] }, terminal().io)).rejects.toMatchObject({
    code: 'USAGE',
    message: "--explain: there is no rule 'zz'",
  })
  await expect(lintConfigAction('/x', { only: ['stale_dns_cache'] }, terminal().io)).rejects.toMatchObject({
    hint: "Here it is 'names-resolved-once'.",
  })
})
