import { describe, expect, it } from 'vitest'
import { html, trusted } from '../../../src/reporters/html/markup.ts'
import { breakable } from '../../../src/reporters/html/parts.ts'
import { htmlReporter } from '../../../src/reporters/html/report.ts'
import { changed, killedAt, outageJournal } from '../../support/journal.ts'
import { allHostile, hostileTexts, poisonedRun, sampleRun, variantOf } from './hostile.ts'

const sample = await htmlReporter.write(sampleRun())

/** Start tags as a browser would see them: name and attributes. */
function tagsOf(page: string): { name: string; attributes: string }[] {
  const found = page.matchAll(/<([a-zA-Z][\w-]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/g)
  return [...found].map(([, name = '', attributes = '']) => ({ name: name.toLowerCase(), attributes }))
}

describe('the tag that makes markup', () => {
  it.each(hostileTexts)('leaves nothing of %j that a browser would act on', (text) => {
    const { markup } = html`<p title="${text}">${text}</p>`
    expect(tagsOf(markup).map(({ name }) => name)).toEqual(['p'])
    expect(markup.replace(/^<p title="|">|<\/p>$/g, '')).not.toMatch(/[<>"']/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
    expect(markup).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/)
  })

  it('takes markup as it is, lists in order, and nothing for what is not there', () => {
    expect(html`${html`<b>a</b>`}${[trusted('<i>'), '<']}${null}${undefined}${false}${0}`.markup).toBe(
      '<b>a</b><i>&lt;0',
    )
  })

  it('is undone by trusted: the test above can fail', () => {
    expect(tagsOf(html`<p>${trusted('<script>')}</p>`.markup)).toHaveLength(2)
  })
})

describe('report.html', () => {
  it('fetches nothing and runs nothing', () => {
    expect(sample).toContain("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    const names = new Set(tagsOf(sample).map(({ name }) => name))
    for (const name of ['script', 'link', 'img', 'iframe', 'object', 'embed', 'form', 'base'])
      expect(names).not.toContain(name)
    expect(sample).not.toMatch(/\s(src|srcset|on\w+|xlink:href)=|@import|url\((?!#)/)
    const links = [...sample.matchAll(/href="([^"]*)"/g)].map(([, target]) => target)
    expect(links.filter((target) => !target?.startsWith('#'))).toEqual([])
  })

  it('has the same tags whatever was captured', async () => {
    const page = await htmlReporter.write(poisonedRun(allHostile))
    const extra = ['dt', 'dd', 'tr', 'td', 'table', 'thead', 'tbody', 'caption', 'th', 'h3', 'code', 'div']
    const known = new Set([...tagsOf(sample).map(({ name }) => name), ...extra])
    expect(tagsOf(page).filter(({ name }) => !known.has(name))).toEqual([])
    expect(
      tagsOf(page).filter(({ attributes }) => /\son\w+\s*=|javascript:/i.test(attributes.replace(/"[^"]*"/g, ''))),
    ).toEqual([])
    expect(page).toContain('&lt;script&gt;window.__pwned=1')
    expect(page).toContain('\\x1b]52;c;')
    expect(page).not.toContain('\u202e')
  })

  it('puts the verdict first, then the numbers of both variants', () => {
    const text = sample
      .replace(/<style>[\s\S]*?<\/style>/, '')
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
    const order = [
      '✓ PASS',
      'Users were failed for 66.0 s (66 min',
      '3,301',
      'With config-validation',
      'Benefit per measure',
      'Was this a sound experiment?',
      'Fault, outage and alerts',
      'The rollback is attempted',
      'Why requests failed',
      'How to repeat it',
    ]
    const places = order.map((words) => text.indexOf(words))
    expect(places.every((place) => place >= 0)).toBe(true)
    expect(places.toSorted((a, b) => a - b)).toEqual(places)
    expect(text).toContain('Detected 4.4 s after the first failure, by the alert SuccessRateDropped.')
    expect(text).toContain('the former package needs libssl1.1, which is gone')
    expect(text).toContain('nothing listens')
  })

  it('draws every chart with its figures as a table, in colours that follow the scheme', () => {
    expect(sample.match(/<svg viewBox/g)).toHaveLength(2 + 2 * 4)
    expect(sample.match(/<details>/g)).toHaveLength(2 * 3)
    const svgs = [...sample.matchAll(/<svg viewBox[\s\S]*?<\/svg>/g)].map(([svg]) => svg)
    const colours = svgs.flatMap((svg) => [...svg.matchAll(/(?:fill|stroke)="([^"]*)"/g)].map(([, colour]) => colour))
    // What a clip path is filled with is not seen.
    expect(colours.filter((colour) => !/^(var\(|url\(#|none$|#000$)/.test(colour ?? ''))).toEqual([])
    expect(sample.match(/fill="#000"/g)?.length).toBe(sample.match(/<clipPath/g)?.length)
  })

  it('gives every pattern and clip path that is used an id of its own', () => {
    const ids = [...sample.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const used = [...sample.matchAll(/url\(#([^)]+)\)/g)].map(([, id]) => id)
    expect(used.filter((id) => !ids.includes(id))).toEqual([])
  })

  it('is the same each time it is made, and small', async () => {
    expect(await htmlReporter.write(sampleRun())).toBe(sample)
    expect(sample.length).toBeLessThan(500_000)
  })

  it.each([1e15, -1e15, 1e300])('is made of a record whose time is %d, and small', async (t) => {
    const record = changed(outageJournal(), 'phase-entered', () => ({ t }))
    expect((await htmlReporter.write({ variants: [variantOf(record)] })).length).toBeLessThan(500_000)
  })

  it('tells of a run that was killed in the middle', async () => {
    const page = await htmlReporter.write({ variants: [variantOf(killedAt(outageJournal(), 30_000))] })
    expect(page).toContain('INCONCLUSIVE')
    expect(page).toContain('NOT proven clean')
    expect(page).toContain('Still open:')
    expect(page).toContain('Never reached:')
    expect(page).toContain('The run never ended')
  })

  it('tells of a journal that is empty, and of no variant at all', async () => {
    const empty = await htmlReporter.write({ variants: [variantOf({ ...outageJournal(), facts: [] })] })
    expect(empty).toContain('INCONCLUSIVE')
    expect(await htmlReporter.write({ variants: [] })).toContain('A run without variants')
  })
})

it('breaks the name of an alert between its words, and takes it as text', () => {
  expect(breakable('NoTrafficReachingApi').markup).toBe('No<wbr>Traffic<wbr>Reaching<wbr>Api')
  expect(breakable('by <b>Nobody').markup).toBe('by &lt;b&gt;Nobody')
})

describe('for whoever is woken by it', () => {
  const isOpen = (page: string) => page.replace(/<details[\s\S]*?<\/details>/g, '')

  it('says first what did not pass, and folds away what did', async () => {
    const page = await htmlReporter.write({ variants: [variantOf(killedAt(outageJournal(), 30_000))] })
    expect(page).toMatch(
      /<p><b>As it happened[^<]*:<\/b> This was no sound experiment: \d+ of \d+ questions stay open\. /,
    )
    const asked = isOpen(page)
    expect(asked).toContain('Did the story run to its end?')
    expect(asked).not.toContain('Was everything well before the fault?')
    expect(page).toContain('Was everything well before the fault?')
  })

  it('has no table of measures, no bars and no list of variants where there is one without any', async () => {
    const page = await htmlReporter.write({ variants: [variantOf(outageJournal())] })
    expect(page).not.toMatch(/Benefit per measure|class="bar|<nav/)
    expect(isOpen(page)).not.toContain('Was this a sound experiment?')
    for (const words of ['Benefit per measure', 'class="bar', '<nav']) expect(sample).toContain(words)
  })

  it('names each cell of a sentence where there is no room for columns', () => {
    expect(sample).toMatch(/<td class="num" data-head="Facts">/)
    expect(sample).toContain('.stacked td[data-head]::before')
  })
})

it('says what the access logs do not tell, and nothing where they tell all', async () => {
  const lacking = ['edge: /etc/nginx/nginx.conf:3: <b>']
  const record = changed(outageJournal(), 'stack-ready', () => ({ lacking }))
  const page = await htmlReporter.write({ variants: [variantOf(record)] })
  expect(page).toContain(
    'access logs do not tell everything:</p><ul><li><code>edge: /etc/nginx/nginx.conf:3: &lt;b&gt;',
  )
  expect(sample).not.toContain('do not tell everything')
})
