import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { appendAfterDeath, openJournal, readJournal, readRecord } from '../../../src/journal/index.ts'
import { realClock } from '../../../src/kit/clock.ts'
import { temporaryFolder } from '../../support/folder.ts'

let folder = ''
let file = ''

/** A journal of four facts: the third promises an undo. */
beforeEach(async () => {
  folder = await temporaryFolder('journal')
  file = join(folder, 'journal.jsonl')
  const journal = openJournal(file, realClock)
  journal.write({
    kind: 'run-started',
    format: 1,
    runId: 'r1',
    scenario: 's',
    variant: 'v',
    title: 'Überlast',
    incidentMinuteMs: 1_000,
    clockStart: '14:30',
    environment: {},
  })
  journal.write({ kind: 'phase-entered', phase: 'story' })
  journal.write({ kind: 'undo-promised', id: 'u1', undo: { verb: 'unpause', container: 'a'.repeat(12) }, why: 'pause' })
  journal.write({ kind: 'phase-entered', phase: 'undo' })
  await journal.close()
})

const refused = (because: RegExp) =>
  expect.objectContaining({ code: 'JOURNAL_INVALID', message: expect.stringMatching(because) })

describe('reading a journal', () => {
  test('gives back what was written', async () => {
    const { facts, torn } = await readJournal(file)
    expect(facts.map(({ n, kind }) => [n, kind])).toEqual([
      [1, 'run-started'],
      [2, 'phase-entered'],
      [3, 'undo-promised'],
      [4, 'phase-entered'],
    ])
    expect(torn).toBe(0)
  })

  test('that nests without end is refused by its line', async () => {
    const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
    const text = await readFile(file, 'utf8')
    for (const levels of [100, 5_000, 200_000]) {
      await writeFile(file, text.replace('"environment":{}', `"environment":{"a":${deep(levels)}}`))
      await expect(readJournal(file)).rejects.toEqual(refused(/:1: it nests deeper than 64 levels/))
      await writeFile(join(folder, 'plan.json'), `{"load":${deep(levels)}}`)
      await writeFile(file, text)
      await expect(readRecord(folder)).rejects.toEqual(refused(/plan.json nests deeper than 64 levels/))
    }
  })

  test('cut at every byte of its last facts it is read up to there, and can be continued', async () => {
    const whole = await readFile(file)
    for (let cut = whole.indexOf('"kind":"undo-promised"') - 60; cut <= whole.length; cut += 1) {
      await writeFile(file, whole.subarray(0, cut))
      const before = await readJournal(file)
      const late = await appendAfterDeath(file, realClock)
      const added = await late.writeDurably({ kind: 'world-compared', clean: true, differences: [] })
      await late.close()
      const after = await readJournal(file)
      expect(before.torn).toBeLessThanOrEqual(1)
      expect(added.n).toBe(before.facts.length + 1)
      expect(after.facts).toEqual([...before.facts, added])
      expect(after.torn).toBe(before.torn)
    }
  })

  test.each([
    ['garbage in the middle', (lines: string[]) => lines.with(1, 'not a fact'), /journal\.jsonl:2: .*not JSON/],
    ['an empty line', (lines: string[]) => lines.toSpliced(1, 0, ''), /journal\.jsonl:2: .*not JSON/],
    ['a fact that was taken out', (lines: string[]) => lines.toSpliced(1, 1), /:2: fact 2 is missing/],
    [
      'a fact cut in the middle',
      (lines: string[]) => lines.with(1, (lines[1] ?? '').slice(0, 20)),
      /:3: fact 2 is missing/,
    ],
    ['a verb of no undo', (lines: string[]) => lines.map((one) => one.replace('unpause', 'rm -rf')), /:3: undo\.verb/],
    ['an unknown field', (lines: string[]) => lines.with(1, (lines[1] ?? '').replace('}', ',"x":1}')), /:2: .*"x"/],
    [
      'a newer format',
      (lines: string[]) => lines.map((one) => one.replace('"format":1', '"format":2')),
      /newer badgateway: format 2/,
    ],
    ['a complete line of garbage at the end', (lines: string[]) => [...lines.slice(0, -1), '!', ''], /:5: .*not JSON/],
  ])('%s is refused with file and line', async (_, change, because) => {
    const lines = (await readFile(file, 'utf8')).split('\n')
    await writeFile(file, change(lines).join('\n'))
    await expect(readJournal(file)).rejects.toThrow(refused(because))
    await expect(appendAfterDeath(file, realClock)).rejects.toThrow(refused(because))
  })

  test('a missing file and one beyond the limit are refused by name', async () => {
    await expect(readJournal(join(folder, 'none'))).rejects.toThrow(refused(/none cannot be read/))
    await writeFile(file, `{"n":1,"x":"${'x'.repeat(9 * 1024 * 1024)}"}\n`)
    await expect(readJournal(file)).rejects.toThrow(refused(/journal\.jsonl has a line of/))
  })

  test('a record has plan and facts; a wrong plan is refused with its field', async () => {
    await expect(readRecord(folder)).rejects.toThrow(refused(/plan\.json cannot be read/))
    await writeFile(join(folder, 'plan.json'), '{')
    await expect(readRecord(folder)).rejects.toThrow(refused(/plan\.json is not JSON/))
    await writeFile(join(folder, 'plan.json'), JSON.stringify({ ...plan, clockEnd: 5 }))
    await expect(readRecord(folder)).rejects.toThrow(refused(/plan\.json is no plan: clockEnd/))
    await writeFile(join(folder, 'plan.json'), JSON.stringify(plan))
    const record = await readRecord(folder)
    expect(record.plan).toEqual(plan)
    expect(record.facts).toHaveLength(4)
    const { causeAlerts: _, control: __, ...older } = plan
    await writeFile(join(folder, 'plan.json'), JSON.stringify(older))
    expect((await readRecord(folder)).plan).toEqual(plan)
  })
})

describe('a journal after the death of its harness', () => {
  test('says what was promised and not kept, and how long the story took', async () => {
    const late = await appendAfterDeath(file, { ...realClock, wall: () => Date.now() + 60_000 })
    expect(late.runId).toBe('r1')
    expect(late.ended).toBe(false)
    expect(late.promised.map(({ id }) => id)).toEqual(['u1'])
    const { wallMs, storyMs, overheadMs } = late.spans()
    expect(wallMs).toBeGreaterThan(59_000)
    expect(storyMs).toBeLessThan(wallMs - 59_000)
    expect(overheadMs).toBeCloseTo(wallMs - storyMs, 6)
    await late.writeDurably({ kind: 'undo-done', id: 'u1', ok: false, by: 'guard', because: 'not yet' })
    await late.writeDurably({ kind: 'run-ended', reason: 'killed', by: 'guard', ...late.spans() })
    await late.close()
    const again = await appendAfterDeath(file, realClock)
    expect(again.promised).toHaveLength(1)
    expect(again.ended).toBe(true)
    await again.writeDurably({ kind: 'undo-done', id: 'u1', ok: true, by: 'sweep', because: 'gone' })
    await again.close()
    expect((await appendAfterDeath(file, realClock)).promised).toEqual([])
  })

  test('its time never goes back, though the wall clock did', async () => {
    const { facts } = await readJournal(file)
    const late = await appendAfterDeath(file, { ...realClock, wall: () => 0 })
    const added = await late.writeDurably({ kind: 'world-compared', clean: true, differences: [] })
    expect(added.t).toBe(facts.at(-1)?.t)
    await late.close()
  })

  test('what does not begin as a journal is not touched', async () => {
    const other = join(folder, 'other', 'journal.jsonl')
    await mkdir(join(folder, 'other'))
    const line = '{"n":1,"t":0,"at":"2026-01-01T00:00:00.000Z","kind":"phase-entered","phase":"raise"}\n'
    await writeFile(other, line)
    await expect(appendAfterDeath(other, realClock)).rejects.toThrow(refused(/begins with run-started/))
    expect(await readFile(other, 'utf8')).toBe(line)
  })
})

const plan = {
  format: 1,
  scenario: 's',
  title: 't',
  summary: '',
  report: { date: '', rootCause: '', impact: '', lessons: [], deviations: [] },
  variant: 'v',
  variantTitle: '',
  measures: [],
  causeAlerts: [],
  control: null,
  incidentMinuteMs: 1_000,
  clockStart: '14:30',
  clockEnd: '15:45',
  steadyMs: 0,
  story: [],
  checks: [],
  load: {},
  stack: {},
}
