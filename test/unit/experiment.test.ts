import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { judge } from '../../src/checks/index.ts'
import {
  type ExperimentOptions,
  exitCodeOf,
  experiment,
  judgeFolder,
  worstOf,
  writeReports,
} from '../../src/experiment.ts'
import { type RunRecord, readPlanned, readRecord } from '../../src/journal/index.ts'
import { BadgatewayError } from '../../src/kit/errors.ts'
import type { ReportedRun } from '../../src/reporters/index.ts'
import type { Conducted, ConductOptions } from '../../src/run/index.ts'
import { temporaryFolder } from '../support/folder.ts'
import { changed, outageJournal } from '../support/journal.ts'
import { lay } from '../support/lay.ts'

const record = outageJournal()
const passed = { record, verdict: judge(record) }
const run = { variants: [passed] }
const done = { reason: 'completed', clean: true } as const
const interrupted = {
  ...done,
  reason: 'interrupted',
  error: new BadgatewayError('INTERRUPTED', 'stopped', ''),
} as const
const unsteady = { ...done, reason: 'failed' } as const
const full = { ...done, reason: 'failed', error: new BadgatewayError('JOURNAL_UNWRITABLE', 'disk full', '') } as const

test('a pass needs every variant that was planned', () => {
  expect(exitCodeOf(run, [done], 1)).toBe(0)
  expect(exitCodeOf(run, [done], 2)).toBe(3)
  expect(exitCodeOf({ variants: [] }, [], 1)).toBe(3)
})

test.each([
  ['interrupted', interrupted, 3],
  ['broken by the disk, which the journal cannot tell', full, 3],
  ['never steady', unsteady, 2],
  ['not proven clean', { ...interrupted, clean: false }, 4],
])('a run that is %s says so', (_, end, code) => {
  expect(exitCodeOf(run, [end], 1)).toBe(code)
})

test('a report that cannot be written hides neither what is left nor why the run broke', () => {
  const thrown = new BadgatewayError('RUN_DIR_INVALID', 'no space', '')
  expect(worstOf(thrown, [done])).toBe(thrown)
  expect(worstOf(thrown, [done, full])).toBe(full.error)
  expect(worstOf(thrown, [{ ...done, clean: false }, full])).toMatchObject({ code: 'NOT_CLEAN', exitCode: 4 })
})

test('a shared stack that is not proven to be gone is no clean end of the run that met it', () => {
  const error = new BadgatewayError('NOT_CLEAN', 'it stays', 'badgateway clean removes it.')
  expect(exitCodeOf(run, [{ reason: 'failed', clean: true, error }], 1)).toBe(4)
})

type End = { of: (variant: string) => RunRecord; conducted?: Conducted } | BadgatewayError

interface Playing {
  isWritten?: boolean
  /** The variant whose journal cannot be read. */
  unreadable?: string
}

const unread = new BadgatewayError('JOURNAL_INVALID', 'line 7 is no fact', '')

/** Plays the variants, each attempt ending as the next of these; what was asked for, and what came of it. */
async function played(
  variants: readonly string[],
  ends: readonly End[],
  { isWritten = false, unreadable, ...more }: Partial<ExperimentOptions> & Playing = {},
) {
  const folder = join(await temporaryFolder('experiment'), 'run')
  const asked: string[] = []
  const repeated: string[] = []
  const reported: number[] = []
  const conductOne = async ({ plan, layout }: ConductOptions): Promise<Conducted> => {
    const end: End = ends[asked.length] ?? passing
    asked.push(plan.record.variant)
    if (end instanceof BadgatewayError) throw end
    await lay(end.of(plan.record.variant), layout.folder)
    return end.conducted ?? done
  }
  const reporter: ExperimentOptions['reporter'] = {
    name: 'test',
    onPlan: () => undefined,
    onFact: () => undefined,
    onRepeat: ({ folder: aside }) => void repeated.push(aside),
    onEnd: () => undefined,
  }
  const options = {
    folder,
    plans: variants.map((variant) => ({ record: { ...record.plan, variant } })),
    signal: new AbortController().signal,
    reporter,
    engine: { docker: { ping: () => Promise.resolve('OK') } },
    repeats: 1,
    ...more,
  } as unknown as ExperimentOptions
  // What is written is looked at in one test: drawing takes its time.
  const quick = {
    judgeFolder: async (place: string) => {
      if (unreadable && place.endsWith(unreadable)) throw unread
      const read = await readRecord(place)
      return { record: read, verdict: judge(read) }
    },
    writeReports: (_place: string, run: ReportedRun) => Promise.resolve(void reported.push(run.variants.length)),
  }
  const parts = { conduct: conductOne, ...(isWritten ? { judgeFolder, writeReports } : quick) }
  const result = await experiment(options, parts).catch((thrown: unknown) => ({ thrown }))
  return { folder, asked, repeated, reported, result }
}

const passing = { of: (variant: string) => outageJournal({ plan: { variant } }) }
const open = {
  of: (variant: string) => changed(outageJournal({ plan: { variant } }), 'run-ended', () => ({ reason: 'failed' })),
}
const failing = { of: (variant: string) => outageJournal({ plan: { variant }, servedAgainMs: null }) }

test('an inconclusive variant is played once more; the last attempt counts and both are kept and told', async () => {
  const { folder, asked, repeated, result } = await played(['one', 'two'], [open, passing, passing], {
    isWritten: true,
  })
  expect(asked).toEqual(['one', 'one', 'two'])
  expect(repeated).toEqual(['one.attempt-1'])
  expect(['one', 'one.attempt-1', 'two'].filter((name) => !existsSync(join(folder, name, 'report.html')))).toEqual([])
  expect(result).toMatchObject({
    exitCode: 0,
    run: { variants: [{ verdict: { status: 'pass' }, attempts: [{ folder: 'one.attempt-1' }] }, {}] },
  })
})

test('what was played in the folder before is reported with what is played now, and not judged', async () => {
  const before = ['one', 'two'].map((variant) => ({ record: failing.of(variant), verdict: judge(failing.of(variant)) }))
  const { folder, asked, reported, result } = await played(['three'], [passing], { before })
  expect(asked).toEqual(['three'])
  expect(reported).toEqual([3])
  expect(result).toMatchObject({ exitCode: 0, run: { variants: [{ verdict: { variant: 'three' } }] } })
  expect(await readPlanned(folder)).toMatchObject([{ variants: ['one', 'two', 'three'] }])
})

test.each<[string, End, Partial<ExperimentOptions>, number]>([
  ['what failed is never played again', failing, {}, 1],
  ['what passed is not either', passing, {}, 1],
  ['what stays inconclusive is played so often and no more', open, {}, 2],
  ['what is asked for twice more is', open, { repeats: 2 }, 3],
  ['what is not asked for is not', open, { repeats: 0 }, 1],
  ['disarmed, inconclusive is what it should be', open, { disarmed: true }, 1],
  ['what broke the harness is no question of chance', { ...open, conducted: full }, {}, 1],
  ['what is not proven clean is not played on top of', { ...open, conducted: { ...done, clean: false } }, {}, 1],
])('%s', async (_, end, more, times) => {
  const { asked } = await played(['one'], [end, end, end, end], more)
  expect(asked).toHaveLength(times)
})

const slow = new BadgatewayError('SERVICE_NOT_READY', 'proxy-1 did not start', '')
const gone = { engine: { docker: { ping: () => Promise.reject(new Error('ENOENT')) } } }

test.each<[string, End, object, string[], number]>([
  [
    'one variant’s environment error does not stop the next',
    { ...open, conducted: { ...done, error: slow } },
    {},
    ['one', 'two'],
    3,
  ],
  ['unless the engine is gone', { ...open, conducted: { ...done, error: slow } }, gone, ['one'], 3],
  ['or the error will last', { ...open, conducted: full }, {}, ['one'], 3],
  ['or something may be left', { ...open, conducted: { ...done, error: slow, clean: false } }, {}, ['one'], 4],
])('%s', async (_, end, more, played_, exitCode) => {
  const { asked, result } = await played(['one', 'two'], [end], { repeats: 0, ...more })
  expect(asked).toEqual(played_)
  expect('thrown' in result ? result.thrown : result).toMatchObject({ exitCode })
})

test('a variant that could not even begin is told after the others were played', async () => {
  const { asked, result } = await played(['one', 'two'], [slow])
  expect(asked).toEqual(['one', 'two'])
  expect(result).toMatchObject({ exitCode: 3, untold: slow, run: { variants: [{ verdict: { variant: 'two' } }] } })
  const alone = await played(['one'], [slow])
  expect(alone.result).toEqual({ thrown: slow })
})

test('a variant that cannot be judged is told, and takes the reports of the others from nobody', async () => {
  const { asked, reported, result } = await played(['one', 'two'], [passing, passing], { unreadable: 'two' })
  expect([asked, reported]).toEqual([['one', 'two'], [1]])
  expect(result).toMatchObject({ untold: unread, run: { variants: [{ verdict: { variant: 'one' } }] } })
})
