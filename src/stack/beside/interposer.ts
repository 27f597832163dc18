import { BadgatewayError, reasonOf } from '../../kit/errors.ts'
import { inert } from '../../kit/inert.ts'
import {
  type InterposerReport,
  type InterposerWhat,
  type InterposerWish,
  interposerProgram,
  interposerReport,
  interposerReportFile,
  ownChain,
} from '../../protocol/index.ts'
import type { Scene } from '../scene.ts'
import type { Server, Service } from '../types.ts'

/** What stands in the way of a server. */
export interface Standing {
  /** As it was when it came into force. */
  readonly begun: InterposerReport
  /** From when it was told to until it was in force. */
  readonly tookMs: number
  /** What it has seen and done so far. */
  report(): Promise<InterposerReport>
  /** How many connections the kernel itself has redirected; undefined: there is no such rule any more. */
  redirected(): Promise<number | undefined>
}

/**
 * Puts the interposer in the way of the port of `at`, in its network namespace, with its removal on record
 * before. Its rules end with it, when its time is over, and when `at` is restarted, for the namespace does.
 * ENGINE_UNSUITED where the kernel redirects no port: then nothing was changed.
 */
export async function interpose(
  scene: Scene,
  at: Server,
  { what, ...times }: { what: InterposerWhat } & Pick<InterposerWish, 'expiresAfterMs' | 'patientMs'>,
): Promise<Standing> {
  const sidecar = await scene.stack.beside(at.name)
  const { containerId: container } = sidecar
  await scene.registerUndo({ verb: 'remove-container', container }, `remove what stands beside ${at.name}`)
  await scene.registerUndo({ verb: 'flush-firewall', container }, `take the redirection of ${at.name} away`)
  const users = scene.stack.byRole('proxy').map(({ address }) => address)
  const server = { host: at.address, port: at.port }
  const wish: InterposerWish = { ...what, server, users, ...times }
  const from = scene.clock.now()
  const { code, output } = await sidecar.exec([interposerProgram, JSON.stringify(wish)])
  const begun = code === 0 ? understand(at, output) : refuse(at, `its program ended with ${code}: ${output}`)
  if (begun.state === 'unsupported') {
    const hint = 'Look whether the modules nf_nat and xt_REDIRECT are there. Nothing was changed.'
    throw new BadgatewayError('ENGINE_UNSUITED', `Not supported here: ${inert(begun.because)}`, hint)
  }
  if (begun.state !== 'in-force') refuse(at, begun.because)
  return {
    begun,
    tookMs: scene.clock.now() - from,
    report: async () => understand(at, (await sidecar.exec(['cat', interposerReportFile])).output),
    redirected: async () => {
      const listed = await sidecar.exec(['iptables', '-w', '-t', 'nat', '-nvx', '-L', ownChain])
      const found = /^\s*(\d+)\s+\d+\s+REDIRECT\b/m.exec(listed.output)?.[1]
      return listed.code === 0 && found !== undefined ? Number(found) : undefined
    },
  }
}

function understand(at: Service, text: string): InterposerReport {
  try {
    return interposerReport.parse(JSON.parse(text))
  } catch (thrown) {
    return refuse(at, `its report is not understood (${reasonOf(thrown)}): ${text}`)
  }
}

function refuse(at: Service, because: string): never {
  const hint = "Is the agent's image of this version? Its log is /tmp/interposer/log in what stands beside the server."
  throw new BadgatewayError('ENGINE_CALL_FAILED', `${at.name}: no interposer: ${inert(because.slice(0, 600))}`, hint)
}
