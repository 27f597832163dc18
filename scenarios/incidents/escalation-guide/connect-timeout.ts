import { escalation } from './_guide.ts'

/** The guide's "timeouts", when connecting: the server swallows every packet. */
export default escalation({
  name: 'connect-timeout',
  title: 'Timeout: the server takes no connection',
  summary:
    'The web server runs, and its machine swallows whatever comes to the port of the site: no refusal, no answer.',
  rootCause: 'The server takes too long to respond: for ever, already to a connection.',
  impact: 'Every page waits for proxy_connect_timeout and is answered 504.',
  fault: { kind: 'packet-filter', how: 'drop', role: 'web' },
  answered: 'http_504',
  steps: {
    logs: { says: 'no requests arrive' },
    status: { says: 'all operational' },
    restart: 'cures',
    path: { says: 'upstreams unreachable', does: 'no effect' },
    firewall: { says: 'foreign rules', names: true, does: 'cures' },
    scale: { says: 'usual traffic', does: 'cures' },
  },
  prevention: {
    measure: 'connectivity-monitoring',
    alert: 'ServerUnreachable',
    mend: { kind: 'open-firewall' },
    by: 'the rule is taken away',
  },
})
