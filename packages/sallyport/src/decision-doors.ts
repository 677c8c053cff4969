import { doorJudge, type Gateway } from '@sallyport/gateway'
import { type Listener, openListener } from '@sallyport/http1'
import type { Asker, DecisionDoor } from '@sallyport/stages'

/** The open doors at which others ask for decisions. */
export interface DecisionDoors {
  /** How each is reached. */
  readonly urls: Readonly<Partial<Record<Asker, string>>>
  /** Takes up what changed, but for addresses: those need a restart. A door that is gone decides nothing any longer. */
  replace(doors: readonly DecisionDoor[]): void
  close(graceMs: number): Promise<void>
}

/** What holds until the next start: where a door is, and whether it wants certificates. */
export const fixedOf = ({ asker, at, tls }: DecisionDoor): string =>
  JSON.stringify([asker, at, tls !== undefined, tls?.clients !== undefined])

/** Where somebody asks at a door of which the configuration says nothing any longer. */
const gone = (door: DecisionDoor): DecisionDoor => ({ ...door, apis: new Set() })

/** Opens them. Throws where an address can't be had. */
export async function openDecisionDoors(doors: readonly DecisionDoor[], gateway: Gateway): Promise<DecisionDoors> {
  const open = new Map<Asker, Listener>()
  const settings = new Map(doors.map(door => [door.asker, door]))
  const close = async (graceMs: number) => {
    await Promise.all([...open.values()].map(listener => listener.close(graceMs)))
  }
  try {
    for (const door of doors) {
      const { asker, at, tls } = door
      const current = () => settings.get(asker) ?? door
      const url = () => open.get(asker)?.url ?? ''
      open.set(asker, await openListener({ ...at, tls }, doorJudge(gateway, current, url)))
    }
  } catch (error) {
    await close(0)
    throw error
  }
  return {
    urls: Object.fromEntries([...open].map(([asker, { url }]) => [asker, url])),
    replace(changed) {
      for (const door of doors) {
        const { asker } = door
        const now = changed.find(other => other.asker === asker)
        if (now === undefined) settings.set(asker, gone(door))
        // What guards the door as it stands goes by what it was opened with.
        else if (fixedOf(now) === fixedOf(door)) {
          settings.set(asker, now)
          if (now.tls !== undefined) open.get(asker)?.replaceTls(now.tls)
        }
      }
    },
    close,
  }
}
