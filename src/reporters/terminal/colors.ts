import picocolors from 'picocolors'

/** Paints text, or does not, as the screen can and the user wants. */
export type Colors = ReturnType<typeof picocolors.createColors>

export function colorsFor(isColored: boolean): Colors {
  return picocolors.createColors(isColored)
}
