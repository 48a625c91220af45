// Right answers in other styles, each the solution with some things changed.
import type { Variant } from '@workshop/checks'

const variants: Variant[] = [
  {
    name: 'has the same key after a restart',
    extra: true,
    edits: {
      'server.ts': [
        ['import { goodbye', "import { existsSync, readFileSync, writeFileSync } from 'node:fs'\nimport { goodbye"],
        [
          'DHT.keyPair()',
          "DHT.keyPair(existsSync('seed') ? readFileSync('seed') : DHT.keyPair().secretKey.subarray(0, 32))\nwriteFileSync('seed', keyPair.secretKey.subarray(0, 32), { mode: 0o600 })"
        ]
      ]
    }
  },
  {
    name: 'awaits what others listen for',
    edits: {
      'server.ts': [
        ["  socket.on('data', (data) => process.stdout.write(data))\n", '  print(socket)\n'],
        [
          'goodbye(() => dht.destroy())',
          'goodbye(() => dht.destroy())\n\nasync function print(socket: Connection): Promise<void> {\n  try {\n    for await (const data of socket) process.stdout.write(data)\n  } catch {}\n}'
        ],
        [
          "process.stdin.on('data', (data) => {\n  for (const socket of clients) socket.write(data)\n})\n",
          'write()\nasync function write(): Promise<void> {\n  for await (const data of process.stdin) for (const socket of clients) socket.write(data)\n}\n'
        ]
      ],
      'client.ts': [
        [
          "socket.on('open', () => console.log('got connection!'))\n",
          "socket.opened.then((isOpen) => isOpen && console.log('got connection!'))\n"
        ]
      ]
    }
  },
  {
    name: 'takes an error for an end, and sets an exit code instead of exiting',
    edits: {
      'server.ts': [
        ["  socket.on('error', () => {}) // a client that vanishes is no reason to end\n", ''],
        [
          "  socket.on('close', () => clients.delete(socket))\n",
          "  socket.on('error', (error) => {\n    clients.delete(socket)\n    console.error(error.code)\n  })\n  socket.on('end', () => socket.end())\n  socket.on('close', () => clients.delete(socket))\n"
        ]
      ],
      'client.ts': [
        [
          "  if (error.code === 'PEER_NOT_FOUND')\n    exitWith(1, 'Nobody listens on this key. Does the server run, on the same network?')\n  exitWith(1, `The connection is over: ${error.message}`)\n",
          "  console.log('That did not work out. The reason is', error.code ?? error.message)\n  process.exitCode = 1\n  process.stdin.destroy()\n  dht.destroy()\n"
        ],
        ['exitWith, ', '']
      ]
    }
  },
  {
    name: 'indents and colours what it prints, and hears Ctrl-C by itself, at the very end',
    edits: {
      'server.ts': [
        ["console.log('listening on:', ", "console.log('\\u001b[32m  listening on:\\u001b[0m  ', "],
        ['goodbye, network', 'network'],
        [
          'goodbye(() => dht.destroy())',
          "process.on('SIGINT', async () => {\n  await server.close()\n  await dht.destroy()\n  process.exit()\n})"
        ]
      ],
      'client.ts': [["console.log('got connection!')", "console.log('\\tgot connection!')"]]
    }
  }
]

export default variants
