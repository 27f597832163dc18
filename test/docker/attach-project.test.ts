// @group stack 60s
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pollUntil, realClock } from '../../src/kit/clock.ts'
import { badgateway, leftOvers, readJson, runIdOf, startBadgateway } from '../support/badgateway.ts'
import { freshFolder } from '../support/folder.ts'
import { patience } from '../support/machine.ts'
import { type OthersProject, othersFile, startOthersProject } from '../support/others-project.ts'

let others: OthersProject
let folder: string
let before: Awaited<ReturnType<OthersProject['state']>>

beforeAll(async () => {
  folder = await freshFolder()
  await writeFile(join(folder, 'badgateway.yaml'), othersFile)
  others = await startOthersProject()
  before = await others.state()
})
afterAll(() => others?.remove())

test('without a word of agreement nothing is done, and it is said what would be', async () => {
  const { code, err } = await badgateway(['check', folder, '--attach', others.name, '--only', 'pause/api-1'])
  expect(code).toBe(64)
  expect(err).toContain(`api-1 (${others.ids['api-1']?.slice(0, 12)}): pause`)
  expect(err).toContain(`edge (${others.ids['edge']?.slice(0, 12)}): looked at only`)
  expect(err).toContain('--yes agrees to it')
  expect(await others.state()).toEqual(before)
})
