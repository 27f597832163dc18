import { lasting } from '../../kit/duration.ts'
import { connectReasons } from '../../nginx/index.ts'
import { defineProbe } from '../probe.ts'

const connectFailures: readonly string[] = [...connectReasons, 'no-live-upstreams']

/** Reads Nginx's error log for the reason. */
export const proxyErrors = defineProbe({
  kind: 'proxy-errors',
  about:
    "Reads why requests failed in Nginx's error log: upstream connection failures, other failures, or no failures.",
  finds: ['no failures', 'upstream connection failures', 'other failures'],
  fields: {
    /** How far back it looks. */
    over: lasting.default(10_000),
  },
  make: ({ over }) => ({
    look: ({ logs, wall }) => {
      const found = logs.reasonsBetween(wall() - over, wall())
      const sum = found.reduce((total, [, count]) => total + count, 0)
      const connect = found.filter(([reason]) => connectFailures.includes(reason))
      const share = connect.reduce((total, [, count]) => total + count, 0) / Math.max(1, sum)
      const finding = sum === 0 ? 'no failures' : share >= 0.9 ? 'upstream connection failures' : 'other failures'
      const first = logs.firstOf(connect[0]?.[0] ?? found[0]?.[0] ?? '') ?? ''
      const list = found.map(([reason, count]) => `${count} ${reason}`).join(', ') || 'nothing'
      const because = `in the last ${over / 1000} s: ${list}`
      return Promise.resolve({
        finding,
        because,
        evidence: { overMs: over, reasons: Object.fromEntries(found), first },
      })
    },
  }),
})
