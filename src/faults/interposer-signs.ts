import type { DeedOf, InterposerDeed, InterposerWhat, TalkAnswer } from '../protocol/index.ts'

/** A server that is well has answered by then. */
const promptMs = 800
/** What is sent slowly is listened to for longer, for a page may be of any size. */
const slowMs = 3_000
/** Slower than that, or nothing can be told from how long an answer took. */
const tellingMs = 200
/** Timers and clocks of two programs may differ by so much of what was asked for. */
const nearly = 0.9
/** A pace is a mean over slices, the first of which is sent at once. */
const roughly = 0.6

const keptOpen: readonly InterposerDeed['does'][] = ['idle-close', 'race-close']

/** What is sent to find out whether it is there, and for how long the answer is listened to. */
export function lookFor({ deed }: Pick<InterposerWhat, 'deed'>, page: string): { text: string; timeoutMs: number } {
  const isRace = deed.does === 'race-close'
  // Answers without a body are short: all of them are seen. Nothing is asked for that would write something.
  const method = isRace ? 'HEAD' : 'GET'
  const end = keptOpen.includes(deed.does) ? '' : 'Connection: close\r\n'
  const request = `${method} ${page} HTTP/1.1\r\nHost: badgateway\r\n${end}\r\n`
  return { text: request.repeat(isRace ? deed.onRequest : 1), timeoutMs: timeoutFor(deed) }
}

function timeoutFor(deed: InterposerDeed): number {
  if (deed.does === 'latency') return deed.ms + deed.jitterMs + promptMs
  if (deed.does === 'idle-close') return deed.afterMs + promptMs
  return deed.does === 'bandwidth' || deed.does === 'endless-header' ? slowMs : promptMs
}

/** Does the answer look as this deed makes it look? From bytes, their end and their times alone. */
export function showsDeed(deed: InterposerDeed, answer: TalkAnswer): boolean {
  const { text, end, bytes, firstMs, bodyMs, ms } = answer
  switch (deed.does) {
    case 'latency': {
      const late = deed.of === 'body' ? (bodyMs ?? 0) - (firstMs ?? 0) : (firstMs ?? 0)
      return late >= deed.ms * nearly
    }
    case 'hang':
      return end === 'open' && isCutAt(deed.at, answer)
    case 'reset':
      return end === 'reset' && isCutAt(deed.at, answer)
    case 'fin':
      return end === 'fin' && isCutAt(deed.at, answer)
    case 'truncate':
      return end === 'fin' && isCut(answer) && deed.framing === (isChunked(answer) ? 'chunked' : 'length')
    case 'big-header':
      return text.includes('\r\nX-Interposed: x')
    case 'invalid-header':
      return signsOfForms[deed.form].test(text)
    case 'endless-header':
      return text.split('\r\nX-Interposed:').length > 2 && !text.includes('\r\n\r\n')
    case 'status':
      return new RegExp(`^HTTP/1\\.[01] ${deed.code} `).test(text)
    case 'bandwidth': {
      const expectedMs = (bytes / deed.bytesPerS) * 1_000
      return expectedMs >= tellingMs && ms >= expectedMs * roughly
    }
    case 'idle-close':
      return end === 'fin' && bytes > 0 && !isCut(answer) && ms >= deed.afterMs * nearly
    case 'race-close':
      return end === 'fin' && text.split(/^HTTP\/1\.[01] /m).length - 1 === deed.onRequest - 1
  }
}

const signsOfForms: Record<DeedOf<'invalid-header'>['form'], RegExp> = {
  'space-in-name': /\r\nFoo Bar: x\r\n/,
  'nul-in-value': /\r\nFoo: a\0b\r\n/,
  'duplicate-length': /\r\nContent-Length: 5\r\nContent-Length: 5\r\n/,
  'length-and-chunked': /\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n/,
  'no-status-line': /^hello\r\n/,
}

const isCutAt = (at: DeedOf<'hang'>['at'], answer: TalkAnswer) =>
  at === 'body' ? answer.bytes > 0 && isCut(answer) : answer.bytes === 0

const isChunked = ({ text }: TalkAnswer) => /\r\ntransfer-encoding: *chunked\r\n/i.test(text)

/** Its own header promised more than came. */
function isCut(answer: TalkAnswer): boolean {
  const head = answer.text.indexOf('\r\n\r\n')
  if (head < 0) return answer.bytes > 0
  if (isChunked(answer)) return !answer.tail.endsWith('0\r\n\r\n')
  const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(answer.text.slice(0, head + 2))?.[1]
  return length !== undefined && answer.bytes < head + 4 + Number(length)
}

/** What came, in words: `reset after 3 ms, 0 bytes`. */
export function talkWords({ end, text, bytes, firstMs, ms }: TalkAnswer): string {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1]
  const began = firstMs === null ? '' : `, the first after ${Math.round(firstMs)} ms`
  const said = status === undefined ? '' : `status ${status}, `
  return `${said}${end === 'open' ? 'no end' : end} after ${Math.round(ms)} ms, ${bytes} bytes${began}`
}
