import { childrenOfExpr, type Expr, parsePromql, selectorsOf } from './promql.ts'
import { neverBecause } from './results.ts'

/** How often the shop's Prometheus asks its targets, and evaluates rules that say nothing else, ms. */
export const scrapeMs = 1_000

/** A rule as Prometheus or its file tells it. */
export interface GivenRule {
  readonly kind: 'alert' | 'record'
  readonly name: string
  readonly group: string
  readonly expr: string
  readonly forMs: number
  readonly keepFiringForMs: number
  /** How often its group is evaluated, ms. */
  readonly everyMs: number
}

/** What an alert needs before its silence says anything. */
export interface RuleNeeds {
  /** Its condition must hold for so long: sooner than this after a fault it cannot fire. */
  readonly forMs: number
  /** How far back it looks, ms: ranges, subqueries and offsets, those of the rules that it reads too. */
  readonly reachMs: number
  /** Until a change is seen at all: scrape and evaluation, its own and those of the rules that it reads. */
  readonly seenMs: number
  readonly keepFiringForMs: number
  /** By then its whole window has filled and its `for` has passed: from then on its silence says something. */
  readonly wholeMs: number
  /** Selectors, those of the rules that it reads in their place. */
  readonly selectors: readonly string[]
  /** Why it can never fire, whatever happens; null: it can. */
  readonly never: string | null
}

/**
 * What this alert needs; `all` are the rules that are loaded with it, and `askedMs` is how often its targets are asked.
 * Null when its expression is no PromQL.
 */
export function needsOf(rule: GivenRule, all: readonly GivenRule[], askedMs = scrapeMs): RuleNeeds | null {
  const expr = parsed(rule.expr)
  if (!expr) return null
  const { reachMs, seenMs, selectors, never } = lookOf(expr, { recorded: recordedIn(all), askedMs }, [])
  const seen = seenMs + rule.everyMs
  const { forMs, keepFiringForMs } = rule
  return {
    forMs,
    keepFiringForMs,
    reachMs,
    seenMs: seen,
    wholeMs: forMs + reachMs + seen,
    selectors: [...new Set(selectors)],
    never,
  }
}

export function parsed(text: string): Expr | null {
  try {
    return parsePromql(text)
  } catch {
    return null
  }
}

interface Look {
  reachMs: number
  seenMs: number
  selectors: string[]
  never: string | null
}

type Recorded = ReadonlyMap<string, readonly GivenRule[]>

interface Around {
  readonly recorded: Recorded
  /** How often targets are asked. */
  readonly askedMs: number
}

function recordedIn(all: readonly GivenRule[]): Recorded {
  return Map.groupBy(
    all.filter(({ kind }) => kind === 'record'),
    ({ name }) => name,
  )
}

/** `trail`: the names that are being looked into, so that rules that read each other come to an end. */
function lookOf(expr: Expr, around: Around, trail: readonly string[]): Look {
  const own = longest(expr, around, trail)
  return { ...own, never: neverBecause(expr) ?? own.never }
}

function longest(expr: Expr, around: Around, trail: readonly string[]): Look {
  const { recorded, askedMs } = around
  if (expr.is === 'selector') {
    const { metric, text } = expr
    const rules = metric === null || trail.includes(metric) ? [] : (recorded.get(metric) ?? [])
    if (metric === null || rules.length === 0) return { reachMs: 0, seenMs: askedMs, selectors: [text], never: null }
    return widest(
      rules.flatMap((rule) => {
        const inner = parsed(rule.expr)
        const look = inner && lookOf(inner, around, [...trail, metric])
        return look ? [{ ...look, seenMs: look.seenMs + rule.everyMs }] : []
      }),
    )
  }
  const inner = widest(childrenOfExpr(expr).map((child) => longest(child, around, trail)))
  const back = expr.is === 'range' || expr.is === 'subquery' || expr.is === 'offset' ? Math.max(0, expr.ms) : 0
  return { ...inner, reachMs: inner.reachMs + back }
}

/** Of several rules of one name each may give it, so all of them must be impossible. */
function widest(looks: readonly Look[]): Look {
  const impossible = looks.length > 0 && looks.every(({ never }) => never !== null)
  return {
    reachMs: Math.max(0, ...looks.map(({ reachMs }) => reachMs)),
    seenMs: Math.max(0, ...looks.map(({ seenMs }) => seenMs)),
    selectors: looks.flatMap(({ selectors }) => selectors),
    never: impossible ? (looks[0]?.never ?? null) : null,
  }
}

/** Selectors as they are written in the rule itself. */
export const selectorsIn = (expr: string): string[] => {
  const tree = parsed(expr)
  return tree ? [...new Set(selectorsOf(tree).map(({ text }) => text))] : []
}
