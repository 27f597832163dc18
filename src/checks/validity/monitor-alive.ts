import { defineGate, pass, unsure } from '../check.ts'

export const monitorAlive = defineGate({
  kind: 'monitor-alive',
  asks: 'Was the alerting chain alive all through the story?',
  judge: ({ monitor, storyFromT }) => {
    if (storyFromT === null) return unsure('the story never began')
    return (monitor.alive ? pass : unsure)(monitor.because, monitor.facts)
  },
})
