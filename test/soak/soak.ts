import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { besideBusyLoops } from '../../bench/support/busy-loops.ts'
import { KeptResults } from '../../bench/support/kept-results.ts'
import { limitsMs, measureSlowness, slownessVariable } from '../support/machine.ts'

/**
 * Is `npm test` green again and again? Plays it ten times, every second time beside two busy loops, keeps what came of
 * it in `runs/soak`, goes on where it stopped, and tells every margin under 20 %. Words choose test files.
 *
 *   npm run soak -- --times 2 test/docker/bad-input.test.ts
 */
const root = join(import.meta.dirname, '../..')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    times: { type: 'string', default: '10' },
    out: { type: 'string', default: join(root, 'runs', 'soak') },
    anew: { type: 'boolean', default: false },
  },
})

/** From which share of its limit on something is told. */
const near = 0.8

interface Result {
  beside: string
  tests: number
  failed: string[]
  tookS: number
  /** How much slower than the usual machine it was when it began. */
  slowness: number
  margins: string[]
}

interface Report {
  testResults: {
    name: string
    message?: string
    status: string
    assertionResults: { fullName: string; status: string; duration?: number }[]
  }[]
}

function testsOf({ testResults }: Report) {
  return testResults.flatMap(({ name, assertionResults }) => {
    const file = relative(root, name)
    return assertionResults.map((one) => ({ ...one, file, title: `${file} > ${one.fullName}` }))
  })
}

/** Tests that took more than four fifths of their limit. */
function slowTests(report: Report, slowness: number): string[] {
  return testsOf(report).flatMap(({ file, title, duration = 0 }) => {
    const limitMs = (file.startsWith('test/unit/') ? limitsMs.unit : limitsMs.docker).test * slowness
    if (duration < near * limitMs) return []
    return [`${title}: ${(duration / 1_000).toFixed(1)} s, limit ${(limitMs / 1_000).toFixed(1)} s`]
  })
}

/** `fired after 4.4 s, 5.0 s allowed`: a figure and its bound, in the same unit. */
const bounded =
  /(\d[\d,]*(?:\.\d+)?) ?(s|ms|%|MB|min(?:utes)?)\b[^\d;]*, (?:at most )?(\d[\d,]*(?:\.\d+)?) ?\2 allowed/g
const numberOf = (text = '') => Number(text.replaceAll(',', ''))

/** Checks of the runs below this folder whose figure is within a fifth of its bound. */
function closeChecks(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('verdict.json'),
  )
  return names.flatMap((name) => {
    const verdict = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
      scenario?: string
      variant?: string
      findings?: { title: string; because: string }[]
    }
    return (verdict.findings ?? []).flatMap(({ title, because }) => {
      const close = [...because.matchAll(bounded)].some(
        ([, figure, , bound]) => numberOf(figure) > near * numberOf(bound),
      )
      return close ? [`${verdict.scenario}, ${verdict.variant}: ${title}: ${because}`] : []
    })
  })
}

function playOnce(number: number): Omit<Result, 'beside'> {
  const folder = join(values.out, String(number))
  const runs = join(folder, 'runs')
  mkdirSync(runs, { recursive: true })
  const slowness = measureSlowness()
  const file = join(folder, 'report.json')
  const argv = ['run', '--project', '!full*', '--reporter=json', `--outputFile=${file}`, ...positionals]
  const env = { ...process.env, BADGATEWAY_TEST_RUNS: runs, [slownessVariable]: String(slowness) }
  const begun = performance.now()
  const { stderr } = spawnSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...argv], {
    cwd: root,
    env,
    encoding: 'utf8',
    maxBuffer: 64 * 1_048_576,
  })
  const tookS = Math.round((performance.now() - begun) / 1_000)
  if (!existsSync(file))
    return { tests: 0, failed: [`no report: ${stderr.slice(-2_000)}`], tookS, slowness, margins: [] }
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report
  const tests = testsOf(report)
  const broken = report.testResults.filter(({ status, assertionResults }) => {
    return status === 'failed' && assertionResults.every((one) => one.status !== 'failed')
  })
  const failed = [
    ...tests.filter(({ status }) => status === 'failed').map(({ title }) => title),
    ...broken.map(({ name, message = '' }) => `${relative(root, name)}: ${message}`),
  ]
  const margins = [...slowTests(report, slowness), ...closeChecks(runs)]
  return { tests: tests.length, failed, tookS, slowness, margins }
}

const results = new KeptResults<Result>(join(values.out, 'results.json'), values.anew)
const times = Number(values.times)
if (!Number.isInteger(times) || times < 1) {
  console.error(`--times ${values.times}: how often is a whole number from 1 on`)
  process.exit(64)
}
let red = 0
for (let number = 1; number <= times; number += 1) {
  const loops = number % 2 === 0 ? 2 : 0
  const beside = loops > 0 ? 'beside two busy loops' : 'alone'
  const kept = results.get(String(number))
  const result = kept ?? { beside, ...(await besideBusyLoops(loops, () => Promise.resolve(playOnce(number)))) }
  if (!kept) results.keep(String(number), result)
  const { tests, failed, tookS, slowness, margins } = result
  const told = failed.length === 0 ? `${tests} green` : `${failed.length} of ${tests} red`
  console.log(
    `${number} of ${times}, ${result.beside}: ${told} in ${tookS} s, ${slowness.toFixed(1)} times slower than usual`,
  )
  for (const one of failed) console.log(`  red: ${one}`)
  for (const one of margins) console.log(`  less than 20 % left: ${one}`)
  red += failed.length > 0 ? 1 : 0
}
console.log(`${times - red} of ${times} green`)
if (red > 0) process.exitCode = 1
