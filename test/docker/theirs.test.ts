// @group stack 90s
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { inScope } from '../../src/cleanup/index.ts'
import { raiseProject, readProject } from '../../src/compose/index.ts'
import { execApart } from '../../src/engine/index.ts'
import { ensureImages } from '../../src/images/index.ts'
import { factsOf, readJournal } from '../../src/journal/index.ts'
import { badgateway } from '../support/badgateway.ts'
import { composeOf } from '../support/compose-tools.ts'
import { realEngine } from '../support/doomed.ts'
import { freshFolder } from '../support/folder.ts'
import { type Outside, startOutside } from '../support/outside.ts'
import { password, writeWatched } from '../support/watched-project.ts'

let outside: Outside
let folder: string

beforeAll(async () => {
  outside = await startOutside()
  folder = await writeWatched(`http://${outside.address}/`)
})
afterAll(() => outside?.remove())

/** One request from inside, for 2 s at most. */
const reach = () => {
  const open = `exec 3<>/dev/tcp/${outside.address}/${outside.port}`
  return ['timeout', '2', 'bash', '-ec', `${open}; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; head -1 <&3`]
}
const failures = [
  'bash',
  '-c',
  'exec 3<>/dev/tcp/127.0.0.1/9093; printf "GET /metrics HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3 | ' +
    'grep \'^alertmanager_notification_requests_failed_total{integration="webhook"\'',
]

test('nothing in a copy of a project reaches anybody outside, whom its Alertmanager would page', async () => {
  const engine = await realEngine()
  const { docker } = engine
  const { tool, env } = await composeOf(2)
  const project = await readProject(tool, { folder, env })
  const seen = await inScope(engine, async ({ labels }) => {
    const publish = [{ service: 'edge', port: 8080 }]
    const how = { engine, labels, proxyServices: ['edge'], publish, say: () => undefined }
    const raised = await raiseProject(tool, project, how)
    expect((await fetch(`http://127.0.0.1:${raised.entryPort('edge', 8080)}/`)).status).toBe(200)
    const idOf = (service: string) => raised.containers.find((one) => one.service === service)?.id ?? ''
    const inside = (service: string, argv: readonly string[]) =>
      execApart(docker.getContainer(idOf(service)), argv, 4_096)
    const tried = async () => Number((await inside('pager', failures)).out.split(' ').at(-1) ?? 0)
    await expect.poll(tried, { timeout: 30_000 }).toBeGreaterThan(0)
    return await Promise.all(['pager', 'watcher', 'edge'].map((service) => inside(service, reach())))
  })
  expect(seen.map(({ code, out }) => [code === 0, out])).toEqual(Array(3).fill([false, '']))
  expect(await outside.reached()).toBe(0)
  // Who is on any other network of the engine reaches it.
  const { monitoring } = await ensureImages(docker, { only: ['monitoring'] })
  const said = new PassThrough().resume()
  const [{ StatusCode: code }] = await docker.run(monitoring, reach(), [said, said], {
    HostConfig: { AutoRemove: true },
  })
  expect([code, await outside.reached()]).toEqual([0, 1])
})

const matrix = z.object({
  rows: z.array(
    z.object({
      verdict: z.string(),
      because: z.array(z.string()),
      figures: z.object({ alert: z.unknown(), theirs: z.unknown() }).nullable(),
    }),
  ),
})

test('their own Prometheus and Alertmanager say who was told, and what fires anyway tells nothing', async () => {
  const { env } = await composeOf(1)
  const reachedBefore = await outside.reached()
  const argv = ['check', folder, '--only', 'stop/api', '--hold', '8s', '--out', await freshFolder()]
  const { out, err } = await badgateway(argv, { PATH: env['PATH'] ?? '', PROMETHEUS_PASSWORD: password })
  expect(err).toContain('targets are asked every 1.0 s, rules every 1.0 s; whom they reach says pager')
  expect(err).toContain('rules.yml: NobodyExposes is dead: no target exposes nobody_exposes_this')
  expect(err).toContain('rules.yml: NoSuchLabel is dead: no series of up has a label tier')
  expect(err).toMatch(/1 rule of 3 cannot fire while a fault is held for 8.0 s: TakesLong \(5 min 02 s\)/)
  const kept = /^Report: (.*)\/matrix\.html$/m.exec(out)?.[1] ?? expect.unreachable(`${out}${err}`)
  const { rows } = matrix.parse(JSON.parse(await readFile(join(kept, 'matrix.json'), 'utf8')))
  expect(rows.map(({ verdict, because }) => [verdict, because])).toEqual([['pass', []]])
  const [{ figures } = { figures: null }] = rows
  expect(figures?.alert).toEqual({ name: 'ApiDown', afterMs: expect.any(Number) })
  expect(figures?.theirs).toMatchObject({
    fired: [{ alert: 'ApiDown', way: 'delivered', receivers: ['staff'] }],
    before: ['AlwaysFires'],
    // Two have nothing to look at, and one takes minutes.
    rules: { could: 2, all: 3 },
  })
  const written = await readFile(join(kept, 'stop-api', 'journal.jsonl'), 'utf8')
  const { facts } = await readJournal(join(kept, 'stop-api', 'journal.jsonl'))
  const routed = factsOf(facts, 'alert-routed').map(({ alert, way }) => `${alert} ${way}`)
  expect(routed).toEqual(expect.arrayContaining(['AlwaysFires received', 'ApiDown received', 'ApiDown delivered']))
  expect(written).not.toContain(Buffer.from(`admin:${password}`).toString('base64'))
  expect(await outside.reached()).toBe(reachedBefore)
})

test('one that does not let itself be asked is said in one sentence, and who insists on it is refused', async () => {
  const { env } = await composeOf(1)
  const argv = ['check', folder, '--only', 'stop/api', '--monitoring', 'theirs', '--out', await freshFolder()]
  const { code, err } = await badgateway(argv, { PATH: env['PATH'] ?? '', PROMETHEUS_PASSWORD: 'another one' })
  expect(err).toContain('Your Prometheus (watcher:9090) cannot be asked for alerts: Prometheus answers 401')
  expect(err).toContain('--monitoring theirs: watcher cannot be asked for alerts')
  expect(err).not.toContain('another one')
  expect(code).toBe(3)
})
