import { manualCommands } from '../../engine/index.ts'
import type { Fact } from '../../journal/index.ts'
import { BadgatewayError, exitCodes } from '../../kit/errors.ts'
import { inert } from '../../kit/inert.ts'
import type { LiveReporter } from '../../reporters/index.ts'
import type { CommandIo } from '../io.ts'

/** What the runs that are on have still to take back, gathered from their facts. */
export interface Pending {
  readonly reporter: LiveReporter
  /** For people: the undos that are left, and how these runs, and no other, are removed by hand. */
  told(): string
}

/** One run after the other; scenarios that are played side by side have one of these each. */
class Held {
  private readonly undos = new Map<string, string>()
  private runId: string | undefined
  private clean = false
  /** A stack that several runs share stands until all of them are over. */
  private ward: string | undefined
  hasBegun = false

  take(fact: Fact): void {
    if (fact.kind === 'run-started') {
      this.undos.clear()
      this.runId = fact.runId
      this.hasBegun = true
      this.clean = false
    }
    if (fact.kind === 'stack-ready' && fact.ward !== undefined) this.ward = fact.ward
    if (fact.kind === 'undo-promised') this.undos.set(fact.id, `${fact.undo.verb}: ${fact.why}`)
    if (fact.kind === 'undo-done' && fact.ok) this.undos.delete(fact.id)
    if (fact.kind === 'world-compared') this.clean = fact.clean
    // Of a run that is over, and left nothing, there is nothing to say.
    if (fact.kind === 'run-ended' && this.clean) this.runId = undefined
  }

  lines(): { undos: string[]; byHand: string[] } | undefined {
    const ids = [...new Set([this.runId ?? [], this.ward ?? []].flat())]
    if (ids.length === 0) return undefined
    const undos = [...this.undos.values()].reverse().map((one) => `  ${inert(one)}`)
    const byHand = ids.flatMap((id) => [`badgateway clean --run ${id}`, ...manualCommands(id)].map((one) => `  ${one}`))
    return { undos, byHand }
  }
}

export function pendingOf(): Pending {
  const all: Held[] = []
  const reporterOf = (): LiveReporter => {
    const held = new Held()
    all.push(held)
    return {
      name: 'pending',
      onPlan: () => undefined,
      onFact: (fact) => held.take(fact),
      beside: reporterOf,
      onEnd: () => undefined,
    }
  }
  const told = () => {
    const open = all.flatMap((one) => one.lines() ?? [])
    if (!all.some((one) => one.hasBegun)) return 'Nothing has been started yet.\n'
    if (open.length === 0) return 'Nothing is left of what was run so far.\n'
    const undos = open.flatMap((one) => one.undos)
    const left =
      undos.length === 0 ? ['No undo is left; containers and networks may be.'] : ['Still to be undone:', ...undos]
    const byHand = open.flatMap((one) => one.byHand)
    return `${[...left, 'By hand, when this process is gone:', ...byHand].join('\n')}\n`
  }
  return { reporter: reporterOf(), told }
}

/** What Ctrl-C does: the first one ends the run in order, the second tells what is left, the third leaves it. */
export function interrupted(times: number, abort: AbortController, io: CommandIo, told: () => string): void {
  if (times === 1) {
    io.err('\nInterrupted: undoing everything, then the report.\n')
    io.err('(Once more: what is left. Three times: the guard does it.)\n')
    const hint = 'The report says how far it came.'
    abort.abort(new BadgatewayError('INTERRUPTED', 'The run was interrupted', hint))
  } else if (times === 2) {
    io.err('\nStill undoing.\n')
    io.err(told())
  } else {
    io.err('\nLeft to the guard process: it undoes and removes what is ours.\n')
    io.exitNow(exitCodes.unclean)
  }
}
