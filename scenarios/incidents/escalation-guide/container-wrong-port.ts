import { escalation } from './_guide.ts'

/** The guide's "container issues": it listens on another port than the proxy asks. */
export default escalation({
  name: 'container-wrong-port',
  title: 'Container: it listens on the wrong port',
  summary: 'The web server was started with another port in its environment. It runs, says so, and gets no requests.',
  rootCause: 'A misconfigured container.',
  impact: 'Every page is answered 502.',
  fault: { kind: 'misconfigured-container', what: 'wrong-port', role: 'web' },
  answered: 'http_502',
  steps: {
    logs: { says: 'no requests arrive' },
    status: { says: 'not listening', names: true },
    restart: 'no effect',
    path: { says: 'container is not as specified', names: true, does: 'cures' },
    firewall: { says: 'no foreign rules', does: 'no effect' },
    scale: { says: 'usual traffic', does: 'cures' },
  },
  prevention: {
    measure: 'connectivity-monitoring',
    alert: 'ServerUnreachable',
    mend: { kind: 'recreate-service' },
    by: 'the right container is brought back',
  },
})
