import { ownOf } from '../../kit/own.ts'
import type { ServiceSnapshot, StackSnapshot } from '../../kit/stack-snapshot.ts'
import { configurationDifference } from './snapshot-configuration.ts'

/** One thing in which two stacks differ, and what that means for what is tried on one of them. */
export interface Difference {
  /** What differs: `web servers`, `program of proxy`. */
  what: string
  a: string
  b: string
  consequence: string
}

export interface Names {
  a: string
  b: string
}

/**
 * How two stacks differ; empty: not at all. With `roles` only services of these are compared, and no alert rules. Pure.
 */
export function differencesBetween(
  snapshots: { a: StackSnapshot; b: StackSnapshot },
  names: Names,
  roles?: readonly string[],
): Difference[] {
  const of = ({ services }: StackSnapshot) => services.filter(({ role }) => roles?.includes(role) ?? true)
  const [a, b] = [of(snapshots.a), of(snapshots.b)]
  const both = a.flatMap((one): Pair[] => {
    const other = b.find(({ name }) => name === one.name)
    return other ? [{ a: one, b: other }] : []
  })
  const rules = roles === undefined ? ruleDifferences(snapshots.a.rules, snapshots.b.rules, names) : []
  return [...numberDifferences(a, b, names), ...fieldDifferences(both, names), ...rules]
}

interface Pair {
  a: ServiceSnapshot
  b: ServiceSnapshot
}

const missing: Record<string, (where: string) => string> = {
  database: (where) => `what asks the database answers 503 in ${where}: nothing on that path can be tried there`,
  monitoring: (where) => `no alert fires in ${where}: whether one would cannot be tried there`,
}

/** By role: how many there are, and when it is the same number, whether they are called the same. */
function numberDifferences(a: readonly ServiceSnapshot[], b: readonly ServiceSnapshot[], names: Names): Difference[] {
  const roles = [...new Set([...a, ...b].map(({ role }) => role))]
  return roles.flatMap((role) => {
    const [inA, inB] = [a, b].map((all) => all.filter((one) => one.role === role).map(({ name }) => name)) as [
      string[],
      string[],
    ]
    const onlyA = inA.filter((name) => !inB.includes(name))
    const onlyB = inB.filter((name) => !inA.includes(name))
    if (onlyA.length + onlyB.length === 0) return []
    const fewer = onlyB.length > onlyA.length ? names.a : names.b
    const lacks = (onlyB.length > onlyA.length ? onlyB : onlyA).join(', ')
    const rest = (where: string) => `a wrong line for ${lacks} cannot show up in ${where}, nor what its loss would do`
    const none = inA.length === 0 || inB.length === 0
    const consequence = (none ? ownOf(missing, role) : undefined) ?? rest
    const shown = (all: readonly string[]) => (all.length === 0 ? 'none' : `${all.length} (${all.join(', ')})`)
    return [{ what: `services: ${role}`, a: shown(inA), b: shown(inB), consequence: consequence(fewer) }]
  })
}

interface Field {
  what: string
  show: (one: ServiceSnapshot) => string
  /** Was it looked at? Absent: always. */
  isTold?: (one: ServiceSnapshot) => boolean
  consequence: (names: Names) => string
}

const mebi = (bytes: number | null) => (bytes === null ? 'none' : `${Math.round(bytes / 2 ** 20)} MiB`)

const fields: readonly Field[] = [
  {
    what: 'state',
    show: ({ state }) => state,
    consequence: () => 'they are not in the same condition: what is seen in one says nothing about the other',
  },
  {
    what: 'program',
    show: ({ program }) => program ?? 'no answer',
    consequence: ({ a, b }) =>
      `what one version accepts the other may refuse or read differently: ${a} cannot vouch for ${b}`,
  },
  {
    what: 'image',
    show: ({ image }) => image.replace('sha256:', '').slice(0, 12),
    consequence: () => 'another build: libraries and modules in it may differ, also where the program is the same',
  },
  {
    what: 'memory limit',
    show: ({ memoryLimit }) => mebi(memoryLimit),
    consequence: () => 'what is killed for its memory under the lower limit lives on under the higher one',
  },
  {
    what: 'restart policy',
    show: ({ restart }) => restart,
    consequence: () => 'what dies comes back by itself in one of them only, so a crash looks different',
  },
  {
    what: 'behaviour',
    show: ({ behaviour }) => behaviour ?? 'no answer',
    consequence: () => 'one of them misbehaves on purpose, or does not answer: it is no fresh stack',
  },
  {
    what: 'names',
    show: ({ aliases }) => (aliases ?? []).join(', '),
    isTold: ({ aliases }) => aliases !== undefined,
    consequence: () => 'who asks for it by name finds another one, or none',
  },
  {
    what: 'command',
    show: ({ startedWith }) => startedWith ?? '',
    isTold: ({ startedWith }) => startedWith !== undefined,
    consequence: () => 'another program runs in it, or the same one in another way',
  },
  {
    what: 'CPU limit',
    show: ({ cpus }) => (cpus === null ? 'none' : `${cpus} cores`),
    isTold: ({ cpus }) => cpus !== undefined,
    consequence: () => 'what is slow under the lower limit is not under the higher one',
  },
  {
    what: 'networks',
    show: ({ networks }) => networks.join(', '),
    consequence: () => 'who can reach whom differs, so reachability in one proves nothing about the other',
  },
]

/** Field by field; services that differ in the same way share a line. */
function fieldDifferences(both: readonly Pair[], names: Names): Difference[] {
  const found = new Map<string, { first: Omit<Difference, 'what'>; what: string; services: string[] }>()
  const note = (what: string, service: string, first: Omit<Difference, 'what'>) => {
    const key = JSON.stringify([what, first])
    const known = found.get(key) ?? { what, first, services: [] }
    known.services.push(service)
    found.set(key, known)
  }
  for (const { a, b } of both) {
    for (const { what, show, consequence, isTold = () => true } of fields) {
      if (!isTold(a) || !isTold(b)) continue
      const shown = { a: show(a), b: show(b) }
      if (shown.a !== shown.b) note(what, a.name, { ...shown, consequence: consequence(names) })
    }
    for (const one of configurationDifference(a, b, names)) note(one.what, a.name, one)
    for (const one of environmentDifferences(a, b)) note('environment', a.name, one)
  }
  return [...found.values()].map(({ what, first: { a, b, consequence }, services }) => {
    return { what: `${what} of ${services.join(', ')}`, a, b, consequence }
  })
}

function environmentDifferences({ env: a }: ServiceSnapshot, { env: b }: ServiceSnapshot): Omit<Difference, 'what'>[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => ownOf(a, name) !== ownOf(b, name))
  const shown = (env: Record<string, string>, name: string) => {
    const value = ownOf(env, name)
    return value === undefined ? `${name} is not set` : `${name}=<${value}>`
  }
  const consequence = 'the program is told something else: it may behave differently for that alone'
  return names.map((name) => ({ a: shown(a, name), b: shown(b, name), consequence }))
}

function ruleDifferences(a: StackSnapshot['rules'], b: StackSnapshot['rules'], names: Names): Difference[] {
  if (a === null || b === null) return []
  const all = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()
  const shown = (rules: Record<string, string>, name: string) => {
    const loaded = ownOf(rules, name)
    return loaded === undefined ? 'not loaded' : `loaded <${loaded}>`
  }
  return all
    .filter((name) => ownOf(a, name) !== ownOf(b, name))
    .map((name) => {
      const lacks = Object.hasOwn(a, name) ? names.b : names.a
      const changed = Object.hasOwn(a, name) && Object.hasOwn(b, name)
      const consequence = changed
        ? 'it says something else, or fires at another moment'
        : `nothing tells of it in ${lacks}: silence there proves nothing`
      return { what: `rule: ${name}`, a: shown(a, name), b: shown(b, name), consequence }
    })
}
