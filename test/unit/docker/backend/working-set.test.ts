// @group measured
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keepFor } from '../../../../docker/backend/behaviours/working-set.ts'
import { startBehaviour } from '../../../../docker/backend/start.ts'
import { TestBackend } from '../../../support/backend.ts'
import { temporaryFolder } from '../../../support/folder.ts'

const mebibyte = 1_048_576

describe('a working set', () => {
  let backend: TestBackend
  let said: string[]
  beforeEach(async () => {
    backend = await TestBackend.start()
    said = []
  })
  afterEach(() => backend.stop())

  // What is kept lives as long as the process, so one test tells the whole life of it.
  it('grows with the requests, up to so much, warns as the limit comes near, and is read back at a start', async () => {
    const limit = 10 * mebibyte
    let used = 0
    keepFor({ limit: () => limit, left: () => limit - used, say: ({ message }) => said.push(message) })
    const before = process.memoryUsage().arrayBuffers
    const grown = () => Math.round((process.memoryUsage().arrayBuffers - before) / mebibyte)
    backend.conduct.set({ 'working-set': { perRequestKb: 2_048, upToMb: 5 } })
    await backend.fetch('/')
    expect([grown(), said]).toEqual([2, []])
    used = 8 * mebibyte
    await backend.fetch('/')
    expect(said).toEqual(['memory: 8 of 10 MB in use, 4 MB of them kept'])
    await backend.fetch('/')
    await backend.fetch('/')
    expect([grown(), said.length]).toEqual([5, 1])
    used = 9.6 * mebibyte
    backend.conduct.set({ 'working-set': { upToMb: 9, atStartMb: 9 } })
    expect(grown()).toBe(9)
    expect(said.slice(1)).toEqual([
      'reads back what it kept: 9 MB',
      expect.stringMatching(/^memory: 10 of 10 MB in use/),
    ])
  })

  it.each([{}, { upToMb: 0 }, { upToMb: 5, perRequestKb: -1 }])('refuses %j', (settings) => {
    expect(backend.conduct.set({ 'working-set': settings })).toContain('working-set')
  })
})

describe('what a server does from its start', () => {
  const env = { BEHAVIOUR: '{"hang":{}}' }

  it.each([
    ['its environment says', null, { hang: {} }],
    ['a file says, before the environment', '{"latency":{"ms":5}}', { latency: { ms: 5 } }],
    ['the environment says when the file is empty', '', { hang: {} }],
  ])('%s', async (_, text, expected) => {
    const path = join(await temporaryFolder('start'), 'start.json')
    if (text !== null) await writeFile(path, text)
    expect(startBehaviour(env, path)).toEqual(expected)
  })

  it('is nothing special when nobody says anything', () => {
    expect(startBehaviour({}, '/nowhere/start.json')).toEqual({})
  })
})
