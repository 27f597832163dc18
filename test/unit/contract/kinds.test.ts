import { deployContract } from '../../support/contract/deploy.ts'
import { fakeGround, serverGround } from '../../support/contract/fake-ground.ts'
import { faultContract } from '../../support/contract/fault-cases.ts'
import { remedyContract } from '../../support/contract/remedy-cases.ts'

faultContract('on a fake stack', fakeGround)
remedyContract('on a fake stack', fakeGround)

let ground = serverGround()
deployContract('on a fake stack', () => ({
  ...ground,
  // Each test begins with it, and on a stack of its own.
  scene: (measures) => {
    ground = serverGround()
    return ground.scene(measures)
  },
  undoAll: () => ground.undoAll(),
}))
