import { percent } from '../figures.ts'
import { didYouMean } from '../near-miss.ts'
import type { Bucket } from './spread.ts'

/** What is known of each metric, in k6's words; `goodput` is a word of ours. */
const known = {
  http_req_duration: ['p(N)', 'med', 'avg', 'min', 'max'],
  http_req_failed: ['rate'],
  http_reqs: ['rate', 'count'],
  goodput: ['rate'],
} as const satisfies Record<string, readonly string[]>
export type Metric = keyof typeof known
const metrics = Object.keys(known)
const isMetric = (name: string): name is Metric => metrics.includes(name)

const operators = ['<=', '>=', '===', '==', '!=', '<', '>'] as const
type Operator = (typeof operators)[number]
const isOperator = (text: string): text is Operator => operators.some((one) => one === text)

/** One threshold, read. */
export interface Threshold {
  readonly metric: Metric
  /** As it was written: `p(95)<300`. */
  readonly is: string
  readonly of: { readonly percentile: number } | 'avg' | 'min' | 'max' | 'rate' | 'count'
  readonly operator: Operator
  /** Ms, a share of 0 … 1, requests per second, or requests. */
  readonly limit: number
}

/** What users met in a stretch of time. */
export interface Met {
  readonly seconds: number
  readonly planned: number
  /** Those that ended, however. */
  readonly requests: number
  readonly failed: number
  readonly served: number
  /** Answer times, the shortest first. */
  readonly buckets: readonly Bucket[]
}

const shape = /^(p\((\d{1,2}(?:\.\d{1,3})?)\)|[a-z]+)\s*([<>=!]+)\s*(-?\d+(?:\.\d+)?)$/

/** What a threshold says, or why it cannot be known here. */
export function thresholdOf(metric: string, is: string): Threshold | { readonly because: string } {
  if (metric.includes('{')) return { because: `${metric}: a threshold on a part of the requests (tags) is not known` }
  if (!isMetric(metric)) {
    return { because: `${metric} is not known. ${didYouMean(metric, metrics)}There are: ${metrics.join(', ')}` }
  }
  const [, aggregate = '', rank, operator = '', limit] = shape.exec(is.trim()) ?? []
  if (!isOperator(operator)) return { because: `${metric}: '${is}' is no threshold: write e.g. ${example[metric]}` }
  const of = aggregateOf(metric, aggregate, rank)
  if (of === undefined) {
    return { because: `${metric}: ${aggregate} of it is not known. There are: ${known[metric].join(', ')}` }
  }
  return { metric, is: is.trim(), of, operator, limit: Number(limit) }
}

const example: Readonly<Record<Metric, string>> = {
  http_req_duration: 'p(95)<300',
  http_req_failed: 'rate<0.01',
  http_reqs: 'rate>100',
  goodput: 'rate>0.99',
}

function aggregateOf(metric: Metric, aggregate: string, rank: string | undefined): Threshold['of'] | undefined {
  if (metric === 'http_req_duration') {
    if (rank !== undefined) return { percentile: Number(rank) }
    if (aggregate === 'med') return { percentile: 50 }
    return aggregate === 'avg' || aggregate === 'min' || aggregate === 'max' ? aggregate : undefined
  }
  if (aggregate === 'rate') return aggregate
  return aggregate === 'count' && metric === 'http_reqs' ? aggregate : undefined
}

/** Requests that lie above a percentile, below which it is chance. */
const above = 100

/** A percentile rests on so many requests at least, so that a hundred of them lie above it. */
export function requestsFor({ of }: Pick<Threshold, 'of'>): number {
  return typeof of === 'object' ? Math.ceil(above / (1 - of.percentile / 100) - 1e-6) : above
}

/** The figure that a threshold is about; null: nothing was asked, or nothing ended. */
export function figureOf({ metric, of }: Pick<Threshold, 'metric' | 'of'>, met: Met): number | null {
  const { seconds, planned, requests, failed, served, buckets } = met
  if (seconds === 0 || requests === 0) return null
  if (metric === 'http_req_failed') return failed / requests
  if (metric === 'goodput') return served / Math.max(1, planned)
  if (metric === 'http_reqs') return of === 'count' ? requests : requests / seconds
  if (typeof of === 'object') return quantileOf(buckets, of.percentile / 100)
  if (of === 'min') return buckets[0]?.ms ?? null
  if (of === 'max') return buckets.at(-1)?.ms ?? null
  const ended = buckets.reduce((sum, { count }) => sum + count, 0)
  return ended === 0 ? null : buckets.reduce((sum, { ms, count }) => sum + ms * count, 0) / ended
}

/** What this share of all did not exceed; null: there is nothing. */
export function quantileOf(buckets: readonly Bucket[], share: number): number | null {
  const total = buckets.reduce((sum, { count }) => sum + count, 0)
  let left = Math.max(1, Math.ceil(total * share - 1e-9))
  for (const { ms, count } of buckets) {
    left -= count
    if (left <= 0) return ms
  }
  return null
}

/** Is it kept by this figure? */
export function isKept({ operator, limit }: Pick<Threshold, 'operator' | 'limit'>, figure: number): boolean {
  switch (operator) {
    case '<':
      return figure < limit
    case '<=':
      return figure <= limit
    case '>':
      return figure > limit
    case '>=':
      return figure >= limit
    case '!=':
      return figure !== limit
    case '==':
    case '===':
      return figure === limit
  }
}

/** The figure for people. */
export function figureWords({ metric, of }: Pick<Threshold, 'metric' | 'of'>, figure: number): string {
  if (metric === 'http_req_duration') return `${Number(figure.toFixed(figure < 10 ? 2 : 1))} ms`
  if (metric === 'http_reqs') return of === 'count' ? String(figure) : `${figure.toFixed(1)}/s`
  return percent(figure)
}
