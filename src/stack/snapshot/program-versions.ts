import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { keep, keptFolder } from '../../kit/kept.ts'
import type { Service } from '../types.ts'
import { programOf } from './snapshot-parts.ts'

/** What programs have said, by image: each is asked once. */
const asked = new Map<string, Promise<string | null>>()

/**
 * What the program of this service says that it is, `nginx 1.26.3`; null when it does not answer. An image is named by
 * its digest and cannot change: so each is asked once, and what it said is kept for the runs to come.
 */
export async function programVersion(
  service: Pick<Service, 'exec'>,
  question: readonly [string, ...string[]],
  digest: string,
  keptIn = keptFolder(),
): Promise<string | null> {
  const key = `${digest} ${question.join(' ')}`
  const file = join(keptIn, 'programs', createHash('sha256').update(key).digest('hex'))
  const answer = asked.get(file) ?? keptAnswer(service, question, file)
  asked.set(file, answer)
  const version = await answer
  if (version === null) asked.delete(file)
  return version
}

async function keptAnswer(
  service: Pick<Service, 'exec'>,
  question: readonly [string, ...string[]],
  file: string,
): Promise<string | null> {
  const [program] = question
  const kept = await readFile(file, 'utf8').catch(() => '')
  // Only what could have been said: a file that somebody has spoilt is asked for again.
  if (kept !== '' && programOf(program, kept) === kept) return kept
  const said = await service.exec(question).catch(() => undefined)
  const version = said?.code === 0 ? programOf(program, said.output) : null
  if (version !== null) await keep(file, version)
  return version
}
