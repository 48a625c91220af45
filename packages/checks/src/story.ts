// The story of a step: what was done, and the roles that it is about.
import type { Role } from './role.ts'

export class Story {
  did: string[] = []
  readonly roles = new Set<Role>()

  /** Begins with what another story tells: with what this one stands on. */
  standOn(other: Story): void {
    // A scene may stand on another one that has been told already.
    this.did.push(...other.did.filter((sentence) => !this.did.includes(sentence)))
    for (const role of other.roles) this.roles.add(role)
  }
}
