import { reasonOf } from '../../kit/errors.ts'
import type { Server, Stack } from '../../stack/index.ts'
import { defineProbe } from '../probe.ts'

/** What a server's state can be, worst first. */
const findings = [
  'not running',
  'paused',
  'restarting',
  'not listening',
  'not answering',
  'unhealthy',
  'failing',
  'all operational',
] as const
type Finding = (typeof findings)[number]

/** A server that has more to do than it can answers some. */
const pagesAsked = 4

/** Does each container run, and does the service in it answer when asked from inside it? */
export const backendStatus = defineProbe({
  kind: 'backend-status',
  about: `Looks at each backend's container and asks the service from inside it: ${findings.join(', ')}.`,
  finds: findings,
  fields: {},
  make: () => ({
    look: async ({ stack }) => {
      const states = await Promise.all(stack.servers().map((server) => stateOf(stack, server)))
      const finding = findings.find((one) => states.some((state) => state.finding === one)) ?? 'all operational'
      const because = states.map(({ name, because: why }) => `${name}: ${why}`).join('; ')
      const unwell = states.filter((state) => state.finding !== 'all operational').map(({ name }) => name)
      return { finding, because, evidence: { unwell } }
    },
  }),
})

interface State {
  name: string
  finding: Finding
  because: string
}

async function stateOf(stack: Stack, service: Server): Promise<State> {
  const { name } = service
  const state = await service.state().catch((thrown: unknown) => reasonOf(thrown))
  if (typeof state === 'string') return { name, finding: 'not running', because: state }
  const { running, paused, exitCode, restartCount } = state
  if (!running && restartCount === 0)
    return { name, finding: 'not running', because: `ended with exit code ${exitCode}` }
  if (restartCount > 0)
    return { name, finding: 'restarting', because: `the engine started it again ${restartCount} times` }
  if (paused) return { name, finding: 'paused', because: 'its processes stand still' }
  return { name, ...(await serviceOf(stack, service)) }
}

/** Its health check first, then a page as a user would ask for it. */
async function serviceOf(stack: Stack, { name, port, page, health: path }: Server): Promise<Omit<State, 'name'>> {
  const inside = stack.inside(name)
  const ask = (asked: string) => inside.httpProbe({ host: '127.0.0.1', port, path: asked })
  const [health, ...answers] = await Promise.all([ask(path), ...Array.from({ length: pagesAsked }, () => ask(page))])
  if (health.outcome === 'refused') {
    return { finding: 'not listening', because: `runs, and nothing listens on its port ${port}` }
  }
  const silent = answers.find(({ status }) => status === null)
  const broken = answers.find(({ status }) => (status ?? 0) >= 500)
  const said = `health check: ${health.because}; page: ${(silent ?? broken ?? answers[0] ?? health).because}`
  if (health.status === null || silent) return { finding: 'not answering', because: said }
  if (health.status !== 200) return { finding: 'unhealthy', because: said }
  if (broken) return { finding: 'failing', because: said }
  return { finding: 'all operational', because: said }
}
