import { type ProxyService, type Release, type Scene, writeBack } from '../stack/index.ts'
import { writtenFiles } from './instruments.ts'
import { changesBetween } from './release.ts'

/** Puts the way back on record: what the changed files hold now. `signal`: null where it is started anew anyway. */
export async function registerRestore(
  scene: Pick<Scene, 'registerUndo'>,
  proxy: ProxyService,
  from: Release,
  to: Release,
  signal: 'HUP' | null = 'HUP',
): Promise<void> {
  const before = new Map(writtenFiles(from).map((file) => [file.path, file.content]))
  const files = changesBetween(from, to).map(({ path }) => ({ path, content: before.get(path) ?? null }))
  if (files.length === 0) return
  await scene.registerUndo(
    writeBack(proxy, files, signal),
    `restore release ${from.name} (${from.hash}) on ${proxy.name}`,
  )
}
