import { readyFault } from '../faults/index.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { defaultHandling } from '../kit/matrix/handling.ts'
import { didYouMean } from '../kit/near-miss.ts'
import { ownOf } from '../kit/own.ts'
import { lacking, type StackDescription } from '../stack/index.ts'
import { notAttached } from './attached.ts'
import { modes as catalogue } from './catalogue.ts'
import { protocolOf } from './interposed.ts'
import {
  type Cell,
  type Handlings,
  type LeftOut,
  longLast,
  type Mode,
  outcomes,
  type Target,
  targetKinds,
} from './mode.ts'
import { quickOf } from './quick.ts'
import { tagFilter } from './tags.ts'
import { targetsOf } from './targets.ts'

export interface Wanted {
  /** Modes, targets or cells: `refuse`, `api-1`, `refuse/api-1`, `refuse/*`; empty: all. */
  readonly only?: readonly string[]
  readonly skip?: readonly string[]
  /** `slow & !tls`. */
  readonly tag?: string
  /** One of each outcome. */
  readonly quick?: boolean
  /** How long a cell is held, ms, that waits for nothing. */
  readonly holdMs?: number
  readonly handlings?: Handlings
}

export interface Cells {
  readonly cells: readonly Cell[]
  readonly left: readonly LeftOut[]
}

/** Long enough for three whole seconds of load. */
export const usualHoldMs = 3_000
/** Beyond a timeout of the proxy's, so that what comes after it is seen. */
const afterTimeoutMs = 3_000

/**
 * The modes × targets of this stack that are wanted: those that can be played, those that wait for long last, and those
 * that cannot, with what would make it so. USAGE (exit code 64) for a name or a tag that nothing has.
 */
export function cellsOf(description: StackDescription, wanted: Wanted = {}, modes = catalogue): Cells {
  const targets = targetsOf(description)
  const all = modes.flatMap((mode) => {
    const own = mode.targets?.(targets) ?? targets.filter(({ kind }) => mode.at.includes(kind))
    return own.map((target) => ({ mode, target, name: nameOf(mode, target) }))
  })
  const names = all.map(({ name }) => name)
  const known = [
    ...new Set([
      ...modes.map(({ name }) => name),
      ...[...targets, ...all.map(({ target }) => target)].map(({ name }) => name),
      ...names,
    ]),
  ]
  const isAsked = chooser(wanted, known)
  const isTagged = wanted.tag === undefined ? () => true : tagFilter(wanted.tag, tagsKnown(modes))
  const cells: Cell[] = []
  const left: LeftOut[] = []
  for (const { mode, target, name } of all) {
    const tags = tagsOf(mode, target, description)
    if (!isAsked(mode, target) || !isTagged(tags)) continue
    const fault = mode.fault(target, description)
    const missing =
      'not' in fault ? fault.not : (notAttached(description, target, fault) ?? missingIn(description, fault, mode))
    if (missing !== undefined) left.push({ cell: name, because: missing })
    else if (!('not' in fault)) cells.push({ name, mode, target, fault, tags, ...holdOf(mode, target, wanted) })
  }
  const chosen = wanted.quick ? quickOf(cells) : cells
  return { cells: longLast(chosen), left }
}

const nameOf = (mode: Mode, target: Target) => `${mode.name}/${target.name}`

function missingIn(description: StackDescription, fault: Cell['fault'], { kinds }: Mode): string | undefined {
  const missing = lacking(description, readyFault(fault, kinds).needs)
  return missing.length === 0 ? undefined : `this stack has not: ${missing.join(', ')}; with that it applies`
}

function tagsOf(mode: Mode, target: Target, description: StackDescription): string[] {
  const spoken = target.upstream === undefined ? [] : [wordFor(protocolOf(target, description))]
  return [...new Set([...mode.tags, mode.outcome, target.kind, ...spoken])]
}

const wordFor = (protocol: string) => (protocol === 'https' || protocol === 'grpcs' ? 'tls' : protocol)

/** Every tag that some cell of some stack may have. */
export function tagsKnown(modes: readonly Mode[] = catalogue): string[] {
  const spoken = ['http', 'tls', 'fastcgi', 'uwsgi', 'scgi', 'grpc', 'tcp']
  return [...new Set([...modes.flatMap(({ tags }) => tags), ...outcomes, ...targetKinds, ...spoken])].sort()
}

/** As long as the proxy's own timeout and a little more, where it waits for that; else as long as asked for. */
function holdOf(mode: Mode, { upstream }: Target, wanted: Wanted): Pick<Cell, 'holdMs' | 'waitsMs'> {
  const { holdMs = usualHoldMs, handlings = {} } = wanted
  // What the servers wait for, when it is theirs that is broken, nobody here knows.
  if (!mode.waits || upstream === undefined) return { holdMs }
  const { connectMs, readMs } = ownOf(handlings, upstream) ?? defaultHandling
  const waitsMs = Math.min(mode.waits === 'connect' ? connectMs : readMs, mode.waitsAtMostMs ?? Infinity)
  return { holdMs: Math.max(holdMs, waitsMs + afterTimeoutMs), waitsMs }
}

function chooser({ only = [], skip = [] }: Wanted, known: readonly string[]): (mode: Mode, target: Target) => boolean {
  const patterns = (option: string, given: readonly string[]) =>
    given.map((text) => {
      if (known.includes(text)) return text
      const [mode = '', target = '', ...more] = text.split('/')
      const isPart = (part: string) => part === '*' || known.includes(part)
      const isPair = text.includes('/') && more.length === 0 && isPart(mode) && isPart(target)
      if (isPair) return text
      const hint = `${didYouMean(text, known)}badgateway check --list shows all; MODE, TARGET, MODE/TARGET or MODE/*.`
      throw new BadgatewayError('USAGE', `${option}: '${text}' is no mode, target or cell of this stack`, hint)
    })
  const [wanted, unwanted] = [patterns('--only', only), patterns('--skip', skip)]
  const isIn = (list: readonly string[], mode: Mode, target: Target) => list.some((text) => meets(text, mode, target))
  return (mode, target) => (wanted.length === 0 || isIn(wanted, mode, target)) && !isIn(unwanted, mode, target)
}

function meets(text: string, mode: Mode, target: Target): boolean {
  const [one = '', other] = text.split('/')
  if (other === undefined) return one === mode.name || one === target.name
  return (one === '*' || one === mode.name) && (other === '*' || other === target.name)
}
