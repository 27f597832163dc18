import { counted } from '../../kit/figures.ts'
import { defineGate, inconclusive, pass } from '../check.ts'
import { follows } from '../reading/seconds.ts'

/** Requests of users in the story below which no share of them means anything. */
const requestsAtLeast = 100

export const enoughSamples = defineGate({
  kind: 'enough-samples',
  asks: 'Were there enough requests to say anything?',
  judge: ({ storySeconds }) => {
    const requests = storySeconds.reduce((sum, second) => sum + second.requests, 0)
    if (requests < requestsAtLeast) {
      return inconclusive(`${counted(requests, 'request')} during the story, at least ${requestsAtLeast} needed`)
    }
    const hole = storySeconds.find((second, index) => index > 0 && !follows(storySeconds[index - 1], second))
    if (hole) return inconclusive('seconds of the load are missing in the middle of the story', [hole.n])
    return pass(`${counted(requests, 'request')} in ${storySeconds.length} seconds of the story`)
  },
})
