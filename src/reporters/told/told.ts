import { z } from 'zod'

/** What a reporter of a scenario's own tells, as plain text in a few shapes: it is escaped where it is shown. */
export interface Told {
  readonly title: string
  /** One sentence or two that say it all. */
  readonly lead: string
  readonly parts: readonly ToldPart[]
}

export type ToldPart = ToldTable | ToldList

export interface ToldTable {
  readonly is: 'table'
  readonly head: string
  /** What the table shows, for whoever hears it read out. */
  readonly caption: string
  readonly columns: readonly string[]
  /** As many cells a row as there are columns. */
  readonly rows: readonly (readonly (string | ToldCell)[])[]
  /** What its words mean; absent: nothing needs saying. */
  readonly note?: string
}

/** A cell that says more than one text does. */
export interface ToldCell {
  readonly lines: readonly string[]
  /** How it is seen at a glance; absent: `plain`. */
  readonly tone?: 'good' | 'bad' | 'plain' | 'muted' | 'strong'
  /** Why, for whoever wants to know. */
  readonly because?: string
}

/** Lists of names and what is to be said of each, one below the other. */
export interface ToldList {
  readonly is: 'list'
  readonly head: string
  readonly groups: readonly { readonly head: string; readonly items: readonly { name: string; text: string }[] }[]
}

export function cellOf(cell: string | ToldCell): Required<ToldCell> {
  if (typeof cell === 'string') return { lines: [cell], tone: 'plain', because: '' }
  return { tone: 'plain', because: '', ...cell }
}

const texts = z.array(z.string())
const saidCell = z.union([z.string(), z.object({ lines: texts, because: z.string().optional() })])
const saidList = z.object({ head: z.string(), items: z.array(z.object({ name: z.string(), text: z.string() })) })
const said = z.object({
  title: z.string(),
  lead: z.string(),
  parts: z.array(
    z.discriminatedUnion('is', [
      z.object({
        is: z.literal('table'),
        ...{ head: z.string(), caption: z.string(), columns: texts, rows: z.array(z.array(saidCell)) },
        note: z.string().optional(),
      }),
      z.object({ is: z.literal('list'), head: z.string(), groups: z.array(saidList) }),
    ]),
  ),
})

/** TypeError where it is no such thing: own reporters may be plain JavaScript, where nothing has looked at it. */
export function refuseNotTold(told: Told): void {
  const { error } = said.safeParse(told)
  if (error) throw new TypeError(`what it tells has another shape: ${z.prettifyError(error).replaceAll(/\s+/g, ' ')}`)
}
