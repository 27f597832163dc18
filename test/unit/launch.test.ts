import { expect, test } from 'vitest'
import { readShard } from '../../src/journal/index.ts'
import { BadgatewayError } from '../../src/kit/errors.ts'
import { type LaunchOptions, launch, launchGroup } from '../../src/launch.ts'
import { findScenario } from '../../src/scenario/index.ts'
import { temporaryFolder } from '../support/folder.ts'

const scenario = await findScenario('misconfigured-upstream', new URL('../../scenarios', import.meta.url).pathname)
const reporter = { name: 'none', onPlan: () => undefined, onFact: () => undefined, onEnd: () => undefined }

/** Of an engine that does not answer: whoever asks for it learns that first. */
async function options(): Promise<LaunchOptions> {
  const folder = await temporaryFolder('launch')
  const env = { DOCKER_HOST: `unix://${folder}/none.sock` }
  const { signal } = new AbortController()
  const silent = { setEnv: () => undefined, say: () => undefined, reporter }
  return { out: folder, env, version: '0', command: '', signal, ...silent }
}

test('an interruption before the run is one, not a verdict', async () => {
  const signal = AbortSignal.abort(new BadgatewayError('INTERRUPTED', 'The run was interrupted', ''))
  await expect(launch(scenario, { ...(await options()), signal })).rejects.toMatchObject({ code: 'INTERRUPTED' })
})

test('what a program asks for is checked before the engine is asked', async () => {
  const given = await options()
  await expect(launch(scenario, given)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' })
  await expect(launch(scenario, { ...given, rulesFolder: '/nowhere' })).rejects.toMatchObject({ code: 'RULES_MISSING' })
  for (const incidentMinuteMs of [0, -1, 99, 60_001, Number.NaN]) {
    await expect(launch(scenario, { ...given, incidentMinuteMs })).rejects.toMatchObject({ code: 'DURATION_INVALID' })
  }
  await expect(launch(scenario, { ...given, variants: [] })).rejects.toMatchObject({ code: 'USAGE' })
})

test('a shard to which nothing of a group falls asks for no engine, and says which plan it is of', async () => {
  const said: string[] = []
  const given = { ...(await options()), commandOf: (name: string) => name, say: (text: string) => said.push(text) }
  const group = { name: 'incidents', path: 'incidents', scenarios: [scenario] }
  const shard = { share: { at: 9, of: 9 }, times: new Map() }
  const { exitCode, folder } = await launchGroup(group, { ...given, shard })
  expect([exitCode, said.at(-1)]).toEqual([0, expect.stringMatching(/^Shard 9 of 9 has nothing to play of 2 variants/)])
  expect(await readShard(folder)).toMatchObject({
    at: 9,
    of: 9,
    group: 'incidents',
    runs: [{ shard: 1 }, { shard: 2 }],
  })
  const first = { ...given, shard: { ...shard, share: { at: 1, of: 9 } } }
  await expect(launchGroup(group, first)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' })
})

test('a group is planned as a whole before the engine is asked', async () => {
  const given = { ...(await options()), commandOf: (name: string) => name }
  const other = { ...scenario, name: 'other', variants: { plain: { title: '', measures: [], stack: {} } } }
  const group = { name: 'incidents', path: 'incidents', scenarios: [scenario, other] }
  await expect(launchGroup(group, given)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' })
  await expect(launchGroup(group, { ...given, variants: ['plain'] })).rejects.toMatchObject({
    code: 'ENGINE_UNREACHABLE',
  })
  await expect(launchGroup(group, { ...given, variants: ['plain', 'none'] })).rejects.toMatchObject({
    code: 'USAGE',
    message: "No scenario of incidents has a variant 'none'",
  })
  await expect(launchGroup(group, { ...given, variants: [] })).rejects.toMatchObject({ code: 'USAGE' })
  const late = { ...other, story: [{ at: '23:00', note: 'late' }] }
  const broken = { ...group, scenarios: [scenario, late] }
  await expect(launchGroup(broken, given)).rejects.toMatchObject({ code: 'SCENARIO_INVALID' })
  const both = {
    ...group,
    scenarios: [
      { ...late, name: 'one' },
      { ...late, name: 'two' },
    ],
  }
  await expect(launchGroup(both, given)).rejects.toThrow(/one: story\.0\.at: .*two: story\.0\.at: /s)
  // Asked for all, the variants that are not usual are planned too.
  const odd = { title: '', measures: [], stack: {}, story: late.story }
  const more = { ...group, scenarios: [{ ...other, variants: { 'as-it-happened': other.variants.plain, odd } }] }
  await expect(launchGroup(more, given)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' })
  await expect(launchGroup(more, { ...given, variants: 'all' })).rejects.toMatchObject({ code: 'SCENARIO_INVALID' })
})

test('what requests want from the environment is there before the engine is asked', async () => {
  const given = await options()
  const { users } = scenario.load
  const mix = [{ weight: 1, method: 'GET' as const, path: '/', headers: { authorization: `Bearer \${env:OWN_TOKEN}` } }]
  for (const load of [{ users: { ...users, mix } }, { users, pressure: { connections: 1, timeout: 1_000, mix } }]) {
    const wanting = { ...scenario, load }
    await expect(launch(wanting, given)).rejects.toThrow('headers.authorization: the environment has no OWN_TOKEN')
    const env = { ...given.env, OWN_TOKEN: 'of-the-test' }
    await expect(launch(wanting, { ...given, env })).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' })
  }
})
