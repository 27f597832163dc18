import { theReview } from './_cause.ts'
import { escalation } from './_guide.ts'

/** The guide's "configuration errors": a deploy of the proxy that `nginx -t` accepts and that leads nowhere. */
export default escalation({
  name: 'wrong-upstream-port',
  title: 'Configuration error: the proxy connects to the wrong port',
  summary: 'A deploy of the proxy points its upstream servers at a port where nothing listens; `nginx -t` accepts it.',
  rootCause: 'An incorrect configuration of the proxy.',
  impact: 'Every request is answered 502.',
  fault: { kind: 'wrong-upstream', upstreams: ['web', 'api'] },
  answered: 'http_502',
  steps: {
    logs: { says: 'no requests arrive' },
    status: { says: 'all operational' },
    restart: 'no effect',
    path: { says: 'configuration is not the reviewed one', names: true, does: 'cures' },
    firewall: { says: 'no foreign rules', does: 'no effect' },
    // The new server is named with the port that the others have.
    scale: { says: 'usual traffic', does: 'no effect' },
  },
  prevention: {
    ...theReview,
    mend: { kind: 'repair-proxy-path' },
    by: 'the reviewed configuration is deployed',
  },
})
