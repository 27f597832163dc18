// @group stack 100s
import { afterAll, beforeAll } from 'vitest'
import { deployContract } from '../support/contract/deploy.ts'
import { faultContract } from '../support/contract/fault-cases.ts'
import type { Ground } from '../support/contract/ground.ts'
import { realGround } from '../support/contract/real-ground.ts'
import { remedyContract } from '../support/contract/remedy-cases.ts'
import { type RaisedShop, raiseShop } from '../support/shop.ts'

let shop: RaisedShop
let ground: Ground

beforeAll(async () => {
  shop = await raiseShop({
    stack: { supervised: true, overlays: ['short-memory'], apiMemoryMb: 128 },
    images: ['proxy-old'],
  })
  ground = realGround(shop, await shop.stack.snapshot())
})
afterAll(async () => {
  await shop.stack.tearDown()
})

faultContract('on a real stack', () => ground)
remedyContract('on a real stack', () => ground)
deployContract('on a real stack', () => ground)
