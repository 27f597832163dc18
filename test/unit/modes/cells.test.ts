import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readyFault } from '../../../src/faults/index.ts'
import { defaultHandling } from '../../../src/kit/matrix/handling.ts'
import { cellsOf, modes, modesDoc, targetsOf } from '../../../src/modes/index.ts'
import { quarry } from '../../support/quarry.ts'

const names = (wanted: Parameters<typeof cellsOf>[1] = {}) => cellsOf(quarry(''), wanted).cells.map(({ name }) => name)
const refused = (wanted: Parameters<typeof cellsOf>[1]) => () => cellsOf(quarry(''), wanted)

describe('cells', () => {
  it('are the modes at the targets of a stack, each with a fault that its kind takes', () => {
    expect(targetsOf(quarry('')).map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      ...['server granite', 'server basalt', 'group stone', 'proxy gate'],
      ...['lookup granite-at-gate', 'lookup basalt-at-gate'],
    ])
    const { cells, left } = cellsOf(quarry(''))
    for (const { fault } of cells) expect(readyFault(fault).needs).toEqual([])
    expect(new Set(cells.map(({ name }) => name)).size).toBe(cells.length)
    expect(left.find(({ cell }) => cell === 'spike/gate')?.because).toMatch(/has not: a proxy that tells/)
  })

  it('are chosen by mode, target, both, and tags', () => {
    expect(names({ only: ['refuse'] })).toEqual(['refuse/granite', 'refuse/basalt', 'refuse/stone'])
    expect(names({ only: ['refuse/*'], skip: ['granite'] })).toEqual(['refuse/basalt', 'refuse/stone'])
    expect(names({ only: ['granite'], tag: 'slow & !(hang | network) & http' })).toContain('slow-bodies/granite')
    expect(names({ only: ['granite'], tag: 'hang' })).not.toContain('slow-bodies/granite')
  })

  it('are refused by a name or tag that nothing has, with what was meant', () => {
    const usage = { exitCode: 64 }
    expect(refused({ only: ['refus/granite'] })).toThrow(expect.objectContaining(usage))
    expect(refused({ only: ['refus/granite'] })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("Did you mean 'refuse/granite'?") }),
    )
    expect(refused({ tag: 'slw' })).toThrow(/no tag 'slw'.*Did you mean 'slow'/)
    expect(refused({ tag: 'slow &' })).toThrow(/ends where a tag/)
    expect(refused({ tag: '(slow' })).toThrow(/bracket/)
    expect(refused({ tag: 'slow hang' })).toThrow(/where & or \|/)
  })

  it('one of each outcome is quick, at one server and at its whole group, so that no proxy hides all of it', () => {
    const { cells } = cellsOf(quarry(''), { quick: true })
    expect(new Set(cells.map(({ mode }) => mode.outcome))).toEqual(new Set(modes.map(({ outcome }) => outcome)))
    expect(cells.map(({ name }) => name)).toEqual(expect.arrayContaining(['refuse/granite', 'refuse/stone']))
    expect(cells.filter(({ mode }) => mode.name === 'wrong-port').map(({ target }) => target.kind)).toEqual(['group'])
    expect(Math.max(...cells.map(({ holdMs }) => holdMs))).toBe(13_000)
  })

  it('meet a whole group at once, and what nobody waits for as long as a timeout is shorter', () => {
    const [kill, stop] = cellsOf(quarry(''), { only: ['kill/stone', 'stop/granite'] }).cells.toReversed()
    expect(kill?.fault).toEqual({ kind: 'container', how: 'kill', service: 'granite', also: ['basalt'] })
    expect(stop).toMatchObject({ holdMs: 6_100, waitsMs: 3_100 })
  })

  it('fill only what lies in memory and is not large, and say what would make it so', () => {
    const full = (memoryFolders?: { path: string; bytes?: number }[]) => {
      const base = quarry('')
      const services = base.services.map((one) => {
        return one.name === 'gate' && memoryFolders ? { ...one, memoryFolders } : one
      })
      const { cells, left } = cellsOf({ ...base, services }, { only: ['disk-full/gate'] })
      return cells[0]?.fault ?? left[0]?.because
    }
    expect(full()).toMatch(/gate has no tmpfs mount.*with `tmpfs: /)
    expect(full([{ path: '/tmp' }])).toMatch(/its tmpfs at \/tmp has no size/)
    const fit = [
      { path: '/run', bytes: 2 ** 20 },
      { path: '/var/cache/nginx', bytes: 2 ** 26 },
    ]
    expect(full(fit)).toEqual({ kind: 'disk-full', service: 'gate', path: '/var/cache/nginx' })
  })

  it('wait for the timeouts of the proxy, and come last then', () => {
    const { cells } = cellsOf(quarry(''), { only: ['drop/granite', 'refuse/granite'] })
    expect(cells.map(({ name, holdMs }) => [name, holdMs])).toEqual([
      ['refuse/granite', 3_000],
      ['drop/granite', 63_000],
    ])
    const handlings = { stone: { ...defaultHandling, connectMs: 1_000 } }
    expect(cellsOf(quarry(''), { only: ['drop/granite'], handlings }).cells[0]?.holdMs).toBe(4_000)
  })

  it('without HTTP in plain get the kinds that look into nothing', () => {
    const base = quarry('')
    const stone = base.upstreams['stone']
    if (!stone) throw new Error('there is no stone')
    const { cells, left } = cellsOf({ ...base, upstreams: { stone: { ...stone, protocol: 'fastcgi' } } })
    expect(cells.find(({ name }) => name === 'reset-headers/granite')?.fault).toMatchObject({ what: { speaks: 'tcp' } })
    expect(left.find(({ cell }) => cell === 'status-500/granite')?.because).toMatch(/fastcgi.*plain|fastcgi.*HTTP/)
    expect(cells.every(({ tags }) => !tags.includes('http'))).toBe(true)
  })
})

it('docs/modes.md is what the code prints', () => {
  expect(readFileSync(join(import.meta.dirname, '../../../docs/modes.md'), 'utf8')).toBe(modesDoc())
})
