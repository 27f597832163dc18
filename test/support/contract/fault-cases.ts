import { describe, expect, onTestFinished, test } from 'vitest'
import type { z } from 'zod/mini'
import type { FaultSpec } from '../../../src/faults/index.ts'
import { interposerWhat } from '../../../src/protocol/interposer.ts'
import { faultFor } from '../made-kinds.ts'
import type { Ground, Several } from './ground.ts'

type Kind = FaultSpec['kind']
type Of<K extends Kind> = Extract<FaultSpec, { kind: K }>

interface FaultCase {
  spec: FaultSpec
  /** Words that its observation must have, for it must be this fault and no other. */
  observation: RegExp
  /** Only where there are users. */
  users?: true
}
type CaseOf<K extends Kind> = FaultCase & { spec: Of<K> }

const web = { role: 'web', servers: [1] as number[] } as const
const offline = (how: Of<'backend-offline'>['how']) => ({ kind: 'backend-offline', how, ...web }) as const
const filter = (how: Of<'packet-filter'>['how'], at: Of<'packet-filter'>['at'] = 'servers') =>
  ({ kind: 'packet-filter', how, at, ...web }) as const
const inTheWay = (what: z.input<typeof interposerWhat>) =>
  ({ kind: 'interpose', what: interposerWhat.parse(what), expiresAfter: 600_000, ...web }) as const
const behaves = (behaviour: Of<'backend-behaviour'>['behaviour']) =>
  ({ kind: 'backend-behaviour', behaviour, ...web }) as const
const happens = (how: Of<'container'>['how']) => ({ kind: 'container', how, service: 'web-1' }) as const
const mistaking = (edit: Of<'proxy-files'>['edit'], more: { role?: string } = {}) =>
  ({ kind: 'proxy-files', edit, server: 1, service: 'proxy', ...more }) as const
const lookup = (how: Of<'name-lookup'>['how']) =>
  ({ kind: 'name-lookup', service: 'proxy', host: 'web-1', how }) as const
type Mistaken = Of<'misconfigured-container'>
const mistaken = (what: Mistaken['what'], role: Mistaken['role'] = 'web') =>
  ({ kind: 'misconfigured-container', what, role, servers: [1] }) satisfies Mistaken
const trap = (what: Of<'proxy-config'>['what']) =>
  ({ kind: 'proxy-config', what, role: 'web', service: 'proxy' }) as const
const deploy: Of<'wrong-upstream'> = { kind: 'wrong-upstream', upstreams: ['web', 'api'], service: 'proxy' }
const spike: Of<'traffic-spike'> = {
  kind: 'traffic-spike',
  users: { ratePerS: 200, users: 40 },
  pressure: { connections: 2, ratePerS: 100 },
  for: 60_000,
  service: 'proxy',
}

/** What is injected, by kind: a fault without a case does not compile. */
export const faultCases: { readonly [K in Kind]: Several<CaseOf<K>> } = {
  'backend-behaviour': [
    { spec: behaves({ hang: {} }), observation: /web-1: no answer within/ },
    { spec: behaves({ status: { code: 503 } }), observation: /web-1: status 503/ },
    { spec: behaves({ latency: { ms: 300 } }), observation: /web-1: status 200 after \d{3,} ms/ },
    { spec: behaves({ capacity: { concurrent: 1 } }), observation: /says so itself/ },
  ],
  'backend-offline': [
    { spec: offline('process'), observation: /web-1: ECONNREFUSED .*control port: ECONNREFUSED/ },
    { spec: offline('port'), observation: /web-1: ECONNREFUSED .*control port: connected/ },
    { spec: offline('container'), observation: /web-1: (EHOSTUNREACH|ETIMEDOUT)/ },
  ],
  container: [
    { spec: happens('stop'), observation: /web-1 does not run .*; port 8080 at .*: (EHOSTUNREACH|ETIMEDOUT)/ },
    { spec: happens('kill'), observation: /web-1 does not run .*; port 8080 at .*: (EHOSTUNREACH|ETIMEDOUT)/ },
    { spec: happens('pause'), observation: /web-1 stands still; asked at port 8080: .*no answer within/ },
    { spec: happens('restart'), observation: /web-1 does not run/ },
    { spec: happens('recreate'), observation: /web-1 is another container: .*(EHOSTUNREACH|ETIMEDOUT); .*: connected/ },
  ],
  'cpu-burn': [
    { spec: { kind: 'cpu-burn', roles: ['web'], share: 0.5 }, observation: /cores used: web-1 0\.\d+, web-2 0/ },
  ],
  'cpu-limit': [
    { spec: { kind: 'cpu-limit', service: 'web-1', cores: 0.1 }, observation: /^web-1 may use 0\.1 cores; / },
  ],
  'deploy-release': [
    {
      spec: { kind: 'deploy-release', ...web, release: '1.9.0', service: 'proxy' },
      observation: /^web-1 runs 1\.9\.0$/,
    },
  ],
  'disk-full': [
    {
      spec: { kind: 'disk-full', service: 'web-1', path: '/dev/shm' },
      observation: /^\/dev\/shm of web-1: 0 of \d+ bytes free, and a page cannot be written$/,
    },
  ],
  interpose: [
    {
      spec: inTheWay({ deed: { does: 'status', code: 503 } }),
      observation: /web-1: status 503, fin after .* of users \d+ arrived/,
    },
    {
      spec: inTheWay({ deed: { does: 'latency', ms: 300 } }),
      observation: /the first after (29\d|[3-9]\d\d|\d{4}) ms/,
    },
    { spec: inTheWay({ deed: { does: 'hang', at: 'headers' } }), observation: /web-1: no end after \d+ ms, 0 bytes/ },
    {
      spec: inTheWay({ deed: { does: 'reset', at: 'body' }, scope: { every: 1_000 } }),
      observation: /web-1: status 200, reset after \d+ ms, [1-9]\d* bytes/,
    },
    { spec: inTheWay({ deed: { does: 'fin', at: 'accept' }, speaks: 'tcp' }), observation: /web-1: fin .* 0 bytes/ },
    { spec: inTheWay({ deed: { does: 'race-close' } }), observation: /web-1: status 200, fin/ },
  ],
  'masked-timeout': [
    { spec: { kind: 'masked-timeout', role: 'web' }, observation: /web-1: ECONNREFUSED; web-2: no answer/ },
  ],
  'memory-limit': [
    {
      spec: { kind: 'memory-limit', service: 'web-1', to: 0.4 },
      observation: /^web-1 may use \d+ MiB; the kernel has killed ([1-9]\d* times in it|it for its memory)/,
    },
  ],
  'memory-overload': [
    {
      spec: { kind: 'memory-overload', service: 'api-1', perRequestKb: 4_096, upToMb: 600, within: 60_000 },
      observation: /^api-1: the kernel has killed [1-9]\d* times in it, its door: ECONNREFUSED/,
      users: true,
    },
  ],
  'misconfigured-container': [
    { spec: mistaken('wrong-port'), observation: /port 8080: ECONNREFUSED; it listens on 8088/ },
    { spec: mistaken('wrong-name'), observation: /by its name: (ENOTFOUND|EAI_AGAIN), by its address: connected/ },
    { spec: mistaken('fails-to-start'), observation: /exit code 64/ },
    { spec: mistaken('failing-liveness'), observation: /its pages: 200, its health check: 404|started again [1-9]/ },
    { spec: mistaken('no-environment', 'api'), observation: /api.health: 503; DATABASE_URL is not set/ },
  ],
  'missing-file': [
    {
      spec: { kind: 'missing-file', service: 'proxy', path: '/etc/nginx/shared/keepalive.conf' },
      observation: /keepalive\.conf/,
    },
  ],
  'name-lookup': [
    { spec: lookup('gone'), observation: /^proxy asks for web-1: ENOTFOUND$/ },
    { spec: lookup('wrong'), observation: /^proxy asks for web-1: [\d.]+\.253$/ },
  ],
  'packet-filter': [
    { spec: filter('reject'), observation: /web-1 listens, and answers ECONNREFUSED/ },
    { spec: filter('drop-new'), observation: /web-1 listens, and answers ETIMEDOUT/ },
    { spec: filter('reject-new', 'proxy'), observation: /web-1 listens, and answers ECONNREFUSED/ },
  ],
  'patch-proxy': [
    { spec: { kind: 'patch-proxy', image: 'proxy-old', version: '1.22' }, observation: /^proxy is Nginx 1\.22\.\d/ },
  ],
  'proxy-config': [
    { spec: trap('small-header-buffer'), observation: /logs 502 \(502\) connect 0\.\d+ / },
    { spec: trap('no-resolver'), observation: /logs 502 \(-\) connect - / },
    { spec: trap('all-down'), observation: /logs 502 \(502\) connect - / },
  ],
  'proxy-files': [
    { spec: mistaking('wrong-port', { role: 'web' }), observation: /workers of proxy serve release [0-9a-f]{12}/ },
    { spec: mistaking('one-wrong', { role: 'api' }), observation: /workers of proxy serve release [0-9a-f]{12}/ },
    {
      spec: mistaking('broken-reload'),
      observation: /nginx -t refuses the files of proxy .*, and its workers go on with release [0-9a-z]+/,
    },
    { spec: mistaking('broken-restart'), observation: /^proxy does not run \(exit code 1\)/ },
  ],
  'traffic-spike': [{ spec: spike, observation: /\d/, users: true }],
  'wrong-balancing': [
    {
      spec: { kind: 'wrong-balancing', upstreams: ['web'], servers: [1, 2], by: 'pipeline', service: 'proxy' },
      observation: /2 of 2 backends answer 200 directly; through the proxy: [1-9]\d* of 40 users failed on web/,
    },
    {
      spec: { kind: 'wrong-balancing', upstreams: ['api'], servers: [1, 2], by: 'in place', service: 'proxy' },
      observation: /of 40 users failed on api/,
    },
  ],
  'wrong-upstream': [{ spec: deploy, observation: /4 of 4 backends answer 200 directly/ }],
}

const all: FaultCase[] = Object.values(faultCases).flat()
export const nameOf = ({ kind, ...fields }: { kind: string }) => `${kind} ${JSON.stringify(fields)}`

/**
 * What every fault must hold to, on a fake stack as on a real one: its witness sees it while it is in force and not
 * before, and its undo, which is on record before anything is changed, or its own end, takes all of it away.
 */
export function faultContract(name: string, groundOf: (spec: FaultSpec) => Ground | Promise<Ground>): void {
  describe(`a fault, ${name}`, () => {
    test.each(all.map((one) => [nameOf(one.spec), one] as const))(
      '%s is witnessed only while it is in force, and its undo ends it',
      async (_name, { spec, observation, users }) => {
        const ground = await groundOf(spec)
        // A case that fails leaves its failure to nobody else.
        onTestFinished(() => ground.undoAll())
        const scene = ground.scene()
        const { inject, witness } = faultFor(spec)
        if (users) await ground.knock()
        expect(await witness.see(scene)).toMatchObject({ present: false })
        const { outcome, because, lasts } = await inject(scene)
        expect({ outcome, because }).toMatchObject({ outcome: 'in-force' })
        const seen = { present: true, because: expect.stringMatching(observation) }
        await expect.poll(() => witness.see(scene)).toMatchObject(seen)
        await lasts?.end()
        await ground.undoAll()
        await expect.poll(() => witness.see(ground.scene())).toMatchObject({ present: false })
      },
    )
  })
}
