import { sweep } from '../cleanup/index.ts'
import { connectEngine, type Engine, expectMemoryLimits, testcontainersEnvironment } from '../engine/index.ts'
import { ensureImages } from '../images/index.ts'
import { appendAfterDeath } from '../journal/index.ts'
import { realClock } from '../kit/clock.ts'
import type { RuleSet } from '../rules/index.ts'
import { promtoolTakes } from '../stack/index.ts'

export interface Readying {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly setEnv: (variables: Readonly<Record<string, string>>) => void
  /** An engine that is allowed although it is not on this machine. */
  readonly engineHost?: string | undefined
  /** Absent: nobody watches. */
  readonly rules?: RuleSet | undefined
  readonly signal: AbortSignal
  readonly say: (text: string) => void
}

export interface Readied {
  readonly engine: Engine
  /** References of the images that stand beside a stack. */
  readonly images: { readonly agent: string; readonly monitoring?: string }
}

/** Engine, the images that stand beside a stack, and a sweep. What Prometheus does not take is refused. */
export async function readyFor({ env, setEnv, engineHost, rules, signal, say }: Readying): Promise<Readied> {
  const engine = await connectEngine(env, engineHost === undefined ? {} : { allowHost: engineHost })
  expectMemoryLimits(engine.info)
  setEnv(testcontainersEnvironment(engine))
  const only = ['agent', ...(rules ? (['monitoring'] as const) : [])] as const
  const { agent, monitoring } = await ensureImages(engine.docker, { only, signal, onStep: say })
  await sweep(engine.docker, { log: say, openRecord: (file) => appendAfterDeath(file, realClock) })
  signal.throwIfAborted()
  if (rules) await promtoolTakes(engine, monitoring, rules.files)
  return { engine, images: { agent, ...(rules ? { monitoring } : {}) } }
}
