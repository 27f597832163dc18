import type { Play } from './plays.ts'

/** All plays of one cell or variant, oldest first, and how often its outcome changed although nothing else did. */
export interface Line {
  readonly name: string
  readonly title: string
  readonly plays: readonly Play[]
  readonly flake: Flake
}

export interface Flake {
  /** Plays beside the one before them with the same plan and configuration. */
  readonly compared: number
  /** Those of them that came out otherwise. */
  readonly changed: number
  /** Null: nothing can be compared. */
  readonly rate: number | null
}

/** A line a cell or variant: what changes by itself first, then what was played last. */
export function linesOf(plays: readonly Play[]): Line[] {
  const groups = Map.groupBy(plays, ({ title, name }) => `${title}\n${name}`)
  const lines = [...groups.values()].flatMap((all): Line[] => {
    const [first] = all
    return first ? [{ name: first.name, title: first.title, plays: all, flake: flakeOf(all) }] : []
  })
  return lines.toSorted(
    (a, b) =>
      a.title.localeCompare(b.title) || (b.flake.rate ?? 0) - (a.flake.rate ?? 0) || a.name.localeCompare(b.name),
  )
}

/** What ran: plays that share it should end alike. */
export const sameOf = ({ planHash, configurationHash }: Play) => `${planHash} ${configurationHash}`

function flakeOf(plays: readonly Play[]): Flake {
  const alike = [...Map.groupBy(plays, sameOf).values()]
  const pairs = alike.flatMap((all) => all.slice(1).map((play, at) => [all[at], play] as const))
  const changed = pairs.filter(([before, play]) => before?.outcome !== play.outcome).length
  return { compared: pairs.length, changed, rate: pairs.length === 0 ? null : changed / pairs.length }
}
