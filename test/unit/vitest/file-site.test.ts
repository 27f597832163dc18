import { describe, expect, it, test } from 'vitest'
import { type CellsLike, siteOf } from '../../../src/suite/index.ts'
import { fileSite } from '../../../src/vitest/file-site.ts'
import { outageAlert } from '../../support/journal.ts'
import { fakeGround, outage, unproven, unwatched } from '../../support/met.ts'

const target = { target: 'api-1' }
const told: string[] = []
const ground = fakeGround([outage, unwatched, unproven, outage])
const site = fileSite(
  siteOf<CellsLike>({ folder: '/runs/x', open: () => Promise.resolve(ground) }),
  { inconclusive: 'fail' },
  (text) => {
    told.push(text)
  },
)

describe('matchers', () => {
  it('pass and fail with what happened', async () => {
    const met = await site.during('refuse', target)
    expect(met).toAlert(outageAlert, { within: '15s' })
    expect(met).not.toStaySilent()
    expect(met).toFailAtMost(1)
    expect(() => expect(met).toFailAtMost('0.5%')).toThrow(/> 99\.9 %: 0\.5 % allowed\n.*One of 2 servers/)
    expect(() => expect(met).not.toFailAtMost(1)).toThrow(/^Not expected: refuse\/api-1: .* 99\.9 %/)
  })

  it('prove nothing of what was not watched, with `not` as without', async () => {
    const met = await site.during('refuse', target)
    expect(() => expect(met).toAlert(outageAlert)).toThrow(/^Inconclusive.* has no monitoring/)
    expect(() => expect(met).not.toAlert(outageAlert)).toThrow(/^Inconclusive/)
    expect(() => expect(met).toStaySilent()).toThrow(/^Inconclusive/)
  })

  it('are not asked of a run that is none', async () => {
    await expect(site.during('refuse', target)).rejects.toThrow(/^Inconclusive, .* refuse\/api-1: /)
    expect(() => expect(site.during).toFailAtMost(1)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })
})

test('a test that is not awaited is told so', () => {
  expect(() => expect(Promise.resolve()).toStaySilent()).toThrow(expect.objectContaining({ code: 'USAGE' }))
})
