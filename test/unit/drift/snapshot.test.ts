import { readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  driftLines,
  driftMarkdown,
  driftOf,
  driftSentence,
  expectLike,
  readSnapshot,
  snapshotFileName,
  updated,
  writeSnapshot,
} from '../../../src/drift/index.ts'
import { calm, outage, playOf } from '../../support/figures.ts'
import { temporaryFolder } from '../../support/folder.ts'

const made = { users: 20, ratePerS: 40, holdMs: 3_000, timeoutsAtMostMs: null }
const cells = new Map([
  ['refuse/b', [playOf(outage)]],
  ['refuse/a', [playOf(calm)]],
])
const snapshot = updated(undefined, cells, made)
const file = async () => join(await temporaryFolder('snapshot'), snapshotFileName)

describe('the file', () => {
  it('is sorted, has a band a line, and is read as it was written', async () => {
    const place = await file()
    await writeSnapshot(place, snapshot)
    const text = await readFile(place, 'utf8')
    expect(text).toMatch(/"refuse\/a": \{\n {6}"failed": \[0, 0\.0\d+\],\n/)
    expect(text.indexOf('refuse/a')).toBeLessThan(text.indexOf('refuse/b'))
    expect(await readSnapshot(place)).toEqual(snapshot)
    await writeSnapshot(place, snapshot)
    expect(await readFile(place, 'utf8')).toBe(text)
  })

  it('is none where there is none', async () => {
    expect(await readSnapshot(await file())).toBeUndefined()
  })

  it.each([
    ['no JSON', '{', /SNAPSHOT_INVALID|badgateway\.snapshot\.json: /],
    [
      'a band upside down',
      JSON.stringify(snapshot).replace('[0.265,', '[0.9,'),
      /cells\.refuse\/\w\.failed: is no band/,
    ],
    ['a day that is none', accepting('tomorrow'), /accepted\.until: no day: write e\.g\. 2027-01-31/],
    ['another format', JSON.stringify({ ...snapshot, format: 2 }), /format: .*1/],
  ])('with %s is refused by name, path and value', async (_, text, message) => {
    const place = await file()
    await writeFile(place, text)
    await expect(readSnapshot(place)).rejects.toMatchObject({
      code: 'SNAPSHOT_INVALID',
      message: expect.stringMatching(message),
    })
  })

  it('that is a link is replaced, and what it leads to stays', async () => {
    const place = await file()
    const other = `${place}.other`
    await writeFile(other, 'mine')
    await symlink(other, place)
    await writeSnapshot(place, snapshot)
    expect(await readFile(other, 'utf8')).toBe('mine')
  })
})

function accepting(until: string): string {
  const [name = '', was] = Object.entries(snapshot.cells)[0] ?? []
  return JSON.stringify({ ...snapshot, cells: { [name]: { ...was, accepted: { reason: 'r', owner: 'o', until } } } })
}

it('figures of another load are refused, with both', () => {
  expect(() => expectLike('f.json', snapshot, { ...made })).not.toThrow()
  expect(() => expectLike('f.json', snapshot, { ...made, ratePerS: 80, timeoutsAtMostMs: 5_000 })).toThrow(
    'f.json: its figures are of another check (ratePerS 40 there, 80 here; timeoutsAtMostMs none there, 5000 here)',
  )
})

describe('in words', () => {
  const drift = driftOf(
    snapshot,
    new Map([
      ['refuse/a', [playOf(outage)]],
      ['refuse/b', [playOf(outage)]],
      ['kill/<b>', [playOf(calm)]],
    ]),
    '2026-12-01',
  )

  it('what is red comes first, and what is as before is a number', () => {
    expect(driftSentence(drift, 'x.json')).toBe('3 cells beside x.json: 1 worse, 1 not in it yet, 1 as before.')
    expect(driftLines(drift).map(({ isRed, head }) => [isRed, head])).toEqual([
      [true, 'refuse/a: worse'],
      [false, 'kill/<b>: not in it yet'],
    ])
    expect(driftLines(drift)[0]?.lines[0]).toMatch(/^failed: 0 % to \d(\.\d)? % before, 40 % now \(worse\)$/)
  })

  it('Markdown shows names as text', () => {
    expect(driftMarkdown(drift, 'x.json')).toContain('kill/\\<b\\>')
  })
})
