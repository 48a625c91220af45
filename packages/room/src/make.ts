// A membership: made by a teacher for a new room, or from its code by whoever was told it.
import { randomBytes } from 'node:crypto'
import { codeOf, keyPairOf, secretsOf } from './code.ts'
import type { Membership } from './place.ts'

/** The room of a teacher; `seed`, 32 bytes, makes it the same room again. Takes some 0.6 s. */
export async function openRoom(name: string, network: string, seed = randomBytes(32)): Promise<Membership> {
  const { publicKey } = keyPairOf(seed)
  const membership = await joinRoom(name, network, await codeOf(publicKey))
  return { ...membership, seed: seed.toString('hex'), teacher: publicKey.toString('hex') }
}

/** The membership of a learner who was told a code in the form of `codeIn`. Takes some 0.3 s. */
export async function joinRoom(name: string, network: string, code: string): Promise<Membership> {
  const { gate, teacherTopic, learnersTopic } = await secretsOf(code)
  const secrets = [gate, teacherTopic, learnersTopic].map((secret) => secret.toString('hex'))
  const token = randomBytes(16).toString('hex')
  return { version: 1, code, name, network, token, secrets: secrets as Membership['secrets'] }
}
