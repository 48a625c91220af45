// Right answers in other styles, each the solution with some things changed.
import type { Variant } from '@workshop/checks'

const variants: Variant[] = [
  {
    name: 'has JSON encoded, and reads one entry after the other',
    edits: {
      'chat.ts': [
        ["new Hypercore(storage('chat')) //", "new Hypercore<unknown>(storage('chat'), { valueEncoding: 'json' }) //"],
        ['core.append(Buffer.from(JSON.stringify(message)))', 'core.append(message)'],
        [
          'for await (const block of core.createReadStream({ live: true })) {\n  const message = read(block)',
          'for (let i = 0; ; i++) {\n  const message = read(Buffer.from(JSON.stringify(await core.get(i).catch(() => null))))'
        ]
      ]
    }
  }
]

export default variants
