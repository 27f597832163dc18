import type Dockerode from 'dockerode'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { filterChain, filteredHooks } from './firewall.ts'
import { failed, runIn } from './undo-files.ts'

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
  if ((await iptables('-n', '-L', filterChain)) === 0) throw failed(`the chain ${filterChain} is still there`)
  return 'the chain is gone'
}
