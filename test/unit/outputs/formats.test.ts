import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import Ajv from 'ajv-draft-04'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { inertCommand } from '../../../src/kit/ci/workflow-command.ts'
import { exitCodes } from '../../../src/kit/errors.ts'
import { annotationsOf, outputs } from '../../../src/outputs/index.ts'
import { overBudget, toldOf, unknown, worse } from './sample.ts'

const schemaFile = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')
const schema: unknown = JSON.parse(readFileSync(schemaFile, 'utf8'))
const ajv = new Ajv.default({ strict: false, unicodeRegExp: false })
addFormats.default(ajv)
const isSarif = ajv.compile(z.record(z.string(), z.unknown()).parse(schema))

/** The part of GitLab's Code Quality format that is written here, by its documentation: no package has its schema. */
const codeQuality = z.array(
  z.strictObject({
    description: z.string().min(1),
    check_name: z.string().min(1),
    fingerprint: z.string().regex(/^[0-9a-f]{32}$/),
    severity: z.enum(['info', 'minor', 'major', 'critical', 'blocker']),
    location: z.strictObject({
      path: z.string().refine((path) => !path.startsWith('./') && !path.startsWith('/')),
      lines: z.strictObject({ begin: z.int().positive() }),
    }),
  }),
)

const fileOf = (name: string, told = toldOf([overBudget()])) => {
  const found = outputs.find(({ file }) => file === name)
  if (!found) throw new Error(`there is no ${name}`)
  return found.write(told)
}

const sarif = (told = toldOf([overBudget()])) => {
  const log: unknown = JSON.parse(fileOf('findings.sarif', told))
  expect(isSarif(log), JSON.stringify(isSarif.errors)).toBe(true)
  return z
    .object({
      runs: z.array(
        z.object({ results: z.array(z.record(z.string(), z.unknown())), invocations: z.array(z.unknown()) }),
      ),
    })
    .parse(log).runs[0]
}

describe('SARIF', () => {
  it('is valid, and has a finding at the line of the directive', () => {
    const run = sarif()
    expect(run?.results).toMatchObject([
      {
        ruleId: 'over-budget',
        level: 'error',
        message: { text: expect.stringMatching(/^refuse\/api-1 is over its budget\. .*0 % allowed/) },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'shop/nginx/nginx.conf' },
              region: { startLine: 12 },
            },
          },
        ],
      },
    ])
  })

  it('calls a finding the same wherever its line goes, and by another name in another stack', () => {
    const moved = { ...toldOf([]).places, directive: () => ({ file: 'a.conf', line: 99 }) }
    const prints = (more: object) => sarif(toldOf([overBudget()], more))?.results[0]?.['partialFingerprints']
    expect(prints({ places: moved })).toEqual(prints({}))
    expect(prints({ stack: 'other/badgateway.yaml' })).not.toEqual(prints({}))
    const [first, second] =
      sarif(toldOf([overBudget(), overBudget({ name: 'stop/api-1', mode: 'stop' })]))?.results ?? []
    expect(first?.['partialFingerprints']).not.toEqual(second?.['partialFingerprints'])
  })

  it('tells what is worse than its snapshot by a rule of its own, and suppresses what is accepted', () => {
    const drift = { cells: [worse], beside: 'badgateway.snapshot.json' }
    expect(sarif(toldOf([overBudget()], { drift }))?.results).toMatchObject([
      { ruleId: 'over-budget' },
      { ruleId: 'worse', message: { text: expect.stringContaining('failed: 0 % to 1 % before, 40 % now (worse).') } },
    ])
    const accepted = { reason: 'one database', owner: 'ann', until: '2027-03-31' }
    const known = { cells: [{ ...worse, state: 'accepted' as const, accepted }], beside: 'x' }
    expect(sarif(toldOf([overBudget()], { drift: known }))?.results).toMatchObject([
      { suppressions: [{ status: 'accepted', justification: 'one database (ann, until 2027-03-31)' }] },
    ])
    expect(fileOf('codequality.json', toldOf([overBudget()], { drift: known }))).toBe('[]\n')
  })

  it('does not pass over a cell that could not tell', () => {
    const run = sarif(toldOf([unknown()], { exitCode: exitCodes.inconclusive }))
    expect(run).toMatchObject({
      results: [],
      invocations: [{ executionSuccessful: false, exitCode: 2, toolExecutionNotifications: [{ level: 'warning' }] }],
    })
  })
})

describe('Code Quality', () => {
  it('has the shape that GitLab documents', () => {
    const [first] = codeQuality.parse(JSON.parse(fileOf('codequality.json')))
    expect(first).toMatchObject({ check_name: 'badgateway/over-budget', location: { lines: { begin: 12 } } })
  })
})

describe('annotations', () => {
  it('are errors at a line, warnings for what could not tell, and no more than GitHub shows', () => {
    const lines = annotationsOf(toldOf([overBudget(), unknown({ name: 'stop/api-1' })])).map(inertCommand)
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatch(
      /^::error file=shop\/nginx\/nginx\.conf,line=12,title=badgateway%3A refuse\/api-1 is over its budget::.*\n$/,
    )
    expect(lines[1]).toMatch(/^::warning file=shop\/badgateway\.yaml,line=1,title=badgateway%3A stop\/api-1 could not /)
    const many = Array.from({ length: 14 }, (_, at) => overBudget({ name: `refuse/api-${at}` }))
    const told = annotationsOf(toldOf(many))
    expect(told.filter(({ level }) => level === 'error')).toHaveLength(10)
    expect(told.at(-1)).toMatchObject({ level: 'notice', message: '4 more findings: see the step summary.' })
  })

  it('are not made of what is accepted', () => {
    const accepted = { reason: 'one database', owner: 'ann', until: '2027-03-31' }
    const drift = { cells: [{ ...worse, state: 'accepted' as const, accepted }], beside: 'x' }
    expect(annotationsOf(toldOf([overBudget()], { drift }))).toEqual([])
  })
})
