const units: Record<string, number> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
  M: 2_592_000,
  y: 31_536_000,
}

/** Nginx's times, in seconds: `1m30s`, `500ms`, `60`; undefined when it is none. */
export function secondsOf(text: string | undefined): number | undefined {
  // Each number but the last has its unit: there is one way to read it, however long it is.
  if (!text || !/^(?:\d+(?:ms|[smhdwMy]) ?)*(?:\d+(?:ms|[smhdwMy])?)?$/.test(text)) return undefined
  const parts = [...text.matchAll(/(\d+)(ms|[smhdwMy])?/g)]
  return parts.reduce((sum, [, number, unit = 's']) => sum + Number(number) * (units[unit] ?? 1), 0)
}

/** Nginx's sizes, in bytes: `4k`, `1m`, `512`; undefined when it is none. */
export function bytesOf(text: string | undefined): number | undefined {
  const [, number, unit = ''] = /^(\d+)([kKmMgG]?)$/.exec(text ?? '') ?? []
  if (number === undefined) return undefined
  return Number(number) * ({ k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }[unit.toLowerCase()] ?? 1)
}

/** `1.27.3` against `1.29.7`: negative when the first is older; unknown parts count as 0. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => text.split('.').map(Number))
  for (const at of [0, 1, 2]) {
    const difference = (a?.[at] ?? 0) - (b?.[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
