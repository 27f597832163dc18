import { describe, expect, it } from 'vitest'
import { examine, isUsable } from '../../../src/doctor/doctor.ts'
import {
  diskFinding,
  imagesFinding,
  iptablesFinding,
  leftoversFinding,
  memoryFinding,
  netemFinding,
  nodeFinding,
  oomFinding,
} from '../../../src/doctor/doctor-findings.ts'

const gibibyte = 1024 ** 3

describe('what the doctor makes of what it sees', () => {
  it.each([
    ['a greedy container was killed', true, { oomKilled: true, exitCode: 137 }, 'ok'],
    ['it was allowed all it took', true, { oomKilled: false, exitCode: 0 }, 'missing'],
    ['somebody else killed it', true, { oomKilled: false, exitCode: 137 }, 'missing'],
    ['it was marked but lived', true, { oomKilled: true, exitCode: 0 }, 'missing'],
    ['the kernel takes no limit', false, undefined, 'missing'],
    ['nothing to try it with', true, undefined, 'warning'],
  ] as const)('memory limits: %s', (_, accepted, outcome, condition) => {
    expect(oomFinding(accepted, outcome).condition).toBe(condition)
  })

  it.each([
    ['works', undefined, 'ok', 'works in a container'],
    [undefined, 'works', 'ok', 'works on this machine'],
    ['refused: no nft', 'works', 'warning', 'refused: no nft'],
    [undefined, undefined, 'warning', 'neither in the images nor on this machine'],
  ] as const)('iptables: inside %s, on the host %s', (inside, host, condition, found) => {
    expect(iptablesFinding(inside, host)).toMatchObject({ condition, found })
  })

  it.each([
    ['works', 'ok'],
    ['refused: Specified qdisc kind is unknown', 'info'],
    [undefined, 'info'],
  ] as const)('netem: %s', (inside, condition) => expect(netemFinding(inside).condition).toBe(condition))

  it.each([
    ['v22.22.0', 'ok'],
    ['v24.0.0', 'ok'],
    ['v22.21.9', 'missing'],
    ['v20.20.2', 'missing'],
  ] as const)('Node %s', (version, condition) => expect(nodeFinding(version).condition).toBe(condition))

  it('memory and disk: enough, too little, not to be seen', () => {
    expect([memoryFinding(2 * gibibyte), memoryFinding(gibibyte)].map(({ condition }) => condition)).toEqual([
      'ok',
      'warning',
    ])
    const disks = [diskFinding(9 * gibibyte, '/d'), diskFinding(gibibyte, '/d'), diskFinding(undefined, '/d')]
    expect(disks.map(({ condition }) => condition)).toEqual(['ok', 'warning', 'info'])
    expect(disks[1]?.found).toBe('1.0 GiB free at /d')
  })

  it('images and leftovers: all well, and not', () => {
    expect(imagesFinding(5, undefined)).toMatchObject({ condition: 'ok', found: 'all 5 are there' })
    expect(imagesFinding(5, 'The image x is not on this machine').condition).toBe('warning')
    expect(leftoversFinding([], ['container a'])).toMatchObject({
      condition: 'ok',
      found: 'none (1 of runs that go on)',
    })
    expect(leftoversFinding(['a', 'b', 'c', 'd'], [])).toMatchObject({
      condition: 'warning',
      found: '4 of former runs: a, b, c, …',
    })
  })
})

describe('the whole examination', () => {
  it('without an engine says so, what to do, and that no run can start', async () => {
    const findings = await examine({ env: { DOCKER_HOST: 'unix:///nowhere.sock' }, nodeVersion: 'v24.0.0' })
    expect(findings.map(({ topic, condition }) => [topic, condition])).toContainEqual(['engine', 'missing'])
    expect(findings.find(({ topic }) => topic === 'engine')?.advice).toMatch(/Start that engine/)
    expect(isUsable(findings)).toBe(false)
  })

  it('is content with warnings', () => {
    expect(isUsable([imagesFinding(5, 'lacking'), netemFinding(undefined)])).toBe(true)
  })
})
