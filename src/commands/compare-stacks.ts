import { resolve } from 'node:path'
import { Command } from 'commander'
import { factsOf, readRecord, variantLayout } from '../journal/index.ts'
import { BadgatewayError, exitCodes } from '../kit/errors.ts'
import { isThere } from '../kit/files.ts'
import { scenariosFolder } from '../kit/home.ts'
import { inert, inertJson } from '../kit/inert.ts'
import type { StackSnapshot } from '../kit/stack-snapshot.ts'
import { readied } from '../launch.ts'
import { textTable } from '../reporters/index.ts'
import { type Plan, planOf } from '../run/index.ts'
import { findScenario, type Kinds, kindsFrom } from '../scenario/index.ts'
import { definitionsOf, shopOf } from '../shop/index.ts'
import { type Difference, differencesBetween, type Names, snapshotOfFresh } from '../stack/index.ts'
import type { CommandIo } from './io.ts'
import { collect, kindsOption } from './options.ts'

/** `badgateway compare-stacks A B`: how two stacks differ, and what that means for what is tried on one of them. */
export function compareStacksCommand(io: CommandIo): Command {
  return new Command('compare-stacks')
    .argument('<a>', 'a scenario (name or file), SCENARIO:VARIANT, or the folder of one variant of a run')
    .argument('<b>', 'the same; FOLDER:staging is the staging stack of that run')
    .option(...kindsOption, collect, [])
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nThe stacks of scenarios are started, one after the other, looked at and removed. A run has recorded its own.',
    )
    .action(async (a: string, b: string, flags: CompareFlags) => {
      io.setExit(await compareStacksAction({ a, b }, flags, io))
    })
}

/** A stack that was looked at in a run, or one that is still to be raised. */
type Side = { name: string; snapshot: StackSnapshot } | { name: string; plan: Plan }

interface CompareFlags {
  kinds?: string[]
  json?: boolean
}

/** 0: they are equal; 1: they differ. What is wrong with the input is found before anything is started. */
export async function compareStacksAction({ a, b }: Names, flags: CompareFlags, io: CommandIo): Promise<number> {
  const { json = false, kinds: files = [] } = flags
  const kinds = await kindsFrom(files.map((file) => resolve(io.cwd, file)))
  const sides = await Promise.all([sideOf(a, io, kinds), sideOf(b, io, kinds)])
  const names = { a: sides[0].name, b: sides[1].name }
  const snapshots = await looked(sides, json, io)
  const differences = differencesBetween(snapshots, { a: 'A', b: 'B' })
  io.out(json ? `${inertJson({ ...names, differences }, 2)}\n` : told(differences, names, io))
  return differences.length === 0 ? exitCodes.pass : exitCodes.fail
}

async function sideOf(text: string, io: CommandIo, kinds: Kinds): Promise<Side> {
  const [, name = text, part] = /^(.+):([a-z0-9-]+)$/.exec(text) ?? []
  for (const [path, stack] of [
    [resolve(io.cwd, text), 'production'],
    [resolve(io.cwd, name), part ?? 'production'],
  ] as const) {
    if (isThere(variantLayout(path).journal)) return { name: text, snapshot: await recorded(path, stack) }
  }
  const scenario = await findScenario(name, scenariosFolder(), kinds)
  const variant = part ?? Object.keys(scenario.variants)[0] ?? ''
  return { name: `${scenario.name}:${variant}`, plan: planOf(scenario, { variant }) }
}

async function recorded(folder: string, stack: string): Promise<StackSnapshot> {
  const found = factsOf((await readRecord(folder)).facts, 'stack-snapshot')
  const own = found.find((fact) => fact.stack === stack)
  if (own) return own.snapshot
  const there = found.map((fact) => fact.stack).join(', ') || 'none'
  const message = `${folder} has recorded no stack '${stack}'`
  throw new BadgatewayError('RUN_DIR_INVALID', message, `It has: ${there}. Or name the scenario, to start it anew.`)
}

/** Raises what has to be, one after the other: two shops at once would only be slower. */
async function looked(sides: readonly [Side, Side], json: boolean, io: CommandIo) {
  const abort = new AbortController()
  const ended = io.onInterrupt((times) => {
    if (times > 1) io.exitNow(exitCodes.environment)
    abort.abort(new BadgatewayError('INTERRUPTED', 'The comparison was interrupted', 'What was started is removed.'))
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

function told(differences: readonly Difference[], { a, b }: Names, io: CommandIo): string {
  if (differences.length === 0) return `${inert(a)} and ${inert(b)} are equal.\n`
  const rows = differences.map((one) => [one.what, one.a, one.b, one.consequence].map((text) => inert(text)))
  const table = textTable(rows, { heads: ['What', 'A', 'B', 'So'], ruled: true, columns: io.columns })
  const count = differences.length === 1 ? '1 difference' : `${differences.length} differences`
  const legend = `A  ${inert(a)}\nB  ${inert(b)}\n`
  return `${legend}\n${table}\n\n${count}: what passes on one may fail on the other.\n`
}
