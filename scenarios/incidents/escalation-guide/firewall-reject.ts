import { escalation } from './_guide.ts'

/** The guide's firewall: every connection is refused. */
export default escalation({
  name: 'firewall-reject',
  title: 'Firewall: connections are refused',
  summary: 'A packet filter at the proxy refuses whatever is sent to the web server, which is well.',
  rootCause: 'A firewall rule between the proxy and the server.',
  impact: 'Every page is answered 502 at once.',
  fault: { kind: 'packet-filter', how: 'reject', at: 'proxy', role: 'web' },
  steps: {
    logs: { says: 'no requests arrive' },
    status: { says: 'all operational' },
    restart: 'no effect',
    path: { says: 'upstreams unreachable', does: 'no effect' },
    firewall: { says: 'foreign rules', names: true, does: 'cures' },
    scale: { says: 'usual traffic', does: 'no effect' },
  },
  prevention: {
    title: 'With monitoring of the connections between the servers',
    measures: [],
    story: [
      { look: { kind: 'firewall-rules' }, finds: 'foreign rules' },
      { remedy: { kind: 'open-firewall' }, expect: 'cures', title: 'The rule is taken away' },
    ],
  },
})
