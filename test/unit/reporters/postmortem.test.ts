import { describe, expect, it } from 'vitest'
import { md, mdCode } from '../../../src/reporters/markdown/escape.ts'
import { postmortemReporter } from '../../../src/reporters/markdown/postmortem.ts'
import { allHostile, hostileTexts, poisonedRun, sampleRun } from './hostile.ts'

const page = await postmortemReporter.write(sampleRun())

describe('postmortem.md', () => {
  it('has the sections of the report it replays, in order', () => {
    expect(page.match(/^#+ .*$/gm)).toEqual([
      '# Post-mortem: The mysterious 502',
      '## Issue Summary',
      '## Timeline',
      '## Told otherwise than in the report',
      '## Root Cause and Resolution',
      '## Detection',
      '## What was tried',
      '## Recovery',
      '## Corrective and Preventative Measures',
    ])
  })

  it('is filled from the journal', () => {
    expect(page).toContain('- **Outage Duration**: 66.0 s here, 66 minutes')
    expect(page).toContain('3,301 failed requests, 100 % of the users')
    expect(page).toMatch(/- \*\*15:20\*\* \(50\.0 s\) \*\*The rollback is attempted\*\*/)
    expect(page).toContain('rollback failed: the former package needs libssl1.1, which is gone (nothing changed;')
    expect(page).toContain('- The alert is delivered \\*as soon\\* as monitoring can tell.')
    expect(page).toContain('correct-config worked')
    expect(page).toMatch(/\| SuccessRateDropped \|.*\| 14:32 \(2\.1 s\) \| 14:34 \(4\.1 s\) \|/)
    expect(page).toMatch(/\| none \| 66\.0 s \| 3,301 \| 100 % \| 4\.4 s \| PASS \|/)
    expect(page).toMatch(/\| config-validation \| 0 s \| 0 \| 0 % \| nothing to detect \| PASS \|/)
  })

  it('has as many lines, and as many cells in each table, whatever was captured', async () => {
    const bad = await postmortemReporter.write(poisonedRun(allHostile))
    const headings = (text: string) => text.match(/^#+ /gm)?.length
    expect(headings(bad)).toBe(headings(page))
    const cells = (line: string) => line.replace(/\\./g, '').split('|').length
    const tables = bad.split('\n\n').filter((block) => block.startsWith('| '))
    expect(tables.length).toBeGreaterThan(2)
    for (const table of tables) expect(new Set(table.split('\n').map(cells)).size).toBe(1)
  })
})

describe('escaping for Markdown', () => {
  it.each(hostileTexts)('leaves no HTML, link, mention or cell of %j', (text) => {
    const escaped = md(text)
    expect(escaped).not.toMatch(/(?<!\\)[<>|[\]`*_]/)
    expect(escaped).not.toMatch(/[@#]\w|:\/\/|www\.|javascript:/)
    expect(escaped).not.toMatch(/[\n\r]/)
    expect(mdCode(text)).not.toMatch(/(?<!\\)\||[\n\r]/)
  })

  it('does not let a text begin a list, a heading or a quote', () => {
    expect([md('- a'), md('1. a'), md('# a'), md('> a')]).toEqual(['\\- a', '1\\. a', '\\# a', '\\> a'])
    expect(md('29.6 s')).toBe('29.6 s')
  })

  it('fences code with more backticks than it holds', () => {
    expect(mdCode('a ``b`` c')).toBe('```a ``b`` c```')
    expect(mdCode('`')).toBe('`` ` ``')
  })
})
