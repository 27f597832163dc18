import type { Scene } from '../stack/index.ts'

/** Does what changes the proxy's configuration on purpose inside a deploy window, where somebody watches over it. */
export function planned<T>({ driftWatcher }: Pick<Scene, 'driftWatcher'>, work: () => Promise<T>): Promise<T> {
  return driftWatcher ? driftWatcher.planned(work) : work()
}
