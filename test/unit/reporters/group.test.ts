import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { groupReporters, terminalReporter } from '../../../src/reporters/index.ts'
import { incidentRows } from '../../../src/reporters/narrative/incidents.ts'
import type { ReportedGroup } from '../../../src/reporters/reporter.ts'
import { allHostile, poisonedRun } from './hostile.ts'
import { sampleGroup } from './sample-group.ts'

const group = sampleGroup(20)

async function written(file: string, of: ReportedGroup = group): Promise<string> {
  return (await groupReporters.find((one) => one.file === file)?.write(of)) ?? ''
}

function told(of: ReportedGroup, flags: { quiet: boolean; json: boolean }): string {
  let text = ''
  const out = (more: string) => {
    text += more
  }
  const reporter = terminalReporter({ io: { out, err: out, isTty: false, columns: 100, color: false }, ...flags })
  for (const { run } of of.incidents) reporter.onEnd({ run, folder: '/tmp/x/one', partOf: of.name })
  reporter.onGroupEnd?.({ group: of, folder: '/tmp/x' })
  return text
}

const poisoned = (): ReportedGroup => {
  const [first] = sampleGroup(1).incidents
  if (!first) throw new Error('the sample has an incident')
  const bad = { ...first, scenario: allHostile, title: allHostile, folder: allHostile, run: poisonedRun(allHostile) }
  return { name: allHostile, incidents: [bad], notRun: [allHostile] }
}

describe('the rows of a group', () => {
  it('say of every variant of every incident what it cost, and the benefit of measures', () => {
    const [before, guarded] = incidentRows(group)
    expect(before).toMatchObject({
      minutes: '66 min',
      outage: '66.0 s',
      failed: '3,301',
      users: '100 %',
      benefits: [],
    })
    expect(before).toMatchObject({ detect: '4.4 s', cause: 'SuccessRateDropped, 4.4 s after the first failed request' })
    expect(guarded).toMatchObject({ outage: '0 s', detect: '–', recover: '–', cause: '' })
    expect(guarded?.benefits).toEqual(['66.0 s less outage', '3,301 fewer failed requests'])
    expect(incidentRows(group)).toHaveLength(39)
  })
})

describe('the table at the end', () => {
  const text = told(group, { quiet: true, json: false })

  it('has every incident with its variants, fits a terminal, and ends with the report', () => {
    for (const { scenario } of group.incidents) expect(text).toContain(`${scenario}  The incident`)
    expect(text).toMatch(/^as-it-happened +✓ PASS +66 min +66\.0 s +3,301 +100 % +4\.4 s +66\.0 s *$/m)
    expect(text).toContain('Benefit: 66.0 s less outage, 3,301 fewer failed requests.')
    expect(text).toContain('Cause named by SuccessRateDropped, 4.4 s after the first failed request.')
    const table = text.slice(0, text.indexOf('incident-3, as-it'))
    expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
    expect(text).toContain('✗ FAIL 20 scenarios in 39 runs: 37 pass, 1 fail, 1 inconclusive.')
    expect(text.trimEnd().endsWith('Report: /tmp/x/report.html')).toBe(true)
  })

  it('says of what did not pass why, and of what was never run that it was not', () => {
    expect(text).toMatch(/incident-3, as-it-happened\n {2}✗ FAIL .*\n/)
    expect(text).toContain('incident-4, as-it-happened\n  ? INCONCLUSIVE')
    const some = told({ ...sampleGroup(1), notRun: ['incident-2/with-measures'] }, { quiet: true, json: false })
    expect(some).toContain('Never run: incident-2/with-measures')
    expect(some).toContain('? INCONCLUSIVE 1 scenario in 2 runs: 2 pass, 1 never run.')
  })

  it('is one JSON object when that is asked for, and one end when it is quiet', () => {
    const json = told(group, { quiet: false, json: true })
    expect(json.trimEnd().split('\n')).toHaveLength(1)
    const parsed = JSON.parse(json) as { status: string; incidents: { folder: string; runs: unknown[] }[] }
    expect(parsed).toMatchObject({ status: 'fail', group: 'incidents', notRun: [], folder: '/tmp/x' })
    expect(parsed.incidents).toHaveLength(20)
    expect(parsed.incidents[0]).toMatchObject({ folder: '/tmp/x/incident-1', status: 'pass' })
    expect(text.match(/Report:/g)).toHaveLength(1)
  })

  it('comes after each run has told its own end to people', () => {
    const long = told(sampleGroup(2), { quiet: false, json: false })
    expect(long.match(/Report:/g)).toHaveLength(3)
  })
})

describe('the files of a group', () => {
  it('are five, each named once', () => {
    expect(groupReporters.map(({ file }) => file).toSorted()).toEqual([
      'ctrf.json',
      'incidents.md',
      'junit.xml',
      'report.html',
      'times.json',
      'verdict.json',
    ])
  })

  it('verdict.json has the worst status, and every verdict by scenario and variant', async () => {
    const parsed = JSON.parse(await written('verdict.json')) as Record<string, Record<string, object>>
    expect(parsed).toMatchObject({ group: 'incidents', status: 'fail', notRun: [] })
    expect(Object.keys(parsed['incidents'] ?? {})).toHaveLength(20)
    expect(parsed['incidents']?.['incident-1']).toMatchObject({
      status: 'pass',
      variants: { 'as-it-happened': { status: 'pass' }, 'config-validation': { status: 'pass' } },
    })
    const none = JSON.parse(await written('verdict.json', { ...group, incidents: [] })) as { status: string }
    expect(none.status).toBe('inconclusive')
  })

  it('junit.xml has the suites of all runs', async () => {
    const text = await written('junit.xml')
    expect(XMLValidator.validate(text)).toBe(true)
    const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' })
    const parsed = parser.parse(text) as { testsuites: { testsuite: unknown[] } }
    expect(parsed.testsuites.testsuite).toHaveLength(39)
  })

  it('incidents.md has one table with a line a run, recovery attribution, and what did not pass', async () => {
    const text = await written('incidents.md')
    expect(text).toContain('# incidents: FAIL')
    expect(text).toMatch(/\| \[incident-1\]\(\.\/incident-1\/report\.html\) \| as-it-happened \| PASS \| 66 min \|/)
    expect(text.match(/^\| \[incident-/gm)).toHaveLength(39)
    expect(text).toMatch(/\| incident-1 \| as-it-happened \| correct-config \| cured \|/)
    expect(text).toContain('### incident-3, as-it-happened')
  })

  it('report.html links every report, runs nothing, and has the figures', async () => {
    const page = await written('report.html')
    const links = [...page.matchAll(/href="([^"#]+)"/g)].map(([, link]) => link)
    expect(new Set(links)).toEqual(new Set(group.incidents.map(({ folder }) => `./${folder}/report.html`)))
    expect(page).not.toMatch(/<script|\son\w+=|\ssrc=|url\(/)
    expect(page).toContain('20 scenarios in 39 runs')
    expect(page).toContain('3,301 fewer failed requests')
    expect(page.length).toBeLessThan(200_000)
  })

  it('stay what they are whatever was captured', async () => {
    const page = await written('report.html', poisoned())
    const tags = [...page.matchAll(/<([a-zA-Z][\w-]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/g)]
    const names = new Set(tags.map(([, name]) => name))
    for (const name of ['script', 'img', 'svg', 'iframe']) expect(names).not.toContain(name)
    expect(tags.filter(([, , attributes = '']) => /\son\w+\s*=/i.test(attributes.replace(/"[^"]*"/g, '')))).toEqual([])
    const text = told(poisoned(), { quiet: true, json: false })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal acts on
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
    const cells = (line: string) => line.replace(/\\./g, '').split('|').length
    const tables = (await written('incidents.md', poisoned())).split('\n\n').filter((block) => block.startsWith('| '))
    expect(tables.length).toBeGreaterThan(1)
    for (const table of tables) expect(new Set(table.split('\n').map(cells)).size).toBe(1)
  })
})
