import { expect, test } from 'vitest'
import type { FactOf, NewFact } from '../../../src/journal/facts.ts'
import { type CpuTime, cpuTimeOf, sharesBetween } from '../../../src/watch/cpu-time.ts'
import { watchMachine } from '../../../src/watch/index.ts'
import { quickClock } from '../../support/quick-clock.ts'

type Sample = Omit<FactOf<'machine-sample'>, 'n' | 't' | 'at'>

const answers = () => Promise.resolve()
const refuses = () => Promise.reject(new Error('the engine is gone'))

/** Watches until there are so many samples; each reading of the CPU is the next of these, and then the last. */
async function samples(
  wanted: number,
  told: { cpu: readonly (CpuTime | null)[]; ping?: () => Promise<unknown>; exec?: () => Promise<unknown> },
): Promise<Sample[]> {
  const clock = quickClock()
  const ending = new AbortController()
  const seen: Sample[] = []
  const done = Promise.withResolvers<void>()
  let read = 0
  const loop = { take: () => ({ p99: 3, max: 12 }), end: () => done.resolve() }
  const write = (fact: NewFact) => {
    if (fact.kind === 'machine-sample') seen.push(fact)
    if (seen.length === wanted) ending.abort()
  }
  watchMachine({
    ping: told.ping ?? answers,
    exec: told.exec ?? answers,
    clock: { ...clock, wall: clock.now },
    write,
    toT: (wall) => wall,
    signal: ending.signal,
    readCpu: () => Promise.resolve(told.cpu[Math.min(read++, told.cpu.length - 1)] ?? null),
    loop,
  })
  await done.promise
  return seen
}

const second = (k: number, busy: number, waitedMs: number | null): CpuTime => {
  return { busy: k * busy, steal: 0, all: k * 200, waitedMs: waitedMs === null ? null : k * waitedMs }
}

test('a sample a second says what the CPU and the loop did, and how fast the engine answered', async () => {
  const seen = await samples(2, { cpu: [second(0, 50, 100), second(1, 50, 100), second(2, 50, 100)] })
  const same = { cpuBusy: 0.25, cpuPressure: 0.1, steal: 0, loopDelayMs: { p99: 3, max: 12 }, source: 'psi' }
  expect(seen).toMatchObject([
    { fromT: 0, spanMs: 1_000, ...same, enginePingMs: expect.any(Number), execMs: expect.any(Number) },
    { fromT: 1_000, spanMs: 1_000, ...same, enginePingMs: expect.any(Number), execMs: null },
  ])
})

test('a command runs in a container every fifth second only', async () => {
  let commands = 0
  const exec = () => {
    commands += 1
    return Promise.resolve()
  }
  await samples(11, { cpu: [null], exec })
  expect(commands).toBe(3)
})

test('an engine that does not answer is noted, and the watch goes on', async () => {
  const seen = await samples(2, { cpu: [null], ping: refuses, exec: refuses })
  expect(seen).toMatchObject([
    { enginePingMs: null, execMs: null, unanswered: ['engine-ping', 'exec'] },
    { enginePingMs: null, unanswered: ['engine-ping'] },
  ])
})

test('one question at a time: an engine that hangs is not asked again meanwhile', async () => {
  let asked = 0
  const ping = () => {
    asked += 1
    return new Promise(() => undefined)
  }
  const seen = await samples(3, { cpu: [null], ping })
  expect(asked).toBe(1)
  expect(seen.map(({ enginePingMs }) => enginePingMs)).toEqual([null, null, null])
})

test('without PSI the busy share is all there is, and says so', async () => {
  const [first] = await samples(1, { cpu: [second(0, 150, null), second(1, 150, null)] })
  expect(first).toMatchObject({ cpuBusy: 0.75, cpuPressure: null, source: 'stat' })
})

test('what the kernel counted is read from its two files', () => {
  const stat = 'cpu  100 10 50 800 20 5 5 10 7 0\ncpu0 1 2 3 4 5 6 7 8 9 0\n'
  const pressure = 'some avg10=4.1 avg60=2.0 avg300=1.0 total=1500000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=9\n'
  expect(cpuTimeOf(stat, pressure)).toEqual({ busy: 170, steal: 10, all: 1_000, waitedMs: 1_500 })
  expect(cpuTimeOf(stat, '')).toMatchObject({ waitedMs: null })
  expect(cpuTimeOf('', pressure)).toBeNull()
})

test('shares stay shares, whatever the counters do', () => {
  const before = { busy: 100, steal: 5, all: 200, waitedMs: 10 }
  expect(sharesBetween(before, { busy: 90, steal: 25, all: 240, waitedMs: 5_000 }, 1_000)).toEqual({
    cpuBusy: 0.25,
    steal: 0.5,
    cpuPressure: 1,
  })
  expect(sharesBetween(before, before, 0)).toMatchObject({ cpuBusy: 0, cpuPressure: 0 })
})
