import { z } from 'zod'
import { didYouMean } from '../kit/near-miss.ts'
import { ownOf } from '../kit/own.ts'
import { argv } from '../kit/undo.ts'

const name = z
  .string('no list of program and arguments, and no name of a macro')
  .max(60)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'no list of program and arguments, and no name of a macro')

/** Program and arguments, or the name of a macro that is run in its place. */
export const steps = z.union([argv, name])
type Written = z.output<typeof steps>

/** Lists of commands by name. */
export const macrosSchema = z.record(name, z.array(steps).min(1).max(100)).default({})
export type Macros = Readonly<Record<string, readonly Written[]>>

/** A macro that names others may come to no more programs, one after the other. */
const mostSteps = 100

/** The programs that are run, one after the other; what is wrong with macros has been refused. */
export function programsOf(written: Written, macros: Macros): string[][] {
  if (typeof written !== 'string') return [written]
  return (ownOf(macros, written) ?? []).flatMap((one) => programsOf(one, macros))
}

interface Mistake {
  readonly path: string[]
  readonly message: string
}

/** Names that no macro has, macros that come back to themselves or to too many programs; and the same of `uses`. */
export function macroMistakes(macros: Macros, uses: readonly { path: string[]; written: Written }[]): Mistake[] {
  const within = Object.entries(macros).flatMap(([macro, list]) =>
    list.map((written, at) => ({ path: ['macros', macro, String(at)], written })),
  )
  const known = Object.keys(macros)
  const unknown = [...within, ...uses].flatMap(({ path, written }) => {
    if (typeof written !== 'string' || known.includes(written)) return []
    const there = known.length === 0 ? 'There is none' : `There are: ${known.join(', ')}`
    return [{ path, message: `there is no macro '${written}'. ${didYouMean(written, known)}${there}` }]
  })
  const circles = known.flatMap((macro) => {
    const way = wayBack(macro, macros)
    return way ? [{ path: ['macros', macro], message: `it comes back to itself: ${way.join(' → ')}` }] : []
  })
  if (circles.length > 0) return [...unknown, ...circles]
  const counts = new Map<string, number>()
  const long = known.filter((macro) => countOf(macro, macros, counts) > mostSteps)
  return [...unknown, ...long.map((macro) => ({ path: ['macros', macro], message: `more than ${mostSteps} programs` }))]
}

/** From a macro to itself, by the names on the way; undefined: there is none. Each macro is looked into once. */
function wayBack(to: string, macros: Macros): string[] | undefined {
  const ways = new Map([[to, [to]]])
  // What is added while it goes on is come to as well.
  for (const [macro, way] of ways) {
    for (const next of ownOf(macros, macro) ?? []) {
      if (next === to) return [...way, to]
      if (typeof next === 'string' && !ways.has(next)) ways.set(next, [...way, next])
    }
  }
  return undefined
}

function countOf(macro: string, macros: Macros, counts: Map<string, number>): number {
  const before = counts.get(macro)
  if (before !== undefined) return before
  const own = (ownOf(macros, macro) ?? []).map((one) => (typeof one === 'string' ? countOf(one, macros, counts) : 1))
  const count = own.reduce((sum, one) => sum + one, 0)
  counts.set(macro, count)
  return count
}
