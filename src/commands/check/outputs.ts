import { realpathSync, statSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { placesOf } from '../../check/index.ts'
import { writeAll } from '../../experiment.ts'
import type { Place } from '../../kit/data/line.ts'
import { reasonOf } from '../../kit/errors.ts'
import { isThere } from '../../kit/files.ts'
import { versionOf } from '../../kit/home.ts'
import { inert, inertLines } from '../../kit/inert.ts'
import { annotationsOf, commentText, outputs, type Places, type ToldCheck } from '../../outputs/index.ts'
import type { CommandIo } from '../io.ts'
import type { CheckFlags } from './flags.ts'

type Ended = Pick<ToldCheck, 'run' | 'exitCode' | 'drift' | 'command'> &
  Partial<Pick<ToldCheck, 'isHeld' | 'whole'>> & { readonly folder: string }

interface Of extends Omit<Parameters<typeof placesOf>[0], 'file'> {
  /** badgateway.yaml, absolute. */
  readonly file: string
  readonly flags: Pick<CheckFlags, 'annotations' | 'markdown' | 'quiet' | 'json'>
  readonly io: CommandIo
}

/**
 * The files for CI in the folder of the check, the step summary, the annotations. What cannot be written is told, and
 * is no other verdict.
 */
export async function tellCi({ folder, ...ended }: Ended, { flags, io, ...of }: Of): Promise<void> {
  const root = rootOf(of.file, io.env)
  const stack = within(root, of.file) ?? basename(of.file)
  const places = belowRoot(root, await placesOf(of), { file: stack, line: 1 })
  const told: ToldCheck = { isHeld: true, whole: 'matrix.html', ...ended, stack, places, version: versionOf() }
  const files = outputs.map(({ file, write }) => ({ file, write: () => write(told) }))
  await attempt(io, () => writeAll(folder, files))
  const { markdown } = flags
  if (markdown !== undefined) {
    const place = resolve(io.cwd, markdown)
    const comment = { file: basename(place), write: () => commentText(told) }
    await attempt(io, () => writeAll(dirname(place), [comment]))
  }
  const summary = io.env['GITHUB_STEP_SUMMARY']
  if (summary) await attempt(io, () => summarise(told, summary, { flags, io }))
  if (flags.annotations || io.env['GITHUB_ACTIONS'] === 'true')
    for (const one of annotationsOf(told)) io.annotate?.(one)
}

async function attempt(io: CommandIo, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (thrown) {
    io.err(`What CI is told could not be written: ${inert(reasonOf(thrown))}\n`)
  }
}

/** GitHub drops the whole summary of a step that is larger. */
const summaryLimit = 1024 * 1024
/** With less room there would be a heading and nothing below it. */
const leastRoom = 4 * 1024
/** Zero-width spaces are Markdown's own. */
const own = '\u200b'

async function summarise(told: ToldCheck, file: string, { flags, io }: Pick<Of, 'flags' | 'io'>): Promise<void> {
  const room = summaryLimit - (statSync(file, { throwIfNoEntry: false })?.size ?? 0) - 2
  const isFull = room < leastRoom
  if (!isFull) await appendFile(file, `\n${inertLines(commentText(told, room), { own })}`)
  const words = isFull ? 'The step summary is full, so nothing was added' : 'Added to the step summary'
  if (!flags.quiet && !flags.json) io.err(`${inert(`${words}: ${file}`)}\n`)
}

/** Where CI systems say that the repository is. */
const rootVariables = ['GITHUB_WORKSPACE', 'CI_PROJECT_DIR', 'BUILD_SOURCESDIRECTORY', 'WORKSPACE']

/** The folder that paths in CI are relative to: as CI says, or that of the repository, or that of badgateway.yaml. */
export function rootOf(file: string, env: CommandIo['env']): string {
  const said = rootVariables.map((name) => env[name]).find((root) => root && within(root, file) !== undefined)
  if (said) return said
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (isThere(join(folder, '.git'))) return folder
  }
  return dirname(file)
}

/** Undefined: it lies elsewhere. */
function within(root: string, file: string): string | undefined {
  const path = relative(realOf(root), realOf(file))
  return path === '' || path === '..' || path.startsWith('../') || isAbsolute(path) ? undefined : path
}

function realOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** A file that no one sees in the repository is no place to point at. */
function belowRoot(root: string, places: Places, top: Place): Places {
  const below = ({ file, line }: Place): Place | undefined => {
    const path = within(root, file)
    return path === undefined ? undefined : { file: path, line }
  }
  return {
    directive: (row) => {
      const place = places.directive(row)
      return place && below(place)
    },
    budget: (row, check) => below(places.budget(row, check)) ?? top,
    snapshot: (row) => below(places.snapshot(row)) ?? top,
  }
}
