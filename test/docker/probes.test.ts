// @group stack 20s
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Fact } from '../../src/journal/index.ts'
import { realClock } from '../../src/kit/clock.ts'
import { releaseHistory } from '../../src/stack/release-history.ts'
import { type ProbeSpec, type View, type Watching, watchStack } from '../../src/watch/index.ts'
import { freshFolder } from '../support/folder.ts'
import { probeFor } from '../support/made-kinds.ts'
import { type RaisedShop, raiseShop } from '../support/shop.ts'

type Kind = ProbeSpec['kind']
type Of<K extends Kind> = Extract<ProbeSpec, { kind: K }>

let shop: RaisedShop
let watching: Watching
let view: View

beforeAll(async () => {
  shop = await raiseShop()
  const { stack } = shop
  const facts: Fact[] = []
  const write = () => undefined
  const toT = (ms: number) => ms
  watching = watchStack({ stack, clock: realClock, write, toT, logsFolder: await freshFolder() })
  const storyStartWallMs = realClock.wall()
  const times = { storyStartWallMs, wall: () => realClock.wall(), now: () => realClock.now(), clock: realClock }
  view = { stack, facts, logs: watching.logs, releases: releaseHistory(), minuteMs: 1_000, ...times }
})
afterAll(async () => {
  await watching.stop()
  await shop.stack.tearDown()
})

/** What each probe finds where nobody has done anything: one without a case does not compile. */
const untouched: { readonly [K in Kind]: [spec: Of<K>, finds: RegExp] } = {
  'api-requests': [{ kind: 'api-requests', over: 5_000 }, /^never had requests$/],
  'backend-logs': [{ kind: 'backend-logs', over: 5_000 }, /^nothing unusual$/],
  'backend-status': [{ kind: 'backend-status' }, /^all operational$/],
  'cache-content': [{ kind: 'cache-content', path: '/', olderThanMinutes: 10 }, /^not cached$/],
  'config-diff': [{ kind: 'config-diff' }, /^no release on record$/],
  'configuration-review': [
    { kind: 'configuration-review', every: 2_000, within: 0, backendKeepAlive: 75_000 },
    /^as reviewed$/,
  ],
  connections: [{ kind: 'connections' }, /^all answer$/],
  'cpu-usage': [{ kind: 'cpu-usage', high: 0.9 }, /^normal$/],
  'database-healthy': [{ kind: 'database-healthy' }, /^healthy$/],
  'firewall-rules': [{ kind: 'firewall-rules' }, /^no foreign rules$/],
  'missing-alert': [{ kind: 'missing-alert', alert: 'NginxDown' }, /^would not fire$/],
  'network-checks': [{ kind: 'network-checks', over: 1_000 }, /^clean$/],
  'nginx-version': [{ kind: 'nginx-version' }, /^Nginx 1\.\d+$/],
  'proxy-errors': [{ kind: 'proxy-errors', over: 10_000 }, /^no failures$/],
  'proxy-path': [{ kind: 'proxy-path' }, /^as reviewed, and reachable$/],
  routing: [{ kind: 'routing' }, /^routes are right$/],
  'running-release': [{ kind: 'running-release', role: 'web' }, /^no recent update$/],
  'service-levels': [{ kind: 'service-levels', over: 4_000, errorsFrom: 0.02, slowFrom: 900, watch: 20_000 }, /^well$/],
  'service-logs': [{ kind: 'service-logs', service: 'web-1', over: 60_000 }, /^nothing unusual$/],
  'traffic-level': [{ kind: 'traffic-level', times: 2 }, /^usual traffic$/],
  'upstream-services': [{ kind: 'upstream-services' }, /^all respond$/],
  'user-reports': [{ kind: 'user-reports', many: 5 }, /^no user$/],
  'web-server': [{ kind: 'web-server' }, /^operational$/],
}

test.each(Object.entries(untouched))('%s finds nothing on a shop that nobody touched', async (_kind, [spec, finds]) => {
  const { finding, because } = await probeFor(spec).look(view)
  expect({ finding, because }).toEqual({ finding: expect.stringMatching(finds), because })
})
