/** Part of a page whose items can be left out from the end. Without items it is not there at all. */
export interface Block {
  readonly open: string
  readonly items: readonly string[]
  readonly close: string
}

interface Frame {
  readonly tail: string
  /** In bytes of UTF-8. */
  readonly limit: number
  /** The file that has all of it. */
  readonly whole: string
}

const sizeOf = (text: string) => Buffer.byteLength(text)

/** As much of it as fits, whole items only; of what does not it says how many there are, and where. */
export function fitted(head: string, blocks: readonly Block[], { tail, limit, whole }: Frame): string {
  const cut = (left: number) => `… and ${left} more that do not fit in here: ${whole} has them all.`
  const parts = [head]
  let room = limit - sizeOf(head) - sizeOf(tail) - 4
  for (const { open, items, close } of blocks) {
    if (items.length === 0) continue
    const frame = sizeOf(open) + sizeOf(close) + sizeOf(cut(items.length)) + 8
    const kept: string[] = []
    let taken = frame
    for (const item of items) {
      if (taken + sizeOf(item) + 1 > room) break
      taken += sizeOf(item) + 1
      kept.push(item)
    }
    const left = items.length - kept.length
    if (frame > room) continue
    room -= taken
    const isTable = open.endsWith('|')
    const lines = kept.length === 0 ? [] : [kept.join('\n')]
    parts.push(
      [
        [open, ...lines].join(isTable ? '\n' : '\n\n'),
        ...(left > 0 ? [cut(left)] : []),
        ...(close === '' ? [] : [close.trim()]),
      ].join('\n\n'),
    )
  }
  return [...parts, tail].join('\n\n')
}
