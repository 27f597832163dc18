import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { judgeFolder, writeReports } from '../experiment.ts'
import { factsOf, variantLayout } from '../journal/index.ts'
import { BadgatewayError, type ExitCode, exitCodes } from '../kit/errors.ts'
import type { ReportedRun, ReportedVariant } from '../reporters/index.ts'
import type { CommandIo } from './io.ts'

/** Judges and reports what lies in this folder: one variant, or a run with several. */
export async function retell(folder: string, io: CommandIo): Promise<{ run: ReportedRun; place: string }> {
  const place = resolve(io.cwd, folder)
  if (existsSync(variantLayout(place).journal)) return { run: { variants: [await judgeFolder(place)] }, place }
  const names = await readdir(place).catch(() => [])
  const inside = names.map((name) => join(place, name)).filter((path) => existsSync(variantLayout(path).journal))
  if (inside.length === 0) {
    const message = `${place}: no journal.jsonl there, nor in a folder directly below`
    const hint = 'Name a folder like runs/SCENARIO/TIME or runs/SCENARIO/TIME/VARIANT.'
    throw new BadgatewayError('RUN_DIR_INVALID', message, hint)
  }
  const variants: ReportedVariant[] = []
  for (const path of inside) variants.push(await judgeFolder(path))
  variants.sort((a, b) => startOf(a) - startOf(b))
  const run = { variants }
  await writeReports(place, run)
  return { run, place }
}

function startOf({ record }: ReportedVariant): number {
  return Date.parse(record.facts[0]?.at ?? '')
}

/** What the run would have exited with, as far as journals can tell. */
export function exitOf(run: ReportedRun): ExitCode {
  const verdicts = run.variants.map((variant) => variant.verdict)
  if (verdicts.some((one) => !one.clean)) return exitCodes.unclean
  const ended = run.variants.map(({ record }) => factsOf(record.facts, 'run-ended').at(-1)?.reason)
  if (ended.some((reason) => reason !== 'completed')) {
    const broken = run.variants.some(({ record }) => factsOf(record.facts, 'problem').length > 0)
    return broken || ended.includes('killed') ? exitCodes.environment : exitCodes.inconclusive
  }
  if (verdicts.some((one) => one.status === 'fail')) return exitCodes.fail
  return verdicts.some((one) => one.status === 'inconclusive') ? exitCodes.inconclusive : exitCodes.pass
}
