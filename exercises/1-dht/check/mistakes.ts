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
    says: /did not print `listening on.* had ended, with exit code 2\. It complained: “Something is missing/
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
    says: /client\.ts printed `got connection!` before `Connecting to:`/
  },
  {
    name: 'a client that does not send what is typed',
    edits: { 'client.ts': [["process.stdin.on('data', (data) => socket.write(data))", '']] },
    step: 3,
    says: /I typed “hello from the client” into client\.ts\. My server received nothing\..*process\.stdin/
  },
  {
    name: 'a server that throws at the first thing that it hears',
    edits: {
      'server.ts': [['(data) => process.stdout.write(data)', '(data) => console.log(JSON.parse(data.toString()))']]
    },
    step: 3,
    says: /did not print “hello from afar”\. server\.ts had ended, with exit code 1\. Its error: SyntaxError: .* \(server\.ts:12\)/
  },
  {
    name: 'a server that does not print what comes in',
    edits: { 'server.ts': [["socket.on('data', (data) => process.stdout.write(data))", 'socket.resume()']] },
    step: 3,
    says: /I sent “hello from afar” to server\.ts\. server\.ts did not print “hello from afar”/
  },
  {
    name: 'a server that does not send what is typed',
    edits: { 'server.ts': [['socket.write(data)', 'socket.resume()']] },
    step: 4,
    says: /My client received nothing\./
  },
  {
    name: 'a client that does not print what comes in',
    edits: { 'client.ts': [["socket.on('data', (data) => process.stdout.write(data))", 'socket.resume()']] },
    step: 4,
    says: /I sent “an answer from afar” to client\.ts\. client\.ts did not print “an answer from afar”/
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
    says: /I pressed Ctrl-C in server\.ts\. server\.ts ended by the signal SIGINT/
  },
  {
    name: 'a goodbye that exits and leaves the key announced',
    edits: { 'server.ts': [['goodbye(() => dht.destroy())', 'goodbye(() => {})']] },
    step: 7,
    says: /its key was still announced/
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
    says: /client\.ts was still running/
  }
]

export default mistakes
