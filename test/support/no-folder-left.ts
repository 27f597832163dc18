import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const prefix = 'badgateway-tests-'
/** What programs that are not ours keep there for the next time. */
const caches = ['node-compile-cache']
const remove = (folder: string) => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })

/**
 * Around all tests: whatever they and the programs that they start write to the temporary folder lies in one of theirs.
 * It goes at the end, and what still lay in it makes the run fail.
 */
export default function ownTemporaryFolder(): () => void {
  const before = process.env['TMPDIR']
  removeThoseOfTheDead()
  const folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`))
  process.env['TMPDIR'] = folder
  return () => {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    const left = readdirSync(folder).filter((name) => !caches.includes(name))
    remove(folder)
    if (left.length > 0) throw new Error(`Tests left ${left.length} behind in the temporary folder: ${left.join(', ')}`)
  }
}

/** Whoever was killed in the middle of its tests removed nothing. */
function removeThoseOfTheDead(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) remove(join(tmpdir(), name))
  }
}
