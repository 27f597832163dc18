import { changesBetween, readRelease, registerRestore, switchRelease } from '../deploy/index.ts'
import { proxyName } from '../stack/index.ts'
import { defineRemedy } from './remedy.ts'

/** The rollback by hand of the report: the previous release of the proxy's own files, not of what others provide. */
export const rollbackConfig = defineRemedy({
  kind: 'rollback-config',
  about: "Puts the previous release of the proxy's configuration back and reloads; refused when Nginx refuses it.",
  fields: { service: proxyName },
  make: ({ service }) => ({
    apply: async (scene) => {
      const proxy = scene.stack.proxy(service)
      const { previous } = scene.releases
      if (!previous) return { ok: false, changed: false, because: 'there is no previous release', evidence: {} }
      const now = await readRelease(proxy, 'what is there now')
      const { shared } = proxy.place
      const isShared = (path: string) => shared !== undefined && path.startsWith(`${shared}/`)
      const own = { ...previous, files: previous.files.filter(({ path }) => !isShared(path)) }
      await registerRestore(scene, proxy, now, own)
      const { live, because, evidence, refused } = await switchRelease(scene, proxy, now, own)
      if (refused !== undefined) {
        await proxy.writeFiles(changesBetween(own, now))
        const why = `nginx -t refuses the previous release: ${refused}`
        return { ok: false, changed: false, because: why, evidence: { release: previous.hash, refused } }
      }
      if (live) scene.releases.record(previous)
      return { ok: live, changed: live, because, evidence }
    },
  }),
})
