import { resolve } from 'node:path'
import type { AttachInput, ContainerLike } from './check/index.ts'
import { inert } from './kit/inert.ts'
import type { ModeName } from './modes/index.ts'
import { openGround, readOptions, type Site, type StackSource, type SuiteOptions, siteOf } from './suite/index.ts'

export type { AttachInput, ContainerLike } from './check/index.ts'
export type { CellFigures } from './checks/index.ts'
export { BadgatewayError } from './kit/errors.ts'
export type { ModeName } from './modes/index.ts'
export type { DuringOptions, Met, Site, SuiteOptions } from './suite/index.ts'

/**
 * Which modes apply to which targets, by the path of a badgateway.yaml. `badgateway init --types` writes a file that
 * fills it in, so that what a stack has not is a mistake to the compiler.
 */
export interface Stacks {
  readonly ''?: never
}

type Plain<P> = P extends `./${infer Rest}` ? Rest : P
export type AnyCells<Targets extends string> = { readonly [M in ModeName]: Targets }

/** Of this stack, or of any: every mode of the catalogue, at targets of any name. */
export type CellsOf<P> = Plain<P> extends keyof Stacks ? Extract<Stacks[Plain<P>], object> : AnyCells<string>

/** Names that are known are proposed, and others are taken. */
export type OrAny<Known extends string> = Known | (string & Record<never, never>)

export interface OfStack<P extends string = string> extends SuiteOptions, Where {
  /** Where badgateway.yaml lies. */
  stack: P
}

type Named<Names extends string> = Readonly<Record<Names, ContainerLike>>

export interface OfContainers<Names extends string = string> extends SuiteOptions, Where {
  /**
   * Containers that run already, by their names in `project`; a function is asked when the first is wanted. To name one
   * is to agree to it being broken.
   */
  containers: Named<Names> | (() => Named<Names> | Promise<Named<Names>>)
  /** What badgateway.yaml would say, or where it lies; default: what is found in the containers. */
  project?: Exclude<AttachInput['project'], undefined>
}

interface Where {
  /** Folder that keeps runs; default `test-results/badgateway`. */
  out?: string
  /** What the suite is called there; default `suite`. */
  name?: string
  /** Hears what is being done; default: nobody does. */
  say?: (text: string) => void
}

/**
 * The stack of a test file: `start` it before all tests, `stop` it after them, and ask what users meet `during` a
 * fault. Nothing is started by this call. USAGE when an option is wrong.
 */
export function resilience<const P extends string>(options: OfStack<P>): Site<CellsOf<P>>
export function resilience<const Names extends string>(options: OfContainers<Names>): Site<AnyCells<OrAny<Names>>>
export function resilience(given: OfStack | OfContainers): Site<AnyCells<string>> {
  const { out = 'test-results/badgateway', name = 'suite', say = () => undefined, ...rest } = given
  const { source, own } = split(rest)
  const options = readOptions(own)
  const cwd = process.cwd()
  const folder = resolve(cwd, out, name, new Date().toISOString().replaceAll(':', '-'))
  const told = (text: string) => say(inert(text))
  return siteOf({
    folder,
    open: (signal) => openGround({ source, options, env: process.env, cwd, signal, say: told }),
  })
}

function split(given: Omit<OfStack, keyof Where> | Omit<OfContainers, keyof Where>): {
  source: StackSource
  own: SuiteOptions
} {
  if ('stack' in given) {
    const { stack, ...own } = given
    return { source: { stack }, own }
  }
  const { containers, project, ...own } = given
  return { source: { containers, ...(project === undefined ? {} : { project }) }, own }
}
