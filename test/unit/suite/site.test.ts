import { describe, expect, it } from 'vitest'
import { BadgatewayError } from '../../../src/kit/errors.ts'
import { type CellsLike, siteOf } from '../../../src/suite/index.ts'
import { fakeGround, outage } from '../../support/met.ts'

const target = { target: 'api-1' }
const siteOn = (ground: ReturnType<typeof fakeGround>, opened: string[] = []) =>
  siteOf<CellsLike>({ folder: '/runs/x', open: () => Promise.resolve(void opened.push('open')).then(() => ground) })

describe('the stack of a test file', () => {
  it('is started once, when it is first wanted, and plays one cell after the other', async () => {
    const opened: string[] = []
    const ground = fakeGround([outage, outage, outage])
    const site = siteOn(ground, opened)
    const all = await Promise.all([site.during('refuse', target), site.start(), site.during('kill', target)])
    expect(opened).toEqual(['open'])
    await site.during('stop', { ...target, hold: '15s' })
    expect(ground.played.map(({ cell, before, holdMs }) => [cell, before.length, holdMs])).toEqual([
      ['refuse/api-1', 0, undefined],
      ['kill/api-1', 1, undefined],
      ['stop/api-1', 2, 15_000],
    ])
    expect(all[0].report).toBe(site.report)
  })

  it('is removed in the end, and plays nothing any more', async () => {
    const ground = fakeGround([outage])
    const site = siteOn(ground)
    await site.during('refuse', target)
    await site.stop()
    await site[Symbol.asyncDispose]()
    expect(ground.closed()).toBe(1)
    await expect(site.during('refuse', target)).rejects.toMatchObject({ code: 'USAGE' })
  })

  it('ends what is being played when it is stopped', async () => {
    const { promise, reject } = Promise.withResolvers<never>()
    const ground = fakeGround([promise])
    const site = siteOn(ground)
    const playing = site.during('refuse', target)
    await expect.poll(() => ground.played.length).toBe(1)
    ground.played[0]?.signal.addEventListener('abort', () => reject(new BadgatewayError('INTERRUPTED', 'over', '')))
    const stopping = site.stop()
    await expect(playing).rejects.toMatchObject({ code: 'INTERRUPTED' })
    await stopping
    expect(ground.closed()).toBe(1)
  })

  it('goes on after a cell that could not be played', async () => {
    const ground = fakeGround([{ exitCode: 4 }, { exitCode: 3 }, outage])
    const site = siteOn(ground)
    await expect(site.during('refuse', target)).rejects.toMatchObject({ code: 'NOT_CLEAN' })
    await expect(site.during('refuse', target)).rejects.toMatchObject({ code: 'KIND_FAILED' })
    await expect(site.during('refuse', target)).resolves.toMatchObject({ cell: 'refuse/api-1', inconclusive: null })
  })

  it('refuses a hold that holds no second of load', async () => {
    const site = siteOn(fakeGround([]))
    await expect(site.during('refuse', { ...target, hold: '10ms' })).rejects.toMatchObject({ code: 'USAGE' })
  })
})
