import { expect, test } from 'vitest'
import { fakeStack } from '../../../support/fake-stack.ts'
import { probeFor } from '../../../support/made-kinds.ts'
import { fakeView } from '../../../support/view.ts'

const probe = probeFor({ kind: 'routing', service: 'proxy' })
const header = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT'
const onLink = 'eth0\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0'
const byGateway = 'eth1\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0'
const arp = 'IP address       HW type     Flags       HW address            Mask     Device'
const known = '10.0.0.1         0x1         0x2         02:42:0a:00:00:01     *        eth0'
const lost = '10.0.0.1         0x1         0x0         00:00:00:00:00:00     *        eth0'

/** Every container says this, but web-2, which may say something else. */
function finds(everybody: readonly string[], web2 = everybody) {
  const stack = fakeStack()
  for (const service of stack.services) {
    const output = (service.name === 'web-2' ? web2 : everybody).join('\n')
    Object.assign(service, { exec: () => Promise.resolve({ code: 0, output }) })
  }
  return probe.look(fakeView({ stack }))
}

const good = [header, byGateway, onLink, arp, known]

test('neighbours on one link, there and back', async () => {
  expect(await finds(good)).toMatchObject({
    finding: 'routes are right',
    because: 'proxy and each of 4 servers are neighbours on one link, in both directions',
  })
})

test.each([
  ['web-2 → proxy: no route to 10.0.0.1', [header, arp, known]],
  ['web-2 → proxy: 10.0.0.1 is asked by way of a gateway on eth1', [header, byGateway, arp, known]],
  ['web-2 → proxy: 10.0.0.1 on eth0, but nothing answers for that address', [header, onLink, arp, lost]],
])('%s', async (because, web2) => {
  expect(await finds(good, web2)).toMatchObject({ finding: 'routes are wrong', because })
})
