import { describe, expect, onTestFinished, test } from 'vitest'
import type { FaultSpec } from '../../../src/faults/index.ts'
import type { RemedySpec } from '../../../src/remedies/index.ts'
import type { Scene } from '../../../src/stack/scene.ts'
import { faultFor, remedyFor } from '../made-kinds.ts'
import { nameOf } from './fault-cases.ts'
import type { Ground, Several } from './ground.ts'

type Kind = RemedySpec['kind']

interface RemedyCase {
  /** What is wrong, and not put right by itself. */
  after: readonly FaultSpec[]
  spec: RemedySpec
  /** What it says of itself. */
  done: { ok: boolean; changed: boolean; because: RegExp }
  /** Statuses of the shop's first page and of its products, before it and after it. */
  served: [before: string, after: string]
}
type CaseOf<K extends Kind> = RemedyCase & { spec: Extract<RemedySpec, { kind: K }> }

const deploy: FaultSpec = { kind: 'wrong-upstream', upstreams: ['web', 'api'], service: 'proxy' }
const update: FaultSpec = { kind: 'deploy-release', role: 'web', servers: [1], release: '1.9.0', service: 'proxy' }
const gone: FaultSpec = { kind: 'backend-offline', how: 'process', role: 'api' }
const filtered: FaultSpec = { kind: 'packet-filter', how: 'reject', at: 'servers', role: 'web' }
const elsewhere: FaultSpec = { kind: 'misconfigured-container', what: 'wrong-port', role: 'web', servers: [1] }
const allDown: FaultSpec = { kind: 'proxy-config', what: 'all-down', role: 'web', service: 'proxy' }

const well = '200 200'
const service = 'proxy'
const changed = { ok: true, changed: true }
const nothing = { ok: false, changed: false }

/** What is done, by kind: a remedy without a case does not compile. */
export const remedyCases: { readonly [K in Kind]: Several<CaseOf<K>> } = {
  'correct-config': [
    {
      after: [deploy],
      spec: { kind: 'correct-config', service, activate: 'later' },
      done: { ...changed, because: /4 upstream servers corrected .*have not read it/ },
      served: ['502 502', '502 502'],
    },
    {
      after: [deploy],
      spec: { kind: 'correct-config', service, activate: 'reload' },
      done: { ...changed, because: /4 upstream servers corrected .*reload/ },
      served: ['502 502', well],
    },
  ],
  'end-fault': [
    {
      after: [filtered],
      spec: { kind: 'end-fault', fault: 'packet-filter' },
      done: { ...changed, because: /^packet-filter is ended in \d+ ms: take the packet filter of web-\d away; / },
      served: ['502 200', well],
    },
    {
      after: [gone],
      spec: { kind: 'end-fault', fault: 'backend-offline' },
      done: { ...changed, because: /^backend-offline is ended in \d+ ms: restart api-\d; restart api-\d/ },
      served: ['200 502', well],
    },
  ],
  'open-firewall': [
    {
      after: [filtered],
      spec: { kind: 'open-firewall' },
      done: { ...changed, because: /^taken away: web-1: / },
      served: ['502 200', well],
    },
  ],
  'purge-cache': [
    // A shop without a cache: what it does to one is told by the incident that has one, and by its unit test.
    {
      after: [],
      spec: { kind: 'purge-cache', service, what: 'all' },
      done: { ...nothing, because: /has no cache/ },
      served: [well, well],
    },
  ],
  'raise-memory': [
    {
      after: [],
      spec: { kind: 'raise-memory', service: 'web-1', toMb: 300, restart: true },
      done: { ...changed, because: /the limit of web-1 is 300 MB now, it was 256 MB; it is up again/ },
      served: [well, well],
    },
  ],
  'recreate-service': [
    {
      after: [elsewhere],
      spec: { kind: 'recreate-service', service: 'web-1' },
      done: { ...changed, because: /^recreated as specified: web-1 / },
      served: [well, well],
    },
  ],
  'redeploy-config': [
    {
      after: [],
      spec: { kind: 'redeploy-config', service },
      done: { ...changed, because: /./ },
      served: [well, well],
    },
    {
      after: [deploy],
      spec: { kind: 'redeploy-config', service },
      done: { ...nothing, because: /its tests reject it/ },
      served: ['502 502', '502 502'],
    },
  ],
  'reload-proxy': [
    {
      after: [],
      spec: { kind: 'reload-proxy', service, times: 2 },
      done: { ...changed, because: /new workers .*; new workers / },
      served: [well, well],
    },
  ],
  'repair-proxy-path': [
    {
      after: [allDown],
      spec: { kind: 'repair-proxy-path', service },
      done: { ...changed, because: /reviewed release deployed/ },
      served: ['502 200', well],
    },
  ],
  'restart-backends': [
    {
      after: [gone],
      spec: { kind: 'restart-backends', roles: ['api'] },
      done: { ...changed, because: /^api-1, api-2 up again after \d+ ms/ },
      served: ['200 502', well],
    },
  ],
  'restart-service': [
    {
      after: [deploy],
      spec: { kind: 'restart-service', service },
      done: { ...changed, because: /^proxy was down and up again/ },
      served: ['502 502', '502 502'],
    },
  ],
  'revert-config': [
    {
      after: [deploy],
      spec: { kind: 'revert-config', service },
      done: { ...changed, because: /nginx -t accepts it, and no worker has read it/ },
      served: ['502 502', '502 502'],
    },
  ],
  'rollback-application': [
    {
      after: [update],
      spec: { kind: 'rollback-application', role: 'web', servers: [1], release: '1.8.2', drain: false, service },
      done: { ...changed, because: /web-1 runs? 1\.8\.2/ },
      served: [well, well],
    },
  ],
  'rollback-config': [
    {
      after: [deploy],
      spec: { kind: 'rollback-config', service },
      done: { ...changed, because: /./ },
      served: ['502 502', well],
    },
  ],
  'rolling-restart': [
    {
      after: [],
      spec: { kind: 'rolling-restart', role: 'api', drain: true, service },
      done: { ...changed, because: /^api-1, api-2 drained and restarted in turn/ },
      served: [well, well],
    },
  ],
  'scale-out': [
    {
      after: [],
      spec: { kind: 'scale-out', role: 'web', add: 1, service },
      done: { ...changed, because: /^web-3 with release 1\.8\.2 ready/ },
      served: [well, well],
    },
  ],
}

const all: RemedyCase[] = Object.values(remedyCases).flat()
const ids = (after: readonly FaultSpec[]) => after.map(({ kind }) => kind).join(', ') || 'nothing'

async function servedIn({ stack }: Scene): Promise<string> {
  const ask = async (path: string) => (await stack.agent.forward({ host: service, port: 8080, path })).status
  return [await ask('/'), await ask('/api/products')].join(' ')
}

/**
 * What every remedy must hold to, on a fake stack as on a real one: it says truly whether it worked and whether
 * anything differs, users are served as well as that says, and the undo of all that happened brings back what was
 * there before.
 */
export function remedyContract(name: string, groundOf: (spec: RemedySpec) => Ground | Promise<Ground>): void {
  describe(`a remedy, ${name}`, () => {
    test.each(all.map((one) => [nameOf(one.spec), ids(one.after), one] as const))(
      '%s, after %s, does what it says, and the undo takes it back',
      async (_name, _after, { after, spec, done, served: [before, then] }) => {
        const ground = await groundOf(spec)
        // A case that fails leaves its failure to nobody else.
        onTestFinished(() => ground.undoAll())
        const scene = ground.scene()
        // Nginx may not have asked a server again yet that was gone in the case before.
        await expect.poll(() => servedIn(scene)).toBe(well)
        for (const fault of after) expect(await faultFor(fault).inject(scene)).toMatchObject({ outcome: 'in-force' })
        await expect.poll(() => servedIn(scene)).toBe(before)
        const { ok, changed: differs, because } = await remedyFor(spec).apply(scene)
        expect({ ok, changed: differs, because }).toEqual({ ...done, because: expect.stringMatching(done.because) })
        await expect.poll(() => servedIn(scene)).toBe(then)
        await ground.undoAll()
        await expect.poll(() => servedIn(ground.scene())).toBe(well)
      },
    )
  })
}
