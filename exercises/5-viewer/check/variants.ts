// Right answers in other styles, each the solution with some things changed.
import type { Variant } from '@workshop/checks'

const variants: Variant[] = [
  {
    name: 'encodes by hand, and reads one entry after the other',
    edits: {
      'chat.ts': [
        ["new Hypercore<Entry>(storage('chat'), { valueEncoding: 'json' })", "new Hypercore(storage('chat'))"],
        [
          "core.append({ type: 'chat-message', nickname, text, timestamp: new Date().toISOString() })",
          "core.append(\n      Buffer.from(JSON.stringify({ timestamp: new Date().toISOString(), text, nickname, type: 'chat-message' } satisfies Entry))\n    )"
        ],
        [
          'for await (const entry of core.createReadStream({ live: true })) {\n  if (entry?.type',
          'for (let i = 0; ; i++) {\n  const entry = JSON.parse(String(await core.get(i))) as Entry | undefined\n  if (entry?.type'
        ]
      ]
    }
  }
]

export default variants
