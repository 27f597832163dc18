import type { Scene } from '../../../src/stack/scene.ts'

/** A scene on one kind of stack, and how everything that was promised on it is undone, newest first. */
export interface Ground {
  scene(measures?: readonly string[]): Scene
  /** Lets the users of every day come, who are there before a spike and after it, and who fill a memory. */
  knock(): Promise<void>
  /** Leaves the stack as it was, and proves it where that can be seen. */
  undoAll(): Promise<void>
}

/** At least one. */
export type Several<T> = readonly [T, ...T[]]
