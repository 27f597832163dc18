// @group light 5s
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, it } from 'vitest'
import { inScope } from '../../src/cleanup/guarded-scope.ts'
import { examine, type Finding, isUsable } from '../../src/doctor/doctor.ts'
import { probeNetworkTools, probeOom } from '../../src/doctor/doctor-probes.ts'
import { connectEngine, type Engine } from '../../src/engine/engine.ts'
import { findOurs } from '../../src/engine/ours.ts'
import { ensureImages } from '../../src/images/images.ts'
import type { ImageTags } from '../../src/images/names.ts'

const root = join(import.meta.dirname, '../..')
let engine: Engine
let tags: ImageTags

beforeAll(async () => {
  engine = await connectEngine(process.env)
  tags = await ensureImages(engine.docker)
})

it('finds this machine fit for a run, and says why', async () => {
  const findings = await examine({ env: process.env, nodeVersion: process.version })
  const about = (topic: string): Finding | undefined => findings.find((one) => one.topic === topic)
  expect(findings.filter(({ condition }) => condition === 'missing')).toEqual([])
  expect(isUsable(findings)).toBe(true)
  expect(about('memory limits')).toMatchObject({ condition: 'ok', found: expect.stringMatching(/killed/) })
  expect(about('images')?.condition).toBe('ok')
  expect(about('engine')?.found).toMatch(/^Docker \d/)
})

it('sees the limit bite, and leaves no container', async () => {
  const { docker } = engine
  const runId = await inScope(engine, async ({ labels, runId }) => {
    expect(await probeOom({ docker, labels }, tags.proxy)).toEqual({ oomKilled: true, exitCode: 137 })
    return runId
  })
  expect(await findOurs(docker, runId)).toEqual([])
})

it('tries only the tools that an image has', async () => {
  const { docker } = engine
  const { iptables, netem } = await inScope(engine, ({ labels }) => probeNetworkTools({ docker, labels }, tags.proxy))
  for (const outcome of [iptables, netem]) expect(outcome ?? 'works').toMatch(/^(works|refused: .+)$/)
})

it('tells a script whether a run can start, by exit code and JSON', async () => {
  const doctor = (env: NodeJS.ProcessEnv) =>
    promisify(execFile)(process.execPath, ['bin/badgateway.js', 'doctor', '--json'], { cwd: root, env })
  const fit = await doctor(process.env)
  expect(JSON.parse(fit.stdout)).toMatchObject({ usable: true })
  const failed = doctor({ ...process.env, DOCKER_HOST: 'unix:///nowhere.sock' })
  await expect(failed).rejects.toMatchObject({ code: 3, stdout: expect.stringContaining('"usable": false') })
})
