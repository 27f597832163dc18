import type { Stranger } from '../../check/index.ts'
import { sweep } from '../../cleanup/index.ts'
import { connectEngine, type Engine, expectMemoryLimits, testcontainersEnvironment } from '../../engine/index.ts'
import { ensureImages } from '../../images/index.ts'
import { appendAfterDeath } from '../../journal/index.ts'
import { realClock } from '../../kit/clock.ts'
import { promtoolTakes } from '../../stack/index.ts'
import type { Playing } from './playing.ts'

export interface Readying extends Pick<Playing, 'flags' | 'io' | 'signal'> {
  readonly stranger: Pick<Stranger, 'rules'>
  readonly say: (text: string) => void
}

type Readied = { engine: Engine; images: { agent: string; monitoring?: string } }

/** Engine, the images that stand beside it, and a sweep. What Prometheus does not take is refused. */
export async function readied({ stranger: { rules }, flags, io, signal, say }: Readying): Promise<Readied> {
  const host = flags.engineHost
  const engine = await connectEngine(io.env, host === undefined ? {} : { allowHost: host })
  expectMemoryLimits(engine.info)
  io.setEnv(testcontainersEnvironment(engine))
  const only = ['agent', ...(rules ? (['monitoring'] as const) : [])] as const
  const { agent, monitoring } = await ensureImages(engine.docker, { only, signal, onStep: say })
  await sweep(engine.docker, { log: say, openRecord: (file) => appendAfterDeath(file, realClock) })
  signal.throwIfAborted()
  if (rules) await promtoolTakes(engine, monitoring, rules.files)
  return { engine, images: { agent, ...(rules ? { monitoring } : {}) } }
}
