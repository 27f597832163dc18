/** A file's text, with the places of its lines. */
export class SourceText {
  /** As the configuration names it. */
  readonly file: string
  readonly text: string
  #starts: readonly number[] | undefined

  constructor(file: string, text: string) {
    this.file = file
    this.text = text
  }

  /** Line and column of an offset, both from 1; a byte order mark has no column. */
  place(offset: number): { line: number; column: number } {
    this.#starts ??= startsOf(this.text)
    let [low, high] = [0, this.#starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    const mark = low === 0 && this.text.startsWith('\uFEFF') ? 1 : 0
    return { line: low + 1, column: Math.max(1, offset - (this.#starts[low] ?? 0) + 1 - mark) }
  }
}

function startsOf(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
