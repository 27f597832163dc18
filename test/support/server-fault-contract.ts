import { describe, expect, test } from 'vitest'
import { type FaultSpec, faultFor } from '../../src/faults/index.ts'
import type { Scene } from '../../src/stack/scene.ts'

/** A scene on one kind of stack, and how everything that was promised on it is undone, newest first. */
export interface ServerGround {
  scene(): Scene
  undoAll(): Promise<void>
}

const offline = (how: 'process' | 'port' | 'container'): FaultSpec => {
  return { kind: 'backend-offline', how, role: 'web', servers: [1] }
}

type Filter = Extract<FaultSpec, { kind: 'packet-filter' }>
const filter = (how: Filter['how'], at: Filter['at'] = 'servers'): FaultSpec => {
  return { kind: 'packet-filter', how, at, role: 'web', servers: [1] }
}

const behaves = (behaviour: Extract<FaultSpec, { kind: 'backend-behaviour' }>['behaviour']): FaultSpec => {
  return { kind: 'backend-behaviour', behaviour, role: 'web', servers: [1] }
}

type Mistaken = Extract<FaultSpec, { kind: 'misconfigured-container' }>
const mistaken = (what: Mistaken['what'], role: Mistaken['role'] = 'web'): FaultSpec => {
  return { kind: 'misconfigured-container', what, role, servers: [1] }
}

const trap = (what: Extract<FaultSpec, { kind: 'proxy-config' }>['what']): FaultSpec => {
  return { kind: 'proxy-config', what, role: 'web', service: 'proxy' }
}

/** What is injected, and words that its sighting must have, for it must be this fault and no other. */
const cases: [FaultSpec, RegExp][] = [
  [offline('process'), /web-1: ECONNREFUSED .*control port: ECONNREFUSED/],
  [offline('port'), /web-1: ECONNREFUSED .*control port: connected/],
  [offline('container'), /web-1: (EHOSTUNREACH|ETIMEDOUT)/],
  [filter('reject'), /web-1 listens, and answers ECONNREFUSED/],
  [filter('drop-new'), /web-1 listens, and answers ETIMEDOUT/],
  [filter('reject-new', 'proxy'), /web-1 listens, and answers ECONNREFUSED/],
  [behaves({ hang: {} }), /web-1: no answer within/],
  [behaves({ status: { code: 503 } }), /web-1: status 503/],
  [behaves({ latency: { ms: 300 } }), /web-1: status 200 after \d{3,} ms/],
  [behaves({ capacity: { concurrent: 1 } }), /says so itself/],
  [mistaken('wrong-port'), /port 8080: ECONNREFUSED; it listens on 8088/],
  [mistaken('wrong-name'), /by its name: (ENOTFOUND|EAI_AGAIN), by its address: connected/],
  [mistaken('fails-to-start'), /exit code 64/],
  [mistaken('failing-liveness'), /its pages: 200, its health check: 404|started again [1-9]/],
  [mistaken('no-environment', 'api'), /api.health: 503; DATABASE_URL is not set/],
  [trap('small-header-buffer'), /logs 502 \(502\) connect 0\.\d+ /],
  [trap('no-resolver'), /logs 502 \(-\) connect - /],
  [trap('all-down'), /logs 502 \(502\) connect - /],
  [{ kind: 'masked-timeout', role: 'web' }, /web-1: ECONNREFUSED; web-2: no answer within/],
]

const nameOf = ({ kind, ...fields }: FaultSpec) => `${kind} ${JSON.stringify(fields)}`

/**
 * What every fault of single servers must hold to, on a fake stack as on a real one: its witness sees it while it is in
 * force and not before, and its undo, which is on record before anything is changed, takes all of it away.
 */
export function serverFaultContract(name: string, ground: () => ServerGround): void {
  describe(name, () => {
    test.each(cases.map(([spec, sighting]) => [nameOf(spec), spec, sighting] as const))(
      '%s is witnessed only while it is in force, and its undo ends it',
      async (_name, spec, sighting) => {
        const scene = ground().scene()
        const { inject, witness } = faultFor(spec)
        expect(await witness.see(scene)).toEqual({ present: false, because: expect.any(String) })
        const { outcome, because } = await inject(scene)
        expect({ outcome, because }).toMatchObject({ outcome: 'in-force' })
        const seen = { present: true, because: expect.stringMatching(sighting) }
        await expect.poll(() => witness.see(scene)).toEqual(seen)
        await ground().undoAll()
        await expect.poll(() => witness.see(scene)).toMatchObject({ present: false })
      },
    )
  })
}
