import { join, relative } from 'node:path'
import { dataOf } from '../kit/data/data-file.ts'
import { entriesOf, readPlain } from '../kit/files.ts'

const mostFiles = 500
const deepest = 4
const mostBytes = 1024 * 1024
const passedOver = new Set(['node_modules', 'vendor', 'dist', 'build', 'target', 'venv'])

/** Files below a folder that hold Prometheus rules, by what stands in them; no link is followed. */
export async function ruleFilesIn(folder: string): Promise<string[]> {
  const found: string[] = []
  let left = mostFiles
  const walk = async (place: string, depth: number): Promise<void> => {
    const entries = (await entriesOf(place).catch(() => [])).sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      const path = join(place, entry.name)
      if (entry.isDirectory() && depth < deepest && !entry.name.startsWith('.') && !passedOver.has(entry.name)) {
        await walk(path, depth + 1)
      } else if (entry.isFile() && /\.ya?ml$/.test(entry.name) && left > 0) {
        left -= 1
        if (await hasRules(path)) found.push(relative(folder, path))
      }
    }
  }
  await walk(folder, 0)
  return found
}

async function hasRules(file: string): Promise<boolean> {
  const text = await readPlain(file, mostBytes).catch(() => '')
  if (!/^groups:/m.test(text) || !/\bexpr:/.test(text)) return false
  try {
    const data = dataOf(text)
    const groups: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'groups') : undefined
    return Array.isArray(groups)
  } catch {
    return false
  }
}
