import type { ComposeService } from '../compose/index.ts'
import type { MemoryFolder } from './facts.ts'

const units: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }

/** Bytes of `64m`, `64MB`, `67108864`; undefined for anything else. Pure. */
export function bytesOf(text: string | undefined): number | undefined {
  const [, number, unit = ''] = /^\s*(\d+)\s*([bkmg]?)b?\s*$/i.exec(text ?? '') ?? []
  return number === undefined ? undefined : Number(number) * (units[unit.toLowerCase()] ?? 1)
}

/** The tmpfs mounts of a Compose service. Pure. */
export function memoryFoldersOf({ mounts }: Pick<ComposeService, 'mounts'>): MemoryFolder[] {
  return mounts.flatMap((mount) => (mount.kind === 'tmpfs' ? [folderOf(mount.target, mount.size)] : []))
}

/** As the engine keeps them: options by path. Pure. */
export function memoryFoldersIn(tmpfs: Readonly<Record<string, string>> = {}): MemoryFolder[] {
  return Object.entries(tmpfs).map(([path, options]) => folderOf(path, /(?:^|,)size=([^,]+)/.exec(options)?.[1]))
}

function folderOf(path: string, size: string | undefined): MemoryFolder {
  const bytes = bytesOf(size)
  return { path, ...(bytes === undefined ? {} : { bytes }) }
}
