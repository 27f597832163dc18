import { percent } from '../../kit/figures.ts'
/** A straight line through points, by least squares. */
export interface Line {
  slope: number
  intercept: number
  /** Share of the spread that the line explains, 0 … 1. */
  r2: number
}

/** Null for fewer than three points, or when all lie at one x: no line is known then. */
export function lineThrough(points: readonly { x: number; y: number }[]): Line | null {
  const n = points.length
  if (n < 3) return null
  const mean = (of: (point: { x: number; y: number }) => number) => points.reduce((sum, one) => sum + of(one), 0) / n
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)]
  const xx = mean((point) => (point.x - x) ** 2)
  const yy = mean((point) => (point.y - y) ** 2)
  const xy = mean((point) => (point.x - x) * (point.y - y))
  if (xx === 0) return null
  const slope = xy / xx
  return { slope, intercept: y - slope * x, r2: yy === 0 ? 1 : xy ** 2 / (xx * yy) }
}

/** Memory of a container after so many of something: requests that were answered, or requests at once. */
export interface MemoryPoint {
  count: number
  bytes: number
}

/** How memory grows with what is counted. */
export interface Growth {
  /** 0 when it does not grow steadily. */
  bytesEach: number
  /** How well a steady growth fits, 0 … 1. */
  fit: number
  /** At the last point. */
  bytes: number
  limitBytes: number | null
  /** The count at which the limit is met, counted as the points are; null: no limit in reach, or no steady growth. */
  limitAt: number | null
}

/** Garbage that was not yet collected grows too, but not along a line. */
const steadyFrom = 0.8
/** A heap that is still young grows by some MB along a line too, whatever it serves. */
const youngHeapBytes = 8 * 1_048_576
/** A limit this many times further away than what was tried is not told: so far no line reaches. */
const reach = 100

/** What points of memory say; null when they are too few to say anything. */
export function growthOf(points: readonly MemoryPoint[], limitBytes: number | null): Growth | null {
  const line = lineThrough(points.map(({ count, bytes }) => ({ x: count, y: bytes })))
  const last = points.at(-1)
  if (!line || !last) return null
  const grown = last.bytes - (points[0]?.bytes ?? last.bytes)
  const steady = line.slope > 0 && line.r2 >= steadyFrom && grown >= youngHeapBytes
  const bytesEach = steady ? line.slope : 0
  const room = limitBytes === null ? null : Math.max(0, limitBytes - last.bytes)
  const meets = steady && room !== null ? Math.round(last.count + room / line.slope) : Number.POSITIVE_INFINITY
  const limitAt = meets <= last.count * reach ? meets : null
  return { bytesEach, fit: line.r2, bytes: last.bytes, limitBytes, limitAt }
}

/** What a service may cost. What is left out is not asked. */
export interface LoadBudgets {
  /** Share of requests that may fail, 0 … 1. */
  failedShare: number
  p99Ms: number
  /** MB (2^20 bytes) that every 1,000 requests may leave behind. */
  mbPerThousandRequests?: number
}

/** What was measured of one load. */
export interface LoadFigures {
  requests: number
  failedShare: number
  /** Null when nothing was sent. */
  p99Ms: number | null
  growth: Growth | null
  /** It ended, or was started anew, while it was pressed. */
  died: boolean
}

const mib = 1_048_576
export const mbPerThousand = (growth: Growth): number => (growth.bytesEach * 1_000) / mib

/** What of the budgets is overspent, in words; empty when all are kept. What is not known is not kept. */
export function overspent(figures: LoadFigures, budgets: LoadBudgets): string[] {
  const { requests, failedShare, p99Ms, growth, died } = figures
  const mb = growth && mbPerThousand(growth)
  const most = budgets.mbPerThousandRequests
  const findings = [
    requests === 0 && 'no request was sent',
    died && 'the container died',
    failedShare > budgets.failedShare && `${percent(failedShare)} failed, ${percent(budgets.failedShare)} allowed`,
    p99Ms !== null && p99Ms > budgets.p99Ms && `p99 ${Math.round(p99Ms)} ms, ${budgets.p99Ms} ms allowed`,
    most !== undefined && mb === null && !died && 'how its memory grows is not known',
    most !== undefined && mb !== null && mb > most && `${mb.toFixed(1)} MB per 1,000 requests, ${most} MB allowed`,
  ]
  return findings.filter((finding) => finding !== false)
}
