import type Dockerode from 'dockerode'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { failed, runIn } from './undo-files.ts'

/** Of our own, so that taking it back touches no rule of anybody else. */
export const filterChain = 'BADGATEWAY'
const filteredHooks = ['INPUT', 'OUTPUT'] as const

/** What iptables ends with when there is no such chain. */
const noSuchChain = 1

/**
 * Takes our chain out of the network namespace that this sidecar shares. UNDO_REFUSED for a container that shares
 * nobody's: its filter is none that we made. When the namespace is gone, so are its rules.
 */
export async function flushFirewall(
  container: Dockerode.Container,
  { HostConfig: host, State: state }: Dockerode.ContainerInspectInfo,
): Promise<string> {
  if (!host.NetworkMode?.startsWith('container:')) {
    const hint = 'Nothing was changed.'
    throw new BadgatewayError('UNDO_REFUSED', "it shares no other container's network namespace", hint)
  }
  if (state.Paused) await container.unpause()
  if (!state.Running) {
    const gone = await container.start().then(
      () => undefined,
      (thrown: unknown) => reasonOf(thrown),
    )
    if (gone !== undefined && /non running container|No such container/i.test(gone)) return 'its namespace is gone'
    if (gone !== undefined) throw failed(gone)
  }
  const iptables = (...argv: readonly string[]) => runIn(container, ['iptables', '-w', ...argv])
  for (const hook of filteredHooks) await iptables('-D', hook, '-j', filterChain)
  await iptables('-F', filterChain)
  await iptables('-X', filterChain)
  // That each of these may find nothing to do is no failure; that the chain is still there would be one.
  const look = await iptables('-n', '-L', filterChain)
  if (look === 0) throw failed(`the chain ${filterChain} is still there`)
  // Another code says that nobody could look: the table was locked, or iptables itself was killed.
  if (look !== noSuchChain) throw failed(`whether the chain ${filterChain} is gone is not known: iptables said ${look}`)
  return 'the chain is gone'
}
