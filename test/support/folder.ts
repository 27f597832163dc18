import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const remove = (folder: string) => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })

/** An empty folder that is gone when the test that runs now is over. */
export async function temporaryFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`))
  onTestFinished(() => remove(folder))
  return folder
}

const fresh = new Set<string>()
/** Where runs of tests are kept for a look at them afterwards; absent: nowhere. */
const kept = process.env['BADGATEWAY_TEST_RUNS']

/** A folder of its own for what a test's runs leave behind, which is gone when the tests of this file are over. */
export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(kept ?? tmpdir(), 'badgateway-test-'))
  if (kept === undefined) fresh.add(folder)
  return folder
}

export async function removeFreshFolders(): Promise<void> {
  const all = [...fresh]
  fresh.clear()
  await Promise.all(all.map(remove))
}
