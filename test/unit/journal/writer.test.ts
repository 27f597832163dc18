import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { type NewFact, openJournal } from '../../../src/journal/index.ts'
import { realClock } from '../../../src/kit/clock.ts'
import { temporaryFolder } from '../../support/folder.ts'

const phase = (name: 'raise' | 'story'): NewFact => ({ kind: 'phase-entered', phase: name })
let file = ''
beforeEach(async () => {
  file = join(await temporaryFolder('journal'), 'below', 'journal.jsonl')
})

const linesOf = async (path: string) => {
  const text = await readFile(path, 'utf8')
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { n: number; t: number; at: string })
}

describe('the journal', () => {
  test('numbers and stamps facts in the order of the calls, without gaps', async () => {
    let now = 5_000
    const journal = openJournal(file, { ...realClock, now: () => now, wall: () => 1_000 })
    const first = journal.write(phase('raise'))
    now += 12.34567
    const second = await journal.writeDurably(phase('story'))
    expect(first).toMatchObject({ n: 1, t: 0, at: '1970-01-01T00:00:01.000Z' })
    expect(second).toMatchObject({ n: 2, t: 12.346 })
    expect(await linesOf(file)).toEqual([first, second])
    await journal.close()
  })

  test('reads its clocks at one moment: who is held up between them shall not look as if one was set', async () => {
    let now = 5_000
    let held = true
    const wall = () => {
      if (held) now += 400
      held = false
      return 1_000_000 + now
    }
    const journal = openJournal(file, { ...realClock, now: () => now, wall })
    const { t, at } = journal.write(phase('raise'))
    expect(Date.parse(at) - t).toBe(1_005_000)
    await journal.close()
  })

  test('keeps the order when many are written at once', async () => {
    const journal = openJournal(file, realClock)
    const durable = Array.from({ length: 2_000 }, (_, index) => {
      return index % 100 === 0 ? journal.writeDurably(phase('raise')) : journal.write(phase('story'))
    })
    await Promise.all(durable)
    await journal.close()
    expect((await linesOf(file)).map(({ n }) => n)).toEqual(Array.from({ length: 2_000 }, (_, index) => index + 1))
  })

  test('a fact that could not be read again is refused when it is written', async () => {
    const journal = openJournal(file, realClock)
    const bad: NewFact = { kind: 'stack-ready', tookMs: Number.NaN, services: [] }
    expect(() => journal.write(bad)).toThrow(/stack-ready.*tookMs/)
    expect(journal.write(phase('raise')).n).toBe(1)
    await journal.close()
  })

  test('a listener hears every fact until it stops; one that throws is dropped, and that is a fact', async () => {
    const journal = openJournal(file, realClock)
    const heard: string[] = []
    const stop = journal.onFact(({ kind }) => heard.push(kind))
    journal.onFact(() => {
      throw new Error('no words')
    })
    journal.write(phase('raise'))
    journal.write(phase('story'))
    stop()
    journal.write(phase('story'))
    await journal.close()
    expect(heard).toEqual(['phase-entered', 'problem', 'phase-entered'])
    expect(await readFile(file, 'utf8')).toContain('no words')
  })

  test('a full disk is told: by the durable write, by `failed`, by the next write and by closing', async () => {
    const journal = openJournal('/dev/full', realClock)
    await expect(journal.writeDurably(phase('raise'))).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
    expect(await journal.failed).toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
    expect((await journal.failed).message).toMatch(/no space left/)
    expect(() => journal.write(phase('raise'))).toThrow(/no space left/)
    await expect(journal.close()).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
  })

  test('a full disk that nobody waits for is no unhandled rejection', async () => {
    const journal = openJournal('/dev/full', realClock)
    journal.write(phase('raise'))
    expect((await journal.failed).code).toBe('JOURNAL_UNWRITABLE')
  })

  test('a file that holds a run already is left as it is', async () => {
    const journal = openJournal(file, realClock)
    await journal.writeDurably(phase('raise'))
    await journal.close()
    expect(() => openJournal(file, realClock)).toThrow(/holds a run already/)
    expect(() => journal.write(phase('raise'))).toThrow(/closed/)
  })

  test('a folder that cannot be made is one clear message', async () => {
    await writeFile(join(file, '..', '..', 'below'), 'a file')
    expect(() => openJournal(file, realClock)).toThrow(expect.objectContaining({ code: 'JOURNAL_UNWRITABLE' }))
  })
})
