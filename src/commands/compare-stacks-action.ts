import { resolve } from 'node:path'
import { factsOf, readRecord, variantLayout } from '../journal/index.ts'
import { BadgatewayError, exitCodes } from '../kit/errors.ts'
import { isThere } from '../kit/files.ts'
import { scenariosFolder } from '../kit/home.ts'
import { inert, inertJson } from '../kit/inert.ts'
import type { StackSnapshot } from '../kit/stack-snapshot.ts'
import { readied } from '../launch.ts'
import { type Plan, planOf } from '../run/index.ts'
import { findScenario } from '../scenario/index.ts'
import { definitionsOf, shopOf } from '../shop/index.ts'
import { type Difference, differencesBetween, type Names, snapshotOfFresh } from '../stack/index.ts'
import type { CommandIo } from './io.ts'

/** A stack that was looked at in a run, or one that is still to be raised. */
type Side = { name: string; snapshot: StackSnapshot } | { name: string; plan: Plan }

/** 0: they are equal; 1: they differ. What is wrong with the input is found before anything is started. */
export async function compareStacksAction({ a, b }: Names, json: boolean, io: CommandIo): Promise<number> {
  const sides = await Promise.all([sideOf(a, io), sideOf(b, io)])
  const names = { a: sides[0].name, b: sides[1].name }
  const snapshots = await looked(sides, json, io)
  const differences = differencesBetween(snapshots, { a: 'A', b: 'B' })
  io.out(json ? `${inertJson({ ...names, differences }, 2)}\n` : await told(differences, names, io))
  return differences.length === 0 ? exitCodes.pass : exitCodes.fail
}

async function sideOf(text: string, io: CommandIo): Promise<Side> {
  const [, name = text, part] = /^(.+):([a-z0-9-]+)$/.exec(text) ?? []
  for (const [path, stack] of [
    [resolve(io.cwd, text), 'production'],
    [resolve(io.cwd, name), part ?? 'production'],
  ] as const) {
    if (isThere(variantLayout(path).journal)) return { name: text, snapshot: await recorded(path, stack) }
  }
  const scenario = await findScenario(name, scenariosFolder())
  const variant = part ?? Object.keys(scenario.variants)[0] ?? ''
  return { name: `${scenario.name}:${variant}`, plan: planOf(scenario, { variant }) }
}

async function recorded(folder: string, stack: string): Promise<StackSnapshot> {
  const found = factsOf((await readRecord(folder)).facts, 'stack-snapshot')
  const own = found.find((fact) => fact.stack === stack)
  if (own) return own.snapshot
  const there = found.map((fact) => fact.stack).join(', ') || 'none'
  const message = `${folder} has recorded no stack '${stack}'`
  throw new BadgatewayError('RUN_DIR_INVALID', message, `It has: ${there}. Or name the scenario, to raise it anew.`)
}

/** Raises what has to be, one after the other: two shops at once would only be slower. */
async function looked(sides: readonly [Side, Side], json: boolean, io: CommandIo) {
  const abort = new AbortController()
  const ended = io.onInterrupt((times) => {
    if (times > 1) io.exitNow(exitCodes.environment)
    abort.abort(new BadgatewayError('INTERRUPTED', 'The comparison was interrupted', 'What was raised is removed.'))
  })
  const say = (text: string) => (json ? undefined : io.err(`${inert(text)}\n`))
  try {
    const plans = sides.flatMap((side) => ('plan' in side ? [side.plan] : []))
    const needs = { env: io.env, setEnv: io.setEnv, signal: abort.signal, say }
    const ready = plans.length > 0 ? await readied(needs, plans) : undefined
    const look = async (side: Side): Promise<StackSnapshot> => {
      if ('snapshot' in side) return side.snapshot
      if (!ready) throw new BadgatewayError('INTERNAL', 'There is no engine', 'Report it.')
      const { plan, name } = side
      say(`Raising ${name} …`)
      const shape = shopOf(plan.stack, plan.record.measures)
      return await snapshotOfFresh(ready.engine, { ...ready.stack, ...definitionsOf(shape), signal: abort.signal })
    }
    return { a: await look(sides[0]), b: await look(sides[1]) }
  } finally {
    ended()
  }
}

async function told(differences: readonly Difference[], { a, b }: Names, io: CommandIo): Promise<string> {
  if (differences.length === 0) return `${inert(a)} and ${inert(b)} are equal.\n`
  const { default: Table } = await import('cli-table3')
  const width = Math.max(80, Math.min(io.columns, 160)) - 13
  const words = differences.flatMap(({ what }) => what.split(' ').map((word) => word.length))
  const what = Math.min(Math.max(20, ...words), Math.floor(width / 3))
  const shown = Math.floor((width - what) * 0.3)
  const table = new Table({
    head: ['What', 'A', 'B', 'So'],
    // A word that is too long for its column would be cut off.
    colWidths: [what, shown, shown, width - what - 2 * shown].map((columns) => columns + 2),
    wordWrap: true,
    // The table's own colours would not know of NO_COLOR.
    style: { head: [], border: [] },
  })
  for (const one of differences) table.push([one.what, one.a, one.b, one.consequence].map((text) => inert(text)))
  const count = differences.length === 1 ? '1 difference' : `${differences.length} differences`
  const legend = `A  ${inert(a)}\nB  ${inert(b)}\n`
  return `${legend}${table.toString()}\n\n${count}: what passes on one may fail on the other.\n`
}
