import { z } from 'zod'

/** How long lines are kept, ms: nobody looks further back. */
const keptMs = 60_000
const saidLimit = 20

/** One request in a backend's own log. */
const requestLine = z.object({ id: z.string(), path: z.string(), status: z.number().nullable(), ms: z.number() })

interface Entry {
  wallMs: number
  /** Null: the connection ended before an answer. */
  status: number | null
  ms: number
}

/** What one backend's own log says of a time. */
export interface BackendWords {
  requests: number
  /** Answered with 500 or more, or given up before the answer. */
  failed: number
  /** Took a second or longer, answered or not. */
  slow: number
  /** Lines that tell of no request and of no start: errors, as a rule. */
  said: string[]
  /** When it last said that it is ready, wall ms; null: not in that time. */
  readyMs: number | null
}

const slowMs = 1_000

/** The log of one backend as it came, read like somebody who scrolls through it. */
export class BackendLog {
  private entries: Entry[] = []
  private said: { wallMs: number; text: string }[] = []
  private ready: number[] = []

  take(wallMs: number, text: string): void {
    const request = requestOf(text)
    if (request) this.entries.push({ wallMs, status: request.status, ms: request.ms })
    else if (/"ready":\s*true/.test(text)) this.ready.push(wallMs)
    else if (text.trim() !== '') this.said.push({ wallMs, text })
    const first = this.entries[0]
    if (first && first.wallMs < wallMs - 2 * keptMs) {
      this.entries = this.entries.filter((entry) => entry.wallMs >= wallMs - keptMs)
    }
    if (this.said.length > 2 * saidLimit) this.said = this.said.slice(-saidLimit)
  }

  between(fromMs: number, toMs: number): BackendWords {
    const inside = <T extends { wallMs: number }>(all: readonly T[]) =>
      all.filter(({ wallMs }) => wallMs >= fromMs && wallMs <= toMs)
    const requests = inside(this.entries)
    return {
      requests: requests.length,
      failed: requests.filter(({ status }) => status === null || status >= 500).length,
      slow: requests.filter(({ ms }) => ms >= slowMs).length,
      said: inside(this.said).map(({ text }) => text),
      readyMs: this.ready.findLast((wallMs) => wallMs >= fromMs && wallMs <= toMs) ?? null,
    }
  }
}

function requestOf(text: string): z.output<typeof requestLine> | undefined {
  if (!text.startsWith('{"id"')) return undefined
  try {
    return requestLine.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
