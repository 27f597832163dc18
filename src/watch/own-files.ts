import type { Clock } from '../kit/clock.ts'
import type { LogLine, Stack } from '../stack/index.ts'

const everyMs = 1_000
const askLimitMs = 5_000
/** One look takes no more: what is told of it is base64, and an exec's output is cut at 1 MiB. */
const mostBytes = 512 * 1_024
/** What has no end by then is no line of a log. */
const longestLine = 64 * 1_024

type Take = (line: Pick<LogLine, 'text' | 'wallMs'>) => void

/**
 * Follows files in the proxy's container from where they end now. One that is a link to its output is no file, and is
 * left: the engine tells that. What cannot be read now is tried again, for a proxy that is down comes back.
 */
export function followFiles(
  stack: Stack,
  files: readonly string[],
  take: Take,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): void {
  for (const file of files) void follow(stack, file, take, { clock, signal })
}

async function follow(
  stack: Stack,
  file: string,
  take: Take,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
) {
  let at = -1
  let rest = ''
  while (!signal.aborted) {
    const read = await readFrom(stack, file, at).catch(() => undefined)
    if (read === 'no file') return
    if (read) {
      at = read.to
      const lines = (rest + read.text).split('\n')
      rest = (lines.pop() ?? '').slice(0, longestLine)
      for (const text of lines) take({ text, wallMs: clock.wall() })
      if (read.hasMore) continue
    }
    await clock.sleep(everyMs, signal).catch(() => undefined)
  }
}

/**
 * Where it is, and from which byte on: argv, never part of the program. Links are of the container, whose root is not
 * the sidecar's. One that has become shorter is a new one, and one that is not there yet is empty.
 */
const reading = `p=$1; n=0
while [ -L "/proc/1/root$p" ] && [ $n -lt 8 ]; do
  to=$(readlink "/proc/1/root$p"); n=$((n + 1))
  case "$to" in /*) p=$to ;; *) p=$(dirname "$p")/$to ;; esac
done
case "$p" in /dev/* | /proc/*) exit 3 ;; esac
f="/proc/1/root$p"
[ -e "$f" ] || { echo '0 0'; exit 0; }
[ -f "$f" ] || exit 3
size=$(stat -c %s "$f"); at=$2; [ "$at" -lt 0 ] && at=$size; [ "$at" -gt "$size" ] && at=0
echo "$at $size"; tail -c "+$((at + 1))" "$f" | head -c "$(( size - at < $3 ? size - at : $3 ))" | base64 -w 0`

async function readFrom(stack: Stack, file: string, at: number) {
  const exec = stack.inside(stack.proxy().name).exec
  const argv = ['sh', '-c', reading, 'read', file, String(at), String(mostBytes)]
  const { code, output } = await exec(argv, { timeoutMs: askLimitMs, stdoutOnly: true })
  if (code === 3) return 'no file'
  const [, from, size, data = ''] = /^(\d+) (\d+)\n([\w+/=]*)/.exec(output) ?? []
  if (code !== 0 || from === undefined || size === undefined) return undefined
  const bytes = Buffer.from(data, 'base64')
  const to = Number(from) + bytes.length
  return { text: bytes.toString('utf8'), to, hasMore: bytes.length > 0 && to < Number(size) }
}
