// Right answers in other styles, each the solution with some things changed.
import type { Variant } from '@workshop/checks'

const variants: Variant[] = [
  {
    name: 'makes a topic of a name',
    extra: true,
    edits: {
      'peer.ts': [
        [
          'given === undefined ? randomBytes(32) : readKey(',
          "given === 'name' ? DHT.hash(Buffer.from(String(process.argv[3]))) : given === undefined ? randomBytes(32) : readKey("
        ]
      ]
    }
  },
  {
    name: 'looks again every two seconds, for as long as it runs',
    edits: {
      'peer.ts': [
        [
          'do {\n  await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 700))\n  if (!swarm.destroyed) await discovery.refresh()\n} while (!swarm.destroyed && swarm.connections.size === 0)\n',
          'setInterval(() => discovery.refresh().catch(() => {}), 1_500 + Math.random() * 1_000)\n'
        ]
      ]
    }
  },
  {
    name: 'has a class for its room, keeps its connections by name, and says who left',
    edits: {
      'peer.ts': [
        [
          "swarm.on('connection', (socket) => {\n",
          "class Room {\n  readonly #sockets = new Map<string, { write(data: Buffer): unknown }>()\n  add(name: string, socket: { write(data: Buffer): unknown }): void {\n    this.#sockets.set(name, socket)\n  }\n  remove(name: string): void {\n    if (this.#sockets.delete(name)) console.log(`* ${name} left *`)\n  }\n  say(data: Buffer): void {\n    for (const [, socket] of this.#sockets) socket.write(data)\n  }\n}\n\nconst room = new Room()\nswarm.on('connection', (socket) => {\n"
        ],
        [
          "  socket.setEncoding('utf8')",
          "  room.add(name, socket)\n  socket.on('close', () => room.remove(name))\n  socket.setEncoding('utf8')"
        ],
        [
          "process.stdin.on('data', (data) => {\n  for (const socket of swarm.connections) socket.write(data)\n})",
          "process.stdin.on('data', (data) => room.say(Buffer.from(data)))"
        ]
      ]
    }
  },
  {
    name: 'hears Ctrl-C only after all else, looks around all the time, and prints whole lines only',
    edits: {
      'peer.ts': [
        ['goodbye, network', 'network'],
        ['goodbye(() => swarm.destroy())\n\n', ''],
        [
          "    const lines = `${rest}${data}`.split('\\n')\n    rest = lines.pop() ?? '' // the beginning of a line whose end is in the next piece\n    for (const line of lines) console.log(`${name}: ${line}`)\n",
          "    rest += data\n    for (;;) {\n      const [line, ...more] = rest.split('\\n')\n      if (more.length === 0) break\n      rest = more.join('\\n')\n      console.log(`${name}: ${line}`)\n    }\n"
        ],
        [
          'do {\n  await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 700))\n  if (!swarm.destroyed) await discovery.refresh()\n} while (!swarm.destroyed && swarm.connections.size === 0)\n',
          "setInterval(() => swarm.destroyed || discovery.refresh().catch(() => {}), 400 + Math.random() * 400)\nprocess.on('SIGINT', async () => {\n  await swarm.destroy()\n  process.exit(0)\n})\n"
        ]
      ]
    }
  }
]

export default variants
