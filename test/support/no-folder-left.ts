import { readdirSync } from 'node:fs'
import { ownFolder, removeFolder } from './own-folder.ts'

/** What programs that are not ours keep there for the next time. */
const caches = ['node-compile-cache']

/**
 * Around all tests: whatever they and the programs that they start write to the temporary folder lies in one of theirs.
 * It goes at the end, and what still lay in it makes the run fail.
 */
export default function ownTemporaryFolder(): () => void {
  const before = process.env['TMPDIR']
  const folder = ownFolder('badgateway-tests-')
  process.env['TMPDIR'] = folder
  return () => {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    const left = readdirSync(folder).filter((name) => !caches.includes(name))
    removeFolder(folder)
    if (left.length > 0) throw new Error(`Tests left ${left.length} behind in the temporary folder: ${left.join(', ')}`)
  }
}
