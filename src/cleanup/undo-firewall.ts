import type Dockerode from 'dockerode'
import { BadgatewayError } from '../kit/errors.ts'
import { interposerProgram, ownChain } from '../protocol/index.ts'
import { failed, joinAgain, runIn } from './undo-files.ts'

/** Where a chain of ours may hang, by table. */
const hooks = { nat: ['PREROUTING', 'OUTPUT'], filter: ['INPUT', 'OUTPUT'] } as const

/** What iptables ends with when there is no such chain, and when this kernel has no such table at all. */
const noSuchChain = 1
const noSuchTable = 3
const mostTurns = 3

/**
 * Takes our chains, of the packet filter and of an interposer's redirection, out of the network namespace that this
 * sidecar shares. UNDO_REFUSED for a container that shares nobody's: its filter is none that we made. When the
 * namespace is gone, so are its rules.
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
  if (!state.Running && !(await joinAgain(container))) return 'its namespace is gone'
  const wasRedirected = await flushChain(container, 'nat')
  // What is on its way through it is answered before whoever stands there is removed.
  if (wasRedirected) await runIn(container, [interposerProgram, '--end'])
  await flushChain(container, 'filter')
  return 'the chain is gone'
}

/** False: there was none. */
async function flushChain(container: Dockerode.Container, table: keyof typeof hooks): Promise<boolean> {
  const iptables = (...argv: readonly string[]) => runIn(container, ['iptables', '-w', '-t', table, ...argv])
  const look = () => iptables('-n', '-L', ownChain)
  const found = await look()
  if (found === noSuchChain || (table === 'nat' && found === noSuchTable)) return false
  let left = found
  // A kernel that is still letting go of the last rule says that the chain is busy.
  for (let turn = 0; turn < mostTurns && left !== noSuchChain; turn += 1) {
    for (const hook of hooks[table]) await iptables('-D', hook, '-j', ownChain)
    await iptables('-F', ownChain)
    await iptables('-X', ownChain)
    left = await look()
  }
  // That each of these may find nothing to do is no failure; that the chain is still there would be one.
  if (left === 0) throw failed(`the chain ${ownChain} is still there`)
  // Another code says that nobody could look: the table was locked, or iptables itself was killed.
  if (left !== noSuchChain) throw failed(`whether the chain ${ownChain} is gone is not known: iptables said ${left}`)
  return true
}
