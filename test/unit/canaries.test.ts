import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { judgeCommand } from '../../src/commands/judge.ts'
import { engineAddresses } from '../../src/engine/engine-address.ts'
import { judgeFolder } from '../../src/experiment.ts'
import { planHashOf, runLayout } from '../../src/journal/index.ts'
import { lineOf } from '../../src/journal/lines.ts'
import type { PlanRecord } from '../../src/journal/plan.ts'
import { BadgatewayError } from '../../src/kit/errors.ts'
import { inert } from '../../src/kit/inert.ts'
import { filled } from '../../src/load/index.ts'
import { hideCredentials } from '../../src/load/mix/fill.ts'
import { environmentOf } from '../../src/run/evidence.ts'
import { keepPlan } from '../../src/run/session.ts'
import { watchStack } from '../../src/watch/watching.ts'
import { fakeStack } from '../support/fake-stack.ts'
import { temporaryFolder } from '../support/folder.ts'
import { quickClock } from '../support/quick-clock.ts'
import { readable, said } from './commands/said.ts'
import { poisonedRun, sampleRun } from './reporters/hostile.ts'

/** Those that are told by their shape. */
const shaped: Record<string, string> = {
  aws: 'AKIAC4NARYC4NARYC4NA',
  github: `ghp_${'c4nary'.repeat(6)}`,
  slack: 'xoxb-17653672481-c4naryc4nary',
  base64: Buffer.from('c4nary-filledIn-Zq7').toString('base64'),
}
const canaryOf = (name: string) => shaped[name] ?? `c4nary-${name}-Zq7`
const places: Record<string, (canary: string) => string> = {
  dockerHost: (one) => `tcp://admin:${one}@127.0.0.1:2375`,
  registry: (one) => `https://puller:${one}@registry.example/v2/`,
  userOnly: (one) => `https://${one}@example.com/`,
  rawUrl: (one) => `postgres://shop:a/b@${one}@db/shop`,
  bearer: (one) => `Authorization: Bearer ${one}`,
  basic: (one) => `Proxy-Authorization: Basic ${one}`,
  digest: (one) => `Authorization: Digest username="shop", response="${one}"`,
  cookie: (one) => `Cookie: theme=dark; session=${one}`,
  setCookie: (one) => `Set-Cookie: a=1; id=${one}; HttpOnly`,
  apiKey: (one) => `x-api-key: ${one}`,
  authToken: (one) => `X-Auth-Token: ${one}`,
  query: (one) => `GET /search?q=1&token=${one} HTTP/1.1`,
  secretQuery: (one) => `/callback?client_secret=${one}&x=1`,
  passwordQuery: (one) => `/login?password=${one}`,
  signed: (one) => `/file?X-Amz-Signature=${one}`,
  environment: (one) => `POSTGRES_PASSWORD=${one}`,
  option: (one) => `backup --password ${one} --all`,
  json: (one) => `{"refresh_token":"${one}"}`,
  nested: (one) => JSON.stringify({ body: JSON.stringify({ password: `x, ${one}` }) }),
  proxyHeader: (one) => `proxy_set_header X-Api-Key ${one};`,
  jwt: (one) => `logged in with eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${one}`,
  aws: (one) => `key ${one} is used`,
  github: (one) => `git clone with ${one}`,
  slack: (one) => `posted as ${one}`,
  compose: (one) => `  environment:\n    DB_PASSWORD: ${one}`,
  registryAuth: (one) => `{"auths":{"registry.example":{"auth":"${one}"}}}`,
  privateKey: (one) => `-----BEGIN RSA PRIVATE KEY-----\nMIIE${one}\n-----END RSA PRIVATE KEY-----`,
  stack: (one) => `Error: connect postgres://shop:${one}@db/shop\n    at Socket.<anonymous> (/app/db.mjs:1:2)`,
  base64: (one) => `sent as ${one}`,
  /** Nothing about these says what they are: only that they were given to be sent. */
  filledIn: (one) => one,
  credentials: (one) => one,
}
const canaries = Object.keys(places).map(canaryOf)
const all = Object.entries(places)
  .map(([name, place]) => place(canaryOf(name)))
  .join('\n')

/** Names of the canaries in a text. */
const found = (text: string) => canaries.filter((one) => text.includes(one))

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
}

/** A plan that is sent with all of them, as the scenario's author wrote them. */
function planWith(plan: PlanRecord): PlanRecord {
  const headers = {
    Authorization: `Bearer ${canaryOf('bearer')}`,
    'Proxy-Authorization': `Basic ${canaryOf('basic')}`,
    Cookie: `a=1; session=${canaryOf('cookie')}`,
    'X-Api-Key': canaryOf('apiKey'),
    'X-Custom': `\${env:CANARY}`,
  }
  const body = { user: 'shop', password: canaryOf('passwordQuery'), deep: [{ token: canaryOf('query') }] }
  const mix = [{ weight: 1, method: 'POST', path: `/x?token=${canaryOf('query')}`, headers, body }]
  return { ...plan, summary: all, load: { ...plan.load, pressure: { connections: 1, mix } } }
}

async function keptRun() {
  const folder = await temporaryFolder('canaries')
  const [poisoned] = poisonedRun(all).variants
  const [sound] = sampleRun().variants
  if (!poisoned || !sound) throw new Error('there is no sample')
  const record = readable(poisoned.record, sound.record)
  const { variant } = sound.record.plan
  const layout = runLayout(folder).variant(variant)
  const plan = await keepPlan(layout, { ...planWith(record.plan), variant })
  const [{ uri = '' } = {}] = await engineAddresses({ DOCKER_HOST: places['dockerHost']?.(canaryOf('dockerHost')) })
  const command = `npx badgateway run x --image 'proxy=${places['registry']?.(canaryOf('registry'))}'`
  const environment = environmentOf({ dockerHost: uri }, { version: '1', command })
  const facts = record.facts.map((fact) => {
    return fact.kind === 'run-started' ? { ...fact, environment, variant, planHash: planHashOf(plan) } : fact
  })
  await writeFile(layout.journal, facts.map(lineOf).join(''))
  return { folder, layout, plan }
}

/** What the containers say goes into side files. */
async function keepLogs(logsFolder: string): Promise<void> {
  const stack = fakeStack()
  stack.streams.logs = (tell) => {
    for (const text of [
      ...all.split('\n'),
      `{"t":1,"id":"a","method":"GET","status":200,"time":1,"path":"/x?token=${canaryOf('query')}"}`,
    ]) {
      for (const service of ['proxy', 'web-1']) tell({ service, wallMs: 1_000, text, stream: 'stdout' })
    }
  }
  const watching = watchStack({ stack, clock: quickClock(), write: () => undefined, toT: (ms) => ms, logsFolder })
  await watching.stop()
}

test('of thirty-one credentials none is in anything that a run leaves or prints', { timeout: 240_000 }, async () => {
  expect(canaries).toHaveLength(31)
  filled([{ weight: 1, method: 'GET', path: '/', headers: { a: `\${env:CANARY}` } }], { CANARY: canaryOf('filledIn') })
  hideCredentials([{ credentials: `user:${canaryOf('credentials')}` }])
  const { folder, layout, plan } = await keptRun()
  await keepLogs(layout.logs)
  const { verdict } = await judgeFolder(layout.folder)
  const [gate] = verdict.findings.filter(({ check }) => check === 'journal-whole')
  expect(gate?.because).not.toMatch(/plan\.json|no hash/)
  expect(JSON.stringify(plan)).toContain(`\${env:CANARY}`)
  const printed = [
    await said(judgeCommand, ['judge', folder]),
    await said(judgeCommand, ['judge', folder, '--json']),
    inert(new BadgatewayError('ENGINE_UNREACHABLE', all, all).message),
  ]
  expect(printed.flatMap(found)).toEqual([])
  const files = await filesBelow(folder)
  expect(files.length).toBeGreaterThan(11)
  const told = await Promise.all(
    files.map(async (file) => `${file.slice(folder.length)} ${found(await readFile(file, 'utf8')).join()}`),
  )
  expect(told.filter((line) => !line.endsWith(' '))).toEqual([])
})
