import { expect, test } from 'vitest'
import { type FaultSpec, faultSpec } from '../../../src/faults/index.ts'
import type { Scene } from '../../../src/stack/scene.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { faultFor } from '../../support/made-kinds.ts'
import { quickClock } from '../../support/quick-clock.ts'

/** What Nginx counts, by the scene's own clock. */
interface Level {
  perS: number
  busy: number
}

/** A proxy whose counters go as told: calm at first, and `then` as soon as a surge has begun, until it ends. */
function countingScene(then: Level) {
  const calm = { perS: 50, busy: 4 }
  const base = fakeScene()
  const clock = quickClock()
  let level: Level = calm
  let dips: { fromMs: number; afterMs: number } | undefined
  let [requests, sinceMs] = [1_000, clock.now()]
  const turn = (to: Level) => {
    requests += (level.perS * (clock.now() - sinceMs)) / 1_000
    ;[level, sinceMs] = [to, clock.now()]
  }
  base.stack.agent.forward = ({ host, port, path }) => {
    expect({ host, port, path }).toEqual({ host: 'proxy', port: 8081, path: '/stub_status' })
    turn(level)
    const n = Math.floor(requests)
    const busy = dips && clock.now() - dips.fromMs >= dips.afterMs ? 4 : level.busy
    const head = `Active connections: 99 \nserver accepts handled requests`
    const body = `${head}\n ${n} ${n} ${n} \nReading: 1 Writing: ${busy - 1} Waiting: 50 \n`
    return Promise.resolve({ status: 200, headers: {}, body, ms: 1 })
  }
  const scene: Scene = {
    ...base,
    clock,
    surge: async (surge) => {
      const begun = await base.surge(surge)
      turn(then)
      return {
        end: async () => {
          turn(calm)
          await begun.end()
        },
      }
    },
  }
  const restart = () => {
    turn(level)
    requests = 0
  }
  /** So long from now all that hang are answered at once, with an error. */
  const dipAfter = (afterMs: number) => {
    dips = { fromMs: clock.now(), afterMs }
  }
  /** The scene for somebody in whose nth sleep the proxy begins to count another level. */
  const turning = (atSleep: number, to: Level): Scene => {
    let slept = 0
    const sleep = (ms: number) => {
      slept += 1
      if (slept === atSleep) turn(to)
      return clock.sleep(ms)
    }
    return { ...scene, clock: { ...clock, sleep } }
  }
  return { scene, base, restart, dipAfter, turning, becomes: turn }
}

const users: FaultSpec = faultSpec.parse({ kind: 'traffic-spike', users: { ratePerS: 200, users: 80 }, for: '10s' })
const pressure: FaultSpec = faultSpec.parse({ kind: 'traffic-spike', pressure: { connections: 40 } })

test('is in force when the counters of the proxy show it, and promises nothing that could be left behind', async () => {
  const { scene, base } = countingScene({ perS: 200, busy: 9 })
  const { inject, witness } = faultFor(users)
  expect(await witness.see(scene)).toMatchObject({ present: false })
  const { outcome, because, evidence, lasts } = await inject(scene)
  expect({ outcome, because }).toEqual({
    outcome: 'in-force',
    because: 'proxy takes 200 requests/s, 9 open, 50 requests/s, 4 open before',
  })
  expect(evidence).toEqual({ before: { requestsPerS: 50, busy: 4 }, now: { requestsPerS: 200, busy: 9 } })
  expect(base.surges).toEqual([
    { surge: { users: { ratePerS: 200, users: 80 }, because: 'traffic-spike' }, ended: false },
  ])
  expect(base.promised).toEqual([])
  expect((await witness.see(scene)).present).toBe(true)
  expect(lasts?.ms).toBe(10_000)
  await lasts?.end()
  expect(base.surges).toMatchObject([{ ended: true }])
  expect(await witness.see(scene)).toMatchObject({ present: false })
})

test('a witness that first looks in the middle of it has nothing to compare with, and claims nothing', async () => {
  const { scene } = countingScene({ perS: 200, busy: 9 })
  await faultFor(users).inject(scene)
  expect((await faultFor(users).witness.see(scene)).present).toBe(false)
})

test('connections that hang on a dead backend are a spike too, though they send nothing more', async () => {
  const { scene } = countingScene({ perS: 51, busy: 4 + 30 })
  const { inject, witness } = faultFor(pressure)
  await witness.see(scene)
  expect(await inject(scene)).toMatchObject({ outcome: 'in-force' })
  expect((await witness.see(scene)).present).toBe(true)
})

test('they count as they were in the time of the look, not at its end: a dead server lets all go at once', async () => {
  const { scene, dipAfter } = countingScene({ perS: 51, busy: 4 + 30 })
  const { inject, witness } = faultFor(pressure)
  await witness.see(scene)
  await inject(scene)
  dipAfter(350)
  expect(await witness.see(scene)).toMatchObject({ present: true, because: expect.stringContaining('34 open') })
})

test('a first look in a moment of standing still is not taken for everyday use', async () => {
  const { scene, becomes, turning } = countingScene({ perS: 200, busy: 9 })
  becomes({ perS: 15, busy: 4 })
  const { witness } = faultFor(users)
  await witness.see(turning(4, { perS: 50, busy: 4 }))
  expect(await witness.see(scene)).toMatchObject({
    present: false,
    because: expect.stringContaining('50 requests/s, '),
  })
})

test('who only catches up after a moment of standing still is no spike', async () => {
  const { scene, becomes, turning } = countingScene({ perS: 200, busy: 9 })
  const { inject, witness } = faultFor(users)
  await witness.see(scene)
  const { lasts } = await inject(scene)
  await lasts?.end()
  becomes({ perS: 80, busy: 4 })
  expect(await witness.see(turning(5, { perS: 50, busy: 4 }))).toMatchObject({ present: false })
})

test('what is more than before and not enough yet is looked at again', async () => {
  const { scene, becomes, turning } = countingScene({ perS: 200, busy: 9 })
  const { inject, witness } = faultFor(users)
  await witness.see(scene)
  await inject(scene)
  becomes({ perS: 60, busy: 9 })
  expect(await witness.see(turning(6, { perS: 200, busy: 9 }))).toMatchObject({ present: true })
})

test.each([
  ['users', users, { perS: 60, busy: 60 }],
  ['pressure', pressure, { perS: 60, busy: 20 }],
])('%s that do not arrive at the proxy are not in force, and are sent no longer', async (_name, spec, level) => {
  const { scene, base } = countingScene(level)
  const { inject, witness } = faultFor(spec)
  await witness.see(scene)
  const { outcome, because } = await inject(scene)
  expect(outcome).toBe('rejected')
  expect(because).toBe('the counters of proxy did not show it within 5000 ms')
  expect(base.surges).toMatchObject([{ ended: true }])
  expect((await witness.see(scene)).present).toBe(false)
})

test('a proxy that is restarted between two looks counts from 0, which is no calm', async () => {
  const { scene, restart } = countingScene({ perS: 5_000, busy: 9 })
  const { inject, witness } = faultFor(users)
  await witness.see(scene)
  await inject(scene)
  restart()
  expect((await witness.see(scene)).present).toBe(true)
})

test('a proxy that does not tell its counters is not called calm', async () => {
  const { scene, base } = countingScene({ perS: 200, busy: 9 })
  base.stack.agent.forward = () => Promise.resolve({ status: 404, headers: {}, body: 'not found', ms: 1 })
  await expect(faultFor(users).witness.see(scene)).rejects.toMatchObject({ code: 'AGENT_FAILED' })
})

test('a surge that cannot begin is an error, not a spike', async () => {
  const { scene } = countingScene({ perS: 200, busy: 9 })
  const refused = { ...scene, surge: () => Promise.reject(new Error('the pool has 50')) }
  await expect(faultFor(users).inject(refused)).rejects.toThrow('the pool has 50')
})
