import type { Lane } from './lane.ts'

/** The lanes with an open request, oldest first: a list through the lanes themselves, so that nothing is allocated. */
export class OpenLanes {
  oldest: Lane | undefined
  size = 0
  private newest: Lane | undefined

  add(lane: Lane): void {
    lane.older = this.newest
    lane.newer = undefined
    if (this.newest) this.newest.newer = lane
    else this.oldest = lane
    this.newest = lane
    this.size += 1
  }

  remove(lane: Lane): void {
    if (lane.older) lane.older.newer = lane.newer
    else this.oldest = lane.newer
    if (lane.newer) lane.newer.older = lane.older
    else this.newest = lane.older
    this.size -= 1
  }

  /** Is one open that was sent by then? */
  hasSentBy(ms: number): boolean {
    return this.oldest !== undefined && this.oldest.sentMs <= ms
  }

  /** Ends those: each leaves the list as it ends. */
  expire(sentByMs: number): void {
    while (this.hasSentBy(sentByMs)) this.oldest?.expire()
  }
}
