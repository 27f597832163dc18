import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type RunbookRow, runbookRow, type Verdict } from '../../../src/checks/index.ts'
import { readRecord } from '../../../src/journal/index.ts'
import { findGroup } from '../../../src/scenario/index.ts'
import { badgateway, type Ended, freshFolder, leftOvers, readJson, runFolder } from '../../support/badgateway.ts'

const group = await findGroup('escalation-guide', new URL('../../../scenarios', import.meta.url).pathname)
const causes = (group?.scenarios ?? []).map(({ name }) => name)
/** Of these every step of the guide is taken: one that a restart cures, one that it makes worse. */
const measured = ['backend-port-closed', 'firewall-drop-new']

interface Run {
  ended: Ended
  folder: string
  verdict: Verdict
}

/** So many at once, in the order given: most of a run is waiting for Prometheus to find its targets. */
async function pooled<T>(atOnce: number, names: readonly string[], job: (name: string) => Promise<T>) {
  const waiting = [...names]
  const done = new Map<string, T>()
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) done.set(name, await job(name))
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return done
}

async function run(cause: string, variant: string, ...flags: string[]): Promise<Run> {
  const out = await freshFolder()
  const argv = ['run', cause, '--variant', variant, '--time-scale', '300ms', '--quiet', '--out', out, ...flags]
  const ended = await badgateway(argv)
  const folder = join(runFolder(out, cause), variant)
  return { ended, folder, verdict: readJson<Verdict>(folder, 'verdict.json') }
}

function runIdOf(folder: string): string {
  const [first = '{}'] = readFileSync(join(folder, 'journal.jsonl'), 'utf8').split('\n')
  return (JSON.parse(first) as { runId: string }).runId
}

const openOf = ({ verdict, ended }: Run) => {
  const open = verdict.findings.filter((one) => one.status !== 'pass').map((one) => `${one.title}: ${one.because}`)
  return ended.code === 0 ? open : [`exit code ${ended.code}`, ...open, ended.err]
}

describe('every cause of the guide, as it happened', () => {
  let runs: Map<string, Run>

  beforeAll(async () => {
    runs = await pooled(2, causes, (cause) => run(cause, 'as-it-happened'))
  }, 400_000)

  test('there are all that the guide names', () => {
    expect(causes).toHaveLength(16)
  })

  test.each(causes)('%s: users are failed, a step of the guide cures, and nothing is left', async (cause) => {
    const done = runs.get(cause)
    expect(done && openOf(done)).toEqual([])
    expect(done?.verdict).toMatchObject({ status: 'pass', clean: true })
    expect(done?.verdict.remedies.at(-1)?.judgement).toBe('cured')
    expect(await leftOvers(runIdOf(done?.folder ?? ''))).toEqual([])
  })
})

describe('every cause, not really injected', () => {
  let runs: Map<string, Run>

  beforeAll(async () => {
    runs = await pooled(3, causes, (cause) => run(cause, 'as-it-happened', '--disarm'))
  }, 400_000)

  test.each(causes)('%s proves nothing, and says so', (cause) => {
    const done = runs.get(cause)
    expect(done?.ended.code, done?.ended.err).toBe(2)
    expect(done?.verdict).toMatchObject({ status: 'inconclusive', clean: true })
  })
})

describe('every step of the guide, measured', () => {
  let rows: Map<string, RunbookRow | null>
  let runs: Map<string, Run>

  beforeAll(async () => {
    runs = await pooled(2, measured, (cause) => run(cause, 'runbook'))
    rows = new Map()
    for (const [cause, { folder }] of runs) rows.set(cause, runbookRow(await readRecord(folder)))
  }, 400_000)

  test.each(measured)('%s: every cell is as the scenario expects it', (cause) => {
    const done = runs.get(cause)
    expect(done && openOf(done)).toEqual([])
    expect(rows.get(cause)?.cells.filter((cell) => cell === null)).toEqual([])
  })

  test('a closed port is cured by a restart; what a filter of new connections does is made worse by it', () => {
    const effectsOf = (cause: string) => rows.get(cause)?.cells.map((cell) => cell?.effect)
    expect(effectsOf('backend-port-closed')?.[2]).toBe('cures')
    expect(effectsOf('firewall-drop-new')?.slice(2, 5)).toEqual(['makes worse', 'no effect', 'cures'])
    expect(rows.get('firewall-drop-new')?.firstFound?.guide).toBe(5)
  })
})
