import { escalation } from './_guide.ts'

/** The guide's sixth step: more is asked than the servers can do. */
export default escalation({
  name: 'too-much-traffic',
  title: 'Too much traffic',
  summary:
    'Several times the usual requests come. The web server does what it can, a queue fills, the rest is turned away.',
  rootCause: 'More traffic than the servers have capacity for.',
  impact: 'Most pages are answered 502.',
  more: 3,
  pressurePerS: 20,
  // 80 requests a second, of which some 45 are usual.
  stack: { behaviour: { web: { capacity: { concurrent: 16, ms: 200, queue: 60 } } } },
  fault: { kind: 'traffic-spike', pressure: { connections: 150, ratePerS: 200, mix: [{ path: '/' }] } },
  answered: 'http_502',
  steps: {
    logs: { says: 'failed answers' },
    status: { says: 'not answering' },
    restart: 'no effect',
    path: { says: 'as reviewed, and reachable', does: 'no effect' },
    firewall: { says: 'no foreign rules', does: 'no effect' },
    scale: { says: 'high traffic', names: true, does: 'cures' },
  },
  prevention: {
    measure: 'response-time-alerts',
    alert: 'ServerResponseTimeHigh',
    mend: { kind: 'scale-out', role: 'web', add: 3 },
    by: 'three more servers',
  },
})
