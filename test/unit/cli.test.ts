import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startBadgateway } from '../support/badgateway.ts'
import { temporaryFolder } from '../support/folder.ts'

test('what nobody caught is a defect of the harness, never a failure of the system under test', async () => {
  const file = join(await temporaryFolder('cli'), 'hasty.mjs')
  await writeFile(file, "void Promise.reject(new Error('too hasty'))\nexport default {}\n")
  const { code, err } = await startBadgateway(['run', file]).ended
  expect(code).toBe(3)
  expect(err).toContain('too hasty')
})

test('the help tells defaults as they are typed, and none where there is none', async () => {
  const { out } = await startBadgateway(['run', '--help']).ended
  const text = out.replaceAll(/\s+/g, ' ')
  expect(text).toContain('--out <folder> where runs are kept (default: runs)')
  expect(text).toContain('use this image instead of ours (may be repeated) --rules')
})
