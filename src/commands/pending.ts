import type { Fact } from '../journal/index.ts'
import { inert } from '../kit/inert.ts'
import type { LiveReporter } from '../reporters/index.ts'
import { manualCommands } from '../stack/labels.ts'

/** What the run that is on has still to take back, gathered from its facts. */
export interface Pending {
  readonly reporter: LiveReporter
  /** For people: the undos that are left, and how this run, and no other, is removed by hand. */
  told(): string
}

export function pendingOf(): Pending {
  const held = new Map<string, string>()
  let runId: string | undefined
  const take = (fact: Fact) => {
    if (fact.kind === 'run-started') {
      held.clear()
      runId = fact.runId
    }
    if (fact.kind === 'undo-promised') held.set(fact.id, `${fact.undo.verb}: ${fact.why}`)
    if (fact.kind === 'undo-done' && fact.ok) held.delete(fact.id)
  }
  const told = () => {
    if (runId === undefined) return 'Nothing has been started yet.\n'
    const lines = [...held.values()].reverse().map((one) => `  ${inert(one)}`)
    const undos =
      lines.length === 0 ? ['No undo is left; containers and networks may be.'] : ['Still to be undone:', ...lines]
    const byHand = [`badgateway clean --run ${runId}`, ...manualCommands(runId)].map((one) => `  ${one}`)
    return `${[...undos, 'By hand, when this process is gone:', ...byHand].join('\n')}\n`
  }
  return { reporter: { name: 'pending', onPlan: () => undefined, onFact: take, onEnd: () => undefined }, told }
}
