import { escalation } from './_guide.ts'

/** The guide's "timeouts", when reading: the server takes the request and never answers. */
export default escalation({
  name: 'read-timeout',
  title: 'Timeout: the server never answers',
  summary: 'The web server takes connections and requests, and answers none of them.',
  rootCause: 'The server takes too long to respond.',
  impact: 'Every page waits for proxy_read_timeout and is answered 504.',
  fault: { kind: 'backend-behaviour', behaviour: { hang: {} }, role: 'web' },
  looksAfter: '5s',
  answered: 'http_504',
  steps: {
    logs: { says: 'slow answers', names: true },
    status: { says: 'not answering', names: true },
    restart: 'cures',
    path: { says: 'as reviewed, and reachable', does: 'no effect' },
    firewall: { says: 'no foreign rules', does: 'no effect' },
    scale: { says: 'usual traffic', does: 'cures' },
  },
  prevention: {
    measure: 'response-time-alerts',
    alert: 'ServerResponseTimeHigh',
    mend: { kind: 'restart-service', service: 'web-1' },
    by: 'the server is restarted',
  },
})
