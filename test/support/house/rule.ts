import { type Architecture, readArchitecture } from './architecture.ts'
import type { Commit } from './commits.ts'
import { parseSource, type Source } from './source.ts'

/** What a rule looks at: the sources, the map at the front door, and the package's own two files. */
export interface House {
  sources: Source[]
  architecture: Architecture
  packageText: string
  lockText: string
  /** The list of lengths of time. */
  constantsText: string
  /** Since subjects have a rule, as far as they are there. */
  commits: Commit[]
}

export interface Violation {
  file: string
  line: number
  /** What is wrong and what to do about it, in one sentence or two. */
  message: string
}

export interface Rule {
  name: string
  check(house: House): Violation[]
  /** A small bad house: the rule must find exactly these places, `file:line`, in any order. */
  bad: {
    files: Record<string, string>
    architecture?: string
    package?: string
    lock?: string
    constants?: string
    commits?: Commit[]
    found: string[]
  }
}

export const tell = ({ file, line, message }: Violation) => `${file}:${line} ${message}`

/** A house of a few lines, for showing that a rule can fail. */
export function sampleHouse({
  files,
  architecture = '',
  package: packageText = '{}',
  lock = '{}',
  constants = '',
  commits = [],
}: Rule['bad']): House {
  return {
    sources: Object.entries(files).map(([path, text]) => parseSource(path, text)),
    architecture: readArchitecture(architecture),
    packageText,
    lockText: lock,
    constantsText: constants,
    commits,
  }
}

export const isTest = (path: string) => path.startsWith('test/')

/** `kit` for src/kit/x.ts, `cli` for src/cli.ts, `scenarios` for scenarios/incidents/x.ts. */
export function roomOf(path: string): string {
  const [first = '', second = ''] = path.split('/')
  return first === 'src' ? second.replace(/\.ts$/, '') : first
}
