import { escalation } from './_guide.ts'

/** The guide's "container issues": it ends as soon as it is started. */
export default escalation({
  name: 'container-fails-to-start',
  title: 'Container: it fails to start',
  summary: 'The web server was started with a role that it does not know: it says so and ends.',
  rootCause: 'A misconfigured container.',
  impact: 'Every page is answered 502 or 504.',
  fault: { kind: 'misconfigured-container', what: 'fails-to-start', role: 'web' },
  answered: 'http_504',
  steps: {
    logs: { says: 'error messages', names: true },
    status: { says: 'not running', names: true },
    restart: 'fails',
    path: { says: 'container is not as specified', names: true, does: 'cures' },
    firewall: { says: 'no foreign rules', does: 'no effect' },
    // nginx -t refuses to add a server while another one's name does not resolve.
    scale: { says: 'usual traffic', does: 'fails' },
  },
  prevention: {
    measure: 'connectivity-monitoring',
    alert: 'ServerUnreachable',
    mend: { kind: 'recreate-service' },
    by: 'the right container is brought back',
  },
})
