// Wrong answers, each the solution with one thing changed, and what the learner must read.
import { another, idlers, type Mistake, printer } from '@workshop/checks'

const mistakes: Mistake[] = [
  {
    name: 'prints a key that it does not listen on',
    edits: { 'server.ts': [["console.log('listening on:', keyPair", "console.log('listening on:', DHT.keyPair()"]] },
    step: 1,
    says: /Nobody announces that key on the local network\. .*listen with the key pair whose public key it prints/
  },
  {
    name: 'forgets network() and looks for the public network',
    edits: { 'server.ts': [['new DHT(network())', 'new DHT()']] },
    step: 1,
    says: /server\.ts never asked the local network for anything\./
  },
  {
    name: 'only prints what the text says it should, without any network',
    edits: {
      'server.ts': printer(`listening on: ${'ab'.repeat(32)}`, 'got connection!')
    },
    step: 1,
    says: /Nobody announces that key.*never asked the local network for anything/
  },
  {
    name: 'does not print the key',
    edits: {
      'server.ts': [["console.log('listening on:', keyPair.publicKey.toString('hex'))", "console.log('listening!')"]]
    },
    step: 1,
    says: /server\.ts did not print `listening on: <64 hex digits>`\..*printed “listening!”/
  },
  {
    name: 'throws when it starts',
    edits: { 'server.ts': [['await server.listen(keyPair)', 'await server.listen(keyPairs)']] },
    step: 1,
    says: /server\.ts had ended, with exit code 1\. Its error: ReferenceError: keyPairs is not defined \(server\.ts:\d+\)\./
  },
  ...idlers('server.ts', 1, /did not print `listening on: <64 hex digits>`/),
  {
    name: 'is the program of another exercise, whose library is not here',
    edits: { 'server.ts': another(import.meta.dirname, '2-topic/peer.ts') },
    step: 1,
    says: /Its error: An `import` line leads nowhere: “hyperswarm” is not here/
  },
  {
    name: 'is the program of another exercise',
    edits: { 'server.ts': another(import.meta.dirname, '1-dht/client.ts') },
    step: 1,
    says: /had ended, with exit code 2\. It complained: “Something is missing.* did not print `listening on/
  },
  ...idlers('client.ts', 2, /Nobody connected to my key\./),
  {
    name: 'a client that prints its lines, but connects to nobody',
    edits: { 'client.ts': [['dht.connect(key)', 'dht.connect(DHT.keyPair().publicKey)']] },
    step: 2,
    says: /Nobody connected to my key\./
  },
  {
    name: 'a client that says it is connected before it is',
    edits: {
      'client.ts': [
        ["socket.on('open', () => console.log('got connection!'))", ''],
        ["console.log('Connecting to:'", "console.log('got connection!')\nconsole.log('Connecting to:'"]
      ]
    },
    step: 2,
    says: /client\.ts printed `got connection!` before my server let it in/
  },
  {
    name: 'a client that does not send what is typed',
    edits: { 'client.ts': [["process.stdin.on('data', (data) => socket.write(data))", '']] },
    step: 3,
    says: /My server received nothing\..*process\.stdin/
  },
  {
    name: 'a server that throws at the first thing that it hears',
    edits: {
      'server.ts': [['(data) => process.stdout.write(data)', '(data) => console.log(JSON.parse(data.toString()))']]
    },
    step: 3,
    says: /server\.ts had ended, with exit code 1\. Its error: SyntaxError: .* \(server\.ts:12\)/
  },
  {
    name: 'a server that does not print what comes in',
    edits: { 'server.ts': [["socket.on('data', (data) => process.stdout.write(data))", 'socket.resume()']] },
    step: 3,
    says: /server\.ts printed none of them\..*Print all that comes in/
  },
  {
    name: 'a server that prints each piece as a line',
    edits: {
      'server.ts': [['(data) => process.stdout.write(data)', '(data) => console.log(data.toString().trim())']]
    },
    step: 3,
    says: /server\.ts printed .*` prints the bytes/
  },
  {
    name: 'a server that does not send what is typed',
    edits: { 'server.ts': [['socket.write(data)', 'socket.resume()']] },
    step: 4,
    says: /My first client received nothing\./
  },
  {
    name: 'a client that makes a text of each piece that comes in',
    edits: { 'client.ts': [['(data) => process.stdout.write(data)', '(data) => process.stdout.write(String(data))']] },
    step: 4,
    says: /client\.ts printed .*` prints the bytes/
  },
  {
    name: 'takes the colours out of what comes',
    edits: {
      'client.ts': [
        [
          'process.stdout.write(data)',
          "process.stdout.write(Buffer.from(data.toString('latin1').replace(/\\x1b\\[[0-9;]*m/g, ''), 'latin1'))"
        ]
      ]
    },
    step: 4,
    says: /client\.ts printed other bytes, or none/
  },
  {
    name: 'a client that does not print what comes in',
    edits: { 'client.ts': [["socket.on('data', (data) => process.stdout.write(data))", 'socket.resume()']] },
    step: 4,
    says: /client\.ts printed none of them\..*Print all that comes in/
  },
  {
    name: 'a server that keeps only its last client',
    edits: { 'server.ts': [['  clients.add(socket)', '  clients.clear()\n  clients.add(socket)']] },
    step: 5,
    says: /My first client received .*keep every socket/
  },
  {
    name: 'a server without an error listener',
    edits: { 'server.ts': [["  socket.on('error', () => {}) // a client that vanishes is no reason to end\n", '']] },
    step: 6,
    says: /server\.ts had ended, with exit code 1\. Its error: The other side broke the connection; without an `error` listener/
  },
  {
    name: 'a server that ends when a client has gone',
    edits: {
      'server.ts': [["socket.on('close', () => clients.delete(socket))", "socket.on('close', () => process.exit(1))"]]
    },
    step: 6,
    says: /server\.ts had ended, with exit code 1/
  },
  {
    name: 'a server without a goodbye',
    edits: { 'server.ts': [['goodbye(() => dht.destroy())', '']] },
    step: 7,
    says: /I pressed Ctrl-C in server\.ts\..* server\.ts ended by the signal SIGINT/
  },
  {
    name: 'a goodbye that exits and leaves the key announced',
    edits: { 'server.ts': [['goodbye(() => dht.destroy())', 'goodbye(() => {})']] },
    step: 7,
    says: /it was still announced/
  },
  {
    name: 'a server that does not hear Ctrl-C',
    edits: { 'server.ts': [['goodbye(() => dht.destroy())', "process.on('SIGINT', () => {})"]] },
    step: 7,
    says: /server\.ts was still running/
  },
  {
    name: 'a client that ends as if all were well',
    edits: { 'client.ts': [["exitWith(1, 'Nobody listens", "exitWith(0, 'Nobody listens"]] },
    step: 8,
    says: /it ended with exit code 0, as if all were well/
  },
  {
    name: 'a client that shows a stack trace instead of a sentence',
    edits: { 'client.ts': [["socket.on('error', (error) => {", "socket.on('error', (error) => {\n  throw error"]] },
    step: 8,
    says: /it gave no sentence/
  },
  {
    name: 'a client that does not say that nobody listens',
    edits: {
      'client.ts': [["socket.on('error', (error) => {", "socket.on('error', (error) => {\n  if (error) return"]]
    },
    step: 8,
    says: /it was still running/
  },
  {
    name: 'a server that prints its key before it is announced',
    edits: { 'server.ts': [['await server.listen(keyPair)', 'server.listen(keyPair)']] },
    step: 1,
    says: /printed its key before it was announced.*`await` it/
  },
  {
    name: 'a client that says it is connected when it has asked',
    edits: {
      'client.ts': [["socket.on('open', () => console.log('got connection!'))", "console.log('got connection!')"]]
    },
    step: 2,
    says: /printed `got connection!` before my server let it in/
  },
  {
    name: 'a server that greets at each piece',
    edits: {
      'server.ts': [
        ['process.stdout.write(data))', "{\n    console.log('got connection!')\n    process.stdout.write(data)\n  })"]
      ]
    },
    step: 3,
    says: /printed `got connection!` \d+ times\..*That is what step 1 is about/
  },
  {
    name: 'a client that forgets what is typed before it is connected',
    edits: { 'client.ts': [['(data) => socket.write(data)', '(data) => socket.connected && socket.write(data)']] },
    step: 3,
    says: /where “too early .*” was due|“too early .*” is missing/
  },
  {
    name: 'a client that sends the first kilobyte of a piece',
    edits: { 'client.ts': [['(data) => socket.write(data)', '(data) => socket.write(data.subarray(0, 1024))']] },
    step: 3,
    says: /My server received .* was due.*all of it/
  },
  {
    name: 'a client that makes a text of each piece',
    edits: { 'client.ts': [['(data) => socket.write(data)', '(data) => socket.write(data.toString().trimStart())']] },
    step: 3,
    says: /My server received .*as it is/
  },
  {
    name: 'a client that waits for the end of a line',
    edits: {
      'client.ts': [
        ['import DHT', "import { createInterface } from 'node:readline'\nimport DHT"],
        [
          "process.stdin.on('data', (data) => socket.write(data))",
          "createInterface({ input: process.stdin }).on('line', (line) => socket.write(`${line}\\n`))"
        ]
      ]
    },
    step: 3,
    says: /“Grüße.*” is missing.*at once/
  },
  {
    name: 'a client that does not send a text again',
    edits: {
      'client.ts': [
        [
          "process.stdin.on('data', (data) => socket.write(data))",
          "let last = ''\nprocess.stdin.on('data', (data) => {\n  if (String(data) !== last) socket.write(data)\n  last = String(data)\n})"
        ]
      ]
    },
    step: 3,
    says: /My server received .* (was due|is missing)/
  },
  {
    name: 'a server that does not print a text again',
    edits: {
      'server.ts': [
        [
          "  socket.on('data', (data) => process.stdout.write(data))",
          "  let last = ''\n  socket.on('data', (data) => {\n    if (String(data) !== last) process.stdout.write(data)\n    last = String(data)\n  })"
        ]
      ]
    },
    step: 3,
    says: /server\.ts printed \d+ of \d+ lines; .*every piece/
  },
  {
    name: 'a client that prints each text twice',
    edits: {
      'client.ts': [
        [
          '(data) => process.stdout.write(data)',
          '(data) => {\n  process.stdout.write(data)\n  process.stdout.write(data)\n}'
        ]
      ]
    },
    step: 4,
    says: /client\.ts printed .* more often than it should/
  },
  {
    name: 'a server that passes on to all clients what one says',
    edits: {
      'server.ts': [
        [
          '(data) => process.stdout.write(data)',
          '(data) => {\n    process.stdout.write(data)\n    for (const client of clients) if (client !== socket) client.write(data)\n  }'
        ]
      ]
    },
    step: 5,
    says: /received “.*for the server alone/
  },
  {
    name: 'a server that knows its clients by their public keys',
    edits: {
      'server.ts': [
        ['new Set<Connection>()', 'new Map<string, Connection>()'],
        ['clients.add(socket)', "const name = socket.remotePublicKey.toString('hex')\n  clients.set(name, socket)"],
        ['clients.delete(socket)', 'clients.delete(name)'],
        ['of clients) socket.write', 'of clients.values()) socket.write']
      ]
    },
    step: 5,
    says: /My .* client received .*two may come with one key/
  },
  {
    name: 'a server that removes the last client when another one leaves',
    edits: {
      'server.ts': [
        ['new Set<Connection>()', '[] as Connection[]'],
        ['clients.add(socket)', 'clients.push(socket)'],
        ["socket.on('error', () => {})", "socket.on('error', () => clients.splice(clients.indexOf(socket), 1))"],
        ['clients.delete(socket)', 'clients.splice(clients.indexOf(socket), 1)']
      ]
    },
    step: 6,
    says: /My .* client received .*no other one/
  },
  {
    name: 'a server that removes a client from where it once stood',
    edits: {
      'server.ts': [
        ['new Set<Connection>()', '[] as Connection[]'],
        ['clients.add(socket)', 'const place = clients.push(socket) - 1'],
        ['clients.delete(socket)', 'clients.splice(place, 1)']
      ]
    },
    step: 6,
    says: /My .* client received .*no other one/
  },
  {
    name: 'a server that waits for its slowest client',
    edits: {
      'server.ts': [
        ["process.stdin.on('data', (data) => {", 'for await (const data of process.stdin) {'],
        [
          'socket.write(data)\n})',
          "if (!socket.write(data)) await new Promise((resolve) => socket.once('drain', () => resolve(true)))\n}"
        ],
        ['goodbye(() => dht.destroy())\n', ''],
        ['const server = ', 'goodbye(() => dht.destroy())\nconst server = ']
      ]
    },
    step: 6,
    says: /My .* client received .*without waiting/
  },
  {
    name: 'a server that pipes its clients into the terminal',
    edits: {
      'server.ts': [
        ["socket.on('data', (data) => process.stdout.write(data))", 'socket.pipe(process.stdout)'],
        ['import DHT', 'process.stdout.setMaxListeners(0)\nimport DHT']
      ]
    },
    step: 6,
    says: /(ECONNRESET|could not connect|sent without a line end).*`pipe`/
  },
  {
    name: 'a server that listens to the keyboard once for each client that ever came',
    edits: {
      'server.ts': [
        ['  clients.add(socket)', "  process.stdin.on('data', (data) => socket.write(data))"],
        ["\n\nprocess.stdin.on('data', (data) => {\n  for (const socket of clients) socket.write(data)\n})", '']
      ]
    },
    step: 6,
    says: /warned by Node: \d+ listeners for `data`/
  },
  {
    name: 'a goodbye that waits for nothing',
    edits: { 'server.ts': [['goodbye(() => dht.destroy())', 'goodbye(() => {\n  dht.destroy()\n})']] },
    step: 7,
    says: /it was still announced|still held its end/
  },
  {
    name: 'a server that sets its goodbye only when a client has come',
    edits: {
      'server.ts': [
        ['goodbye(() => dht.destroy())', ''],
        ['  clients.add(socket)', '  if (clients.size === 0) goodbye(() => dht.destroy())\n  clients.add(socket)']
      ]
    },
    step: 7,
    says: /a lonely server\.ts ended by the signal SIGINT.*nobody may ever come/
  },
  {
    name: 'a goodbye that leaves the connections open',
    edits: { 'server.ts': [['goodbye(() => dht.destroy())', 'goodbye(() => server.close())']] },
    step: 7,
    says: /my first client still held its end of the connection.*closes the connections/
  },
  {
    name: 'a client without a goodbye',
    edits: { 'client.ts': [['goodbye(() => dht.destroy())', '']] },
    step: 7,
    says: /client\.ts .*ended by the signal SIGINT/
  },
  {
    name: 'a client that listens for an error until it is connected',
    edits: {
      'client.ts': [
        ["socket.on('error', (error) => {", 'const onerror = (error: Error & { code?: string }) => {'],
        [
          '  exitWith(1, `The connection is over: ${error.message}`)\n})',
          "  exitWith(1, `The connection is over: ${error.message}`)\n}\nsocket.on('error', onerror)\nsocket.on('open', () => socket.off('error', onerror))"
        ]
      ]
    },
    step: 8,
    says: /When its server had left it gave no sentence of its own.*every other `error`/
  },
  {
    name: 'a client that leaves when its input ends',
    edits: {
      'client.ts': [
        ['goodbye(() => dht.destroy())', "goodbye(() => dht.destroy())\nprocess.stdin.on('end', () => dht.destroy())"]
      ]
    },
    step: 8,
    says: /My server received nothing\..*Do not end the connection when `process\.stdin` ends/
  },
  {
    name: 'a client that says that it is connected, and then that nobody listens',
    edits: {
      'client.ts': [
        ["socket.on('open', () => console", 'socket.opened.then(() => console'],
        ["socket.on('error', (error) => {\n", "socket.on('error', async (error) => {\n  await dht.destroy()\n"]
      ]
    },
    step: 8,
    says: /printed `got connection!`, and nobody listened on that key\..*`open` event/
  },
  {
    name: 'a client that keeps one piece until it is connected',
    edits: {
      'client.ts': [
        [
          "process.stdin.on('data', (data) => socket.write(data))",
          "let kept: Buffer | undefined\nlet isOpen = false\nsocket.on('open', () => {\n  isOpen = true\n  if (kept) socket.write(kept)\n})\nprocess.stdin.on('data', (data) => (isOpen ? socket.write(data) : (kept = data)))"
        ]
      ]
    },
    step: 3,
    says: /where “too early .*A socket keeps what is written before it is open/
  },
  {
    name: 'a client that makes text of what is typed',
    edits: {
      'client.ts': [["process.stdin.on('data'", "process.stdin.setEncoding('utf8').on('data'"]]
    },
    step: 3,
    says: /received other bytes, or none\..*without `setEncoding`/
  },
  {
    name: 'a server that makes text of what is typed',
    edits: {
      'server.ts': [["process.stdin.on('data'", "process.stdin.setEncoding('utf8').on('data'"]]
    },
    step: 4,
    says: /received other bytes, or none\..*without `setEncoding`/
  },
  {
    name: 'a client that makes text of what comes in, whole characters at a time',
    edits: {
      'client.ts': [
        [
          "socket.on('data', (data) => process.stdout.write(data))",
          "const decoder = new TextDecoder()\nsocket.on('data', (data) => process.stdout.write(decoder.decode(data, { stream: true })))"
        ]
      ]
    },
    step: 4,
    says: /printed other bytes, or none\..*`process\.stdout\.write\(piece\)` prints the bytes/
  },
  {
    name: 'a server that makes text of what comes in, whole characters at a time',
    edits: {
      'server.ts': [
        [
          "socket.on('data', (data) => process.stdout.write(data))",
          "const decoder = new TextDecoder()\n  socket.on('data', (data) => process.stdout.write(decoder.decode(data, { stream: true })))"
        ]
      ]
    },
    step: 3,
    says: /printed other bytes, or none\..*`process\.stdout\.write\(piece\)` prints the bytes/
  },
  {
    name: 'a server that ends when its input ends',
    edits: {
      'server.ts': [
        ['goodbye(() => dht.destroy())', "goodbye(() => dht.destroy())\nprocess.stdin.on('end', () => process.exit(0))"]
      ]
    },
    step: 7,
    says: /server\.ts had ended, with exit code 0\..*The end of its input is no reason/
  },
  {
    name: 'a server whose key stands in the program',
    edits: { 'server.ts': [['DHT.keyPair()', "DHT.keyPair(Buffer.alloc(32, 'my server'))"]] },
    step: 7,
    says: /on another machine, listened on the same key as the first one\..*answer in your name/
  },
  {
    name: 'a server that prints lines without their blanks',
    edits: {
      'server.ts': [
        ['import DHT', "import { createInterface } from 'node:readline'\nimport DHT"],
        [
          "socket.on('data', (data) => process.stdout.write(data))",
          "createInterface({ input: socket }).on('line', (line) => console.log(line.trim())).on('error', () => {})"
        ]
      ]
    },
    step: 3,
    says: /without all of its blanks.*as it is/
  },
  {
    name: 'a client that says nothing when the server has left',
    edits: { 'client.ts': [['  exitWith(1, `The connection is over: ${error.message}`)\n', '']] },
    step: 8,
    says: /it was still running.*every other `error`/
  },
  {
    name: 'a client that prints the key as it was typed',
    edits: { 'client.ts': [["key.toString('hex')", 'process.argv[2]']] },
    step: 2,
    says: /did not print `Connecting to:` with that key in hex\..*not what was typed/
  },
  {
    name: 'a client that changes line ends',
    edits: {
      'client.ts': [
        [
          "process.stdin.on('data', (data) => socket.write(data))",
          "process.stdin.on('data', (data: Buffer) => socket.write(data.filter((byte) => byte !== 13)))"
        ]
      ]
    },
    step: 3,
    says: /My server received “.*\\n” behind .* instead of “.*\\r.*with its line ends|instead of “\\r”/
  },
  {
    name: 'a server that changes line ends',
    edits: {
      'server.ts': [
        [
          "process.stdin.on('data', (data) => {\n  for (const socket of clients) socket.write(data)",
          "process.stdin.on('data', (data: Buffer) => {\n  for (const socket of clients) socket.write(data.filter((byte) => byte !== 13))"
        ]
      ]
    },
    step: 4,
    says: /My first client received .* behind .* instead of “.*\\r.*with its line ends/
  },
  {
    name: 'a server that prints all in one line',
    edits: {
      'server.ts': [
        ['(data) => process.stdout.write(data)', '(data) => process.stdout.write(data.filter((byte) => byte !== 10))']
      ]
    },
    step: 3,
    says: /in one line with what was due before it\..*as it is/
  },
  {
    name: 'a server that forgets the line that a client has begun when it leaves',
    edits: {
      'server.ts': [
        ['import DHT', "import { lines } from './lines.ts'\nimport DHT"],
        [
          "socket.on('data', (data) => process.stdout.write(data))",
          "socket.on('data', lines((line) => console.log(line)))"
        ]
      ],
      'lines.ts':
        "import { StringDecoder } from 'node:string_decoder'\nexport function lines(print: (line: string) => void) {\n  const decoder = new StringDecoder('utf8')\n  let rest = ''\n  return (data: Buffer) => {\n    const all = `${rest}${decoder.write(data)}`.split('\\n')\n    rest = all.pop() ?? ''\n    all.forEach(print)\n  }\n}\n"
    },
    step: 3,
    says: /server\.ts printed other bytes, or none/
  },
  {
    name: 'a server that removes a client when it ends, and another one when it closes',
    edits: {
      'server.ts': [
        ['new Set<Connection>()', '[] as Connection[]'],
        ['clients.add(socket)', 'clients.push(socket)'],
        [
          "socket.on('close', () => clients.delete(socket))",
          "const remove = () => clients.splice(clients.indexOf(socket), 1)\n  socket.on('end', remove)\n  socket.on('close', remove)"
        ]
      ]
    },
    step: 6,
    says: /My .* client received .*no other one/
  },
  {
    name: 'a server that knows its clients by their addresses',
    edits: {
      'server.ts': [
        ['new Set<Connection>()', 'new Map<string, Connection>()'],
        [
          'clients.add(socket)',
          'const { remoteHost, remotePort } = socket.rawStream as unknown as Record<string, string>\n  const name = `${remoteHost}:${remotePort}`\n  clients.set(name, socket)'
        ],
        ['clients.delete(socket)', 'clients.delete(name)'],
        ['of clients) socket.write', 'of clients.values()) socket.write']
      ]
    },
    step: 5,
    says: /My .* client received .*from one address/
  },
  {
    name: 'a server that lets nobody in when its input has ended',
    edits: {
      'server.ts': [
        ['goodbye(() => dht.destroy())', "goodbye(() => dht.destroy())\nprocess.stdin.on('end', () => server.close())"]
      ]
    },
    step: 7,
    says: /Nobody announces that key.*The end of its input is no reason/
  },
  {
    name: 'a server that sends its clients away when its input has ended',
    edits: {
      'server.ts': [
        [
          'goodbye(() => dht.destroy())',
          "goodbye(() => dht.destroy())\nprocess.stdin.on('end', () => {\n  for (const socket of clients) socket.destroy()\n})"
        ]
      ]
    },
    step: 7,
    says: /server\.ts closed the connection to .*The end of its input is no reason/
  },
  {
    name: 'a server that ends its side to who comes after the end of its input',
    edits: {
      'server.ts': [
        ['  clients.add(socket)\n', '  clients.add(socket)\n  if (hasEnded) socket.end()\n'],
        [
          'goodbye(() => dht.destroy())',
          "let hasEnded = false\nprocess.stdin.on('end', () => {\n  hasEnded = true\n})\ngoodbye(() => dht.destroy())"
        ]
      ]
    },
    step: 7,
    says: /server\.ts closed the connection to my last client\..*The end of its input is no reason/
  },
  {
    name: 'a server to which nobody may type while nobody is there',
    edits: {
      'server.ts': [
        [
          '  for (const socket of clients) socket.write(data)',
          "  if (clients.size === 0) throw new Error('Nobody is here')\n  for (const socket of clients) socket.write(data)"
        ]
      ]
    },
    step: 7,
    says: /a lonely server\.ts .*Nobody is here/
  },
  {
    name: 'a client that sets its goodbye when it is connected',
    edits: { 'client.ts': [['goodbye(() => dht.destroy())', "socket.on('open', () => goodbye(() => dht.destroy()))"]] },
    step: 7,
    says: /a client\.ts that nobody lets in ended by the signal SIGINT.*when the program starts/
  },
  {
    name: 'a client that ends with its server only when its input has ended',
    edits: {
      'client.ts': [
        [
          '  exitWith(1, `The connection is over: ${error.message}`)\n',
          '  console.error(`The connection is over: ${error.message}`)\n  process.exitCode = 1\n  dht.destroy()\n'
        ]
      ]
    },
    step: 8,
    says: /When its server had left it was still running.*exit with a code that is not 0/
  },
  {
    name: 'a client that has a sentence only for the errors that it knows',
    edits: {
      'client.ts': [
        [
          'exitWith(1, `The connection is over: ${error.message}`)',
          "if (error.code === 'ECONNRESET' || error.code === 'ETIMEDOUT') exitWith(1, `The connection is over: ${error.message}`)\n  process.exit(1)"
        ]
      ]
    },
    step: 8,
    says: /it gave no sentence\..*something for every other `error`/
  },
  {
    name: 'a server that keeps from its terminal what could move the cursor',
    edits: {
      'server.ts': [
        [
          "socket.on('data', (data) => process.stdout.write(data))",
          "socket.on('data', (data) => process.stdout.write(data.filter((byte) => byte !== 0x1b && byte !== 0x07)))"
        ]
      ]
    },
    step: 3,
    says: /server\.ts printed other bytes, or none\..*whole and as it is/
  },
  {
    name: 'a client that leaves when its server has got everything',
    edits: {
      'client.ts': [
        ['goodbye(() => dht.destroy())', 'goodbye(async () => {\n  await socket.flush()\n  await dht.destroy()\n})']
      ]
    },
    step: 7,
    says: /was still running\..*Wait there for nobody/
  },
  {
    name: 'a server that stops reading its keyboard when nobody is there, and begins again once',
    edits: {
      'server.ts': [
        [
          "socket.on('close', () => clients.delete(socket))",
          "socket.on('close', () => {\n    clients.delete(socket)\n    if (clients.size === 0) process.stdin.pause()\n  })"
        ],
        [
          "process.stdin.on('data', (data) => {\n  for (const socket of clients) socket.write(data)\n})",
          "server.once('connection', () => {\n  process.stdin.resume()\n  process.stdin.on('data', (data) => {\n    for (const socket of clients) socket.write(data)\n  })\n})"
        ]
      ]
    },
    step: 4,
    says: /My first client received nothing\..*All may have left, and then one comes/
  },
  {
    name: 'a client with a port of its own choice',
    edits: {
      'client.ts': [
        [
          'new DHT(network())',
          'new DHT({ ...network(), port: 49_655, anyPort: false })\ndht.fullyBootstrapped().catch((error) => exitWith(1, `The network cannot be reached: ${error.message}`))'
        ]
      ]
    },
    step: 8,
    says: /on the machine of another client\.ts.*had ended, with exit code 1\..*address already in use/
  },
  {
    name: 'a server that ends the line of one client before it prints another one',
    edits: {
      'server.ts': [
        [
          "socket.on('data', (data) => process.stdout.write(data))",
          "socket.on('data', (data) => {\n    if (open && open !== socket) return void waiting.push(data)\n    process.stdout.write(data)\n    open = data.at(-1) === 10 ? undefined : socket\n    if (!open) for (const other of waiting.splice(0)) process.stdout.write(other)\n  })\n  socket.on('close', () => {\n    if (open !== socket) return\n    open = undefined\n    for (const other of waiting.splice(0)) process.stdout.write(other)\n  })"
        ],
        ['const keyPair =', 'let open: Connection | undefined\nconst waiting: Buffer[] = []\nconst keyPair =']
      ]
    },
    step: 6,
    says: /did not print “w\w+”, which my late client sent while a line of my third client had no end yet.*it may never come/
  },
  {
    name: 'a client that sends what was typed when there is a pause',
    edits: {
      'client.ts': [
        [
          "process.stdin.on('data', (data) => socket.write(data))",
          "let typed: Buffer[] = []\nlet timer: NodeJS.Timeout | undefined\nprocess.stdin.on('data', (data) => {\n  typed.push(data)\n  clearTimeout(timer)\n  timer = setTimeout(() => {\n    socket.write(Buffer.concat(typed))\n    typed = []\n  }, 2_000)\n})"
        ]
      ]
    },
    step: 3,
    says: /My server received .*waits for a pause/
  },
  {
    name: 'a client that leaves when somebody types “exit”',
    edits: {
      'client.ts': [
        [
          '(data) => socket.write(data)',
          "(data) => (String(data).trim() === 'exit' ? process.kill(process.pid, 'SIGINT') : socket.write(data))"
        ]
      ]
    },
    step: 3,
    says: /client\.ts had ended, with exit code 0/
  },
  {
    name: 'a server that sends nothing for an empty line',
    edits: {
      'server.ts': [
        [
          '(data) => {\n  for (const socket',
          "(data) => {\n  if (String(data).trim() === '') return\n  for (const socket"
        ]
      ]
    },
    step: 4,
    says: /My first client received/
  },
  {
    name: 'a server that leaves when all of its clients have got everything',
    edits: {
      'server.ts': [
        [
          'goodbye(() => dht.destroy())',
          'goodbye(async () => {\n  await Promise.all([...clients].map((socket) => socket.flush()))\n  await dht.destroy()\n})'
        ]
      ]
    },
    step: 7,
    says: /I stopped a client\.ts on a laptop.*server\.ts was still running\..*Wait there for nobody/
  }
]

export default mistakes
