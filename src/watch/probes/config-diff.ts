import { z } from 'zod'
import { diffReleases, type FileDiff, liveProxy, readRelease } from '../../deploy/index.ts'
import { effectiveConfiguration, type ProxyService, type Release } from '../../stack/index.ts'
import { defineProbe } from '../probe.ts'

const findings = ['upstream servers differ', 'other lines differ', 'no difference'] as const
const textLimit = 4_000
const shownLines = 12

/**
 * Compares what Nginx reads now (`nginx -T`) and what lies on disk with the last good release. A file that Nginx does
 * not include can differ on disk alone; one that Nginx refuses is read from disk.
 */
export const configDiff = defineProbe({
  kind: 'config-diff',
  about: `Diffs the live configuration with the last good release: ${findings.join(', ')}, or no release on record.`,
  finds: [...findings, 'no release on record'],
  fields: {
    /** Default: the proxy that users are sent to. */
    service: z.string().optional(),
  },
  make: ({ service }) => ({
    look: async ({ stack, releases, clock }) => {
      const { good } = releases
      if (!good) {
        return { finding: 'no release on record', because: 'nothing was deployed yet', evidence: {} }
      }
      const place = { stack, clock, signal: new AbortController().signal }
      const proxy = service === undefined ? await liveProxy(place) : stack.proxy(service)
      const [onDisk, effective] = await Promise.all([readRelease(proxy, 'on disk'), readEffective(proxy, good)])
      const live = diffReleases(good, effective.release)
      const differs = [
        ...live,
        ...diffReleases(good, onDisk).filter((one) => !live.some(({ path }) => path === one.path)),
      ]
      const lines = differs.flatMap((one) => one.lines)
      const finding = differs.length === 0 ? 'no difference' : isUpstream(lines) ? findings[0] : findings[1]
      const against = `${effective.how} against ${good.name} (${good.hash})`
      const because = `${against}: ${tell(differs)}`
      const diff = differs.map((one) => one.text).join('\n')
      const evidence = { lastGood: good.hash, paths: differs.map((one) => one.path), diff: diff.slice(0, textLimit) }
      return { finding, because, evidence }
    },
  }),
})

/** The files of the release that Nginx would read now, as `nginx -T` shows them. */
async function readEffective(proxy: ProxyService, good: Release): Promise<{ how: string; release: Release }> {
  const output = await effectiveConfiguration(proxy)
  if (output === undefined) {
    return { how: 'what is on disk (nginx refuses it)', release: await readRelease(proxy, 'on disk') }
  }
  const known = new Set(good.files.map(({ path }) => path))
  const shown = output.split(/^# configuration file (\S+):\n/m).slice(1)
  const files = shown.flatMap((path, index) => {
    if (index % 2 === 1) return []
    const isOurs = known.has(path) || proxy.place.folders.some((folder) => path.startsWith(`${folder}/`))
    // `nginx -T` ends each file with a line feed of its own.
    return isOurs ? [{ path, content: Buffer.from((shown[index + 1] ?? '').replace(/\n$/, '')) }] : []
  })
  return { how: 'nginx -T', release: { ...good, name: 'live', hash: '', files } }
}

const isUpstream = (lines: readonly string[]) => lines.some((line) => /^[-+]server\s+[\w.-]+:\d+/.test(line))

function tell(differs: readonly FileDiff[]): string {
  if (differs.length === 0) return 'nothing differs'
  return differs.map(({ path, lines }) => `${path}: ${lines.slice(0, shownLines).join(' ')}`).join('; ')
}
