import { createInterface } from 'node:readline'
import { stripVTControlCharacters } from 'node:util'
import { reasonOf } from '../kit/errors.ts'

/**
 * Reads the engine's progress (JSON lines) of a build, pull or import to its end; `onText` gets what a person would be
 * shown. An error that the engine reports in the stream is thrown.
 */
export async function followProgress(stream: NodeJS.ReadableStream, onText: (text: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    const event = readEvent(line)
    if (event.error !== undefined) throw new Error(event.error)
    if (event.text !== '') onText(stripVTControlCharacters(event.text))
  }
}

/** What the engine said against a call, without docker-modem's preface. */
export function engineReason(thrown: unknown): string {
  return reasonOf(thrown)
    .replace(/^\(HTTP code \d+\) [^-]+- /, '')
    .trim()
}

function readEvent(line: string): { text: string; error?: string } {
  if (line.trim() === '') return { text: '' }
  let event: unknown
  try {
    event = JSON.parse(line)
  } catch {
    return { text: line }
  }
  if (typeof event !== 'object' || event === null) return { text: line }
  if ('error' in event) return { text: '', error: String(event.error) }
  if ('stream' in event) return { text: String(event.stream).trimEnd() }
  return { text: 'status' in event ? String(event.status) : '' }
}
