import { theReview } from './_cause.ts'
import { escalation } from './_guide.ts'

/** The guide's "container issues": its health check fails, and whoever watches it kills it again and again. */
export default escalation({
  name: 'container-unhealthy',
  title: 'Container: its health check fails',
  summary:
    'The web server answers pages and not the path that its health check asks: it is killed and started for ever.',
  rootCause: 'A misconfigured container.',
  impact: 'Pages are answered, then 502, then answered again.',
  fault: { kind: 'misconfigured-container', what: 'failing-liveness', role: 'web' },
  looksAfter: '7s',
  // Longer than it ever is up between two kills.
  holds: '8s',
  steps: {
    logs: { says: 'error messages', names: true },
    status: { says: 'restarting', names: true },
    // It is up for a moment now and then: what is seen of a step that does nothing is a matter of the moment.
    restart: 'measured',
    path: { says: 'container is not as specified', names: true, does: 'cures' },
    firewall: { says: 'no foreign rules', does: 'measured' },
    scale: { says: 'usual traffic', does: 'measured' },
  },
  prevention: {
    ...theReview,
    mend: { kind: 'recreate-service' },
    by: 'the right container is brought back',
    // It may just be up.
    expect: 'measured',
  },
})
