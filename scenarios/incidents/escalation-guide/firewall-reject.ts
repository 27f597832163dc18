import { escalation } from './_guide.ts'

/** The guide's firewall: every connection is refused. */
export default escalation({
  name: 'firewall-reject',
  title: 'Firewall: connections are refused',
  summary: 'A packet filter at the proxy refuses whatever is sent to the web server, which is well.',
  rootCause: 'A firewall rule between the proxy and the server.',
  impact: 'Every page is answered 502 at once.',
  fault: { kind: 'packet-filter', how: 'reject', at: 'proxy', role: 'web' },
  answered: 'http_502',
  steps: {
    logs: { says: 'no requests arrive' },
    status: { says: 'all operational' },
    restart: 'no effect',
    path: { says: 'upstreams unreachable', does: 'no effect' },
    firewall: { says: 'foreign rules', names: true, does: 'cures' },
    scale: { says: 'usual traffic', does: 'cures' },
  },
  prevention: {
    measure: 'connectivity-monitoring',
    alert: 'GatewayCannotReachServer',
    mend: { kind: 'open-firewall' },
    by: 'the rule is taken away',
  },
})
