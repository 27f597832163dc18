// @group full 20s
import { afterAll, beforeAll, expect, test } from 'vitest'
import { resilience } from '../../src/resilience.ts'
import { freshFolder } from '../support/folder.ts'
import { type OthersProject, startOthersProject } from '../support/others-project.ts'

let others: OthersProject
beforeAll(async () => {
  others = await startOthersProject()
})
afterAll(() => others?.remove())

test('containers that a test has started are broken, and put back', async () => {
  const before = await others.state()
  await using site = resilience({
    containers: () => Promise.resolve(others.ids),
    rate: 60,
    hold: '1s',
    out: await freshFolder(),
  })
  const met = await site.during('stop', { target: 'api-2' })
  expect(met.inconclusive).toBeNull()
  expect(met.mustFailAtMost(1).mustRecoverWithin('10s').sentence).toMatch(/^One of 2 servers of api.* was gone/)
  await expect(site.during('recreate', { target: 'api-2' })).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('another container would take the place of one that we did not start'),
  })
  expect(await others.state()).toEqual(before)
})
