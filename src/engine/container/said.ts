/**
 * Lines of an engine's answer to "logs": each piece has one byte for the stream, three of nothing, four for its length.
 */
export function linesOf(said: Buffer): string[] {
  const pieces: string[] = []
  for (let at = 0; at + 8 <= said.length; ) {
    const end = at + 8 + said.readUInt32BE(at + 4)
    pieces.push(said.toString('utf8', at + 8, end))
    at = end
  }
  return pieces.flatMap((piece) => piece.split('\n')).filter((line) => line.trim() !== '')
}

/** The last words of a container for one line of ours: no control characters, not too long. */
export function lastLogLines(lines: readonly string[], most = 4, characters = 600): string {
  const words = lines.slice(-most).map((line) => line.trim())
  return words
    .join(' | ')
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(-characters)
}
