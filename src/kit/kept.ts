import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { home } from './home.ts'

/** Where tools keep what they can make again. */
export function keptFolder(): string {
  return join(home(), 'node_modules', '.cache', 'badgateway')
}

/** Writes it as a whole or not at all; where nothing can be written it is made again the next time. Never rejects. */
export async function keep(file: string, text: string): Promise<void> {
  const unfinished = `${file}.${process.pid}`
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(unfinished, text)
    await rename(unfinished, file)
  } catch {}
}
