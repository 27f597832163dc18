import { randomBytes } from 'node:crypto'
import type Dockerode from 'dockerode'
import { ensureImages } from '../../src/images/index.ts'
import { realEngine } from './doomed.ts'

/** Somebody outside of every network of the engine, behind a link of this machine: no packet to it leaves that. */
export interface Outside {
  readonly address: string
  readonly port: number
  /** How often somebody has reached it. */
  reached(): Promise<number>
  remove(): Promise<void>
}

const server = "require('node:http').createServer((_, answer) => { console.log('paged'); answer.end() }).listen(80)"

export async function startOutside(): Promise<Outside> {
  const { docker } = await realEngine()
  const { agent: image } = await ensureImages(docker, { only: ['agent'] })
  // Of the addresses that are for examples alone: four for each.
  const random = randomBytes(3)
  const place = (random.readUInt8(0) % 63) * 4
  const [here, address] = [`203.0.113.${place + 1}`, `203.0.113.${place + 2}`]
  const far = await docker.createContainer({
    Image: image,
    Entrypoint: ['node', '-e', server],
    User: 'root',
    HostConfig: { NetworkMode: 'none', AutoRemove: true },
  })
  const remove = () => far.remove({ force: true })
  try {
    await far.start()
    const { State: state } = await far.inspect()
    const link = `bg${random.toString('hex')}`
    // It goes with the container. Nobody out there knows the way back to a network of the engine.
    const made = `ip link add ${link} type veth peer name eth0 netns ${state.Pid}`
    await beside(docker, image, { NetworkMode: 'host', PidMode: 'host' }, [made, ...upWith(here, link)])
    await beside(docker, image, { NetworkMode: `container:${far.id}` }, upWith(address, 'eth0'))
  } catch (thrown) {
    await remove()
    throw thrown
  }
  const reached = async () => (await far.logs({ stdout: true })).toString().split('paged').length - 1
  return { address, port: 80, reached, remove }
}

const upWith = (address: string, link: string) => [`ip addr add ${address}/30 dev ${link}`, `ip link set ${link} up`]

/** On a network that is there, once. */
async function beside(
  docker: Dockerode,
  image: string,
  place: Dockerode.HostConfig,
  lines: readonly string[],
): Promise<void> {
  const helper = await docker.createContainer({
    Image: image,
    Entrypoint: ['sh', '-ec', lines.join('\n')],
    User: 'root',
    HostConfig: { ...place, CapAdd: ['NET_ADMIN'] },
  })
  try {
    await helper.start()
    const { StatusCode: code } = await helper.wait()
    if (code !== 0)
      throw new Error(`exit code ${code}: ${(await helper.logs({ stdout: true, stderr: true })).toString()}`)
  } finally {
    await helper.remove({ force: true })
  }
}
