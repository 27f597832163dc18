import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import misconfigured from '../../../scenarios/incidents/misconfigured-upstream.ts'
import { builtInScenarios, findScenario, scenarioJsonSchema } from '../../../src/scenario/index.ts'
import { temporaryFolder } from '../../support/folder.ts'

const folder = new URL('../../../scenarios', import.meta.url).pathname

async function fromYaml(text: string) {
  const file = join(await temporaryFolder('scenario'), 'scenario.yaml')
  await writeFile(file, text)
  return await findScenario(file, folder)
}
const changed = (change: object) => stringify({ ...misconfigured, ...change })

test('every scenario that comes along is valid, and is named like its file', async () => {
  const known = await builtInScenarios(folder)
  expect(known.length).toBeGreaterThan(0)
  for (const { name } of known) expect((await findScenario(name, folder)).name).toBe(name)
})

test('the same scenario may be written in YAML', async () => {
  const read = await fromYaml(stringify(misconfigured))
  expect(read).toEqual(await findScenario('misconfigured-upstream', folder))
})

test.each<[string, object, string]>([
  ['an unknown field', { storry: [] }, 'Unrecognized key: "storry"'],
  ['a wrong duration', { load: { users: { ...misconfigured.load.users, timeout: '8 seconds' } } }, "'8 seconds' is no"],
  [
    'words of a remedy of which nothing is asked',
    { story: [{ at: '14:31', remedy: { kind: 'rollback-config' }, expect: 'measured', says: 'refused' }] },
    'story.0.says: nothing is asked',
  ],
  ['a wrong clock', { clock: { steadyFrom: '14:25', start: '25:30', end: '15:45' } }, 'clock.start: no clock time'],
  ['an unknown fault', { story: [{ at: '14:30', fault: { kind: 'meteor' } }] }, 'story.0.fault'],
  [
    'an interposer that is to change what it may not look into',
    {
      story: [
        {
          at: '14:30',
          fault: { kind: 'interpose', role: 'web', what: { deed: { does: 'status', code: 500 }, speaks: 'tcp' } },
        },
      ],
    },
    "story.0.fault.what: 'status' needs 'speaks: http'",
  ],
  [
    'a finding that the probe never has',
    { story: [{ at: '14:30', look: { kind: 'upstream-services' }, finds: 'al respond' }] },
    'story.0.finds: upstream-services finds one of: all respond, one unresponsive',
  ],
  [
    'an Nginx of no version',
    { story: [{ at: '14:30', look: { kind: 'nginx-version' }, finds: 'Nginx' }] },
    'story.0.finds: nginx-version finds one of',
  ],
  [
    'no time to hold',
    { story: [{ at: '14:30', recovered: { within: '10s', hold: '0s' } }] },
    'story.0.recovered.hold: is no time at all: write e.g. 10s (found "0s")',
  ],
  ...(
    [
      [
        { clock: { steadyFrom: '15:00', start: '14:30', end: '15:45' } },
        'clock.steadyFrom: is later than start, 14:30',
      ],
      [{ clock: { steadyFrom: '14:25', start: '14:30', end: '14:30' } }, 'clock.end: is not later than start, 14:30'],
      [{ load: { users: { ...misconfigured.load.users, timeout: '0ms' } } }, 'load.users.timeout: is no time at all'],
      [
        { load: { users: { ...misconfigured.load.users, ratePerS: Number.NaN } } },
        'ratePerS: Invalid input: expected number, received NaN (found NaN)',
      ],
      [{ load: { users: { ...misconfigured.load.users, ratePerS: 1e-300 } } }, 'load.users.ratePerS: Too small'],
      [
        { load: { users: { ...misconfigured.load.users, mix: [{ path: '/', weight: 1e308 }] } } },
        'mix.0.weight: Too big',
      ],
      [{ story: [{ at: '14:30', note: 'a', rest: '0s' }] }, 'story.0.rest: is no time at all'],
      [{ story: [{ once: { requests: 1, within: '0s' }, note: 'a' }] }, 'story.0.once.within: is no time at all'],
      [{ story: [{ at: '14:30', alert: 'A', deliveredWithin: '0s' }] }, 'story.0.deliveredWithin: is no time at all'],
      [{ story: [{ at: '14:30', alert: 'A', resolvesWithin: '-1s' }] }, "story.0.resolvesWithin: '-1s' is no duration"],
      [
        { story: [{ at: '14:30', fault: { kind: 'traffic-spike', for: '0s' } }] },
        'story.0.fault.for: is no time at all',
      ],
      [
        { story: [{ at: '14:30', fault: { kind: 'traffic-spike', forMinutes: 1e300 } }] },
        'story.0.fault.forMinutes: Too big',
      ],
      [
        { story: [{ at: '14:30', look: { kind: 'proxy-errors', over: '0s' } }] },
        'story.0.look.over: is no time at all',
      ],
      [{ variants: {} }, 'variants: has none: one is needed'],
      [{ checks: [{ kind: 'failed-requests', atLeast: 5, atMost: 4 }] }, 'checks.0.atLeast: is more than atMost, 4'],
      [{ checks: [{ kind: 'outage-length', atLeastMs: 5, atMostMs: 4 }] }, 'checks.0.atLeastMs: is more than atMostMs'],
      [
        { checks: [{ kind: 'users-affected' }] },
        'checks.0: names no bound, so it asks nothing: one of atLeast, atMost',
      ],
      [JSON.parse('{"variants":{"__proto__":{"title":"x"}}}'), 'variants.__proto__: no name can be this'],
      [
        {
          load: {
            users: { ...misconfigured.load.users, mix: [{ path: '/', headers: JSON.parse('{"__proto__":"x"}') }] },
          },
        },
        'headers.__proto__: no name can be this',
      ],
    ] as [object, string][]
  ).map<[string, object, string]>(([change, words]) => [words, change, words]),
  ['two actions', { story: [{ at: '14:30', note: 'a', alert: 'b' }] }, 'this one has alert and note'],
  ['neither time nor event', { story: [{ note: 'a' }] }, "story.0.at: a step needs 'at' (a time), 'once' (an event)"],
  ...(
    [
      [{ within: '5s' }, "story.0.once: 'once' waits for exactly one of requests, answers"],
      [{ requests: 5, alert: 'A', state: 'firing', within: '5s' }, 'this one has requests and alert'],
      [{ requests: 5 }, 'story.0.once.within'],
      [{ alert: 'A', within: '5s' }, "story.0.once.state: 'alert' needs a state: one of pending, firing"],
      [{ container: 'api-1', state: 'firing', within: '5s' }, "'container' needs a state: one of started, died, oom"],
      [{ requests: 5, state: 'oom', within: '5s' }, "'state' does not belong to 'requests'"],
      [{ answers: { class: 'http_50x' }, within: '5s' }, 'story.0.once.answers.class: no class of the ledger'],
      [{ log: { reason: 'bad-luck' }, within: '5s' }, 'story.0.once.log.reason'],
      [{ metric: { query: 'up' }, within: '5s' }, 'story.0.once.metric.above'],
    ] as const
  ).map<[string, object, string]>(([once, words]) => [
    `the event ${JSON.stringify(once)}`,
    { story: [{ once, note: 'a' }] },
    words,
  ]),
  ['no action', { story: [{ at: '14:30' }] }, 'this one has none'],
  ['a stray companion', { story: [{ at: '14:30', note: 'a', finds: 'b' }] }, "'finds' does not belong to a step with"],
  ['an unknown check', { checks: [{ kind: 'feels-good' }] }, 'checks.0'],
  [
    'a hostile path',
    { story: [{ at: '14:30', fault: { kind: 'missing-file', service: 'p', path: '/x;id' } }] },
    'path',
  ],
])('%s is refused with its place', async (_, change, words) => {
  const reading = fromYaml(changed(change))
  await expect(reading).rejects.toMatchObject({ code: 'SCENARIO_INVALID', exitCode: 64 })
  await expect(reading).rejects.toThrow(words)
})

test('mistakes of one step are told beside those of its fields', async () => {
  const story = [{ at: '14:30', note: 'a', alert: 'b', once: { requests: 1, state: 'firing', within: '0s' }, zzz: 1 }]
  const told = await fromYaml(changed({ story })).catch((thrown: Error) => thrown.message)
  for (const line of [
    'story.0.once.within: is no time at all',
    "story.0.once.state: 'state' does not belong to 'requests'",
    'story.0: Unrecognized key: "zzz"',
    'this one has alert and note',
  ]) {
    expect(told).toContain(line)
  }
})

test('all mistakes are told at once', async () => {
  const both = fromYaml(changed({ name: 'Not A Slug', story: [{ at: 'noon', note: 'x' }] }))
  await expect(both).rejects.toThrow(/name: no name[\s\S]*story\.0\.at: no clock time/)
})

test.each<[string, string, string]>([
  ['a duplicate key', 'name: a\nname: b\n', 'unique'],
  ['an unknown tag', 'name: !!js/function "x"\n', 'tag'],
  ['nonsense', '{{{', 'scenario.yaml'],
  ['an alias bomb', `a: &a [x,x,x,x,x,x,x,x,x]\n${bomb()}`, 'scenario.yaml'],
])('YAML with %s is refused', async (_, text, words) => {
  await expect(fromYaml(text)).rejects.toThrow(words)
})

function bomb(): string {
  const names = 'abcdefgh'
  return [...names.slice(1)]
    .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${names[index]}`).join(',')}]`)
    .join('\n')
}

test('an unknown scenario names those that there are', async () => {
  const finding = findScenario('misconfigured-upsteam', folder)
  await expect(finding).rejects.toMatchObject({ code: 'SCENARIO_UNKNOWN', exitCode: 64 })
  await expect(finding).rejects.toMatchObject({ hint: expect.stringContaining('misconfigured-upstream') })
})

test('a file that is not there, and one that is no file', async () => {
  await expect(findScenario('./none.yaml', folder)).rejects.toMatchObject({ code: 'SCENARIO_UNKNOWN' })
  await expect(findScenario('/dev/zero', folder)).rejects.toMatchObject({ code: 'SCENARIO_INVALID' })
})

test('the JSON Schema names every kind of fault', () => {
  expect(JSON.stringify(scenarioJsonSchema())).toContain('wrong-upstream')
})
