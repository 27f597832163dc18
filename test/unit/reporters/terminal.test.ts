import { describe, expect, it } from 'vitest'
import { inert } from '../../../src/kit/inert.ts'
import { type ReportedRun, terminalReporter } from '../../../src/reporters/index.ts'
import { changed, killedAt, outageJournal } from '../../support/journal.ts'
import { acting, allHostile, commanding, esc, hostileTexts, poisonedRun, sampleRun, variantOf } from './hostile.ts'

interface Asked {
  isTty?: boolean
  color?: boolean
  columns?: number
  quiet?: boolean
  json?: boolean
}

function told(run: ReportedRun, asked: Asked = {}) {
  const { isTty = false, color = false, columns = 100, quiet = false, json = false } = asked
  const text = { out: '', err: '' }
  const screen = {
    out: (more: string) => {
      text.out += more
    },
    err: (more: string) => {
      text.err += more
    },
  }
  const reporter = terminalReporter({ io: { ...screen, isTty, columns, color }, quiet, json })
  for (const { record } of run.variants) {
    reporter.onPlan(record.plan)
    for (const fact of record.facts) reporter.onFact(fact)
  }
  reporter.onEnd({ run, folder: '/tmp/runs/x' })
  return text
}

describe('without a terminal', () => {
  const { out } = told(sampleRun())

  it('tells every step, fault, remedy and finding on a line with its clock', () => {
    for (const words of [
      '14:30   the deploy is in force: new workers serve configuration 9c1e',
      '14:34   Alert SuccessRateDropped was delivered to on-call',
      '14:50   database-healthy: healthy',
      '15:20   rollback failed: the former package needs libssl1.1, which is gone',
      '15:36   the deploy is gone (remedy)',
    ]) {
      expect(out).toContain(words)
    }
  })

  it('says now and then how it goes', () => {
    expect(out).toMatch(/14:4\d {3}250\/s, 100 % failing, firing: SuccessRateDropped/)
  })

  it('ends with the verdict, the users, the table and the report', () => {
    expect(out).toContain('✓ PASS  As it happened (as-it-happened)\n  Users were failed for 66.0 s')
    expect(out).toMatch(/^none +66\.0 s +3,301 +100 % +4\.4 s +✓ PASS$/m)
    expect(out.trimEnd().endsWith('Report: /tmp/runs/x/report.html')).toBe(true)
  })

  it('uses no control character', () => {
    expect(out).not.toMatch(acting)
  })
})

describe('what failed', () => {
  const run = { variants: [variantOf(killedAt(outageJournal(), 40_000))] }

  it('is told in a sentence each, and that it is not proven clean', () => {
    const { out } = told(run, { quiet: true })
    expect(out).toContain('? INCONCLUSIVE')
    expect(out).toContain('It is NOT proven that everything is as it was')
    expect(out).toMatch(/ {4}\? INCONCLUSIVE Did the story run to its end\? the journal ends before the run did/)
  })

  it('does not fill the screen', () => {
    expect(told(run, { quiet: true }).out.split('\n').length).toBeLessThan(20)
  })
})

describe('captured text on a terminal', () => {
  it.each(hostileTexts)('has nothing that acts in %j', (text) => {
    expect(inert(text)).not.toMatch(acting)
    expect(inert(text)).not.toMatch(commanding)
  })

  it('is shown, not obeyed, wherever it stands', () => {
    const { out } = told(poisonedRun(allHostile))
    expect(out).not.toMatch(acting)
    expect(out).not.toMatch(commanding)
    expect(out).toContain('\\x1b]52;c;')
  })

  it('would be obeyed without plain: the pattern finds it', () => {
    expect(hostileTexts.filter((text) => acting.test(text)).length).toBeGreaterThan(3)
    expect('##vso[x]').toMatch(/##\w*\[/)
  })
})

describe('on a terminal', () => {
  it('draws a live line no wider than the screen, with phase, rate, failures and alerts', () => {
    const { out } = told(sampleRun(), { isTty: true, columns: 70 })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: taken out as a terminal would
    const shown = out.replace(/\u001b\[[\d;?]*[a-zA-Z]/g, '\n').split('\n')
    const bars = shown.filter((line) => /[█░]{5}/.test(line))
    expect(bars.length).toBeGreaterThan(50)
    expect(Math.max(...bars.map((line) => line.length))).toBeLessThan(70)
    expect(bars.some((line) => /█+░+ 15:0\d as-it-happened {2}250\/s, 100 % failing/.test(line))).toBe(true)
  })

  it('names the firing alerts when there is room', () => {
    expect(told(sampleRun(), { isTty: true, columns: 140 }).out).toContain('failing, firing: SuccessRateDropped')
  })

  it('has colours only when they are wanted', () => {
    const coloured = `${esc}[32m`
    expect(told(sampleRun(), { color: true }).out).toContain(coloured)
    expect(told(sampleRun(), { isTty: true, color: false }).out).not.toContain(coloured)
  })
})

describe('--quiet and --json', () => {
  it('quiet prints the verdict alone', () => {
    const { out, err } = told(sampleRun(), { quiet: true, isTty: true })
    expect(out).not.toContain('Raising')
    expect(out).toContain('✓ PASS over all 2 variants')
    expect(err).toBe('')
  })

  it('json prints one object and nothing else', () => {
    const { out, err } = told(sampleRun(), { json: true, isTty: true, color: true })
    const parsed = JSON.parse(out) as { status: string; runs: { variant: string }[]; folder: string }
    expect(parsed).toMatchObject({ status: 'pass', folder: '/tmp/runs/x' })
    expect(parsed.runs.map(({ variant }) => variant)).toEqual(['as-it-happened', 'config-validation'])
    expect(out.split('\n')).toHaveLength(2)
    expect(err).toBe('')
  })

  it('an interrupted run without a variant still ends with a sentence', () => {
    expect(told({ variants: [] }, { quiet: true }).out).toContain('there is no verdict')
  })
})

describe('a stack whose access logs do not tell everything', () => {
  it('is said to be one as soon as it is ready', () => {
    const record = changed(outageJournal(), 'stack-ready', () => ({ lacking: ['edge: /etc/nginx/nginx.conf:3: off'] }))
    const words = 'the access log does not tell everything (edge: /etc/nginx/nginx.conf:3: off)'
    expect(told({ variants: [variantOf(record)] }).out).toContain(words)
    expect(told(sampleRun()).out).not.toContain('does not tell everything')
  })
})
