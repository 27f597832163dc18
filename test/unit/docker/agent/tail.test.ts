import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Tail } from '../../../../docker/agent/tail.ts'

describe('tail', () => {
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tail-'))
    path = join(folder, 'access.jsonl')
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('has no lines while there is no file, and all of them once there is', async () => {
    const tail = new Tail(path)
    expect(await tail.lines()).toEqual([])
    await writeFile(path, 'a\nb\n')
    expect(await tail.lines()).toEqual(['a', 'b'])
    expect(await tail.lines()).toEqual([])
  })

  it('keeps half a line until its end is written, letters of several bytes included', async () => {
    const tail = new Tail(path)
    const umlaut = Buffer.from('ü\n')
    await writeFile(path, Buffer.concat([Buffer.from('a\nb'), umlaut.subarray(0, 1)]))
    expect(await tail.lines()).toEqual(['a'])
    await appendFile(path, umlaut.subarray(1))
    expect(await tail.lines()).toEqual(['bü'])
  })

  it('starts over when the file was truncated', async () => {
    const tail = new Tail(path)
    await writeFile(path, 'first\nsecond\nha')
    await tail.lines()
    await truncate(path)
    await appendFile(path, 'new\n')
    expect(await tail.lines()).toEqual(['new'])
  })

  it('starts over when another file took its place, even a longer one', async () => {
    const tail = new Tail(path)
    await writeFile(path, 'old\n')
    await tail.lines()
    await writeFile(join(folder, 'next'), 'new, and longer\n')
    await rename(join(folder, 'next'), path)
    expect(await tail.lines()).toEqual(['new, and longer'])
  })

  it('reads no more at once than it is told, and loses nothing by that', async () => {
    const tail = new Tail(path, 10)
    const lines = Array.from({ length: 9 }, (_, at) => `line ${at}`)
    await writeFile(path, `${lines.join('\n')}\n`)
    const read: string[][] = []
    for (let turn = 0; turn < 7; turn += 1) read.push(await tail.lines())
    expect(read[0]).toEqual(['line 0'])
    expect(read.flat()).toEqual(lines)
  })

  it('reads across its own chunks', async () => {
    const tail = new Tail(path)
    const lines = Array.from({ length: 30_000 }, (_, at) => `${at} ${'x'.repeat(80)}`)
    await writeFile(path, `${lines.join('\n')}\n`)
    expect(await tail.lines()).toEqual(lines)
  })

  it('says when a file cannot be read', async () => {
    await expect(new Tail(folder).lines()).rejects.toThrow('EISDIR')
  })
})
