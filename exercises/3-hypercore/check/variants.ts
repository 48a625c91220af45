// Right answers in other styles, each the solution with some things changed.
import type { Variant } from '@workshop/checks'

const variants: Variant[] = [
  {
    name: 'appends the lines of a paste as one batch, and reads by index',
    edits: {
      'writer.ts': [
        ['goodbye, keepLooking, lines, network', 'goodbye, keepLooking, network'],
        [
          'for await (const line of lines()) await core.append(Buffer.from(line))',
          "let rest = ''\nfor await (const piece of process.stdin.setEncoding('utf8')) {\n  const lines = `${rest}${piece}`.split('\\n')\n  rest = lines.pop() ?? ''\n  if (lines.length > 0) await core.append(lines.map((line) => Buffer.from(line)))\n}"
        ]
      ],
      'reader.ts': [
        [
          'for await (const block of core.createReadStream({ live: true, start: next })) {\n  console.log(`Block ${next++}: ${block}`)\n}',
          'for (;;) {\n  const block = await core.get(next)\n  process.stdout.write(`Block ${next}: ${block}\\n`)\n  next += 1\n}'
        ]
      ]
    }
  },
  {
    name: 'has a writer that only announces itself, and readers that look every second, also when they have each other',
    edits: {
      'reader.ts': [
        ['goodbye, keepLooking, network', 'goodbye, network'],
        [
          'keepLooking(swarm.join(core.discoveryKey))',
          'const discovery = swarm.join(core.discoveryKey)\nsetInterval(() => discovery.refresh().catch(() => {}), 1_000).unref()'
        ]
      ],
      'writer.ts': [
        ['goodbye, keepLooking, lines, network', 'goodbye, lines, network'],
        ['keepLooking(swarm.join(core.discoveryKey))', 'swarm.join(core.discoveryKey, { server: true, client: false })']
      ]
    }
  }
]

export default variants
