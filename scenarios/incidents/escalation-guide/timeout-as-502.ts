import { escalation } from './_guide.ts'

/** The guide's "timeouts", when they are 502 all the same: nobody else is left to try, and Nginx says so instead. */
export default escalation({
  name: 'timeout-as-502',
  title: 'Timeout that users see as 502',
  summary:
    'One web server listens no more, the other one hangs. What has waited for the second is to be tried elsewhere, ' +
    'no server is left, and Nginx makes a 502 of its own 504.',
  rootCause: 'A server takes too long to respond while the others are down.',
  impact: 'Pages are answered 502 after the read timeout; what cannot be tried twice is answered 504.',
  stack: { web: 2, overlays: ['short-memory'] },
  fault: { kind: 'masked-timeout', role: 'web' },
  looksAfter: '5s',
  answered: 'http_502',
  steps: {
    logs: { says: 'slow answers', names: true },
    status: { says: 'not listening', names: true },
    restart: 'cures',
    path: { says: 'upstreams unreachable', does: 'no effect' },
    firewall: { says: 'no foreign rules', does: 'no effect' },
    scale: { says: 'usual traffic', does: 'cures' },
  },
  prevention: {
    measure: 'response-time-alerts',
    alert: 'ServerResponseTimeHigh',
    mend: { kind: 'restart-backends', roles: ['web'] },
    by: 'the servers are restarted',
  },
})
