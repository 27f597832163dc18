import { escalation } from './_guide.ts'

/** The guide's "configuration errors": a deploy of the proxy that `nginx -t` accepts and that leads nowhere. */
export default escalation({
  name: 'wrong-upstream-port',
  title: 'Configuration error: the proxy knocks at the wrong port',
  summary: 'A deploy of the proxy points its upstream servers at a port where nobody listens; `nginx -t` accepts it.',
  rootCause: 'An incorrect configuration of the proxy.',
  impact: 'Every request is answered 502.',
  fault: { kind: 'wrong-upstream', upstreams: ['web', 'api'] },
  steps: {
    logs: { says: 'no requests arrive' },
    status: { says: 'all operational' },
    restart: 'no effect',
    path: { says: 'configuration is not the reviewed one', names: true, does: 'cures' },
    firewall: { says: 'no foreign rules', does: 'no effect' },
    scale: { says: 'usual traffic', does: 'no effect' },
  },
  prevention: {
    title: 'With a periodic review of the configuration',
    measures: [],
    story: [
      {
        look: { kind: 'proxy-path' },
        finds: 'configuration is not the reviewed one',
        title: 'The review names file and line of what nobody reviewed',
      },
      {
        remedy: { kind: 'repair-proxy-path' },
        as: 'the reviewed configuration',
        expect: 'cures',
        title: 'The reviewed configuration is deployed',
      },
    ],
  },
})
