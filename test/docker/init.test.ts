// @group stack 40s
import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { initCommand } from '../../src/commands/init.ts'
import type { CommandIo } from '../../src/commands/io.ts'
import { readProjectFile } from '../../src/project/index.ts'
import { writeProject } from '../support/compose-project.ts'
import { composeOf } from '../support/compose-tools.ts'
import { realEngine } from '../support/doomed.ts'

/** What it prints, and the runs whose containers it has started. */
async function init(env: NodeJS.ProcessEnv, argv: readonly string[]) {
  const said = { out: '', err: '' }
  const io: CommandIo = {
    out: (text) => {
      said.out += text
    },
    err: (text) => {
      said.err += text
    },
    setExit: () => undefined,
    isTty: false,
    columns: 100,
    color: false,
    env,
    setEnv: (variables) => void Object.assign(process.env, variables),
    cwd: '/',
    onInterrupt: () => () => undefined,
    exitNow: (code) => {
      throw new Error(`exit ${code}`)
    },
  }
  await initCommand(io).exitOverride().parseAsync(argv, { from: 'user' })
  return said
}

test('a project is looked into, written down, and gone again', async () => {
  const { folder } = await writeProject()
  const { env } = await composeOf(1)
  const { docker } = await realEngine()
  const trace = `trace-${randomUUID()}`
  const compose = join(folder, 'compose.yaml')
  const services = /"entrypoint":\["nginx"/
  const text = await readFile(compose, 'utf8')
  await writeFile(compose, text.replace(services, `"labels":{"trace":"${trace}"},"entrypoint":["nginx"`))
  const since = Math.floor(Date.now() / 1_000)
  const requests = Array.from({ length: 9 }, (_, at) => `1.2.3.4 - - [x] "GET /items/${at}?who=ann HTTP/1.1" 200 1`)
  const formatted = requests.map((line) => line.replace('[x]', '[01/Mar/2026:10:00:00 +0000]'))
  await writeFile(join(folder, 'access.log'), formatted.join('\n'))
  const { out } = await init(env, [folder, '--from-access-log', join(folder, 'access.log')])
  expect(out).toMatch(/proxy +edge: http 8080/)
  expect(out).toMatch(/upstream api +api-1, api-2 .*answered 200/)
  expect(out.split('\n').filter((line) => line.length > 100)).toEqual(
    [`Written: ${join(folder, 'badgateway.yaml')}`].filter((one) => one.length > 100),
  )
  const file = join(folder, 'badgateway.yaml')
  expect(await readProjectFile(file)).toMatchObject({
    stack: { compose: ['compose.yaml'] },
    proxy: { service: 'edge', config: '/etc/nginx/nginx.conf', port: 8080, scheme: 'http' },
    upstreams: {
      api: { servers: ['api-1', 'api-2'], port: 3000, protocol: 'http', health: '/', page: '/', location: '/' },
    },
    traffic: { mix: [{ path: '/items/1?who=x', weight: 100 }] },
  })
  expect(await readFile(file, 'utf8')).not.toMatch(/ann|1\.2\.3\.4/)
  const filters = { label: [`trace=${trace}`] }
  const until = Math.ceil(Date.now() / 1_000)
  const events = await docker.getEvents({ since, until, filters })
  const happened = (await textOf(events)).match(/(?<="Action":")(create|destroy)(?=")/g)
  expect(happened).toEqual(['create', 'destroy'])
  expect(await docker.listContainers({ all: true, filters })).toEqual([])
  await expect(init(env, [folder])).rejects.toThrow(/badgateway\.yaml is there already/)
})
